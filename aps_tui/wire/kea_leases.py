"""kea-leases4.csv of Kea's memfile backend: appended to, and cleaned by `kea-lfc`, which leaves files beside it.

It never has option 60. Commas in texts are written `&#x2c`. A lease that was taken back is written once more with no
lifetime, one that was declined or reclaimed with its state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from aps_tui.domain.observation import HOST, LEASE, Observation
from aps_tui.wire.lines import address_of, said
from aps_tui.wire.macs import mac_of

_COLUMNS = "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context"
"""Those of Kea 2.2, for a file that is read from its middle on."""
_NEEDED = ("address", "hwaddr", "valid_lifetime", "expire", "hostname", "state")


class KeaLeases:
    """Reads the lines of a lease file; a line of headings says where the columns are from there on."""

    def __init__(self) -> None:
        self._head(_COLUMNS)

    def feed(self, lines: Iterable[str], now: float) -> Iterator[Observation]:
        """The leases that are held."""
        for line in lines:
            if line.startswith("address,"):
                self._head(line)
            elif found := self._lease(line, now):
                yield found

    def _head(self, line: str) -> None:
        names = line.strip().split(",")
        self._at = [names.index(name) if name in names else -1 for name in _NEEDED]

    def _lease(self, line: str, now: float) -> Observation | None:
        cells = line[:4000].rstrip("\r").split(",")
        address, mac, lifetime, expire, host, state = (cells[n] if -1 < n < len(cells) else "" for n in self._at)
        mac, address = mac_of(mac), address_of(address)
        held = state in ("", "0") and _number(lifetime) and _number(expire) and lifetime != "0"
        if not (mac and address and held):
            return None
        at = min(float(int(expire) - int(lifetime)), now)
        return Observation(LEASE, mac, address, at, said((HOST, host.replace("&#x2c", ","))))


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 13


def older_files(path: Path) -> list[Path]:
    """What `kea-lfc` left beside a lease file, in the order in which Kea itself reads it first."""
    done = path.with_name(f"{path.name}.completed")
    left = [done] if done.exists() else [path.with_name(f"{path.name}.{n}") for n in (2, 1)]
    return [one for one in left if one.exists()]
