"""Who listens to the network, in one line."""

from __future__ import annotations

from aps_tui.services.console import when
from aps_tui.services.watch.status import status
from aps_tui.services.workplace import Workplace


def listening(place: Workplace) -> str:
    """`process 812 (root) listens to 4 sources since today 10:02`, or that nobody does and what to do."""
    found = status(place.store.path)
    if found is None:
        return "Nobody listens for phones: start aps-tui watch, or its service (aps-tui systemd)"
    return "; ".join([f"{found.words} since {when(found.since)}", *found.notes])
