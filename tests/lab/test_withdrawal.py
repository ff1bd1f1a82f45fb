"""Files are withdrawn after nginx has given them away; phones keep what they have, and get them again when opened."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from aps_tui.services.windows import standings
from tests.lab.phonelab import HOUSE, PROGRAMS, PhoneLab, phone_lab
from tests.lab.phones.makers import MAKERS, macs
from tests.lab.until import until
from tests.lab.watched import Watched, watched

pytestmark = [pytest.mark.root, pytest.mark.programs(*PROGRAMS)]

PHONES = {mac: maker.vendor for mac, maker in macs(len(MAKERS)).items()}
"""A phone of each maker."""
NEVER = {"aastra", "cyberdata", "grandstream", "polycom", "spectralink"}
LONG_AGO = 7200.0
MORE = '[resync]\nway = "direct"'


@pytest.fixture(scope="module")
def lab() -> Iterator[PhoneLab]:
    """All phones work."""
    with phone_lab(len(PHONES)) as running:
        running.wait("registered", len(PHONES))
        yield running


def run(watch: Watched, *words: str) -> Any:
    """What a command on the PBX says in JSON."""
    done = subprocess.run(watch.command(*words, "--json"), cwd=HOUSE, capture_output=True, text=True, timeout=120)
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def standing(lab: PhoneLab) -> dict[str, str]:
    return {one.mac: one.state for one in standings(lab.site.place)}


def asks_in_vain(lab: PhoneLab, mac: str) -> None:
    """The server has no file of a phone that is told to fetch by somebody else than the product."""
    before = len(lab.of("fetch", mac))
    assert lab.notify(mac, "check-sync") == 200
    lab.wait("unconfigured", 1, mac)  # a simulated phone keeps nothing
    own = [one["status"] for one in lab.of("fetch", mac)[before:] if mac in one["path"].lower()]
    assert own and {*own} <= {401, 404}


def test_what_was_fetched_is_withdrawn_and_comes_back_when_it_is_opened(lab: PhoneLab) -> None:
    store = lab.site.place.store
    lab.site.load({"provisioning": {"withdraw_hours": 1}})
    # Logs know no parts of a second, and the first phones came within the second of the commit.
    store.db.execute_sql("UPDATE generation SET at = at - 1")
    gone = sorted(mac for mac, vendor in PHONES.items() if vendor not in NEVER)
    kept = sorted(PHONES.keys() - set(gone))
    assert len(gone) >= 5 and kept
    with watched(lab, more=MORE) as watch:
        until(
            lambda: store.windows.of([*PHONES]).keys() == PHONES.keys(),
            "the watcher saw every phone fetch",
            seen=lambda: str({mac: PHONES[mac] for mac in PHONES.keys() - store.windows.of([*PHONES]).keys()}),
        )
        assert {standing(lab)[mac] for mac in gone} == {"closing"}
    store.db.execute_sql("UPDATE file_window SET fetched = fetched - ?", (LONG_AGO,))
    with watched(lab, more=MORE) as watch:
        until(
            lambda: standing(lab) == dict.fromkeys(gone, "withdrawn") | dict.fromkeys(kept, "kept"),
            "it withdraws",
            seen=lambda: str(standing(lab)),
        )
        assert {row.mac for row in store.files.of([*PHONES])} == set(kept)
        assert run(watch, "plan")["changes"] == []
        asks_in_vain(lab, next(mac for mac in gone if PHONES[mac] == "yealink"))
        mac = next(mac for mac in gone if PHONES[mac] == "snom")
        assert run(watch, "window", "open", mac)["done"] == [mac]
        assert [one["state"] for one in run(watch, "resync", "--yes", mac)] == ["fetched"]
        assert {row["state"] for row in run(watch, "queue")["queue"] if row["mac"] == mac} <= {"synced"}
