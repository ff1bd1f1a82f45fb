"""Phones that were just plugged in at a demo's site, so that its queue shows what a queue is for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from aps_tui.data import Store
from aps_tui.data.queue import Sighting
from aps_tui.domain.mac import with_colons
from aps_tui.domain.observation import AGENT, DHCP, HOST, HTTP, LEASE, OPTION_60, PATH, STATUS
from aps_tui.services.watch.record import note_arrivals
from aps_tui.services.watch.verdict import Judge
from aps_tui.vendors.loader import Packs


class _Kind(NamedTuple):
    """Phones of one model, and what they say of themselves; `{mac}` is with colons."""

    prefix: str
    number: int
    option_60: str
    host: str
    agent: str = ""
    """Empty: it has asked for no file yet."""


_KINDS = (
    _Kind("805ec0", 5, "yealink", "SIP-T46U", "Yealink SIP-T46U 108.86.0.20 {mac}"),
    _Kind("64167f", 3, "Polycom-VVX411", "Polycom", "FileTransport PolycomVVX-VVX_411-UA/5.9.5.0614 Type/Application"),
    _Kind("000413", 2, "snomD785", "snomD785-0413"),
    _Kind("00085d", 1, "AastraIPPhone6731i", "", "Aastra6731i MAC:{mac} V:3.3.1.4365-SIP"),
    _Kind("000b82", 1, "Grandstream GXP2170", "GXP2170", "Grandstream Model HW GXP2170 SW 1.0.11.64 DevId {mac}"),
    _Kind("805ec0", 1, "yealink", "odd", "Aastra6731i MAC:00-08-5D-FE-00-09 V:3.3.1.4365-SIP"),
)
"""The last one contradicts itself."""
_APART = 47.0
"""Seconds between two of them."""


def arrive(store: Store, packs: Packs) -> None:
    """Record the sightings of a dozen phones, the latest now."""
    sightings = [one for one in _sightings(store.db.now()) if not store.devices.existing([one.mac])]
    with store.transaction():
        store.sightings.record(sightings)
        note_arrivals(store, {one.mac for one in sightings}, Judge(packs, store.rules.all()))


def _sightings(now: float) -> Iterator[Sighting]:
    every = [(kind, number) for kind in _KINDS for number in range(kind.number)]
    for place, (kind, number) in enumerate(every):
        mac = f"{kind.prefix}fe{0x1000 * _KINDS.index(kind) + number:04x}"
        address, at = f"192.0.2.{100 + place}", now - place * _APART
        said = {OPTION_60: kind.option_60} | ({HOST: kind.host} if kind.host else {})
        yield Sighting(mac, LEASE if place % 2 else DHCP, address, at, said)
        if kind.agent:
            asked = {AGENT: kind.agent.format(mac=with_colons(mac)), PATH: f"{mac}.cfg", STATUS: "404"}
            yield Sighting(mac, HTTP, address, at + 1, asked)
