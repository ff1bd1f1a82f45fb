"""A machine with one interface and a name server that knows two names."""

from __future__ import annotations

import pytest

from aps_tui.services import network
from aps_tui.services.doctor import table
from aps_tui.services.network import NoAnswer, OwnAddress
from aps_tui.services.resync import ways

OWN = [
    OwnAddress("eth0", "192.0.2.1", True),
    OwnAddress("eth1", "198.51.100.1", True),
    OwnAddress("eth2", "203.0.113.1", False),
    OwnAddress("lo", "127.0.0.1", True),
]
NAMES = {"pbx.example.net": ["192.0.2.1"], "old.example.net": ["192.0.2.99"]}

ELSEWHERE_OTHERWISE = frozenset({
    "files.root", "files.space", "files.packs", "network.clock", "network.scan", "pbx.reached", "pbx.prompts",
})  # fmt: skip
"""Checks of the doctor that look at what every machine has otherwise."""


def pretend(monkeypatch: pytest.MonkeyPatch, *, dhcp: set[str] | None = None) -> None:
    """Put it in place of the real one; no Asterisk runs on it."""

    def resolve(name: str) -> list[str]:
        if name not in NAMES:
            raise NoAnswer(f"{name} has no A record (Name or service not known)")
        return NAMES[name]

    monkeypatch.setattr(ways, "_found", lambda _: None)
    monkeypatch.setattr(network, "own_addresses", lambda: OWN)
    monkeypatch.setattr(network, "resolve", resolve)
    monkeypatch.setattr(network, "dhcp_interfaces", lambda: dhcp or set())
    monkeypatch.setattr(table, "CHECKS", tuple(one for one in table.CHECKS if one.name not in ELSEWHERE_OTHERWISE))
