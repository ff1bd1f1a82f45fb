"""What DHCP servers write to syslog: DHCPACK lines of ISC dhcpd and dnsmasq; option 60 where this has `log-dhcp`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from aps_tui.domain.observation import HOST, LEASE, OPTION_60, Observation
from aps_tui.wire.lines import address_of, said
from aps_tui.wire.macs import mac_of, unpadded
from aps_tui.wire.syslog import entry

_ISC = re.compile(
    r"DHCPACK (?:on|to) (?P<ip>\S+) (?:to|\() ?(?P<mac>[0-9A-Fa-f:]{11,17})\)?(?: \((?P<host>.*)\))? via "
)
_DNSMASQ = re.compile(r"(?:(?P<id>\d+) )?DHCPACK\(\S+\) (?P<ip>\S+) (?P<mac>[0-9A-Fa-f:]{17})(?: (?P<host>\S+))?")
_CLASS = re.compile(r"(?P<id>\d+) vendor class: (?P<text>.+)")
_MOST_OPEN = 1000
"""Exchanges whose option 60 is kept until they end."""


class DhcpLog:
    """Reads the lines of a log in which DHCP servers write; others' lines are passed over."""

    def __init__(self) -> None:
        self._classes: dict[str, str] = {}

    def feed(self, lines: Iterable[str], now: float) -> Iterator[Observation]:
        """The leases that were given."""
        for line in lines:
            if ("DHCPACK" in line or "vendor class: " in line) and (one := entry(line, now)):
                found = self._told(one.program, one.text[:2000], min(one.at or now, now))
                if found:
                    yield found

    def _told(self, program: str, text: str, at: float) -> Observation | None:
        if not program.endswith(("dhcpd", "dnsmasq-dhcp")):
            return None
        if found := _CLASS.match(text):
            if len(self._classes) >= _MOST_OPEN:
                del self._classes[next(iter(self._classes))]
            self._classes[found["id"]] = found["text"][:400]
        elif found := _ISC.match(text) or _DNSMASQ.match(text):
            kind = self._classes.pop(found.groupdict().get("id") or "", "")
            mac = mac_of(found["mac"]) or unpadded(found["mac"])
            if mac:
                return Observation(
                    LEASE, mac, address_of(found["ip"]), at, said((OPTION_60, kind), (HOST, found["host"] or ""))
                )
        return None
