"""The printed DHCP configuration, held against the real servers and clients that say what phones say."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from tests.lab.dhcp_client import Ask, leases
from tests.lab.netlab import FIRST_PHONE, Lab, lab
from tests.lab.servers.dhcp import SERVERS, addresses

pytestmark = [pytest.mark.root, pytest.mark.programs("ip", "sysctl", "dhcpd", "dnsmasq", "kea-dhcp4")]


@pytest.fixture(scope="module")
def lan() -> Iterator[Lab]:
    """A LAN with two phones."""
    with lab() as made:
        made.add_phones(["805ec0000001", "0004f2000001"])
        yield made


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_gives_addresses_and_remembers_who_has_them(lan: Lab, tmp_path: Path, name: str) -> None:
    asks = [
        Ask(f"p{int(FIRST_PHONE)}", "805ec0000001", b"yealink", "one"),
        Ask(f"p{int(FIRST_PHONE) + 1}", "0004f2000001"),
    ]
    with SERVERS[name](lan, tmp_path / name) as server:
        got = leases(lan, asks)
        known = server.leases.read_text()
    assert {IPv4Address(one.address) for one in got} <= addresses() and len({one.address for one in got}) == 2
    assert "80:5e:c0:00:00:01" in known and "00:04:f2:00:00:01" in known
    assert not {66, 150, 160} & {code for one in got for code in one.options}
