"""The simulated phones say what lets the packs know them: their MAC, their option 60, their User-Agent."""

from __future__ import annotations

import re

import pytest

from aps_tui.vendors.loader import SHIPPED, load_packs
from tests.lab.phones.maker import Maker
from tests.lab.phones.makers import MAKERS, macs

PACKS = load_packs([SHIPPED])
BARE = re.compile(r"[^0-9a-z]")


def same(model: str, other: str) -> bool:
    """Whether two spellings mean one model: VVX_450 and VVX450."""
    return BARE.sub("", model.lower()) == BARE.sub("", other.lower())


@pytest.fixture(params=MAKERS.values(), ids=lambda maker: maker.name)
def maker(request: pytest.FixtureRequest) -> Maker:
    found: Maker = request.param
    return found


def test_its_mac_and_its_user_agent_name_vendor_and_model(maker: Maker) -> None:
    (mac,) = macs(1, [maker.name])
    vendor = PACKS.by_mac(mac)
    assert vendor and vendor.slug == maker.vendor
    found = [match for pattern in vendor.user_agents if (match := pattern.search(maker.agent(mac)))]
    assert found and same(found[0]["model"], maker.model), maker.agent(mac)


def test_its_option_60_is_that_of_its_model(maker: Maker) -> None:
    dhcp = PACKS.model(maker.vendor, maker.model).contact().dhcp
    known = [match for pattern in dhcp.vendor_class if (match := re.search(pattern, maker.vendor_class))]
    assert bool(known) == bool(maker.vendor_class)
    assert all(same(match["model"], maker.model) for match in known if "model" in match.groupdict())
    assert ((dhcp.option, dhcp.suboption) if dhcp.suboption else dhcp.option) in maker.options


def test_the_lab_has_phones_of_many_vendors() -> None:
    assert len({maker.vendor for maker in MAKERS.values()}) >= 8
