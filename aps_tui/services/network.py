"""What this machine's network is: its own addresses, where its DHCP server listens, what a host name resolves to.

psutil reads the interfaces: it is kept up to date, knows addresses, masks and whether a link is up, and the standard
library has no such list.
"""

from __future__ import annotations

import ipaddress
import queue
import re
import socket
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from aps_tui.domain.errors import ApsError

if TYPE_CHECKING:
    from psutil._ntuples import snicstats

PATIENCE = 3.0
"""Seconds to wait for a name server."""

_DHCP_FILES: Sequence[tuple[Path, re.Pattern[str]]] = (
    (Path("/etc/default/isc-dhcp-server"), re.compile(r'^\s*INTERFACES(?:v4)?=\s*"?([^"\n]*)', re.MULTILINE)),
    (Path("/etc/dnsmasq.conf"), re.compile(r"^\s*interface=([^\s#]+)", re.MULTILINE)),
)
"""Where DHCP servers are told their interfaces: Debian's ISC dhcpd (dhcpd(8)) and dnsmasq(8)."""


class OwnAddress(NamedTuple):
    """An address of this machine."""

    interface: str
    address: str
    up: bool
    """Whether the interface is up."""
    mask: str = ""
    """The network mask: dotted for IPv4. Empty where there is none."""
    arp: bool = True
    """Whether the hosts on it are asked for their MAC: no tunnel, no point-to-point link."""

    @property
    def reachable(self) -> bool:
        """Whether a phone could use it: no loopback, no link-local address, and the interface is up."""
        parsed = ipaddress.ip_address(self.address)
        return self.up and not (parsed.is_loopback or parsed.is_link_local)


def own_addresses() -> list[OwnAddress]:
    """Every IPv4 and IPv6 address of this machine, those that phones can use first."""
    import psutil

    links = psutil.net_if_stats()
    found = [
        OwnAddress(name, one.address.partition("%")[0], *_link(links.get(name), one.netmask))
        for name, addresses in psutil.net_if_addrs().items()
        for one in addresses
        if one.family in (socket.AF_INET, socket.AF_INET6)
    ]
    return sorted(found, key=lambda one: (not one.reachable, ":" in one.address))


def _link(link: snicstats | None, mask: str | None) -> tuple[bool, str, bool]:
    """Whether a link is up, the mask of an address on it, and whether ARP works there."""
    flags = set(link.flags.split(",")) if link else set()
    return bool(link and link.isup), mask or "", not flags & {"noarp", "pointopoint", "loopback"}


def has_said(addresses: Iterable[OwnAddress]) -> str:
    """`192.0.2.1 (eth0), 127.0.0.1 (lo)`: what this machine has, for people."""
    return ", ".join(f"{one.address} ({one.interface})" for one in addresses) or "no address"


def dhcp_interfaces() -> set[str]:
    """The interfaces that a DHCP server on this machine is told to serve; empty when no file says any."""
    found: set[str] = set()
    for path, pattern in _DHCP_FILES:
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue  # this server is not installed here, or it is none of our business
        for named in pattern.findall(text):
            found |= set(re.split(r"[\s,]+", named)) - {""}
    return found


class NoAnswer(ApsError):
    """A host name has no address, or nobody said so in time; the text tells which."""


def resolve(name: str) -> list[str]:
    """The IPv4 addresses (A records) of a host name, as this machine finds them, within PATIENCE seconds.

    Raises NoAnswer. The look-up cannot be stopped: when it takes longer, it ends by itself in a thread of its own.
    """
    answers: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()
    threading.Thread(target=_ask, args=(name, answers), daemon=True, name="resolve").start()
    try:
        answer = answers.get(timeout=PATIENCE)
    except queue.Empty:
        raise NoAnswer(f"{name}: the name server did not answer within {PATIENCE:.0f} seconds") from None
    if isinstance(answer, OSError):
        raise NoAnswer(f"{name} has no A record ({answer.strerror or answer})")
    return answer


def _ask(name: str, answers: queue.SimpleQueue[list[str] | OSError]) -> None:
    try:
        found = socket.getaddrinfo(name, None, socket.AF_INET, socket.SOCK_STREAM)
    except OSError as error:
        answers.put(error)
    except UnicodeError:
        answers.put(OSError(0, "not a host name"))
    else:
        answers.put(list(dict.fromkeys(str(one[4][0]) for one in found)))
