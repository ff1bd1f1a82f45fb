"""Fifty phones are plugged in; one is given its extension by dialling, the others at once; all work in the end."""

from __future__ import annotations

import asyncio
import json
import subprocess
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from aps_tui.services import bulk
from tests.lab.phonelab import HOUSE, PROGRAMS, phone_lab
from tests.lab.phones.makers import MAKERS, macs
from tests.lab.site import PIN, TENANT
from tests.lab.until import until
from tests.lab.watched import Watched, watched
from tests.unit.services.unprov.fake_asterisk import Asterisk

pytestmark = [pytest.mark.root, pytest.mark.programs(*PROGRAMS)]

PHONES = macs(50)
DIALLED = "1050"
"""The extension that is typed on one phone; 1001 to 1049 are for the others."""


@pytest.fixture(scope="module")
def watch() -> Iterator[Watched]:
    """A site with extensions and without phones; auto-create is on for every vendor."""
    with phone_lab(spare=len(PHONES)) as lab, watched(lab, more='[resync]\nway = "direct"') as running:
        store = lab.site.place.store
        vendors = tuple({maker.vendor for maker in MAKERS.values()})
        now = store.provisioning.get()
        wanted = replace(now, auto_create=True, auto_create_tenant=TENANT, auto_create_vendors=vendors)
        store.provisioning.save(wanted)
        yield running


def test_plug_in_fifty_dial_the_pin_on_one_assign_the_rest_commit_resync(watch: Watched) -> None:
    lab = watch.lab
    plugged_in_they_show_unprov(watch)
    (dials, *others) = PHONES
    by_dialling(watch, dials)
    assert {one["mac"]: one["state"] for one in queue(watch)} == {
        dials: "synced", **dict.fromkeys(others, "unprovisioned")
    }  # fmt: skip

    change = bulk.give_extensions(bulk.parse_series("1001.."))
    assert bulk.apply(lab.site.place, others, change, bulk.outcome(lab.site.place, others, change)) == len(others)
    lab.site.commit()
    told = subprocess.run(watch.command("resync", "--changed", "--pace", "6000", "--yes", "--json"), cwd=HOUSE,
                          capture_output=True, text=True, timeout=120)  # fmt: skip
    assert {one["mac"]: one["state"] for one in json.loads(told.stdout)} == dict.fromkeys(others, "fetched"), told
    lab.wait("registered", 2 * len(PHONES))

    numbers = [str(number) for number in range(1001, 1050)]
    for mac, number in zip([*others, dials], [*numbers, DIALLED], strict=True):
        said = lab.last("registered", mac)
        assert (said["user"], said["auth_user"]) == (f"{number}-{TENANT}", f"d{number}")
    until(lambda: {one["state"] for one in queue(watch)} == {"synced"}, "the queue shows all as done")


def plugged_in_they_show_unprov(watch: Watched) -> None:
    """They are devices by themselves, and have the limited account when they start again."""
    lab, store = watch.lab, watch.lab.site.place.store
    lab.plug_in(PHONES)
    lab.wait("unconfigured", len(PHONES))
    until(lambda: {one.mac for one in store.files.of(list(PHONES))} == set(PHONES), "each has its UNPROV file")
    lab.site.commit()  # what phones of a model share, which some ask for first, is not part of an automatic commit
    for mac in PHONES:
        lab.reboot(mac)
    accounts = {one["user"] for one in lab.wait("registered", len(PHONES))}
    assert accounts == {f"aps-{mac}" for mac in PHONES}


def by_dialling(watch: Watched, mac: str) -> None:
    """PIN and extension are typed on a phone, which fetches its own file then, and no other phone does."""
    lab = watch.lab
    account = f"aps-{mac}"
    address = f"{lab.address(mac)}:5060"
    call = Asterisk(account, address, [PIN, DIALLED], contact=f"sip:{account}@{address}")
    assert asyncio.run(agi(watch, call)) == 0
    assert lab.wait("registered", 2, mac)[-1]["user"] == f"{DIALLED}-{TENANT}"
    assert [one["mac"] for one in lab.of("notify")] == [mac]
    until(lambda: any(one["state"] == "synced" for one in queue(watch)), "the queue shows it as done")


async def agi(watch: Watched, call: Asterisk) -> int:
    """Start `aps-tui agi` as Asterisk does, and hold a call."""
    process = await asyncio.create_subprocess_exec(*watch.command("agi"), cwd=HOUSE, stdin=PIPE, stdout=PIPE)
    assert process.stdin and process.stdout
    await call.play(process.stdout, process.stdin)
    return await process.wait()


def queue(watch: Watched) -> list[dict[str, Any]]:
    """What `aps-tui queue` lists."""
    done = subprocess.run(watch.command("queue", "--json"), cwd=HOUSE, capture_output=True, check=True, timeout=60)
    found: list[dict[str, Any]] = json.loads(done.stdout)["queue"]
    return found
