"""Asks for a setting of the catalogue and a value, for many devices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from aps_tui.domain.catalogue import CATALOGUE, Setting, check, find, numbered
from aps_tui.domain.setting import Level
from aps_tui.screens.area import AreaScreen
from aps_tui.screens.pick import Option, Pick
from aps_tui.screens.value_dialog import Arrange, Ask
from aps_tui.services import bulk
from aps_tui.services.console import counted
from aps_tui.services.values import Level as Spot
from aps_tui.services.values import Sheet, sheet

_TAKE_BACK = "take it back: inherited again"
_SAY = "say a value"


def options() -> Iterator[Option]:
    """Every setting that a device may say, as its id and how it is found: by tab, label and id."""
    for setting in CATALOGUE.values():
        if Level.DEVICE in setting.levels:
            for id in numbered(setting):
                yield id, f"{id:<34} {setting.tab}: {setting.label}"


def ask_setting(screen: AreaScreen, chosen: Sequence[str], review: Callable[[str, bulk.Change], None]) -> None:
    """Ask for a setting, whether to say it or to take it back, and for its value; `review` gets the words and the edit.

    Values are offered as the first device's model has them.
    """
    many = counted(len(chosen), "device")

    def picked(id: str | None) -> None:
        if id is not None:
            title = f"{id} of {many}"
            screen.app.push_screen(Pick(title, [("say", _SAY), ("back", _TAKE_BACK)]), partial(what, id))

    def what(id: str, said: str | None) -> None:
        if said == "back":
            review(f"{id} taken back for {many}", bulk.set_setting(id, None))
        elif said == "say":
            with screen.complaints():
                _ask_value(screen, id, many, sheet(screen.desk.place, Spot("device", chosen[0])), partial(take, id))

    def take(id: str, value: object | None) -> None:
        if value is not None:
            with screen.complaints():
                review(f"{id} for {many}", bulk.set_setting(id, value))

    screen.app.push_screen(Pick(f"Setting of {many}", list(options())), picked)


def _ask_value(screen: AreaScreen, id: str, many: str, offered: Sheet, take: Callable[[object | None], None]) -> None:
    setting, choices = find(id), [(one.value, one.text) for one in offered.choices(id)]
    title = f"{id} for {many}"
    if choices and setting.kind in ("list", "days"):
        screen.app.push_screen(Arrange(title, choices, (), ordered=setting.kind == "list"), take)
    elif choices:
        screen.app.push_screen(Pick(title, choices), take)
    else:
        screen.app.push_screen(_line(setting, id, title, offered), take)


def _line(setting: Setting, id: str, title: str, offered: Sheet) -> Ask:
    def judge(text: str) -> object:
        return check(id, text, Level.DEVICE)

    return Ask(title, "", judge, help=setting.help, example=offered.example(id), secret=setting.secret)
