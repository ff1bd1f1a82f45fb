"""The app itself: leaving, small windows, what a crash left, the palette."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from aps_tui.app import ApsApp, run
from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.screens.areas import AREAS, Area
from aps_tui.screens.device import DeviceScreen
from aps_tui.screens.dialogs import Confirm
from aps_tui.screens.form import Form
from aps_tui.services.commit import commit
from aps_tui.services.workplace import Workplace
from tests.screens.console import console
from tests.unit.services.small_site import MACS


@pytest.mark.parametrize("keys", [["q"], ["ctrl+q"], ["colon", "q", "enter"]])
async def test_leaving_with_changes_is_asked(place: Workplace, keys: list[str]) -> None:
    async with console(place) as hand:
        await hand.press(*keys)
        assert isinstance(hand.app.screen, Confirm) and "6 devices to commit" in hand.look()
        await hand.press("escape")
        assert hand.app.is_running
        await hand.press("q", "y")
        assert not hand.app.is_running


async def test_leaving_a_site_that_is_committed_is_not_asked(place: Workplace) -> None:
    commit(place)
    async with console(place) as hand:
        await hand.press("q")
        assert not hand.app.is_running


async def test_a_commit_under_way_is_not_left(place: Workplace) -> None:
    async with console(place) as hand:
        hand.app.desk.running = "commit"
        await hand.press("q")
        assert hand.app.is_running and "a commit is under way" in hand.told()[-1]
        hand.app.desk.running = ""


@pytest.mark.parametrize("size", [(79, 24), (80, 23)])
async def test_a_window_too_small_says_so(place: Workplace, size: tuple[int, int]) -> None:
    async with console(place, size=size) as hand:
        assert f"80x24; this one is {size[0]}x{size[1]}" in hand.look()
        await hand.pilot.resize_terminal(80, 24)
        await hand.settle()
        assert "this one is" not in hand.look() and MACS[0] in hand.look()


async def test_what_a_crash_left_is_finished_and_told(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    class Crash(BaseException):
        """The power goes."""

    def crash(step: str) -> None:
        if step == "placed":
            raise Crash

    with pytest.raises(Crash):
        commit(place, step=crash)
    async with console(place) as hand:
        assert "Commit 1 was interrupted and has been finished" in hand.told()


async def test_the_palette_finds_devices_and_actions(place: Workplace) -> None:
    async with console(place) as hand:
        await hand.press("ctrl+p")
        await hand.type("person 103")
        await hand.press("escape", "ctrl+p")
        await hand.type(MACS[2])
        await hand.press("enter")
        assert isinstance(hand.app.screen, DeviceScreen) and hand.app.desk.device == MACS[2]


async def test_an_unknown_command_is_told(place: Workplace) -> None:
    async with console(place) as hand:
        await hand.press("colon")
        await hand.type("nosuch")
        await hand.press("enter")
        assert "no command" in hand.look()


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
async def test_leaving_is_asked_on_every_screen(place: Workplace, area: Area) -> None:
    async with console(place, screen=area.name, size=(80, 24)) as hand:
        await hand.press("q")
        assert isinstance(hand.app.screen, Confirm) and "Leave?" in hand.look()
        await hand.press("q", "1", "ctrl+q", "colon", "ctrl+p")  # none goes through the question
        assert isinstance(hand.app.screen, Confirm) and hand.app.current_mode == area.name
        await hand.press("n")
        assert hand.app.is_running


async def test_leaving_is_asked_even_before_the_devices_are_counted(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ApsApp, "_begin", lambda self: None)
    async with console(place) as hand:
        assert not hand.app.desk.seen
        await hand.press("q")
        assert isinstance(hand.app.screen, Confirm) and "6 devices to commit" in hand.look()


async def test_no_key_goes_through_a_form_and_what_is_typed_stays(place: Workplace) -> None:
    async with console(place, size=(80, 24)) as hand:
        await hand.press("A")
        assert isinstance(hand.app.screen, Form)
        await hand.press("q", "1", "2", "9", "0", "z", "question_mark", "colon", "ctrl+q", "ctrl+p")
        assert isinstance(hand.app.screen, Form) and hand.app.current_mode == "devices" and hand.app.is_running
        assert "q1290z?:" in hand.app.screen.values.values()
        await hand.press("escape")
        assert isinstance(hand.app.screen, Confirm) and "What you typed is lost" in hand.look()
        await hand.press("n")
        assert isinstance(hand.app.screen, Form) and "q1290z?:" in hand.app.screen.values.values()


async def test_a_hangup_leaves(place: Workplace) -> None:
    async with console(place) as hand:
        os.kill(os.getpid(), signal.SIGHUP)
        await hand.pilot.pause()
        assert not hand.app.is_running


def test_an_unknown_screen_is_refused(place: Workplace) -> None:
    with pytest.raises(BadValue, match="no screen 'nosuch': devices, "):
        ApsApp(place, screen="nosuch")


def test_without_a_terminal_it_says_what_to_do(place: Workplace, tmp_path: Path) -> None:
    with pytest.raises(ApsError, match="needs a terminal"):
        run(place)


async def test_a_console_that_breaks_shows_no_secret(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Textual would show the values of all variables: only places and the kind of the error are left."""
    secret = "s3cret-acme-101"

    def broken(self: ApsApp) -> None:
        held = secret
        raise RuntimeError(f"holds {held}")

    monkeypatch.setattr(ApsApp, "action_help", broken)
    said: list[object] = []

    def panic(self: ApsApp, *shown: object) -> None:
        said.extend(shown)
        self.exit()

    monkeypatch.setattr(ApsApp, "panic", panic)
    with pytest.raises(RuntimeError):
        async with console(place) as hand:
            await hand.press("question_mark")
    text = "\n".join(map(str, said))
    assert "internal error" in text and "RuntimeError" in text and "in broken" in text and secret not in text
