"""The lease file of dnsmasq: `EXPIRY MAC ADDRESS HOST CLIENT-ID` by line, rewritten in place, so it is read whole.

It has no vendor class: that comes by the hook (`dhcp_hook`), the log, or a packet. It does not say when a client was
there, only when its lease ends: a lease that ends later than it did was renewed since.
"""

from __future__ import annotations

from collections.abc import Iterator

from aps_tui.domain.observation import HOST, LEASE, Observation
from aps_tui.wire.lines import address_of, said
from aps_tui.wire.macs import mac_of

MOST = 100_000
"""Lines that are looked at."""


class DnsmasqLeases:
    """Reads the file again and again, and tells what is new in it."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def read(self, text: str, written: float) -> Iterator[Observation]:
        """The leases that are new or were renewed since the last call. `written`: when the file was (Unix seconds)."""
        lines = text.split("\n", MOST)
        lines.pop()  # what has no line end is not complete, or beyond MOST
        for line in lines:
            if line not in self._known and (found := _lease(line, written)):
                yield found
        self._known = set(lines)


def _lease(line: str, written: float) -> Observation | None:
    """A line of an IPv4 lease of an Ethernet device; `duid` and IPv6 lines are others."""
    cells = line[:1000].split(" ")
    if len(cells) < 5 or not cells[0].isdigit():
        return None
    mac, address = mac_of(cells[1]), address_of(cells[2])
    if not mac or "." not in address:
        return None
    return Observation(LEASE, mac, address, written, said((HOST, "" if cells[3] == "*" else cells[3])))
