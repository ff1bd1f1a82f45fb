"""The product tells phones to fetch, and knows from the servers' logs that they did."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator

import pytest

from tests.lab.phonelab import HOUSE, PROGRAMS, phone_lab
from tests.lab.phones.makers import MAKERS, macs
from tests.lab.site import FIRST_EXTENSION, TENANT
from tests.lab.until import until
from tests.lab.watched import Watched, watched

pytestmark = [pytest.mark.root, pytest.mark.programs(*PROGRAMS)]

PHONES = list(macs(len(MAKERS)))
"""A phone of each maker; the first has extension `FIRST_EXTENSION`."""


@pytest.fixture(scope="module")
def watch() -> Iterator[Watched]:
    """All phones work, and a watcher has seen where each is."""
    with phone_lab(len(PHONES)) as lab, watched(lab, more='[resync]\nway = "direct"') as running:
        lab.wait("registered", len(PHONES))
        arrivals = lab.site.place.store.arrivals
        until(lambda: sum(bool(one.address) for one in arrivals.of(PHONES).values()) == len(PHONES), "all were seen")
        yield running


def resync(watch: Watched, *words: str) -> tuple[int, dict[str, str]]:
    """Run `aps-tui resync` on the PBX; its exit status, and each phone's state."""
    command = watch.command("resync", "--yes", "--json", *words)
    done = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, timeout=120)
    assert done.stdout, done.stderr
    return done.returncode, {one["mac"]: one["state"] for one in json.loads(done.stdout)}


def test_every_phone_that_is_told_has_fetched_what_changed_and_one_went_first(watch: Watched) -> None:
    lab = watch.lab
    names = {mac: f"Renamed {number}" for number, mac in enumerate(PHONES, FIRST_EXTENSION)}
    numbers = [{"tenant": TENANT, "number": name.split()[1], "name": name} for name in names.values()]
    lab.site.load({"extension": numbers})
    lab.site.commit()
    before = len(lab.events)
    assert resync(watch, "--changed", "--pace", "6000") == (0, dict.fromkeys(PHONES, "fetched"))
    for mac, name in names.items():
        assert lab.wait("refetched", 1, mac)[0]["display_name"] == name
    after = lab.events[before:]
    told = [one["mac"] for one in after if one["ev"] == "notify"]
    assert sorted(told) == sorted(PHONES)
    second = next(number for number, one in enumerate(after) if one["mac"] == told[1])
    assert {(one["mac"], one["ev"]) for one in after[:second]} >= {(told[0], "notify"), (told[0], "fetch")}
    assert {one["mac"] for one in after[:second]} == {told[0]}
    assert resync(watch, "--changed") == (0, {})


def test_a_phone_without_power_is_told_of_in_vain(watch: Watched) -> None:
    mac = PHONES[0]
    watch.lab.unplug(mac)
    assert resync(watch, mac) == (1, {mac: "failed"})
