"""A run: phones are told at a pace, one first, and watched until each has fetched its file.

Whoever drives it takes one step after the other, in a thread; between two steps it can be stopped. What became of each
device is stored as it happens, so that a console that dies loses nothing.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from aps_tui.domain.errors import ApsError
from aps_tui.domain.roles import Role
from aps_tui.domain.upkeep import OPEN_HOURS
from aps_tui.services.console import counted
from aps_tui.services.resync.one import told
from aps_tui.services.resync.orders import Orders, orders_for
from aps_tui.services.resync.pace import Pace, Stage, Waiting, in_order, stages
from aps_tui.services.resync.ways import NO_DEFAULT, open_way
from aps_tui.services.resync.words import FAILED, FETCHED, NOT_TOLD, SENT, SILENT, Order, Result, Way
from aps_tui.services.workplace import Workplace

TICK = 0.2
"""Seconds of the longest pause: a stop is heard within it."""
_SHORTEST = 0.01
LOOK_EVERY = 1.0
"""Seconds between two looks at what was fetched."""
MOST_FAILED = 5
"""Failures in a row after which the rest would fail as well."""


class Timer(NamedTuple):
    """The time; tests bring their own."""

    now: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep


class Wanted(NamedTuple):
    """What is asked of a run; None leaves it to the configuration."""

    restart: bool = False
    way: str = ""
    pace: int | None = None
    canary: bool | None = None
    wait: bool = True
    """False: nobody looks whether they fetch, so none goes first either."""


_PLAIN = Wanted()


class Step(NamedTuple):
    """How far a run is."""

    stage: str
    told: int
    total: int
    """Phones that are to be told."""
    states: Counter[str]
    changed: tuple[Result, ...] = ()
    """Devices of which something new is known."""

    def __str__(self) -> str:
        said = [f"{self.states[state]:,} {state}" for state in (FETCHED, SILENT, FAILED) if self.states[state]]
        return f"{self.stage}: " + ", ".join([f"{self.told:,} of {self.total:,} told", *said])


class _Sent(NamedTuple):
    """A phone that was told and has not fetched yet."""

    at: float
    """Unix seconds."""
    since: float
    """Of the run's own clock."""
    before: float
    """When it had fetched last."""
    by_address: bool


def changed(place: Workplace) -> list[str]:
    """The devices whose files changed since they last fetched."""
    return place.store.resyncs.behind()


class Run:
    """One run, prepared; `steps` does it. Close it, or use it as a context manager."""

    def __init__(
        self, place: Workplace, macs: Sequence[str], wanted: Wanted = _PLAIN, *, way: Way | None = None,
        timer: Timer | None = None,
    ) -> None:  # fmt: skip
        """Find out how each device is told.

        Raises BadValue for a MAC that is no device, Refused, ApsError for a way that lacks something.
        """
        place.store.need(Role.OPERATOR, "telling phones to fetch")
        place.within(macs)
        said = place.resync
        self.place, self.timer, self.wait, self.timeout = place, timer or Timer(), wanted.wait, said.timeout
        self.canary = wanted.wait and (said.canary if wanted.canary is None else wanted.canary)
        self.minute = wanted.pace or said.pace
        self.pace = Pace(self.minute, said.tenant_pace)
        self.way = way or open_way(said, wanted.way)
        try:
            self.plan: Orders = orders_for(place, macs, restart=wanted.restart, needs_uri=self.way.needs_uri)
        except BaseException:
            self.close()
            raise
        self.orders = in_order(place, self.plan.orders)
        self.results = {one.mac: one for one in self.plan.unable}
        for order in self.orders:
            self.results[order.mac] = Result(order.mac, NOT_TOLD, "", order.notice.event, str(order.target))
        self.withdrawn = place.store.windows.withdrawn([order.mac for order in self.orders])
        """Devices whose files are opened before they are told."""
        self.reason = ""
        """Why it ended before its time."""
        self.over = False
        self._sent: dict[str, _Sent] = {}
        self._told = self._in_a_row = 0
        self._looked = float("-inf")
        self._stopped = threading.Event()

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the way."""
        self.way.close()

    def stop(self) -> None:
        """End it soon, from any thread; phones that were told may still fetch."""
        self._stopped.set()

    @property
    def words(self) -> str:
        """What it would do, in one line."""
        events = Counter(order.notice.event for order in self.orders)
        said = ", ".join(f"{event} to {count:,}" for event, count in events.most_common())
        first = ", one first, then a tenth" if self.canary and len(self.orders) > 1 else ""
        opened = f"; {counted(len(self.withdrawn), 'device')} withdrawn, opened for it" if self.withdrawn else ""
        many = counted(len(self.orders), "phone")
        return f"{many} by {self.way.name}, {self.minute} a minute{first}: {said or '-'}{opened}"

    @property
    def summary(self) -> str:
        """How it ended, in numbers: `19 fetched, 1 silent`."""
        return ", ".join(f"{count:,} {state}" for state, count in self._states().most_common())

    @property
    def failed(self) -> bool:
        """Whether a device was not told, or did not fetch."""
        fine = {FETCHED} if self.wait else {FETCHED, SENT}
        return any(one.state not in fine for one in self.results.values())

    def steps(self) -> Iterator[Step]:
        """Do it; what is yielded is how far it is, a few times a second."""
        try:
            yield from self._stages()
        except BaseException:
            self.reason = self.reason or "it broke off"
            raise
        finally:
            self.over = True

    def _stages(self) -> Iterator[Step]:
        self.place.store.resyncs.settle(self.timeout)
        if self.orders:
            self.place.store.resyncs.begin(self.words)
        if not self._opened():
            return
        for stage in stages(self.orders, canary=self.canary):
            yield from self._stage(stage)
            if self.reason:
                return

    def _opened(self) -> bool:
        """Withdrawn files are opened, for as long as telling all takes, and an hour: who is told must find its own."""
        from aps_tui.services.windows import LONGEST, open_files

        hours = min(OPEN_HOURS + len(self.orders) / self.minute / 60, LONGEST)
        try:
            if self.withdrawn:
                open_files(self.place, self.withdrawn, hours)
        except ApsError as error:
            self.reason = f"nobody was told, as withdrawn files cannot be opened: {error}"
            return False
        return True

    def _stage(self, stage: Stage) -> Iterator[Step]:
        waiting = Waiting(stage.orders)
        while True:
            changed = self._look()
            if self._ended(stage):
                yield self._step(stage, changed)
                return
            order = waiting.take(self.pace, self.timer.now())
            if order is not None:
                changed.append(self._tell(order))
            elif not waiting and not (self.wait and self._sent):
                yield self._step(stage, changed)
                return
            yield self._step(stage, changed)
            if order is None:
                self.timer.pause(min(max(waiting.ready(self.pace) - self.timer.now(), _SHORTEST), TICK))

    def _ended(self, stage: Stage) -> bool:
        """Whether it has to end here; says why."""
        bad = [one for one in self._of(stage) if one.state in (FAILED, SILENT)] if stage.careful else []
        left = sum(one.state == NOT_TOLD for one in self.results.values())
        if self._stopped.is_set():
            self.reason = f"stopped: {counted(left, 'phone')} not told"
        elif bad:
            self.reason = f"{stage.name}: {bad[0].mac}: {bad[0].detail}; {counted(left, 'phone')} not told"
        elif self._in_a_row >= MOST_FAILED:
            self.reason = f"{MOST_FAILED} failed in a row; {counted(left, 'phone')} not told"
        return bool(self.reason)

    def _of(self, stage: Stage) -> list[Result]:
        return [self.results[order.mac] for order in stage.orders]

    def _step(self, stage: Stage, changed: Sequence[Result]) -> Step:
        return Step(stage.name, self._told, len(self.orders), self._states(), tuple(changed))

    def _states(self) -> Counter[str]:
        return Counter(one.state for one in self.results.values())

    def _tell(self, order: Order) -> Result:
        store = self.place.store
        before = store.requests.fetched([order.mac]).get(order.mac, 0.0)
        at, since = store.db.now(), self.timer.now()
        result = self.results[order.mac] = told(self.place, self.way, order)
        self._told += 1
        self.pace.spend(order.tenant, since)
        self._in_a_row = self._in_a_row + 1 if result.state == FAILED else 0
        if result.state == SENT and self.wait:
            by_address = not order.target.endpoint and not self.way.needs_uri
            self._sent[order.mac] = _Sent(at, since, before, by_address)
        return result

    def _look(self) -> list[Result]:
        """Who has fetched since, and who has not for too long."""
        now = self.timer.now()
        if not self._sent or now < self._looked + LOOK_EVERY:
            return []
        self._looked = now
        fetched = self.place.store.requests.fetched([*self._sent])
        found = []
        for mac, sent in [*self._sent.items()]:
            at = fetched.get(mac, 0.0)
            if at > sent.before and at >= int(sent.at):  # logs know no parts of a second
                found.append(self._judge(mac, FETCHED, f"after {max(at - sent.at, 0):.0f} s"))
            elif now - sent.since > self.timeout:
                found.append(self._judge(mac, SILENT, self._silence(sent)))
        return found

    def _silence(self, sent: _Sent) -> str:
        said = (
            f"no fetch of its file was seen in {self.timeout} s: is the phone on, is aps-tui watch following the logs?"
        )
        return f"{said} It was {NO_DEFAULT}" if sent.by_address else said

    def _judge(self, mac: str, state: str, detail: str) -> Result:
        del self._sent[mac]
        self.place.store.resyncs.judge([mac], state, detail)
        self.results[mac] = self.results[mac]._replace(state=state, detail=detail)
        return self.results[mac]
