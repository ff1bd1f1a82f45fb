"""What the console offers each role, and that no key of it starts a program or reaches a file outside."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from aps_tui.data.store import Store
from aps_tui.domain.roles import Rights, Role
from aps_tui.screens.areas import AREAS
from aps_tui.services.exchange import Exchange
from aps_tui.services.workplace import Workplace
from aps_tui.widgets.keys import shown
from aps_tui.widgets.sealed import SHUT, Shut
from tests.screens.console import console
from tests.unit.services.small_site import MACS

ACME = Rights(Role.OPERATOR, ("acme",))


@pytest.fixture
def as_(place: Workplace, tmp_path: Path) -> Iterator[Callable[[Rights], Workplace]]:
    """Opens the small site for a role, with its own folder for files."""
    (tmp_path / "exchange").mkdir()
    opened = []

    def open_as(rights: Rights) -> Workplace:
        opened.append(Store.open(place.store.path, operator="alice", rights=rights))
        return replace(place, store=opened[-1], files=Exchange(tmp_path / "exchange"))

    yield open_as
    for store in opened:
        store.close()


async def test_a_viewer_has_the_read_only_console(as_: Callable[[Rights], Workplace]) -> None:
    async with console(as_(Rights(Role.VIEWER))) as hand:
        assert "READ-ONLY" in hand.look()
        await hand.press("d", "z")
        assert not hand.told() and hand.app.desk.read_only


async def test_an_operator_is_refused_what_is_of_another_tenant_in_one_line(as_: Callable[[Rights], Workplace]) -> None:
    place = as_(ACME)
    async with console(place) as hand:
        await hand.press("end", "d", "y")
        assert "refused: a device needs the role admin or an operator of its tenant" in hand.told()[-1]
        assert place.store.devices.get(MACS[5]) is not None
        await hand.press("home", "d", "y")
        assert place.store.devices.get(MACS[0]) is None
        await hand.press("9")
        assert "2 devices" in hand.look() or "00:11:22:00:00:01" in hand.look() or MACS[1] in hand.look()


async def test_what_admins_alone_do_is_offered_to_nobody_else(as_: Callable[[Rights], Workplace]) -> None:
    def offered(node: object) -> set[str]:
        return {one.action for one in shown(node)}  # type: ignore[arg-type]

    for rights, there in ((Rights(), True), (Rights(Role.OPERATOR), False)):
        async with console(as_(rights), screen="extensions") as hand:
            assert ("reveal" in offered(hand.app.screen)) is there
            await hand.press("S")
            assert ("add" in offered(hand.app.screen)) is there


@pytest.mark.parametrize("name", sorted(SHUT))
async def test_textuals_own_ways_out_are_shut(place: Workplace, tmp_path: Path, name: str) -> None:
    async with console(place) as hand:
        before = hand.app.screen
        assert not await hand.app.run_action(f"app.{name}")
        assert hand.app.screen is before


async def test_nothing_is_suspended_opened_or_pictured(place: Workplace) -> None:
    async with console(place) as hand:
        hand.app.action_suspend_process()
        hand.app.open_url("http://192.0.2.1/")
        assert hand.app.deliver_screenshot() is None
        with pytest.raises(Shut), hand.app.suspend():
            pass
        with pytest.raises(Shut):
            hand.app.save_screenshot()
        await hand.press("ctrl+z", "ctrl+p")
        await hand.type("screenshot")
        assert "Save" not in hand.look() and "Screenshot" not in hand.look()


class Watched:
    """What this interpreter is asked to start, load or write, by its own audit events."""

    def __init__(self) -> None:
        self.on = False
        self.seen: list[str] = []

    def __call__(self, event: str, args: tuple[object, ...]) -> None:
        if not self.on:
            return
        started = (
            "subprocess.",
            "os.exec",
            "os.posix_spawn",
            "os.spawn",
            "os.fork",
            "os.system",
            "pty.",
            "webbrowser.",
        )
        wrote = event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+")
        if event.startswith(started) or wrote:
            self.seen.append(f"{event} {args[0]}")


@pytest.fixture(scope="module")
def watched() -> Watched:
    """One hook for all tests: Python never takes one away."""
    found = Watched()
    sys.addaudithook(found)
    return found


CHARS = "abcdefghijklmnopqrstuvwxyz"
KEYS = [
    *CHARS, *CHARS.upper(), *(f"ctrl+{char}" for char in CHARS), *(f"f{n}" for n in range(1, 13)), "enter",
    "escape", "tab", "space", "down", "right", "delete", "colon", "slash", "question_mark", "plus", "full_stop",
    "exclamation_mark", "left_square_bracket", "less_than_sign", "equals_sign", "ctrl+backslash",
    "ctrl+right_square_bracket",
]  # fmt: skip


async def test_no_key_starts_a_program_or_writes_outside(
    as_: Callable[[Rights], Workplace], watched: Watched, tmp_path: Path
) -> None:
    """A monkey at the keyboard on each screen, the same on every run."""
    place = as_(Rights(Role.OPERATOR))
    outside = sorted(path for path in tmp_path.iterdir() if path.name != "state")
    monkey, pressed = random.Random(7), set()
    async with console(place) as hand:
        hand.app.exit = lambda *_args, **_more: None  # type: ignore[method-assign]
        watched.seen.clear()
        watched.on = True
        try:
            for area in AREAS:
                keys = monkey.sample([key for key in KEYS if key not in pressed], len(KEYS) // len(AREAS))
                pressed.update(keys)
                await hand.burst("escape", "escape", "escape", area.key, *keys)
        finally:
            watched.on = False
        assert len(pressed) > len(KEYS) - len(AREAS)
    ours = (str(tmp_path / "exchange"), str(place.root), str(place.archive), str(place.store.path), "/dev/null")
    assert [one for one in watched.seen if not one.partition(" ")[2].startswith(ours)] == []
    assert sorted(path for path in tmp_path.iterdir() if path.name != "state") == outside


def test_the_watch_sees_what_is_started(watched: Watched, tmp_path: Path) -> None:
    watched.seen.clear()
    watched.on = True
    subprocess.run(["true"], check=True)
    (tmp_path / "written").write_text("x")
    watched.on = False
    assert (
        any(one.startswith("subprocess.Popen") for one in watched.seen) and f"open {tmp_path}/written" in watched.seen
    )
