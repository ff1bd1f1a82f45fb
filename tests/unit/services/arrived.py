"""Phones that arrive, as the watcher would have stored them."""

from __future__ import annotations

from collections.abc import Iterable

from aps_tui.data.arrivals import Arrival
from aps_tui.data.queue import Sighting
from aps_tui.data.requests import Request
from aps_tui.data.store import Store

AT = 1_699_963_200.0
"""14 November 2023, noon in London."""
AGENT = "Testphone T1 1.2.3 00:11:22:33:44:55"


def arrive(store: Store, macs: Iterable[str], at: float = AT, **said: object) -> None:
    """Store phones that were seen by a lease and by their requests, a second apart, the first one last."""
    defaults = {
        "vendor": "testphone", "model": "T1", "firmware": "1.2.3", "why": "user agent", "score": 95,
        "address": "10.0.0.7", "agent": AGENT, "host": "phone", "sources": "http lease",
    }  # fmt: skip
    kept = list(macs)
    with store.transaction():
        for number, mac in enumerate(kept):
            seen = at - number
            store.sightings.record([
                Sighting(mac, "lease", "10.0.0.7", seen, {"option 60": "Testphone", "host name": "phone"}),
                Sighting(mac, "http", "10.0.0.7", seen, {"user agent": AGENT, "path": f"{mac}.cfg"}, times=3),
            ])  # fmt: skip
            store.arrivals.save([Arrival(mac, **{**defaults, **said}, first_seen=seen, last_seen=seen)])  # type: ignore[arg-type]


def ask(store: Store, mac: str, path: str, status: int = 200, at: float = AT, **more: object) -> None:
    """Store one request."""
    said = {"address": "10.0.0.7", "source": "http", "bytes": -1, "agent": AGENT, **more}
    store.requests.record([Request(mac, path, status=status, at=at, **said)])  # type: ignore[arg-type]
