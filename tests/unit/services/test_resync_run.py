"""A run, with a clock that only the test moves and a way that only notes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import pytest

from aps_tui.domain.errors import BadValue
from aps_tui.domain.site import Device, Extension, Line
from aps_tui.services.commit import commit
from aps_tui.services.resync.pace import Pace, Waiting, in_order, stages
from aps_tui.services.resync.run import Run, Step, Timer, Wanted, changed
from aps_tui.services.resync.settings import ResyncSettings
from aps_tui.services.resync.words import Order, Target
from aps_tui.services.watch.upkeep import upkeep
from aps_tui.services.workplace import Workplace
from aps_tui.wire.sip_notify import Notice
from tests.unit.services.resync_site import NotedWay, fetch
from tests.unit.services.site_clock import fetched, say
from tests.unit.services.small_site import contents

FIRST = 5_000_000_000.0
"""Unix seconds when a run begins: after all that a commit of today wrote."""


@dataclass
class Clock:
    now: float = FIRST
    coming: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def later(self, seconds: float, do: Callable[[], None]) -> None:
        self.coming.append((self.now + seconds, do))

    def pause(self, seconds: float) -> None:
        """Time passes, and what happens in it."""
        self.now += seconds
        due = [one for one in self.coming if one[0] <= self.now]
        self.coming = [one for one in self.coming if one not in due]
        for _, do in due:
            do()


@pytest.fixture
def clock(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(place.store.db, "now", clock)
    return clock


@pytest.fixture
def way(clock: Clock) -> NotedWay:
    return NotedWay(clock)


@pytest.fixture
def fleet(place: Workplace) -> dict[str, str]:
    """Twenty phones of two tenants, each on an account of its own and committed; target to MAC."""
    found: dict[str, str] = {}
    for tenant, first in (("acme", 200), ("bolt", 300)):
        numbers = [str(first + n) for n in range(10)]
        place.store.extensions.save_many([Extension(tenant, one, one, one, f"secret-{one}") for one in numbers])
        macs = [f"0011220{one}00" for one in numbers]
        place.store.devices.save_many(
            [
                Device(mac, tenant, "testphone", "T1", lines=(Line(1, one),))
                for mac, one in zip(macs, numbers, strict=True)
            ]
        )
        found |= {f"endpoint {one}": mac for mac, one in zip(macs, numbers, strict=True)}
    commit(place)
    return found


def fetching(
    place: Workplace, way: NotedWay, fleet: dict[str, str], clock: Clock, but: str = "", after: float = 3.0
) -> None:
    """Every phone that is told fetches some seconds later, but one."""

    def then(target: Target) -> None:
        if str(target) != but:
            clock.later(after, lambda: fetch(place, fleet[str(target)], float(int(clock.now))))

    way.then = then


def run(
    place: Workplace, fleet: dict[str, str], way: NotedWay, clock: Clock, **wanted: object
) -> tuple[Run, list[Step]]:
    """Do a whole run."""
    made = Run(place, [*fleet.values()], Wanted(**wanted), way=way, timer=Timer(clock, clock.pause))  # type: ignore[arg-type]
    return made, [*made.steps()]


def test_all_are_told_at_the_pace(place: Workplace, fleet: dict[str, str], way: NotedWay, clock: Clock) -> None:
    made, steps = run(place, fleet, way, clock, wait=False, pace=30)
    at = [when - FIRST for when, _, _ in way.told]
    assert len(at) == 20 and {target for _, target, _ in way.told} == {*fleet}
    assert all(2.0 <= later - sooner <= 2.3 for sooner, later in pairwise(at))
    assert {one.state for one in made.results.values()} == {"sent"} and not made.failed
    assert steps[-1].told == steps[-1].total == 20 and str(steps[-1]) == "all: 20 of 20 told"
    assert sum(len(step.changed) for step in steps) == 20
    assert place.store.audit.of("resync", "", 1)[0].detail == made.words


def test_a_tenant_has_a_pace_of_its_own(place: Workplace, fleet: dict[str, str], way: NotedWay, clock: Clock) -> None:
    place = replace(place, resync=ResyncSettings(tenant_pace=12))
    run(place, fleet, way, clock, wait=False, pace=60)
    for first in "23":
        at = [when for when, target, _ in way.told if target.startswith(f"endpoint {first}")]
        assert len(at) == 10 and all(5.0 <= later - sooner <= 5.3 for sooner, later in pairwise(at))
    assert way.told[-1][0] - FIRST < 50, "the tenants do not wait for each other"


def test_one_first_then_a_tenth_then_the_rest(
    place: Workplace, fleet: dict[str, str], way: NotedWay, clock: Clock
) -> None:
    fetching(place, way, fleet, clock, after=10)
    made, steps = run(place, fleet, way, clock, pace=600)
    at = [when - FIRST for when, _, _ in way.told]
    assert at[0] == 0 and all(when >= 10 for when in at[1:]) and at[2] < 12 and all(when >= 20 for when in at[3:])
    assert {one.state for one in made.results.values()} == {"fetched"} and not made.failed and not made.reason
    assert list(dict.fromkeys(step.stage for step in steps)) == ["one first", "a tenth", "the rest"]
    assert {one.state for one in place.store.resyncs.of([*fleet.values()]).values()} == {"fetched"}
    assert changed(place) and not {*changed(place)} & {*fleet.values()}


def test_a_canary_that_stays_silent_ends_it(
    place: Workplace, fleet: dict[str, str], way: NotedWay, clock: Clock
) -> None:
    made, _ = run(place, fleet, way, clock)
    assert len(way.told) == 1 and 180 < clock.now - FIRST < 183 and made.failed
    assert "no fetch of its file was seen in 180 s" in made.reason and "19 phones not told" in made.reason
    assert sorted({one.state for one in made.results.values()}) == ["not-told", "silent"]
    assert [one.state for one in place.store.resyncs.of([*fleet.values()]).values()] == ["silent"]
    first = way.told[0][1]
    fetching(place, way, fleet, clock)
    again, _ = run(place, fleet, way, clock)
    assert way.told[1][1] != first and not again.failed, "another one goes first"


def test_a_canary_that_is_refused_ends_it_at_once(
    place: Workplace, fleet: dict[str, str], way: NotedWay, clock: Clock
) -> None:
    way.refused = {*fleet}
    made, _ = run(place, fleet, way, clock)
    assert clock.now == FIRST and "no such endpoint; 19 phones not told" in made.reason


def test_one_of_the_tenth_that_stays_silent_ends_it(
    place: Workplace, fleet: dict[str, str], way: NotedWay, clock: Clock
) -> None:
    order = [order.target for order in Run(place, [*fleet.values()], way=way).orders]
    fetching(place, way, fleet, clock, but=str(order[2]))
    made, _ = run(place, fleet, way, clock)
    assert len(way.told) == 3 and made.reason.startswith("a tenth: ") and "17 phones not told" in made.reason


def test_silent_ones_of_the_rest_are_named_and_the_others_go_on(
    place: Workplace, fleet: dict[str, str], way: NotedWay, clock: Clock
) -> None:
    order = [order.target for order in Run(place, [*fleet.values()], way=way).orders]
    fetching(place, way, fleet, clock, but=str(order[9]))
    made, steps = run(place, fleet, way, clock)
    assert len(way.told) == 20 and made.failed and not made.reason
    assert [mac for mac, one in made.results.items() if one.state == "silent"] == [fleet[str(order[9])]]
    assert str(steps[-1]) == "the rest: 20 of 20 told, 19 fetched, 1 silent"
    assert changed(place).count(fleet[str(order[9])]) == 1, "the next run with --changed tells it again, and no other"
    assert len({*changed(place)} & {*fleet.values()}) == 1


def test_failures_in_a_row_end_it(place: Workplace, fleet: dict[str, str], way: NotedWay, clock: Clock) -> None:
    way.refused = {*fleet}
    made, _ = run(place, fleet, way, clock, canary=False)
    assert made.reason == "5 failed in a row; 15 phones not told" and made.failed


def test_it_stops_at_any_moment_and_what_was_done_is_stored(
    place: Workplace, fleet: dict[str, str], way: NotedWay, clock: Clock
) -> None:
    made = Run(place, [*fleet.values()], Wanted(canary=False), way=way, timer=Timer(clock, clock.pause))
    for step in made.steps():
        if step.told == 7:
            made.stop()
    assert len(way.told) == 7 and made.reason == "stopped: 13 phones not told"
    stored = place.store.resyncs.of([*fleet.values()])
    assert len(stored) == 7 and {one.state for one in stored.values()} == {"sent"}
    told = next(iter(stored))
    fetch(place, told, clock.now + 1)
    clock.now += 500
    assert [*Run(place, [MAC_OF_NOBODY], way=way, timer=Timer(clock, clock.pause)).steps()] == []
    settled = place.store.resyncs.of([*fleet.values()])
    assert settled[told].state == "fetched" and [one.state for one in settled.values()].count("silent") == 6


MAC_OF_NOBODY = "001122000005"
"""A device without a line whose address nobody knows."""


def test_a_fetch_before_it_was_told_does_not_count(
    place: Workplace, fleet: dict[str, str], way: NotedWay, clock: Clock
) -> None:
    clock.now += 0.7
    mac = next(iter(fleet.values()))
    only = {"": mac}
    fetch(place, mac, FIRST)  # in the same second
    made, _ = run(place, only, way, clock)
    assert [one.state for one in made.results.values()] == ["silent"]
    way.then = lambda _: fetch(place, mac, float(int(clock.now)))
    clock.now += 0.4
    made, _ = run(place, only, way, clock)
    assert [(one.state, one.detail) for one in made.results.values()] == [("fetched", "after 0 s")]


def test_those_told_by_address_are_reminded_of_the_trap(
    place: Workplace, fleet: dict[str, str], way: NotedWay, clock: Clock
) -> None:
    from tests.unit.services.resync_site import register

    register(place, MAC_OF_NOBODY, f"aps-{MAC_OF_NOBODY}", "sip:x@10.0.0.9:5060")
    made, _ = run(place, {"": MAC_OF_NOBODY}, way, clock)
    assert "default_outbound_endpoint" in made.results[MAC_OF_NOBODY].detail


def test_what_cannot_be_told_is_named(place: Workplace, way: NotedWay, tmp_path: Path) -> None:
    made = Run(place, [MAC_OF_NOBODY, "00:11:22:00:00:02"], way=way)
    assert made.results[MAC_OF_NOBODY].state == "failed" and len(made.orders) == 1
    assert made.words == "1 phone by ami, 60 a minute: check-sync to 1"
    with pytest.raises(BadValue, match="no such device"):
        Run(place, ["001122ffffff"], way=way)
    assert way.closed


def order(mac: str, tenant: str = "a", model: str = "T1") -> Order:
    return Order(mac, tenant, "v", model, Notice("check-sync"), Target(endpoint=mac))


def test_stages() -> None:
    def cut(count: int, canary: bool = True) -> list[int]:
        return [len(stage.orders) for stage in stages([order(str(n)) for n in range(count)], canary=canary)]

    assert [cut(n) for n in (0, 1, 2, 10, 11, 100, 250)] == [
        [], [1], [1, 1], [1, 9], [1, 2, 8], [1, 10, 89], [1, 25, 224],
    ]  # fmt: skip
    assert cut(100, canary=False) == [100]


def test_the_first_ones_stand_for_every_model(place: Workplace) -> None:
    orders = [order(f"00112200000{n}", model="T1" if n < 4 else "T2") for n in range(6)]
    assert [one.model for one in in_order(place, orders)] == ["T1", "T2", "T1", "T2", "T1", "T1"]


def test_a_tenant_that_waits_lets_others_pass() -> None:
    pace, waiting = Pace(60, 6), Waiting([order("1"), order("2"), order("3", "b")])
    taken = []
    for now in range(12):
        one = waiting.take(pace, float(now))
        if one is not None:
            pace.spend(one.tenant, float(now))
            taken.append((now, one.mac))
    assert taken == [(0, "1"), (1, "3"), (10, "2")] and not waiting


def test_withdrawn_files_are_opened_before_their_phones_are_told(
    place: Workplace, clock: Clock, way: NotedWay, fleet: dict[str, str]
) -> None:
    mac = next(iter(fleet.values()))
    say(place, withdraw_hours=1)
    commit(place)
    clock.now += 1
    fetched(place, mac)
    clock.now += 3601
    assert upkeep(place) == "" and f"{mac}.cfg" not in contents(place.root)
    there: list[bool] = []
    way.then = lambda _: there.append(f"{mac}.cfg" in contents(place.root))
    with Run(place, [mac], Wanted(wait=False), way=way, timer=Timer(clock, clock.pause)) as run:
        assert run.words.endswith("; 1 device withdrawn, opened for it")
        list(run.steps())
    assert there == [True] and [one.state for one in run.results.values()] == ["sent"]
    clock.now += 3700
    assert upkeep(place) == "" and f"{mac}.cfg" not in contents(place.root)


def test_nobody_is_told_where_withdrawn_files_cannot_be_opened(
    place: Workplace, clock: Clock, way: NotedWay, fleet: dict[str, str]
) -> None:
    mac = next(iter(fleet.values()))
    say(place, withdraw_hours=1)
    commit(place)
    clock.now += 1
    fetched(place, mac)
    clock.now += 3601
    assert upkeep(place) == ""
    (place.root / f"{mac}.cfg").write_text("of somebody else")
    with Run(place, [mac], Wanted(wait=False), way=way, timer=Timer(clock, clock.pause)) as run:
        list(run.steps())
    assert "cannot be opened" in run.reason and not way.told and run.failed
