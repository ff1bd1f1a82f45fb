"""All that is known of one MAC: what each source said, when, how sure the verdict is, what the whitelist says."""

from __future__ import annotations

from typing import NamedTuple

from aps_tui.data.queue import Sighting
from aps_tui.data.queue_list import QueueRow
from aps_tui.data.requests import Registration, Request
from aps_tui.domain.errors import BadValue
from aps_tui.domain.mac import parse_mac
from aps_tui.domain.whitelist import parse_entry
from aps_tui.services.importing.makers import maker_of
from aps_tui.services.queue.listing import stale_vendors
from aps_tui.services.workplace import Workplace


class Evidence(NamedTuple):
    """What is known of a MAC. What a phone said is hostile text."""

    row: QueueRow
    maker: str
    """Who the MAC is registered to; empty where nobody knows."""
    whitelist: str
    """What the whitelist says of it."""
    sightings: list[Sighting]
    """By source, the latest first."""
    requests: list[Request]
    """The latest for each file name, the latest first."""
    registration: Registration | None


def evidence(place: Workplace, text: str) -> Evidence:
    """All that is known of a MAC, written in any notation. Raises BadValue for one that was never seen."""
    mac = parse_mac(text)
    store = place.store
    with store.snapshot():
        sightings, requests = store.sightings.of(mac), store.requests.of(mac)
        row = store.queue.of([mac], stale_vendors(place))[0]
        if not (sightings or requests or row.device or row.last_seen):
            raise BadValue(f"{mac} was never seen, and is no device")
        return Evidence(
            row, maker_of(mac[:6]), _whitelist(place, mac, row.address), sightings, requests,
            store.requests.registrations([mac]).get(mac),
        )  # fmt: skip


def _whitelist(place: Workplace, mac: str, address: str) -> str:
    entries = [parse_entry(text) for text in place.store.provisioning.get().whitelist]
    if not entries:
        return "is empty"
    found = next((one for one in entries if one.lets_in(mac, address)), None)
    return f"lets it in by {found.text}" if found else "has no entry that lets it in"
