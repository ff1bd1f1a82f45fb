"""Plan, diff, commit, history and undo from the screen, on a real tree."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from textual.worker import WorkerFailed

from aps_tui.data.store import Store
from aps_tui.screens.commit_rows import PlanRows, Section
from aps_tui.services.commit import Outcome, commit
from aps_tui.services.console import when
from aps_tui.services.judge import Change
from aps_tui.services.reasons import Cause
from aps_tui.services.workplace import Workplace
from tests.screens.console import console
from tests.unit.services.small_site import MACS, contents


def rename(place: Workplace, mac: str, label: str) -> None:
    device = place.store.devices.get(mac)
    assert device is not None
    place.store.devices.save(replace(device, lines=(replace(device.lines[0], label=label),)))


async def test_the_plan_is_grouped_by_reason(place: Workplace) -> None:
    async with console(place, screen="commit") as hand:
        assert "8 to add" in hand.said("#plan-line")
        titles = [key for key in hand.keys() if key.startswith("add")]  # noqa: SIM118 - a method of ours
        assert titles[0] == "add 6 files: new device"
        before = hand.rows.total
        await hand.press("enter")
        assert hand.rows.total == before - 6


async def test_the_diff_of_the_file_under_the_cursor_shows_no_secret(place: Workplace) -> None:
    commit(place)
    rename(place, MACS[0], "Boss")
    async with console(place, screen="commit") as hand:
        await hand.press("j")
        diff = hand.said("#diff")
        assert "+account.1.label = Boss" in diff and "s3cret" not in diff
        await hand.press("tab")
        assert hand.app.screen.query_one("#diff").has_focus


async def test_commit_writes_the_tree_and_undo_brings_the_old_one_back(place: Workplace) -> None:
    async with console(place, screen="commit") as hand:
        await hand.press("C")
        await hand.type("first")
        await hand.press("enter")
        assert len(contents(place.root)) == 8 and hand.app.desk.running == ""
        assert "all committed" in hand.said("#site") and "no file changes" in hand.said("#plan-line")
        first = contents(place.root)
        rename(place, MACS[0], "Boss")
        await hand.press("r", "C", "enter")
        assert contents(place.root) != first
        await hand.press("H", "j")
        assert "first" in hand.look()
        await hand.press("U")
        assert "1 file to bring back" in hand.look()
        await hand.press("y")
        assert contents(place.root) == first
        assert place.store.generations.history()[0].generation.restored_from == 1


async def test_a_problem_stops_a_commit_unless_told_to_go_on(place: Workplace) -> None:
    (place.root / f"{MACS[1]}.cfg").write_text("by hand\n")
    device = place.store.devices.get(MACS[0])
    assert device is not None
    place.store.devices.save(replace(device, raw={"bad": "two\nlines"}))
    async with console(place, screen="commit") as hand:
        assert "1 problem (p)" in hand.said("#plan-line") and "1 edited (e)" in hand.said("#plan-line")
        await hand.press("p", "j")
        assert MACS[0] in hand.said("#diff")
        await hand.press("C", "enter")
        assert len(contents(place.root)) == 1 and "Stopped, nothing was written" in hand.told()[-1]
        await hand.press("C", "tab", "space", "tab", "space", "enter")
        assert len(contents(place.root)) == 7


async def test_undo_asks_before_it_overwrites(place: Workplace) -> None:
    commit(place)
    rename(place, MACS[0], "Boss")
    commit(place)
    (place.root / f"{MACS[0]}.cfg").write_text("by hand\n")
    async with console(place, screen="commit") as hand:
        await hand.press("H", "j", "U", "y")
        assert "edited by hand" in hand.look()
        await hand.press("y")
        assert b"by hand" not in contents(place.root)[f"{MACS[0]}.cfg"]


async def test_an_error_is_one_line_and_the_console_goes_on(place: Workplace) -> None:
    async with console(place, screen="commit") as hand:
        place.root.rename(place.root.with_name("away"))
        with suppress(WorkerFailed):
            await hand.press("r")
        await hand.pilot.pause()
        assert str(place.root) in hand.told()[-1] and "\n" not in hand.told()[-1]
        await hand.press("1", "j")
        assert hand.app.current_mode == "devices"


async def test_what_another_process_writes_is_planned_again(place: Workplace) -> None:
    async with console(place, screen="commit") as hand:
        assert "8 to add" in hand.said("#plan-line")
        with Store.open(place.store.path, operator="bob") as other:
            other.devices.delete(MACS[:1])
        hand.app.look()
        await hand.settle()
        assert "7 to add" in hand.said("#plan-line")


async def test_while_a_commit_runs_the_console_can_be_used_and_not_left(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def slow(*args: Any, **how: Any) -> Outcome:
        assert go_on.wait(60)
        return commit(*args, **how)

    monkeypatch.setattr("aps_tui.screens.commit.commit", slow)
    async with console(place, screen="commit") as hand:
        await hand.pilot.press("C", "enter", "q", "1", "j")
        assert hand.app.is_running and hand.app.current_mode == "devices" and hand.rows.cursor == 1
        go_on.set()
        await hand.settle()
        assert hand.app.desk.running == "" and len(contents(place.root)) == 8


def changes(count: int, cause: str) -> list[Change]:
    return [Change(f"{n:05}.cfg", "add", None, "testphone", None, "0", (Cause(cause),)) for n in range(count)]


def test_ten_thousand_changes_make_only_the_rows_that_are_seen() -> None:
    sections = [Section("one", "one", changes(10_000, "new")), Section("two", "two", changes(3, "pack"))]
    rows = PlanRows(sections)
    assert [row.key for row in rows.page(0, 128)] == ["one", "two"]
    rows.fold("one")
    assert rows.count() == 10_002 and len(rows.page(9_990, 128)) == 12
    assert rows.at(0) == (sections[0], None) and rows.at(10_000) == (sections[0], sections[0].items[-1])
    assert rows.at(10_001) == (sections[1], None) and rows.at(10_002) is None
    assert rows.start_of("two") == 10_001 and rows.start_of("nosuch") is None
    every = [row.key for offset in range(0, rows.count(), 128) for row in rows.page(offset, 128)]
    assert len(every) == len(set(every)) == rows.count()


@pytest.mark.parametrize(
    ("ago", "said"),
    [(0, "just now"), (3600, "today 11:00"), (86400, "yesterday 12:00"), (3 * 86400, "Monday 12:00"),
     (30 * 86400, "10 February 12:00"), (400 * 86400, "5 February 2025 12:00")],
)  # fmt: skip
def test_times_are_said_as_people_say_them(ago: int, said: str) -> None:
    noon = time.mktime((2026, 3, 12, 12, 0, 0, 0, 0, -1))
    assert when(noon - ago, noon) == said
