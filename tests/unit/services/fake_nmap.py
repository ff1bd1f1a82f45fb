"""An nmap that says what a test wants, and the LAN that it says it of: the engine around it is the real one."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from aps_tui.services import network
from aps_tui.services.discovery import engine
from aps_tui.services.network import OwnAddress

LAN = [
    OwnAddress("eth0", "192.0.2.1", True, "255.255.255.0"),
    OwnAddress("eth0", "2001:db8::1", True, "ffff:ffff:ffff:ffff::"),
    OwnAddress("eth1", "10.0.0.1", True, "255.252.0.0"),
    OwnAddress("eth2", "203.0.113.1", False, "255.255.255.0"),
    OwnAddress("tun0", "198.51.100.1", True, "255.255.255.0", arp=False),
    OwnAddress("lo", "127.0.0.1", True, "255.0.0.0", arp=False),
]

_VERSION = 'case "$1" in -V) echo "Nmap version 7.93 ( https://nmap.org )"; exit 0;; esac\n'


def host(address: str, mac: str = "", maker: str = "") -> str:
    """A host that is up, as nmap's XML has it."""
    said = f'<address addr="{mac}" addrtype="mac" vendor="{maker}"/>' if mac else ""
    return f'<host><status state="up" reason="arp-response"/><address addr="{address}" addrtype="ipv4"/>{said}</host>'


def xml(hosts: Iterable[str], total: int) -> str:
    """A whole answer."""
    found = list(hosts)
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE nmaprun>\n<nmaprun scanner="nmap" args="nmap">'
        '<taskprogress task="ARP Ping Scan" percent="50.00"/>' + "".join(found) + '<runstats><finished timestr="now" '
        f'elapsed="1" exit="success"/><hosts up="{len(found)}" down="0" total="{total}"/></runstats></nmaprun>'
    )


def put_nmap(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> Path:
    """Put a shell script in nmap's place, on a machine of the addresses in LAN and with every right."""
    program = folder / "bin" / "nmap"
    program.parent.mkdir(exist_ok=True)
    program.write_text("#!/bin/sh\n" + _VERSION + script)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(network, "own_addresses", lambda: LAN)
    monkeypatch.setattr(engine, "check_rights", lambda _: None)
    return program


def answering(folder: Path, monkeypatch: pytest.MonkeyPatch, hosts: Iterable[str], total: int = 254) -> Path:
    """Put an nmap in place that finds these hosts."""
    (folder / "answer.xml").write_text(xml(hosts, total))
    return put_nmap(folder, monkeypatch, f"exec cat {folder}/answer.xml\n")
