"""The watcher's loop: reads every source in turn, writes what gathered, says how it fares.

It polls: four looks a second at a dozen files and sockets cost nothing that can be measured, hold on any file system,
and put a phone into the queue within half a second. Sockets keep what comes between two looks.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from aps_tui.data.arrivals import Arrival
from aps_tui.data.errors import StoreError
from aps_tui.domain.observation import Observation
from aps_tui.services.lock import Held
from aps_tui.services.watch.autocreate import AutoCreate
from aps_tui.services.watch.ban_log import ban_log, tell
from aps_tui.services.watch.caps import Caps
from aps_tui.services.watch.collect import Batch, Collector
from aps_tui.services.watch.record import judge_of, write
from aps_tui.services.watch.settings import WatchSettings
from aps_tui.services.watch.status import Source, Status, encoded
from aps_tui.services.watch.upkeep import EVERY as UPKEEP_EVERY
from aps_tui.services.watch.upkeep import upkeep
from aps_tui.services.watch.verdict import Judge
from aps_tui.services.workplace import Workplace

TICK = 0.25
"""Seconds between two looks while nothing more waits to be read."""
STATUS_EVERY = 2.0
PRUNE_EVERY = 60.0
FORGET_AFTER = 90 * 86400.0
"""Seconds after which a sighting is forgotten."""


class Listens(Protocol):
    """Something that is listened to."""

    name: str

    @property
    def state(self) -> str:
        """Empty while all is well; else what is wrong."""

    @property
    def more(self) -> bool:
        """Whether more waits to be read at once."""

    def read(self) -> Sequence[Observation]:
        """What came since the last time, without waiting; a bounded piece of it while much waits."""

    def close(self) -> None:
        """Stop listening."""


@dataclass
class Watcher:
    """One run of the watcher. Make and use it in one thread that has the store open."""

    place: Workplace
    settings: WatchSettings
    sources: Sequence[Listens]
    lock: Held
    clock: Callable[[], float] = time.time
    """Unix seconds."""
    rest: Callable[[float], object] = time.sleep
    since: float = field(init=False)

    def __post_init__(self) -> None:
        self.since = self.clock()
        self._collector = Collector()
        self._caps = Caps()
        self._auto = AutoCreate(self.place, self.settings.auto_create_per_hour)
        self._seen = [0] * len(self.sources)
        self._notes: dict[str, str] = {}
        self._unsaved = Batch()
        self._said = self._pruned = self._judged = self._kept_up = 0.0
        self._judge: Judge | None = None
        self._mode = self.place.store.path.stat().st_mode & 0o660
        self._tell((), self.since)
        for arrival in self.place.store.arrivals.latest(self.settings.keep):
            self._collector.know(arrival.address, arrival.mac)

    def run(self, stop: Callable[[], bool]) -> None:
        """Watch until `stop` says so. What goes wrong with the database is said and tried again."""
        try:
            while not stop():
                if not self.step():
                    self.rest(TICK)
        finally:
            for source in self.sources:
                source.close()

    def step(self) -> bool:
        """One look at every source, and one write of what gathered; whether more may wait."""
        now = self.clock()
        more = self._read()
        self._save(now)
        if now - self._pruned >= PRUNE_EVERY:
            self._pruned = now
            self._tidy(now)
        if now - self._kept_up >= UPKEEP_EVERY:
            self._kept_up = now
            self._keep_up()
        if now - self._said >= STATUS_EVERY:
            self._said = now
            self.lock.say(encoded(self.status(now)))
        return more

    def status(self, now: float) -> Status:
        """How it fares."""
        sources = [Source(one.name, one.state, seen) for one, seen in zip(self.sources, self._seen, strict=True)]
        dropped, notes = self._collector.dropped, [note for note in self._notes.values() if note]
        return Status(os.getpid(), self.place.store.db.operator, self.since, now, sources, dropped, notes)

    def _read(self) -> bool:
        more = False
        for number, source in enumerate(self.sources):
            found = source.read()
            for one in found:
                self._collector.add(one)
            self._seen[number] += len(found)
            more = more or source.more
        return more

    def _save(self, now: float) -> None:
        batch, arrivals = self._unsaved or self._collector.take(now), list[Arrival]()
        if not batch and not self._auto.waits:
            return
        try:
            arrivals = write(self.place, batch, self._judge_now(now), self._caps) if batch else []
            self._unsaved = Batch()
            self._notes["auto-create"] = self._auto.consider(arrivals).note
            self._notes["store"] = ""
            if harvesters := self._caps.harvesters():
                self._tell(harvesters, now)
        except StoreError as error:
            self._unsaved = batch if not arrivals else Batch()
            self._notes["store"] = f"cannot write: {error}"
            self.rest(TICK)

    def _tell(self, harvesters: Sequence[str], now: float) -> None:
        """Tell fail2ban, or the operator why it cannot be told."""
        self._notes["bans"] = tell(ban_log(self.place.store.path), harvesters, now, self._mode)

    def _judge_now(self, now: float) -> Judge:
        """The judge, made anew now and then: prefix rules change."""
        if self._judge is None or now - self._judged >= STATUS_EVERY:
            self._judge, self._judged = judge_of(self.place), now
        return self._judge

    def _keep_up(self) -> None:
        try:
            self._notes["upkeep"] = upkeep(self.place)
        except StoreError as error:
            self._notes["store"] = f"cannot write: {error}"

    def _tidy(self, now: float) -> None:
        try:
            self.place.store.arrivals.prune(self.settings.keep)
            self.place.store.sightings.forget(before=now - FORGET_AFTER)
        except StoreError as error:
            self._notes["store"] = f"cannot write: {error}"
