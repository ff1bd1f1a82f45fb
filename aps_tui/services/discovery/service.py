"""Network auto-discovery: what answers on a LAN, which of it is known, and the list of what may be added."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import NamedTuple

from aps_tui.data.queue import Sighting
from aps_tui.domain.errors import BadValue
from aps_tui.domain.mac import parse_mac
from aps_tui.domain.roles import Role
from aps_tui.services import network
from aps_tui.services.discovery import engine
from aps_tui.services.discovery.answers import Answer, Host, judged
from aps_tui.services.discovery.engine import Progress, Say, Stop
from aps_tui.services.discovery.ranges import Range
from aps_tui.services.discovery.rights import find_nmap
from aps_tui.services.importing.entry import bounded
from aps_tui.services.importing.makers import maker_of
from aps_tui.services.watch.record import judge_of, note_arrivals
from aps_tui.services.workplace import Workplace

SOURCE = "scan"
"""How a sighting says that it came by a scan."""


class Seen(NamedTuple):
    """A host with the MAC of a maker."""

    mac: str
    address: str
    vendor: str
    """Slug of the vendor whose phones have such MACs; empty where no pack supports it."""
    maker: str
    """Who the MAC is registered to; empty where nobody knows."""
    tenant: str
    """Whose device it is already; empty for a new one."""


class Strange(NamedTuple):
    """A host whose MAC is no maker's, as virtual machines have."""

    mac: str
    address: str
    reason: str


class Result(NamedTuple):
    """What a scan found."""

    range: Range
    seen: tuple[Seen, ...]
    """By address."""
    strange: tuple[Strange, ...]
    notes: tuple[str, ...]
    seconds: float

    @property
    def new(self) -> list[Seen]:
        """Those that are no device yet."""
        return [one for one in self.seen if not one.tenant]

    @property
    def words(self) -> str:
        """One line about it."""
        new = self.new
        supported = sum(bool(one.vendor) for one in new)
        known = len(self.seen) - len(new)
        return (
            f"{len(self.seen) + len(self.strange):,} of {len(self.range):,} addresses answered: {supported:,} new, "
            f"{known:,} known already, {len(new) - supported:,} of unsupported makers, {len(self.strange):,} without "
            f"a maker's MAC; {self.seconds:.1f} s"
        )


def _silent(_: Progress) -> None:
    """Nobody wants to know how far it is."""


def _never() -> bool:
    return False


def scan(place: Workplace, wanted: Range, say: Say = _silent, stop: Stop = _never) -> Result:
    """Ask every address of a range for its MAC; what answers is kept as a sighting, evidence for the queue.

    Call it in a thread: it takes seconds. `say` is told several times a second how far it is; `stop` is asked as often.
    Raises Refused, CannotScan, ScanFailed, Stopped: then nothing was kept.
    """
    place.store.need(Role.OPERATOR, "a scan")
    started = time.monotonic()
    raw = engine.run(wanted, say, stop)
    answer = judged(raw, wanted, [one.address for one in network.own_addresses()], find_nmap())
    result = _matched(place, wanted, answer, started)
    with place.store.transaction():
        place.store.sightings.record(_sightings(place, result))
        note_arrivals(place.store, [one.mac for one in result.seen], judge_of(place))
    return result


def _matched(place: Workplace, wanted: Range, answer: Answer, started: float) -> Result:
    strange = []
    good: list[Host] = []
    for host in answer.hosts:
        try:
            parse_mac(host.mac)
        except BadValue as error:
            strange.append(Strange(host.mac, host.address, str(error)))
        else:
            good.append(host)
    known = place.store.devices.existing([host.mac for host in good])
    seen = tuple(_seen(place, host, known.get(host.mac, "")) for host in good)
    notes = tuple(bounded(note, 200) for note in answer.notes)
    return Result(wanted, seen, tuple(strange), notes, time.monotonic() - started)


def _seen(place: Workplace, host: Host, tenant: str) -> Seen:
    vendor = place.packs.by_mac(host.mac)
    maker = maker_of(host.mac[:6]) or bounded(host.maker, 60)
    return Seen(host.mac, host.address, vendor.slug if vendor else "", maker, tenant)


def _sightings(place: Workplace, result: Result) -> Iterator[Sighting]:
    now = place.store.db.now()
    for one in result.seen:
        evidence = {"interface": result.range.interface.name} | ({"maker": one.maker} if one.maker else {})
        yield Sighting(one.mac, SOURCE, one.address, now, evidence)
