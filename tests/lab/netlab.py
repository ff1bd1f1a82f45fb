"""A network of our own in namespaces: a PBX on a LAN with phones. The machine's own links are never touched.

Two namespaces, `pbx` with the interface `lan0`, and `phones` with one macvlan interface per phone, each with a real
maker's MAC and its own address; a second, routed network hangs behind nothing. Names carry the process's number.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from itertools import count
from pathlib import Path
from typing import TypeVar

from tests.lab.until import until

LAN = IPv4Network("10.77.0.0/22")
PBX = LAN[1]
FIRST_PHONE = LAN[10]
NEIGHBOURS = 16_384
"""MACs of others that the kernel is to remember."""
A = TypeVar("A")
T = TypeVar("T")
_numbers = count(1)
_PBX_MAC = "02:00:00:00:00:01"
"""Every phone knows it: the kernel has one ARP table for all namespaces, and it is soon full."""
_CLONE_NEWNET = 0x40000000

_ASK_ALONE = {"arp_ignore": 1, "arp_announce": 2, "rp_filter": 0}
"""IPv4 settings by which each interface answers for its own address alone."""


@dataclass(frozen=True)
class Lab:
    """The namespaces, by their names."""

    pbx: str
    phones: str

    def within(self, *words: str) -> list[str]:
        """The command that runs `words` on the PBX."""
        return ["ip", "netns", "exec", self.pbx, *words]

    def among_phones(self, *words: str) -> list[str]:
        """The command that runs `words` where the phones are."""
        return ["ip", "netns", "exec", self.phones, *words]

    def add_phones(self, macs: Sequence[str], start: IPv4Address = FIRST_PHONE) -> dict[str, str]:
        """Plug in phones with these MACs (12 hex digits) and addresses from `start` on; MAC to address."""
        at = {mac: str(start + number) for number, mac in enumerate(macs)}
        first = int(start)
        links = [f"link add link up0 name p{first + n} address {_colons(mac)} type macvlan mode bridge"
                 for n, mac in enumerate(macs)]  # fmt: skip
        batch(self.phones, links)
        batch(self.phones, (line for n, mac in enumerate(macs) for line in addressed(f"p{first + n}", at[mac])))
        return at

    def plug_in(self, macs: Sequence[str]) -> dict[str, str]:
        """Plug in phones that have no address yet; MAC to the name of its interface."""
        links = {mac: f"m{mac}" for mac in macs}
        batch(self.phones, (f"link add link up0 name {name} address {_colons(mac)} type macvlan mode bridge"
                            for mac, name in links.items()))  # fmt: skip
        batch(self.phones, (f"link set {name} up" for name in links.values()))
        return links

    def pids(self) -> list[int]:
        """The processes that run on the PBX."""
        return [int(pid) for pid in _ip("netns", "pids", self.pbx).split()]


def _colons(mac: str) -> str:
    return ":".join(mac[at : at + 2] for at in range(0, 12, 2))


def addressed(name: str, address: str) -> Iterator[str]:
    """What `ip -batch` gives an interface: its address and its own way out, for what is sent from this address."""
    table = 1000 + int(IPv4Address(address)) % 60_000
    yield f"addr add {address}/{LAN.prefixlen} brd + dev {name} noprefixroute"
    yield f"link set {name} up"
    yield f"route add {LAN} dev {name} src {address} table {table}"
    yield f"rule add from {address} lookup {table} pref {table}"
    yield f"neigh replace {PBX} lladdr {_PBX_MAC} dev {name} nud permanent"


def _ip(*words: str, given: str | None = None) -> str:
    done = subprocess.run(["ip", *words], input=given, capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise RuntimeError(f"ip {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


def batch(namespace: str, lines: Iterable[str]) -> None:
    """Run many `ip` commands in a namespace at once: 250 phones take a fifth of a second."""
    _ip("-n", namespace, "-batch", "-", given="".join(f"{line}\n" for line in lines))


def inside(namespace: str, work: Callable[[], T]) -> T:
    """Do a piece of work, in a thread of its own, with the network of a namespace; what it returns or raises."""
    with ThreadPoolExecutor(1, initializer=_enter, initargs=(namespace,)) as one:
        return one.submit(work).result()


def each_inside(namespace: str, work: Callable[[A], T], given: Iterable[A], at_once: int = 16) -> list[T]:
    """Do the same for many, some at once, with the network of a namespace; what comes of each, in order."""
    with ThreadPoolExecutor(at_once, initializer=_enter, initargs=(namespace,)) as some:
        return list(some.map(work, given))


def _enter(namespace: str) -> None:
    with Path("/run/netns", namespace).open("rb") as handle:
        if ctypes.CDLL(None, use_errno=True).setns(handle.fileno(), _CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"cannot enter {namespace}")


def _make_room() -> None:
    """Let the kernel know more neighbours: its 1,024 are for all namespaces together, and more than that are dropped.

    One limit of the whole machine, which only grows, until its next start; two labs of 250 phones at once need it.
    """
    for name in ("gc_thresh3", "gc_thresh2", "gc_thresh1"):
        limit = Path("/proc/sys/net/ipv4/neigh/default", name)
        with suppress(OSError):  # where it may not be set, one lab at a time still has room
            if int(limit.read_text()) < NEIGHBOURS:
                limit.write_text(str(NEIGHBOURS))


@contextmanager
def lab() -> Iterator[Lab]:
    """An empty LAN; it goes, with all that is in it, at the end."""
    _make_room()
    prefix = f"aps{os.getpid()}-{next(_numbers)}"
    made = Lab(f"{prefix}-pbx", f"{prefix}-phones")
    try:
        for name in (made.pbx, made.phones):
            _ip("netns", "add", name)
        _ip("link", "add", "lan0", "netns", made.pbx, "type", "veth", "peer", "name", "up0", "netns", made.phones)
        settings = [
            f"net.ipv4.conf.{on}.{name}={value}" for on in ("all", "default") for name, value in _ASK_ALONE.items()
        ]
        quiet = [f"net.ipv6.conf.{on}.disable_ipv6=1" for on in ("all", "default")]
        _ip("netns", "exec", made.phones, "sysctl", "-qw", *settings, *quiet)
        _ip("netns", "exec", made.pbx, "sysctl", "-qw", *quiet)
        batch(made.phones, ["link set lo up", "link set up0 up"])
        batch(
            made.pbx,
            [
                "link set lo up",
                f"link set lan0 address {_PBX_MAC}",
                f"addr add {PBX}/{LAN.prefixlen} brd + dev lan0",
                "link set lan0 up",
            ],
        )
        until(lambda: "state UP" in _ip("-n", made.pbx, "link", "show", "lan0"), "the LAN has a carrier")
        yield made
    finally:
        have = {line.split()[0] for line in _ip("netns", "list").splitlines() if line}
        for name in have & {made.pbx, made.phones}:
            _ip("netns", "del", name)
