"""The command line: words, what they take, completion, history; and the palette."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.screen import Screen

from aps_tui.domain.errors import BadValue
from aps_tui.screens.commit import CommitScreen
from aps_tui.screens.device import DeviceScreen
from aps_tui.screens.form import Form
from aps_tui.screens.help import HelpScreen
from aps_tui.screens.history import HistoryScreen
from aps_tui.screens.sources import SourcesScreen
from aps_tui.screens.template_editor import TemplateScreen
from aps_tui.screens.words import WORDS, action_of, completed
from aps_tui.services.workplace import Workplace
from aps_tui.widgets.row_list import RowList
from tests.screens.console import Hand, console
from tests.unit.services.small_site import MACS


def front(hand: Hand) -> Screen[object]:
    """The screen in front, asked for anew each time: any press may bring another."""
    return hand.app.screen


async def say(hand: Hand, line: str) -> None:
    """Type a command."""
    await hand.press("colon")
    await hand.type(line)
    await hand.press("enter")


def test_every_word_leads_to_an_action_of_the_app(place: Workplace) -> None:
    from aps_tui.app import ApsApp

    app = ApsApp(place)
    for word in WORDS:
        assert hasattr(app, f"action_{word.action}"), word
        found = action_of(f"{word.name} x" if word.takes else word.name)
        assert found is not None and found[1] == word.action


@pytest.mark.parametrize(
    ("line", "action"),
    [
        ("show devices acme", ("", "listed", ("devices", "acme"))),
        ("core show commit", ("", "area", ("commit",))),
        ("pjsip show endpoint 101", ("", "listed", ("extensions", "number:101"))),
        ("sip show peers", ("", "listed", ("extensions", ""))),
        ("TEMPL", None),
        ("hist", ("", "at", ("commit", "history"))),
        ("  : q ", ("", "quit", ())),
        ("add", ("", "add", ("",))),
        ("filter a 'b' {c} [red]", ("", "narrow", ("a 'b' {c} [red]",))),
    ],
)
def test_lines_are_understood(line: str, action: object) -> None:
    if action is None:
        with pytest.raises(BadValue, match="which one: templates, template"):
            action_of(line)
    else:
        assert action_of(line) == action


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("devcies", "did you mean devices"),
        ("zzz", "There are: devices"),
        ("commit now", "takes nothing"),
        ("extension", "extension NUMBER"),
    ],
)
def test_what_is_not_understood_says_what_may_be_meant(line: str, said: str) -> None:
    with pytest.raises(BadValue, match=said):
        action_of(line)


@pytest.mark.parametrize(
    ("line", "after", "ways"),
    [
        ("hi", "history ", []),
        ("show temp", "show template", ["templates", "template"]),
        ("template ", "template Sales ", []),
        ("device 00:11:22:00:00", "device 00:11:22:00:00:0", 6),
        ("extension 10", "extension 10", 8),
        ("setting time.z", "setting time.zone ", []),
        ("commit x", "commit x", []),
        ("zzz", "zzz", []),
    ],
)
def test_completion(place: Workplace, line: str, after: str, ways: list[str] | int) -> None:
    found = completed(place, line)
    assert found[0] == after
    assert len(found[1]) == ways if isinstance(ways, int) else [*found[1]] == ways


async def test_words_go_where_they_say(place: Workplace, tmp_path: Path) -> None:
    async with console(place, size=(80, 24)) as hand:
        await say(hand, "device 104")
        assert "'104' is no MAC" in hand.told()[-1]
        await say(hand, "device 101")
        assert "several tenants: say acme/101 or bolt/101" in hand.told()[-1]
        await say(hand, "device bolt/101")
        assert isinstance(front(hand), DeviceScreen) and hand.app.desk.device == MACS[3]
        await say(hand, "show extension 103")
        assert hand.app.current_mode == "extensions" and [row[1] for row in cells(hand)] == ["103", "103"]
        await say(hand, "template sales")
        assert isinstance(front(hand), TemplateScreen)
        await say(hand, "template sales")
        assert len(hand.app.screen_stack) == 2
        await say(hand, "devices acme")
        assert hand.keys() == MACS[:3]
        await say(hand, f"export {tmp_path}/out.csv")
        assert (tmp_path / "out.csv").read_text().count("\n") == 4
        await say(hand, "filter")
        assert hand.keys() == MACS
        await say(hand, "plan")
        assert isinstance(front(hand), CommitScreen) and "1 marked device" in hand.said("#plan-line")
        await say(hand, "history")
        assert isinstance(front(hand), HistoryScreen)
        await hand.press("escape")
        await say(hand, "sources")
        assert isinstance(front(hand), SourcesScreen)


def cells(hand: Hand) -> list[list[str]]:
    """The rows of the list in front."""
    rows = hand.app.screen.query(RowList).first()
    return [[*row.cells] for n in range(rows.total) if (row := rows.row(n))]


async def test_tab_completes_and_up_brings_back(place: Workplace) -> None:
    async with console(place, size=(80, 24)) as hand:
        await say(hand, "devices acme")
        await say(hand, "mappings")
        await hand.press("colon", "up", "up")
        assert ":" not in hand.look().splitlines()[-1] and "devices acme" in hand.look().splitlines()[-1]
        await hand.press("down", "down")
        await hand.type("show ext")
        await hand.press("tab")
        assert "extensions  extension" in hand.look()
        await hand.type("s")
        await hand.press("enter")
        assert hand.app.current_mode == "extensions"


async def test_an_unknown_word_stays_to_be_mended(place: Workplace) -> None:
    async with console(place, size=(80, 24)) as hand:
        await say(hand, "mapings")
        assert "did you mean mappings?" in hand.look()
        await hand.press("f1")
        assert isinstance(front(hand), HelpScreen) and "MAC|EXT" in hand.said("TextView")
        await hand.press("escape", "escape")
        assert len(hand.app.screen_stack) == 1


@pytest.mark.parametrize(
    ("typed", "mode"),
    [(MACS[2], "device"), ("person 104", "extensions"), ("sales testphone", "templates"), ("bolt.example", "mappings")],
)
async def test_the_palette_finds_every_object(place: Workplace, typed: str, mode: str) -> None:
    async with console(place) as hand:
        await hand.press("ctrl+p")
        await hand.type(typed)
        await hand.press("enter")
        assert hand.app.current_mode == mode


async def test_a_setting_is_gone_to_where_one_can_edit_it(place: Workplace) -> None:
    async with console(place) as hand:
        await hand.press("ctrl+p")
        await hand.type("time.zone")
        await hand.press("enter")
        assert hand.app.current_mode == "settings" and hand.app.focused is not None
        assert isinstance(hand.app.focused, RowList) and hand.app.focused.current is not None
        assert hand.app.focused.current.key == "time.zone"
        await say(hand, "template sales")
        await say(hand, "setting server.2.host")
        screen = front(hand)
        assert isinstance(screen, TemplateScreen) and screen.editor.rows.current is not None
        assert screen.editor.rows.current.key == "server.2.host"
        await hand.press("1")
        await say(hand, "setting network.address")
        assert "is said for a" in hand.told()[-1]


@pytest.mark.parametrize(("letter", "screen"), [("d", "devices"), ("t", "templates"), ("m", "mappings")])
async def test_one_entry_adds_a_device_a_template_or_a_mapping(place: Workplace, letter: str, screen: str) -> None:
    async with console(place) as hand:
        await hand.press("9")
        await say(hand, "add")
        await hand.press(letter)
        assert isinstance(front(hand), Form) and hand.app.current_mode == screen
        await hand.press("escape", "8")
        await say(hand, f"add {letter}")
        assert isinstance(front(hand), Form) and hand.app.current_mode == screen


async def test_what_cannot_be_added_is_refused(place: Workplace) -> None:
    async with console(place) as hand:
        await say(hand, "add phone")
        assert "add phone: there are device, template, mapping" in hand.told()[-1]
    async with console(place, read_only=True) as hand:
        await say(hand, "add mapping")
        assert not isinstance(front(hand), Form) and "read-only" in hand.told()[-1]
