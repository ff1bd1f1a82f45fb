"""dhcpd.leases of ISC dhcpd: appended to, and replaced by a shorter file now and then. See dhcpd.leases(5).

It has option 60 only where dhcpd.conf keeps it: `set vendor-class-identifier = option vendor-class-identifier;`
(some sites call it `vendor-string`).
"""

from __future__ import annotations

import re
from calendar import timegm
from collections.abc import Iterable, Iterator

from aps_tui.domain.observation import HOST, LEASE, OPTION_60, Observation
from aps_tui.wire.lines import address_of, said
from aps_tui.wire.macs import mac_of

_MOST = 2000
"""Characters of a statement that are looked at."""
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(r"\\([0-7]{3}|.)")
_DATE = re.compile(r"\d (\d{4})/(\d\d?)/(\d\d?) (\d\d?):(\d\d?):(\d\d?);")
_EPOCH = re.compile(r"epoch (\d{1,12});")
_CLASS = ("vendor-class-identifier", "vendor-string")


class IscLeases:
    """Reads dhcpd.leases line by line; a lease is told once its closing brace is there."""

    def __init__(self) -> None:
        self._lease: dict[str, str] | None = None

    def feed(self, lines: Iterable[str], now: float) -> Iterator[Observation]:
        """The leases that are held; one that is free, released or abandoned tells of no phone that is here."""
        for line in lines:
            if line.startswith("lease ") and line.rstrip().endswith("{"):
                self._lease = {"address": line.split(maxsplit=2)[1]}
            elif self._lease is not None:
                if line.startswith("}"):
                    found = _told(self._lease, now)
                    self._lease = None
                    if found:
                        yield found
                else:
                    _note(self._lease, line.strip()[:_MOST])


def _note(lease: dict[str, str], statement: str) -> None:
    """Keep what is used of a statement; of those that stand twice the last one counts."""
    word, _, rest = statement.partition(" ")
    if word == "hardware":
        lease["mac"] = rest.removeprefix("ethernet ").rstrip(";") if rest.startswith("ethernet ") else ""
    elif word in ("starts", "cltt"):
        lease[word] = rest
    elif word == "binding":
        lease["state"] = rest.removeprefix("state ").rstrip(";")
    elif word == "client-hostname":
        lease["host"] = _text(rest)
    elif word == "set":
        name, _, value = rest.partition(" = ")
        if name in _CLASS:
            lease["class"] = _text(value)


def _told(lease: dict[str, str], now: float) -> Observation | None:
    mac = mac_of(lease.get("mac", ""))
    address = address_of(lease["address"])
    if not (mac and address) or lease.get("state", "active") != "active":
        return None
    at = _time(lease.get("cltt", "")) or _time(lease.get("starts", "")) or now
    words = said((OPTION_60, lease.get("class", "")), (HOST, lease.get("host", "")))
    return Observation(LEASE, mac, address, min(at, now), words)


def _text(value: str) -> str:
    """A quoted text; dhcpd writes what is not printable in octal."""
    found = _QUOTED.match(value)
    if not found:
        return ""
    text = _ESCAPE.sub(lambda one: chr(int(one[1], 8) & 0xFF) if len(one[1]) == 3 else one[1], found[1])
    return text.encode("latin-1", "replace").decode("utf-8", "replace")


def _time(value: str) -> float:
    """Unix seconds; 0 for `never` and what is no time. dhcpd writes UTC, or seconds with `db-time-format local`."""
    if found := _DATE.match(value):
        try:
            return float(timegm((*map(int, found.groups()), 0, 0, 0)))
        except ValueError:
            return 0.0
    return float(found[1]) if (found := _EPOCH.match(value)) else 0.0
