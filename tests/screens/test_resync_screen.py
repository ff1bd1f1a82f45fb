"""Telling phones to fetch, in the console: the preview, the run, stopping it, what guards it."""

from __future__ import annotations

import time

import pytest

from aps_tui.screens.resync import ResyncScreen
from aps_tui.services.commit import commit
from aps_tui.services.resync import run as running
from aps_tui.services.resync.run import Timer
from aps_tui.services.resync.words import Target
from aps_tui.services.workplace import Workplace
from tests.lab.until import until
from tests.screens.console import Hand, console
from tests.unit.services.resync_site import NotedWay, fetch, register
from tests.unit.services.small_site import MACS

BOUND = MACS[:5]
WINDOWS = [(80, 24), (120, 40)]


@pytest.fixture
def way(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> NotedWay:
    """Five phones whose address is known, a sixth that nobody can reach; a clock that nobody waits for."""
    commit(place)
    for number, mac in enumerate(BOUND):
        register(place, mac, "1", f"sip:1@10.0.0.{number}:5060")
    way = NotedWay()
    ticks = [0.0]

    def pause(seconds: float) -> None:
        ticks[0] += seconds

    timer = running.Timer(lambda: ticks[0], pause)
    monkeypatch.setattr(running, "Timer", lambda: timer)
    monkeypatch.setattr(running, "open_way", lambda *_: way)
    return way


def fetching(place: Workplace, way: NotedWay) -> None:
    """Each phone that is told fetches at once."""
    macs = {f"uri sip:1@10.0.0.{number}:5060": mac for number, mac in enumerate(BOUND)} | {"endpoint 103": BOUND[2]}
    way.then = lambda target: fetch(place, macs[str(target)], time.time() + 2)


def states(hand: Hand) -> list[str]:
    return [row.cells[1] for row in (hand.rows.row(n) for n in range(hand.rows.total)) if row]


@pytest.mark.parametrize("size", WINDOWS)
async def test_after_a_commit_the_changed_phones_are_told(
    place: Workplace, way: NotedWay, size: tuple[int, int]
) -> None:
    fetching(place, way)
    async with console(place, size=size, screen="commit") as hand:
        await hand.press("F")
        words = "5 phones by ami, 60 a minute, one first, then a tenth: check-sync to 5"
        assert hand.said("#progress") == f"1 phone cannot be told. {words}" and way.told == []
        assert states(hand) == ["waits"] * 5 + ["failed"]
        await hand.press("G")
        assert "where this phone registered is not known" in hand.said("#said")
        await hand.press("g", "y")
        assert states(hand) == ["fetched"] * 5 + ["failed"] and len(way.told) == 5
        assert "done (5 fetched, 1 failed)" in hand.said("#progress") and "after 2 s" in hand.look()
        assert way.closed and not hand.app.desk.running
        await hand.press("r")
        assert states(hand) == ["failed"], "only the one that has not fetched is left"
        assert hand.said("#progress") == "1 phone cannot be told. There is nobody to tell"
        await hand.press("y", "escape")
        assert len(way.told) == 5


async def test_a_commit_says_how_many_are_to_be_told(place: Workplace) -> None:
    async with console(place, screen="commit") as hand:
        await hand.press("C", "enter")
        assert any("F tells 6 phones to fetch" in said for said in hand.told())


async def test_the_marked_ones_are_told_and_a_silent_canary_ends_it(place: Workplace, way: NotedWay) -> None:
    async with console(place) as hand:
        await hand.press("space", "space", "space", "F")
        assert "3 phones by ami" in hand.said("#progress")
        await hand.press("y")
        assert len(way.told) == 1 and sorted(states(hand)) == ["not-told", "not-told", "silent"]
        assert "ended: one first" in hand.said("#progress") and "2 not-told" in hand.said("#progress")
        assert "default_outbound_endpoint" in hand.said("#said")


async def test_one_first_restart_and_the_way_can_be_chosen(place: Workplace, way: NotedWay) -> None:
    async with console(place) as hand:
        await hand.press("space", "space", "F", "o", "R")
        assert "2 phones by ami, 60 a minute: check-sync to 2" in hand.said("#progress")
        await hand.press("y")
        assert len(way.told) == 2, "both at once"


async def test_a_way_that_lacks_something_is_said(place: Workplace) -> None:
    async with console(place) as hand:
        await hand.press("F", "w")
        assert "w takes another one" in hand.said("#progress") and "no command" in hand.said("#said")
        await hand.press("w")
        assert "ami_user and ami_secret_file" in hand.said("#said")
        await hand.press("w")
        assert "nobody to tell" in hand.said("#progress")
        await hand.press("escape")
        assert not hand.app.screen.is_modal


async def test_a_run_guards_the_console_and_is_stopped(
    place: Workplace, way: NotedWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "Timer", Timer)  # the real one
    async with console(place) as hand:
        await hand.press("a", "F")
        await hand.pilot.press("y")
        while len(way.told) < 1:
            await hand.pilot.pause()
        assert hand.app.desk.running == "resync"
        await hand.pilot.press("escape", "r", "q")
        await hand.app.action_quit()
        await hand.pilot.pause()
        assert hand.app.screen.is_modal and any("s stops it first" in said for said in hand.told())
        assert any("a resync is under way" in said for said in hand.told())
        await hand.press("s")
        assert "stopped: 4 phones not told" in hand.said("#progress") and len(way.told) == 1
        assert place.store.resyncs.of([BOUND[0]])[BOUND[0]].state == "sent"
        await hand.press("escape", "q")


async def test_a_console_that_ends_ends_the_run(
    place: Workplace, way: NotedWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "Timer", Timer)  # the real one
    async with console(place) as hand:
        await hand.press("a", "F")
        await hand.pilot.press("y")
        while len(way.told) < 1:
            await hand.pilot.pause()
        screen = hand.app.screen
        assert isinstance(screen, ResyncScreen) and screen.run is not None
        hand.app.exit()
    until(lambda: way.closed, "the run ends")
    assert screen.run.reason.startswith("stopped") and len(way.told) == 1


async def test_from_the_command_line_and_the_device(place: Workplace, way: NotedWay) -> None:
    async with console(place, screen="settings") as hand:
        await hand.press("colon")
        await hand.type(f"resync {BOUND[1]}")
        await hand.press("enter")
        assert hand.keys() == [BOUND[1]]
        await hand.press("escape", "colon")
        await hand.type("resync")
        await hand.press("enter")
        assert len(hand.keys()) == 6
        await hand.press("escape", "1", "enter", "F")
        assert hand.keys() == [BOUND[0]]
        await hand.press("question_mark")
        assert "Telling phones to fetch" in hand.look() and "One first" in hand.look()


async def test_a_read_only_console_tells_nobody(place: Workplace, way: NotedWay) -> None:
    async with console(place, read_only=True) as hand:
        await hand.press("F", "colon")
        await hand.type("resync")
        await hand.press("enter")
        assert not hand.app.screen.is_modal and any("tells nobody" in said for said in hand.told())


async def test_a_run_that_breaks_off_says_so(place: Workplace, way: NotedWay) -> None:
    def broken(_: Target) -> None:
        raise RuntimeError("nobody foresaw this")

    way.then = broken
    async with console(place) as hand:
        await hand.press("F", "y")
        assert "ended: it broke off" in hand.said("#progress") and states(hand) == ["not-told"]
        assert any("nobody foresaw" in said for said in hand.told()) and not hand.app.desk.running
        await hand.press("escape")
