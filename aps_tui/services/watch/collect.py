"""Gathers observations between two writes: merged by MAC, joined by address, bounded whatever comes in."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from aps_tui.data.queue import Sighting
from aps_tui.data.requests import Registration, Request
from aps_tui.domain.observation import (
    ACCOUNT,
    AGENT,
    BYTES,
    CONTACT,
    DHCP,
    HTTP,
    LEASE,
    PATH,
    PNP,
    SCAN,
    STATUS,
    TFTP,
    USER,
    Observation,
)

MOST_PENDING = 20_000
"""Sightings that wait for one write; what comes beyond is counted and left out."""
MOST_ADDRESSES = 20_000
MOST_UNJOINED = 1_000
UNJOINED_SECONDS = 10.0
"""How long a request without a MAC waits for the lease that says whose address it is: the log may be quicker."""
_TELL_ADDRESSES = frozenset({LEASE, DHCP, PNP, SCAN})
"""Sources on the phones' own network: a request may come through a router, with the router's address."""
_FILE_SERVERS = frozenset({HTTP, TFTP})


@dataclass
class Batch:
    """What came between two writes."""

    sightings: dict[tuple[str, str], Sighting] = field(default_factory=dict)
    """By MAC and source."""
    requests: dict[tuple[str, str], Request] = field(default_factory=dict)
    """By MAC and path."""
    registrations: dict[str, Registration] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.sightings)

    @property
    def macs(self) -> set[str]:
        """Every MAC that was seen."""
        return {mac for mac, _ in self.sightings}

    def drop(self, macs: set[str]) -> None:
        """Leave some MACs out."""
        self.sightings = {key: one for key, one in self.sightings.items() if key[0] not in macs}
        self.requests = {key: one for key, one in self.requests.items() if key[0] not in macs}


class Collector:
    """Takes observations as they come; `take` gives what gathered. Not for several threads."""

    def __init__(self) -> None:
        self.dropped = 0
        self._batch = Batch()
        self._at: OrderedDict[str, str] = OrderedDict()
        self._unjoined: list[Observation] = []

    def know(self, address: str, mac: str) -> None:
        """Say whose an address is."""
        if address:
            self._at[address] = mac
            self._at.move_to_end(address)
            if len(self._at) > MOST_ADDRESSES:
                self._at.popitem(last=False)

    def add(self, one: Observation) -> None:
        """Take an observation in."""
        mac = one.mac or self._at.get(one.address, "")
        if not mac:
            if len(self._unjoined) < MOST_UNJOINED:
                self._unjoined.append(one)
            return
        key = (mac, one.source)
        known = self._batch.sightings.get(key)
        if known is None and len(self._batch.sightings) >= MOST_PENDING:
            self.dropped += 1
            return
        if one.source in _TELL_ADDRESSES:
            self.know(one.address, mac)
        self._batch.sightings[key] = _merged(known, mac, one)
        if one.source in _FILE_SERVERS and STATUS in one.said:
            self._ask(mac, one)
        if ACCOUNT in one.said:
            said = one.said
            self._batch.registrations[mac] = Registration(
                mac, said[ACCOUNT], said.get(CONTACT, ""), one.address, said.get(AGENT, ""), one.at
            )

    def take(self, now: float) -> Batch:
        """What gathered since the last time; requests that nobody's address explains are let go after a while."""
        waiting, self._unjoined = self._unjoined, []
        for one in waiting:
            if one.address in self._at:
                self.add(one)
            elif now - one.at < UNJOINED_SECONDS:
                self._unjoined.append(one)
        batch, self._batch = self._batch, Batch()
        return batch

    def _ask(self, mac: str, one: Observation) -> None:
        said = one.said
        path = said.get(PATH, "").lstrip("/")
        asked = Request(
            mac, path, one.address, one.source, _number(said[STATUS], 0), _number(said.get(BYTES, ""), -1),
            said.get(AGENT, ""), one.at, said.get(USER, ""),
        )  # fmt: skip
        known = self._batch.requests.get((mac, path))
        if known is None or known.gives_way_to(asked):
            self._batch.requests[mac, path] = asked


def _merged(known: Sighting | None, mac: str, one: Observation) -> Sighting:
    """The latest words win; what only an earlier observation said stays."""
    if known is None:
        return Sighting(mac, one.source, one.address, one.at, dict(one.said), one.at)
    late = one.at >= known.seen_at
    evidence = {**known.evidence, **one.said} if late else {**one.said, **known.evidence}
    return Sighting(
        mac, one.source, (one.address if late else known.address) or known.address or one.address,
        max(one.at, known.seen_at), evidence, min(one.at, known.first_seen), known.times + 1,
    )  # fmt: skip


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else otherwise
