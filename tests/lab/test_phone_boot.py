"""250 phones of eleven vendors boot from the files that a real commit wrote, and come back with what changed."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tests.lab.netlab import PBX, inside
from tests.lab.phonelab import PROGRAMS, PhoneLab, phone_lab
from tests.lab.phones.makers import MAKERS, macs
from tests.lab.simulated import pnp
from tests.lab.site import TENANT, devices

pytestmark = [pytest.mark.root, pytest.mark.programs(*PROGRAMS)]

PHONES = macs(250)
ONE_OF_EACH = macs(len(MAKERS))
"""The first phone of each maker."""
NEW = 5000
"""Where MACs begin that are of nobody's phones."""


@pytest.fixture(scope="module")
def lab() -> Iterator[PhoneLab]:
    """All phones have power."""
    with phone_lab(len(PHONES)) as running:
        yield running


@pytest.fixture(scope="module")
def booted(lab: PhoneLab) -> PhoneLab:
    """All phones are registered."""
    lab.wait("registered", len(PHONES))
    return lab


def extension_of(lab: PhoneLab, mac: str) -> str:
    """The number that the site gives a phone."""
    device = lab.site.place.store.devices.get(mac)
    assert device
    return str(device.lines[0].extension)


def whose(lab: PhoneLab, event: str) -> set[str]:
    """The phones that reported an event."""
    return {str(one["mac"]) for one in lab.of(event)}


def test_every_phone_registers_with_what_our_files_say(booted: PhoneLab) -> None:
    assert whose(booted, "registered") >= set(PHONES) and not booted.of("crash")
    registered = booted.registrar.registered()
    for mac in PHONES:
        number = extension_of(booted, mac)
        assert (f"{number}-{TENANT}", f"d{number}", booted.address(mac)) in registered
        assert booted.last("parsed", mac)["display_name"] == f"Person {number}"


def test_what_the_servers_remember_names_every_phone(booted: PhoneLab) -> None:
    leases, log = booted.dhcp.leases.read_text(), booted.access_log + booted.tftp.log.read_text()
    for mac, maker in PHONES.items():
        assert ":".join(mac[at : at + 2] for at in range(0, 12, 2)) in leases
        assert maker.vendor_class in leases
        assert mac in log.lower()
    for mac, maker in ONE_OF_EACH.items():
        assert maker.agent(mac) in log or maker.name == "cisco-sep"  # it fetches by TFTP


def test_a_phone_fetches_again_when_it_is_told_to_and_has_the_new_value(booted: PhoneLab) -> None:
    told = {mac: maker for mac, maker in ONE_OF_EACH.items() if not booted.of("refetched", mac)}
    names = {mac: f"Renamed {extension_of(booted, mac)}" for mac in told}
    renamed = [{"tenant": TENANT, "number": extension_of(booted, mac), "name": name} for mac, name in names.items()]
    booted.site.load({"extension": renamed})
    assert booted.site.commit().written >= len(told)
    for mac, maker in told.items():
        known = booted.site.place.packs.model(maker.vendor, maker.model).contact().notify
        assert booted.notify(mac, "no-such-event") == 489
        assert booted.notify(mac, known.resync, known.resync_body) == 200
    for mac, name in names.items():
        booted.wait("registered", 2, mac)
        assert [one["obeyed"] for one in booted.of("notify", mac)] == [False, True]
        assert [one["display_name"] for one in booted.of("refetched", mac)] == [name]
    assert whose(booted, "notify") == set(told)


def test_a_phone_that_loses_its_power_comes_back_as_it_was(booted: PhoneLab) -> None:
    mac = list(PHONES)[-1]
    before = booted.address(mac)
    booted.reboot(mac)
    booted.wait("registered", 2, mac)
    assert booted.address(mac) == before and len(booted.of("dhcp_ack", mac)) == 2
    assert booted.last("refetched", mac)["user"] == booted.last("parsed", mac)["user"]


def listening() -> socket.socket:
    """A member of the plug and play group, on the PBX."""
    member = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    member.settimeout(20)
    member.bind((pnp.GROUP, pnp.PORT))
    there = socket.inet_aton(pnp.GROUP) + PBX.packed
    member.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, there)
    return member


def test_plug_and_play_tells_what_kind_of_phone_starts(booted: PhoneLab) -> None:
    mac = [mac for mac, maker in PHONES.items() if maker.name == "snom"][1]
    with inside(booted.lan.pbx, listening) as group:
        booted.reboot(mac)
        said = group.recv(8192).decode()
    assert f"MAC%3a{mac.upper()}@" in said and 'vendor="snom";model="snomD785";version="10.1.54.13"' in said


def test_an_unknown_phone_gets_nothing_that_is_anyones(booted: PhoneLab) -> None:
    strangers = macs(len(MAKERS), first=NEW)
    booted.plug_in(strangers)
    for mac in strangers:
        booted.wait("unconfigured", 1, mac)
        assert {one["status"] for one in booted.of("fetch", mac) if mac in one["path"].lower()} <= {401, 404}
        assert not booted.of("parsed", mac) + booted.of("registered", mac)


def test_a_phone_without_the_password_gets_nothing(booted: PhoneLab) -> None:
    mac = next(iter(macs(1, ["snom"], first=NEW + 100)))
    booted.site.load({"device": devices({mac: MAKERS["snom"]}, None)})
    booted.site.commit()
    booted.plug_in({mac: MAKERS["snom"]}, login=None)
    booted.wait("unconfigured", 1, mac)
    assert {one["status"] for one in booted.of("fetch", mac)} == {401}


def test_a_device_without_a_line_registers_the_limited_account(booted: PhoneLab) -> None:
    unbound = macs(len(MAKERS), first=NEW + 200)
    booted.site.load({"device": devices(unbound, None)})
    booted.site.commit()
    booted.plug_in(unbound)
    for mac in unbound:
        said = booted.wait("registered", 1, mac)[0]
        assert (said["user"], said["auth_user"]) == (f"aps-{mac}", "apunprov")
        own = [booted.site.root / name for name in booted.last("parsed", mac)["files"] if mac in name.lower()]
        assert any(b"UNPROV" in file.read_bytes() for file in own)


def test_a_password_that_the_registrar_does_not_know_is_refused(booted: PhoneLab) -> None:
    mac = list(PHONES)[1]
    number = extension_of(booted, mac)
    booted.site.load({"extension": [{"tenant": TENANT, "number": number, "secret": "Another-one-4711"}]})
    booted.site.commit()
    booted.reboot(mac)
    assert booted.wait("refused", 1, mac)[0]["status"] == 401
