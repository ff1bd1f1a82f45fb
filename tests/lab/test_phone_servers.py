"""Phones boot the same way whichever servers a site has, with the classes that `aps-tui dhcp` prints."""

from __future__ import annotations

import pytest

from tests.lab.phonelab import PROGRAMS, phone_lab
from tests.lab.phones.makers import MAKERS

pytestmark = [pytest.mark.root, pytest.mark.programs(*PROGRAMS)]


@pytest.mark.parametrize(
    ("dhcp", "web"),
    [
        pytest.param("dnsmasq", "apache", marks=pytest.mark.programs("dnsmasq", "apache2")),
        pytest.param("kea", "nginx", marks=pytest.mark.programs("kea-dhcp4")),
    ],
)
def test_a_phone_of_each_maker_boots(dhcp: str, web: str) -> None:
    with phone_lab(len(MAKERS), dhcp=dhcp, web=web) as lab:
        registered = {(one["mac"], one["user"]) for one in lab.wait("registered", len(MAKERS))}
        known = {(user, address) for user, _, address in lab.registrar.registered()}
        leases = lab.dhcp.leases.read_text()
    assert {mac for mac, _ in registered} == set(lab.phones)
    assert known == {(user, lab.address(mac)) for mac, user in registered}
    assert all(lab.address(mac) in leases for mac in lab.phones)
