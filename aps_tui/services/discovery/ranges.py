"""What is to be scanned: an interface of this machine, and addresses of a network that is directly on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, summarize_address_range
from typing import NamedTuple

from aps_tui.domain.errors import BadValue
from aps_tui.services import network

MOST = 4096
"""Addresses of one scan, unless it is forced."""
UTTERMOST = 65_536
"""Addresses of one scan, forced or not: more takes over a minute and fills every neighbour table."""


class Interface(NamedTuple):
    """A network of this machine: an interface may have several, each with an address of its own."""

    name: str
    own: IPv4Address
    network: IPv4Network

    @property
    def ends(self) -> tuple[IPv4Address, IPv4Address]:
        """The first and the last address that a phone could have; of a large network only as much as one scan takes."""
        first, last = self.network.network_address, self.network.broadcast_address
        if self.network.prefixlen < 31:
            first, last = first + 1, last - 1
        return first, min(last, first + MOST - 1)

    @property
    def title(self) -> str:
        """`eth0  192.0.2.0/24, here 192.0.2.1`."""
        return f"{self.name}  {self.network}, here {self.own}"


@dataclass(frozen=True, slots=True)
class Range:
    """Addresses that may be scanned: they were checked."""

    interface: Interface
    first: IPv4Address
    last: IPv4Address

    def __len__(self) -> int:
        return int(self.last) - int(self.first) + 1

    def __str__(self) -> str:
        return f"{self.first} to {self.last} on {self.interface.name}"

    @property
    def targets(self) -> list[str]:
        """The addresses as networks, as nmap takes them: each is digits, dots and a slash, never an option."""
        return [str(one) for one in summarize_address_range(self.first, self.last)]


def interfaces() -> list[Interface]:
    """The IPv4 networks that are directly on this machine and whose hosts answer to ARP; no loopback, no tunnel."""
    found = []
    for one in network.own_addresses():
        if one.reachable and one.arp and one.mask and ":" not in one.address:
            has = IPv4Interface(f"{one.address}/{one.mask}")
            if has.network.prefixlen < 32:
                found.append(Interface(one.interface, has.ip, has.network))
    return found


def checked(first: str, last: str, name: str, *, force: bool = False) -> Range:
    """The range between two addresses, both included, on an interface. Raises BadValue, saying what would do."""
    start, end = _address("first address", first), _address("last address", last)
    if start > end:
        raise BadValue(f"{start} comes after {end}: the first address is the lower one")
    here = _interface(interfaces(), name, start, end)
    count = int(end) - int(start) + 1
    if count > UTTERMOST:
        raise BadValue(f"{start} to {end} are {count:,} addresses: one scan takes {UTTERMOST:,} at the very most")
    if count > MOST and not force:
        raise BadValue(f"{start} to {end} are {count:,} addresses: one scan takes {MOST:,} unless it is forced")
    return Range(here, start, end)


def _address(what: str, text: str) -> IPv4Address:
    try:
        return IPv4Address(text.strip())
    except ValueError:
        shown = text if len(text) <= 40 else text[:40] + "…"
        raise BadValue(f"{what}: {shown!r} is no IPv4 address, such as 192.0.2.10") from None


def _interface(have: Sequence[Interface], name: str, first: IPv4Address, last: IPv4Address) -> Interface:
    """The network of the named interface that holds both addresses."""
    here = [one for one in have if one.name == name]
    if not here:
        said = ", ".join(dict.fromkeys(one.name for one in have)) or "none that is up, with an IPv4 network on a LAN"
        down = any(one.interface == name and not one.up for one in network.own_addresses())
        why = f"interface {name} is down" if down else f"there is no interface {name!r} to scan from"
        raise BadValue(f"{why} (there is: {said})")
    for one in here:
        if first in one.network and last in one.network:
            return one
    strays = [one for one in (first, last) if not any(one in net.network for net in here)]
    if not strays:
        raise BadValue(f"{first} and {last} are in different networks of {name}: scan one after the other")
    raise BadValue(_foreign(strays[0], here, have))


def _foreign(address: IPv4Address, here: Sequence[Interface], have: Iterable[Interface]) -> str:
    nets = " and ".join(str(one.network) for one in here)
    other = next((one.name for one in have if address in one.network and one not in here), None)
    where = (
        f"it is on {other}: choose that interface"
        if other
        else "it is behind a router, where no MAC can be seen: scan from a machine on that network, or import a list"
    )
    return f"{address} is not on {here[0].name} ({nets}); {where}"
