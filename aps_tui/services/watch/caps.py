"""Caps on what is new: invented MACs neither fill the database nor go unnoticed.

A phone asks for files of its own MAC; whoever asks for those of many is reading through them. A network brings new
phones by the hundred on its first day, never by the ten thousand a minute.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from aps_tui.data.requests import Request
from aps_tui.domain.mac import with_colons
from aps_tui.domain.observation import HTTP
from aps_tui.domain.whitelist import Entry, admits

NEW_PER_MINUTE = 1_000
"""MACs that were never seen before, at most, in any minute."""
MACS_OF_ONE = 20
"""Unknown MACs that one address may ask for within `WINDOW` before that is an alarm and no more of them are kept."""
WINDOW = 600.0
MOST_ORIGINS = 4_096
_AGAIN = 30.0
"""Seconds before the same thing is told again."""


class Raised(NamedTuple):
    """An alarm that is to be raised."""

    kind: str
    origin: str
    detail: str


class Caps:
    """Remembers who asked for what, in bounded memory."""

    def __init__(self) -> None:
        self._left = float(NEW_PER_MINUTE)
        self._filled = 0.0
        self._asked: OrderedDict[tuple[str, str], dict[str, float]] = OrderedDict()
        """By source and address: senders of TFTP are forged, and what they say must not count as another's HTTP."""
        self._harvesters: set[str] = set()
        self._told: dict[tuple[str, str], float] = {}

    def harvested(self, requests: Iterable[Request], unknown: set[str], now: float) -> tuple[set[str], list[Raised]]:
        """Unknown MACs that are left out because one address asks for many of them, and the alarms for it."""
        out: set[str] = set()
        raised: list[Raised] = []
        for request in requests:
            if request.mac not in unknown or not request.address:
                continue
            macs = self._macs_of(request.source, request.address, now)
            if len(macs) < 2 * MACS_OF_ONE or request.mac in macs:
                macs[request.mac] = now
            if len(macs) > MACS_OF_ONE:
                out.add(request.mac)
                told = list(self._once("harvest", request.address, _harvest(macs), now))
                raised += told
                if told and request.source == HTTP:
                    self._harvesters.add(request.address)
        return out, raised

    def harvesters(self) -> list[str]:
        """Addresses, since the last time, of those who read through MACs by HTTP, where no sender is forged."""
        found = sorted(self._harvesters)
        self._harvesters.clear()
        return found

    def outside(self, requests: Iterable[Request], whitelist: Sequence[Entry], now: float) -> list[Raised]:
        """The alarms for devices' own files that were given to addresses that the whitelist does not let in."""
        given = [one for one in requests if one.gives_own]
        return [
            alarm
            for one in (given if whitelist else ())
            if not admits(whitelist, one.mac, one.address)
            for alarm in self._once("outside", one.address, f"was given the file of {with_colons(one.mac)}", now)
        ]

    def admitted(self, unknown: Iterable[str], now: float) -> tuple[set[str], list[Raised]]:
        """Those of the MACs that were never seen before that may be kept, and the alarm when not all may."""
        fresh = self._left + (now - self._filled) * NEW_PER_MINUTE / 60 if self._filled else self._left
        self._left, self._filled = min(float(NEW_PER_MINUTE), fresh), now
        kept: set[str] = set()
        over = 0
        for mac in unknown:
            if self._left >= 1:
                self._left -= 1
                kept.add(mac)
            else:
                over += 1
        if not over:
            return kept, []
        detail = f"over {NEW_PER_MINUTE:,} new MACs in a minute: {over:,} of the last ones were left out"
        return kept, list(self._once("flood", "the network", detail, now))

    def _macs_of(self, source: str, address: str, now: float) -> dict[str, float]:
        macs = self._asked.setdefault((source, address), {})
        self._asked.move_to_end((source, address))
        if len(self._asked) > MOST_ORIGINS:
            self._asked.popitem(last=False)
        for mac in [mac for mac, at in macs.items() if now - at > WINDOW]:
            del macs[mac]
        return macs

    def _once(self, kind: str, origin: str, detail: str, now: float) -> Iterator[Raised]:
        if now - self._told.get((kind, origin), -_AGAIN) >= _AGAIN:
            if len(self._told) > MOST_ORIGINS:
                self._told.clear()
            self._told[kind, origin] = now
            yield Raised(kind, origin, detail)


def _harvest(macs: Iterable[str]) -> str:
    some = sorted(macs)[:3]
    return f"asks for the files of many MACs that nobody knows: {', '.join(map(with_colons, some))} …"
