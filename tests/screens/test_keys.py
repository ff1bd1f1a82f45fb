"""Keys: all in the help, none twice, none that writes in a read-only console."""

from __future__ import annotations

from collections import Counter

import pytest
from textual.dom import DOMNode

from aps_tui.screens.areas import AREAS
from aps_tui.screens.help import HelpScreen
from aps_tui.screens.strip import strip_of
from aps_tui.services.workplace import Workplace
from aps_tui.widgets.keys import declared, spelled
from tests.screens.console import Hand, console
from tests.screens.ways import WAYS

NAMES = [area.name for area in AREAS]


def nodes(hand: Hand) -> list[DOMNode]:
    """The screen's list, the screen and the app: what takes keys when a screen is up."""
    return [hand.rows, hand.app.screen, hand.app]


@pytest.mark.parametrize("name", NAMES)
async def test_no_key_does_two_things(place: Workplace, name: str) -> None:
    async with console(place, screen=name) as hand:
        keys = [key for node in nodes(hand) for binding in declared(node) for key in binding.key.split(",")]
        assert [key for key, count in Counter(keys).items() if count > 1] == []


@pytest.mark.parametrize("name", NAMES)
async def test_every_binding_has_help_and_is_in_it(place: Workplace, name: str) -> None:
    async with console(place, screen=name) as hand:
        wanted = [binding for node in nodes(hand) for binding in declared(node)]
        assert all(binding.description and binding.tooltip and binding.id for binding in wanted)
        await hand.press("question_mark")
        assert isinstance(hand.app.screen, HelpScreen)
        lines = hand.said("TextView").splitlines()
        for binding in wanted:
            assert any(line.startswith(f"  {spelled(binding.key):<10} {binding.description}") for line in lines), (
                binding
            )
        assert max(map(len, lines)) <= 74
        await hand.press("escape")
        assert hand.rows.has_focus


@pytest.mark.parametrize("name", NAMES)
async def test_a_read_only_console_offers_nothing_that_writes(place: Workplace, name: str) -> None:
    async with console(place, screen=name, read_only=True) as hand:
        assert "READ-ONLY" in hand.said("#site")
        offered = {active.binding.action for active in hand.app.screen.active_bindings.values()}
        assert not offered & {"delete", "commit", "undo"}
        await hand.press("d", "C")
        assert len(hand.app.screen_stack) == 1
        await hand.press("q")
        assert not hand.app.is_running


@pytest.mark.parametrize(("name", "width"), [(name, width) for name in WAYS for width in (80, 120)])
async def test_the_footer_and_the_line_of_screens_fit(place: Workplace, name: str, width: int) -> None:
    async with console(place, size=(width, 24)) as hand:
        await hand.press(*WAYS[name])
        lines = hand.look().splitlines()
        assert len(lines) == 24 and all(len(line) <= width for line in lines)
        if not hand.app.screen.is_modal:
            assert "q Quit" in lines[-1], lines[-1]
            here = next(area for area in AREAS if area.name == hand.app.current_mode)
            assert any(f"[{here.key}{name}]" in lines[1] for name in (here.title, here.short))
        else:
            assert "Back" in lines[-1], lines[-1]


@pytest.mark.parametrize("here", range(10))
def test_ten_screens_fit_in_eighty_columns(here: int) -> None:
    between = ["Queue", "Import", "Scan"]
    titles = ["Devices", "Device", "Templates", "Mappings", *between, "Extensions", "Commit", "Settings"]
    short = {area.title: area.short for area in AREAS}
    areas = [
        AREAS[0]._replace(name=title.lower(), key=str((number + 1) % 10), title=title, short=short.get(title, ""))
        for number, title in enumerate(titles)
    ]
    narrow, wide = (strip_of(areas, areas[here].name, width).plain for width in (80, 120))
    assert len(narrow) <= 80 and "5Queue" in narrow and "8Ext" in narrow and "0Settings" in narrow
    assert "8Extensions" in wide and f"[{areas[here].key}{titles[here]}]" in wide


DIALOGS = {"Form": ["A"], "Confirm": ["d"], "Menu": ["b"], "Choose": ["c"], "Pick": ["m"]}


@pytest.mark.parametrize("name", DIALOGS)
async def test_f1_tells_the_keys_of_a_dialog(place: Workplace, name: str) -> None:
    async with console(place, size=(80, 24)) as hand:
        await hand.press(*DIALOGS[name])
        dialog = hand.app.screen
        assert type(dialog).__name__ == name
        await hand.press("f1", "f1")
        assert isinstance(hand.app.screen, HelpScreen)
        text = hand.said("TextView")
        assert all(f"  {spelled(one.key):<10} {one.description}" in text for one in declared(dialog))
        assert "Everywhere" not in text
        await hand.press("escape")
        assert hand.app.screen is dialog


async def test_number_keys_and_commands_go_to_every_screen(place: Workplace) -> None:
    async with console(place) as hand:
        for area in (*AREAS[1:], AREAS[0]):
            await hand.press(area.key)
            assert hand.app.current_mode == area.name
        for area in (*AREAS[1:], AREAS[0]):
            await hand.press("colon")
            await hand.type(area.name)
            await hand.press("enter")
            assert hand.app.current_mode == area.name
