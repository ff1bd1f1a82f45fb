"""The small site made ready to be told: written files, registrations, fetches; and a way that only notes."""

from __future__ import annotations

from collections.abc import Callable

from aps_tui.data.requests import Registration, Request
from aps_tui.domain.errors import ApsError
from aps_tui.services.resync.words import Target
from aps_tui.services.workplace import Workplace
from aps_tui.wire.sip_notify import Notice


def register(place: Workplace, mac: str, account: str, contact: str = "", address: str = "", at: float = 1.0) -> None:
    """The PBX told of a registration."""
    place.store.requests.registered([Registration(mac, account, contact, address, "Test", at)])


def fetch(place: Workplace, mac: str, at: float, path: str = "", status: int = 200) -> None:
    """The file server told of a request."""
    place.store.requests.record([Request(mac, path or f"{mac}.cfg", "10.0.0.1", "http", status, 100, "Test", at)])


class NotedWay:
    """Notes whom it told and when; some are refused."""

    name = "ami"
    needs_uri = False

    def __init__(self, now: Callable[[], float] = lambda: 0.0) -> None:
        self.told: list[tuple[float, str, str]] = []
        """When, the target, the event."""
        self.refused: set[str] = set()
        """Targets."""
        self.then: Callable[[Target], None] = lambda _: None
        """What a phone does that is told."""
        self.closed = False
        self._now = now

    def tell(self, notice: Notice, target: Target) -> str:
        if str(target) in self.refused:
            raise ApsError("the PBX refuses: no such endpoint")
        self.told.append((self._now(), str(target), notice.event))
        self.then(target)
        return "NOTIFY sent"

    def close(self) -> None:
        self.closed = True
