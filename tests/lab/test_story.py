"""The whole story: plug in 50 phones, dial the PIN on one, give the other 49 their extensions, commit, resync."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from aps_tui.services.queue import STATES, listed
from tests.lab import calls
from tests.lab.calls import agi_server
from tests.lab.phonelab import HOUSE, PROGRAMS, PhoneLab, phone_lab
from tests.lab.phones.makers import macs
from tests.lab.site import FIRST_EXTENSION, PIN, TENANT
from tests.lab.until import until
from tests.lab.watched import Watched, watched
from tests.screens.console import console
from tests.unit.services.unprov.fake_asterisk import Asterisk

pytestmark = [pytest.mark.root, pytest.mark.programs(*PROGRAMS)]

PHONES = list(macs(50, ("yealink", "polycom", "snom", "aastra")))
"""Of the vendors that auto-create takes unless it is told otherwise."""
CALLER, OTHERS = PHONES[0], PHONES[1:]


@pytest.fixture(scope="module")
def watch() -> Iterator[Watched]:
    """A PBX that knows 50 extensions and no phone, its watcher and its FastAGI server at work."""
    with (
        phone_lab(spare=len(PHONES)) as lab,
        watched(lab, more='[resync]\nway = "direct"\n') as running,
        agi_server(_command(running)),
    ):
        yield running


def _command(watch: Watched) -> list[str]:
    site = watch.lab.site
    options = ["--db", str(site.database), "--root", str(site.root), "--config", str(watch.config)]
    return watch.lab.lan.within(sys.executable, "-m", "aps_tui", *options)


def states(lab: PhoneLab) -> dict[str, str]:
    """What the queue says of each phone."""
    return {row.mac: STATES[row.state] for row in listed(lab.site.place)}


def until_all(lab: PhoneLab, wanted: dict[str, str], what: str) -> None:
    until(lambda: states(lab) == wanted, what, seen=lambda: str(states(lab)))


def call(lab: PhoneLab, mac: str, *typed: str) -> Asterisk:
    """What Asterisk makes of a phone that dials any number and types."""
    return calls.call(lab.lan, mac, lab.address(mac), *typed)


def extension(lab: PhoneLab, mac: str) -> str:
    device = lab.site.place.store.devices.get(mac)
    assert device and len(device.lines) == 1
    return device.lines[0].extension


def test_50_phones_are_plugged_in_and_show_unprov(watch: Watched) -> None:
    lab = watch.lab
    store = lab.site.place.store
    store.provisioning.save(replace(store.provisioning.get(), auto_create=True, auto_create_tenant=TENANT))
    for mac, maker in macs(50, ("yealink", "polycom", "snom", "aastra")).items():
        lab.plug_in({mac: maker})
    lab.wait("dhcp_ack", len(PHONES))
    until_all(lab, dict.fromkeys(PHONES, "unprovisioned"), "every phone is a device with its UNPROV file")
    for mac in PHONES:
        if not lab.of("registered", mac):
            lab.reboot(mac)  # it asked before its file was there
    _each(lab, PHONES, lambda mac: lab.wait("registered", 1, mac)[-1]["user"] == f"aps-{mac}")


def test_one_dials_its_pin_and_has_its_extension(watch: Watched) -> None:
    lab = watch.lab
    number = str(FIRST_EXTENSION)
    wrong = call(lab, OTHERS[0], "000000", "111111", "222222")
    assert wrong.said.count("GET DATA auth-incorrect") == 2 and "SAY DIGITS" not in str(wrong.said)
    peer = call(lab, CALLER, PIN, number)
    assert f"SAY DIGITS {number}" in peer.said
    assert lab.wait("refetched", 1, CALLER)[0]["user"] == f"{number}-{TENANT}"
    lab.wait("registered", 2, CALLER)
    assert {one["mac"] for one in lab.of("notify")} == {CALLER}, "nobody else was told to restart"
    until_all(lab, {**dict.fromkeys(OTHERS, "unprovisioned"), OTHERS[0]: states(lab)[OTHERS[0]], CALLER: "synced"},
              "the queue shows it")  # fmt: skip


async def test_the_other_49_get_theirs_by_a_few_keys_and_are_committed(watch: Watched) -> None:
    lab = watch.lab
    async with console(lab.site.place, size=(80, 24), screen="queue") as hand:
        assert hand.rows.total == len(PHONES)
        await hand.press("slash", *f"!{CALLER}", "enter", "a", "x", *f"{FIRST_EXTENSION + 1}..", "enter", "enter")
        until_all(lab, {**dict.fromkeys(OTHERS, "bound"), CALLER: "synced"}, "they are bound")
        await hand.press("C", "enter")
        until_all(lab, {**dict.fromkeys(OTHERS, "committed"), CALLER: "synced"}, "they are committed")
    assert len({extension(lab, mac) for mac in PHONES}) == len(PHONES)


def test_all_are_told_at_a_pace_one_first_and_every_one_works(watch: Watched) -> None:
    lab = watch.lab
    words = [*_command(watch), "resync", "--yes", "--json", "--changed", "--pace", "6000", "--restart"]
    done = subprocess.run(words, cwd=HOUSE, capture_output=True, text=True, timeout=120)
    told = json.loads(done.stdout)
    assert {one["mac"]: one["state"] for one in told} == dict.fromkeys(OTHERS, "fetched"), done.stderr
    for mac in OTHERS:
        assert lab.wait("registered", 2, mac)[-1]["user"] == f"{extension(lab, mac)}-{TENANT}"
    until_all(lab, dict.fromkeys(PHONES, "synced"), "the queue shows it")
    registered = lab.registrar.registered()
    for mac in PHONES:
        number = extension(lab, mac)
        assert (f"{number}-{TENANT}", f"d{number}", lab.address(mac)) in registered


def _each(lab: PhoneLab, macs: list[str], true: Callable[[str], bool]) -> None:
    assert [mac for mac in macs if not true(mac)] == []
