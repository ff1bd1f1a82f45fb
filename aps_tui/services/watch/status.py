"""Who watches, and what it hears: one watcher for a database, and every console knows how it fares."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec

from aps_tui.services.lock import Busy, Held, held, said_by_holder
from aps_tui.services.watch.follow import MISSING

LOCK = "watch"


class Source(NamedTuple):
    """One thing that is listened to."""

    name: str
    """`/var/log/nginx/access.log`, `DHCP on eth1` …"""
    state: str
    """Empty while all is well; else what is wrong and what to do."""
    seen: int
    """Observations so far."""


class Status(msgspec.Struct, frozen=True):
    """A watcher as it says itself."""

    pid: int
    operator: str
    since: float
    """Unix seconds, as `at`: when it said so."""
    at: float
    sources: list[Source] = []
    dropped: int = 0
    """Observations that the caps left out."""
    notes: list[str] = []
    """What the operator should know: why nothing is created by itself …"""

    @property
    def words(self) -> str:
        """One line for the operator."""
        states = [source.state for source in self.sources]
        fine, absent = states.count(""), states.count(MISSING)
        lame = len(states) - fine - absent  # what is not there may never have been meant
        heard = f"{fine} source{'' if fine == 1 else 's'}" + (f", {lame} not to be had" if lame else "")
        return f"process {self.pid} ({self.operator}) listens to {heard}"


@contextmanager
def watching(database: Path, operator: str) -> Iterator[Held]:
    """Be the one watcher of a database. Raises Busy naming the one that there is."""
    now = time.time()
    first = encoded(Status(os.getpid(), operator, now, now))
    with held(database, LOCK, first, "a watcher is at work already: see aps-tui watch --status") as lock:
        yield lock


def encoded(status: Status) -> str:
    """A status as it is kept."""
    return msgspec.json.encode(status).decode()


def status(database: Path) -> Status | None:
    """The watcher of a database; None where there is none."""
    for _ in range(3):  # it may be met half-written
        try:
            said = said_by_holder(database, LOCK)
            return None if said is None else msgspec.json.decode(said, type=Status)
        except (OSError, msgspec.MsgspecError):
            continue
    return None


__all__ = ["Busy", "Source", "Status", "encoded", "status", "watching"]
