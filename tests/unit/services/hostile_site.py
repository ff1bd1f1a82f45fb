"""Everything that phones, logs, servers and the PBX say, filled with hostile texts."""

from __future__ import annotations

from aps_tui.data.alarms import Alarm
from aps_tui.data.arrivals import Arrival
from aps_tui.data.queue import Sighting
from aps_tui.data.requests import Registration, Request
from aps_tui.data.resyncs import Resync
from aps_tui.domain.observation import AGENT, HOST, OPTION_55, OPTION_60
from aps_tui.services.workplace import Workplace
from tests.unit.services.arrived import AT
from tests.unit.services.small_site import MACS

NASTY = "[red]x[/]\x1b[2J\x1b]0;owned\x07\x9b2J\u202eevil\u2066\r\n\x00\x7f{{ 7*7 }}%s$(id)`id`\ud800" + "n" * 200
"""Markup, escape sequences of seven and of eight bits, other directions, lines, NUL, half a pair, what shells mind."""
NEW = [f"00112200bb{number:02x}" for number in range(3)]
"""MACs of phones that nobody knows."""


def fill_with_hostile_texts(place: Workplace) -> None:
    """One row of every table that holds what others said, of devices and of phones that are none."""
    store, text = place.store, NASTY.encode("utf-8", "replace").decode()
    evidence = dict.fromkeys((OPTION_60, OPTION_55, AGENT, HOST, "path", text), text)
    macs = [*MACS[:3], *NEW]
    with store.transaction():
        for source in ("http", "tftp", "dhcp", "lease", "pnp", text):
            store.sightings.record(Sighting(mac, source, text, AT, evidence) for mac in macs)
        store.arrivals.save(
            Arrival(
                mac, "testphone" if number % 3 else "", "T1" if number % 2 else "", firmware=text, why=text, score=50,
                conflict=text, address=text, agent=text, host=text, sources=text, first_seen=AT, last_seen=AT,
            ) for number, mac in enumerate(macs)
        )  # fmt: skip
        store.requests.record(Request(mac, text, text, text, 200, 1, text, AT) for mac in macs)
        store.requests.registered(Registration(mac, text, text, text, text, AT) for mac in macs)
        store.resyncs.record(Resync(mac, AT, text, text, "failed", text) for mac in macs)
        for kind in ("harvest", "flood", "call", text):
            store.alarms.raise_(kind, text, text)
        store.audit.add("device", text, "change", text)
    assert {type(one) for one in store.alarms.open()} == {Alarm}
    (place.root / "x\x1b[2J\u202e[red].cfg").write_bytes(b"\x1b[2J")
