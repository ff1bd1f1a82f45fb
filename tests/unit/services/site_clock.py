"""A clock of the site that only the test moves, and settings said in one word."""

from __future__ import annotations

from dataclasses import replace

from aps_tui.data.requests import Request
from aps_tui.services.workplace import Workplace

HOUR, DAY = 3600.0, 86400.0


class SiteClock:
    """The time, which goes on when it is told to."""

    def __init__(self, place: Workplace) -> None:
        self.now = 1_800_000_000.0
        place.store.db.now = self

    def __call__(self) -> float:
        return self.now

    def later(self, *, hours: float = 0, days: float = 0) -> None:
        """Time passes."""
        self.now += hours * HOUR + days * DAY


def say(place: Workplace, **said: object) -> None:
    """Store provisioning settings."""
    place.store.provisioning.save(replace(place.store.provisioning.get(), **said))  # type: ignore[arg-type]


def fetched(place: Workplace, *macs: str, after: float = 1) -> None:
    """The web server's log says that phones got their files, some seconds from now."""
    at = place.store.db.now() + after
    place.store.requests.record([Request(mac, f"{mac}.cfg", "10.0.0.1", "http", 200, 100, "", at) for mac in macs])
