"""Judges what nmap said: the hosts that it found, or why they cannot be believed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address
from typing import Any, NamedTuple

from aps_tui.domain.errors import ApsError
from aps_tui.services.discovery.engine import Raw
from aps_tui.services.discovery.ranges import Range

_FAILED = re.compile(r"fail|quitting|not permitted|denied|no such device|cannot|could not|unable", re.IGNORECASE)
"""What nmap says when it did not do what it was told; it may end with status 0 all the same."""
MANY = 8
"""One MAC at so many addresses is hardly a phone."""


class ScanFailed(ApsError):
    """nmap did not give an answer that can be believed."""


class Host(NamedTuple):
    """A host that answered."""

    mac: str
    """12 lower-case hex digits, as the host says: it may be no maker's."""
    address: str
    maker: str
    """The maker's name by nmap's own table; it is not the name on the phone. Empty where it knows none."""


class Answer(NamedTuple):
    """The hosts of a range, by address; each MAC once."""

    hosts: tuple[Host, ...]
    notes: tuple[str, ...]
    """What the operator should know."""


def judged(raw: Raw, wanted: Range, own: Iterable[str], nmap: str) -> Answer:
    """What nmap found. `own` are this machine's addresses: they have no MAC in the answer, and are no phones.

    Raises ScanFailed where nmap failed, left addresses out, or saw hosts and not one MAC.
    """
    words = [line.strip() for line in raw.words.splitlines() if line.strip()]
    bad = next((line for line in words if _FAILED.search(line)), None)
    if raw.status or bad:
        raise ScanFailed(f"nmap failed: {bad or (words[0] if words else f'it ended with status {raw.status}')}")
    scanned = _analysed(raw, nmap)
    count = int(scanned["nmap"]["scanstats"]["totalhosts"] or 0)
    if count != len(wanted):
        raise ScanFailed(f"nmap looked at {count:,} of {len(wanted):,} addresses{': ' + words[0] if words else ''}")
    up = {ip: host for ip, host in scanned["scan"].items() if host["status"]["state"] == "up" and ip not in set(own)}
    hosts = [_host(ip, host) for ip, host in up.items() if "mac" in host["addresses"]]
    if up and not hosts:
        raise ScanFailed(
            f"{len(up):,} hosts answered and not one MAC was seen: nmap could not send raw packets, "
            f"or {wanted.interface.name} leads through a router. Nothing was taken"
        )
    silent = len(up) - len(hosts)
    notes = [f"{silent:,} hosts answered without a MAC and were left out"] if silent else []
    return Answer(*_once_each(hosts, [*notes, *words]))


def _analysed(raw: Raw, nmap: str) -> Mapping[str, Any]:
    """nmap's XML as python-nmap reads it."""
    from nmap import PortScanner, PortScannerError

    try:
        found: Mapping[str, Any] = PortScanner((nmap,)).analyse_nmap_xml_scan(raw.xml)
    except (PortScannerError, AttributeError) as error:  # no XML, or without its end
        raise ScanFailed("nmap's answer breaks off: it was ended, or its output is not XML") from error
    return found


def _host(address: str, host: Mapping[str, Any]) -> Host:
    mac = str(host["addresses"]["mac"])
    return Host(mac.replace(":", "").lower(), address, str(host["vendor"].get(mac, "")))


def _once_each(hosts: Iterable[Host], notes: list[str]) -> tuple[tuple[Host, ...], tuple[str, ...]]:
    """Each MAC with its first address; one that has many is told, for a router may answer in place of others."""
    by_mac: dict[str, list[Host]] = {}
    for host in sorted(hosts, key=lambda one: IPv4Address(one.address)):
        by_mac.setdefault(host.mac, []).append(host)
    for mac, same in by_mac.items():
        if len(same) >= MANY:
            notes.append(f"{mac} answered at {len(same):,} addresses: is it a router that answers for others?")
    return tuple(same[0] for same in by_mac.values()), tuple(notes)
