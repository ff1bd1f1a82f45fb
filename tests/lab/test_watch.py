"""Phones that are plugged in stand in the queue, with vendor and model, without anybody doing anything."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from aps_tui.data.arrivals import Arrival
from tests.lab.phonelab import HOUSE, PROGRAMS, PhoneLab, phone_lab
from tests.lab.phones.makers import MAKERS, macs
from tests.lab.site import TENANT
from tests.lab.until import until
from tests.lab.watched import Watched, watched

pytestmark = [pytest.mark.root, pytest.mark.programs(*PROGRAMS)]

PHONES = macs(250)
FETCHED = {"http", "tftp"}
STRANGERS = macs(12, first=7000)
"""Phones that come later, each of another maker."""


@pytest.fixture(scope="module")
def lab() -> Iterator[PhoneLab]:
    """A PBX that knows no phone yet."""
    with phone_lab() as running:
        yield running


@pytest.fixture(scope="module")
def watch(lab: PhoneLab) -> Iterator[Watched]:
    """Its watcher."""
    with watched(lab) as running:
        yield running


def arrivals(lab: PhoneLab) -> dict[str, Arrival]:
    return lab.site.place.store.arrivals.of([*PHONES, *STRANGERS])


def late(lab: PhoneLab) -> list[Arrival]:
    """The phones of which a source has not told yet: the wire, the leases, a log."""
    told = [(one, set(one.sources.split())) for one in arrivals(lab).values()]
    return [one for one, said in told if not (said >= {"dhcp", "lease"} and said & FETCHED)]


def test_250_phones_at_once_are_all_in_the_queue_with_vendor_and_model(lab: PhoneLab, watch: Watched) -> None:
    lab.plug_in(PHONES)
    lab.wait("dhcp_ack", len(PHONES))
    until(lambda: len(arrivals(lab)) == len(PHONES), "every phone is seen")
    lab.wait("fetch", len(PHONES))
    until(lambda: not late(lab), "every source told of every phone", seen=lambda: str(late(lab)[:12]))
    found = arrivals(lab)
    for mac, maker in PHONES.items():
        one = found[mac]
        assert one.vendor == maker.vendor, one
        assert one.address == lab.address(mac) and not one.conflict
    models = {maker.name: {found[mac].model for mac in PHONES if PHONES[mac] is maker} for maker in MAKERS.values()}
    assert {name for name, known in models.items() if known == {MAKERS[name].model}} >= {
        "yealink", "polycom", "snom", "aastra", "grandstream", "panasonic", "sipura", "vtech",
    }, models  # fmt: skip


def test_the_command_lists_them(lab: PhoneLab, watch: Watched) -> None:
    site = lab.site
    words = [sys.executable, "-m", "aps_tui", "--db", str(site.database), "--root", str(site.root), "queue", "--json"]
    rows = json.loads(subprocess.run(words, cwd=HOUSE, capture_output=True, check=True, timeout=60).stdout)["queue"]
    assert {row["mac"] for row in rows} == set(PHONES) and {row["state"] for row in rows} == {"seen"}


def test_auto_create_makes_devices_within_the_whitelist_alone_and_they_show_unprov(
    lab: PhoneLab, watch: Watched
) -> None:
    store = lab.site.place.store
    allowed = ("yealink", "polycom", "snom", "aastra")
    inside = {mac: maker for mac, maker in STRANGERS.items() if maker.vendor in allowed}
    settings = store.provisioning.get()
    entries = tuple(f"{mac[:2]}:{mac[2:4]}:{mac[4:6]}:{mac[6:8]}:{mac[8:10]}:{mac[10:]}" for mac in inside)
    one_out = next(iter(inside))
    store.provisioning.save(replace(settings, auto_create=True, auto_create_tenant=TENANT, whitelist=entries[1:]))
    lab.plug_in(STRANGERS)
    expected = set(inside) - {one_out}
    until(lambda: set(store.devices.existing(list(STRANGERS))) == expected, "devices are made")
    until(lambda: {file.mac for file in store.files.of(list(STRANGERS))} == expected, "and their files")
    for mac in expected:
        lab.reboot(mac)
        lab.wait("registered", 1, mac)
        assert lab.last("registered", mac)["user"] == f"aps-{mac}"
    store.provisioning.save(settings)


def test_a_flood_of_invented_macs_fills_nothing_and_raises_the_alarm(lab: PhoneLab, watch: Watched) -> None:
    store = lab.site.place.store
    before = store.arrivals.waiting()
    with lab.web.json_log.open("a") as log:
        for number in range(20_000):
            line = {"ms": time.time(), "ip": "10.77.9.9", "m": "GET", "st": 404, "b": 0, "ua": "curl/8",
                    "uri": f"/tftpboot/805ec1{number:06x}.cfg"}  # fmt: skip
            log.write(json.dumps(line) + "\n")
    until(lambda: any(alarm.kind == "harvest" for alarm in store.alarms.open()), "the alarm is raised")
    until(lambda: any(one.seen >= 20_000 for one in watch.status.sources), "all was read")
    (alarm,) = [alarm for alarm in store.alarms.open() if alarm.kind == "harvest"]
    assert alarm.origin == "10.77.9.9"
    assert store.arrivals.waiting() - before <= 40
