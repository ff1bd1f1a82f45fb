"""The doctor's screen: the worst first, all of one below, safe fixes after a question, nothing of it read-only."""

from __future__ import annotations

import threading

import pytest

from aps_tui.services.commit import commit
from aps_tui.services.doctor import Scene, table
from aps_tui.services.doctor.finding import Check, fault, ok
from aps_tui.services.workplace import Workplace
from tests.screens.console import console
from tests.screens.test_every_screen import plain_screen
from tests.unit.services.small_site import MACS


async def test_the_worst_comes_first_and_is_told_as_a_whole(place: Workplace) -> None:
    commit(place)
    (place.root / f"{MACS[0]}.cfg").chmod(0o644)
    async with console(place, size=(80, 24)) as hand:
        await hand.press("colon")
        await hand.type("doctor")
        await hand.press("enter")
        assert "1 fault" in hand.said("#name") and hand.keys()[0] == "fault"
        about = hand.said("#about")
        assert "FAULT: 1 file is open to everybody" in about and "Why it matters: A phone's file holds" in about
        assert "F does it" in about
        await hand.press("G")
        assert "FAULT" not in hand.said("#about")


async def test_fixes_are_asked_for_and_then_looked_at_again(place: Workplace) -> None:
    commit(place)
    file = place.root / f"{MACS[0]}.cfg"
    file.chmod(0o644)
    async with console(place) as hand:
        await hand.press("colon", *"doctor", "enter", "F")
        assert "chmod o-rwx on the phones' files" in hand.look()
        await hand.press("n")
        assert file.stat().st_mode & 0o777 == 0o644
        await hand.press("F", "y")
        assert file.stat().st_mode & 0o777 == 0o640 and "took rights away from 1 file" in " ".join(hand.told())
        assert "fault" not in hand.said("#name")
        await hand.press("F")
        assert "Mend this" not in hand.look(), "nothing is left to mend"


async def test_a_read_only_console_mends_nothing(place: Workplace) -> None:
    commit(place)
    (place.root / f"{MACS[0]}.cfg").chmod(0o644)
    async with console(place, read_only=True) as hand:
        await hand.press("colon", *"doctor", "enter", "F")
        assert "Mend this" not in hand.look() and "F Fix" not in hand.look()
        assert "1 fault" in hand.said("#name")


async def test_it_stands_in_the_settings_and_in_the_palette(place: Workplace) -> None:
    async with console(place) as hand:
        await hand.press("ctrl+p")
        await hand.type("doctor")
        await hand.press("enter")
        assert "Doctor:" in hand.said("#name")
        await hand.press("escape")
        assert "Doctor:" not in hand.look()


async def test_it_is_left_while_a_check_hangs(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()

    def hangs(scene: Scene) -> object:
        release.wait(30)
        yield ok("", "late")

    monkeypatch.setattr(table, "CHECKS", (Check("a.b", "", "Because.", hangs),))  # type: ignore[arg-type]
    async with console(place) as hand:
        await hand.pilot.press("colon", *"doctor", "enter")
        await hand.pilot.pause()
        await hand.pilot.press("escape")
        await hand.settle()
        assert "Doctor:" not in hand.look()
    release.set()


async def test_hostile_texts_are_shown_as_they_are(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    def says(scene: Scene) -> object:
        yield fault("[red]x\x1b[2J[/]", "\u202eevil" + "n" * 900, "[bold]mend[/]")

    monkeypatch.setattr(table, "CHECKS", (Check("a.b", "", "Because.", says),))  # type: ignore[arg-type]
    async with console(place, size=(80, 24)) as hand:
        await hand.press("colon", *"doctor", "enter")
        seen = plain_screen(hand)
        assert "[red]x" in seen and "[bold]mend" not in seen.splitlines()[0]
