"""Auto-create: off, refused with an empty whitelist, only what qualifies, its UNPROV file at once, capped per hour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from aps_tui.data.arrivals import Arrival
from aps_tui.data.settings import Level
from aps_tui.services.commit import commit
from aps_tui.services.lock import commit_lock
from aps_tui.services.watch.autocreate import AutoCreate
from aps_tui.services.workplace import Workplace
from tests.unit.services.small_site import MACS, contents

NEW = "0011220000aa"


def arrival(mac: str = NEW, **said: str) -> Arrival:
    phone = Arrival(
        mac, "testphone", "T1", why="user agent", score=90, address="10.77.0.9", sources="dhcp http",
        first_seen=1.0, last_seen=1.0,
    )  # fmt: skip
    return phone._replace(**said)  # type: ignore[arg-type]


Switch = Callable[..., None]


@pytest.fixture
def switch(place: Workplace) -> Switch:
    """Sets provisioning settings."""

    def say(**said: object) -> None:
        place.store.provisioning.save(replace(place.store.provisioning.get(), **said))  # type: ignore[arg-type]

    say(auto_create=True, auto_create_tenant="acme", auto_create_vendors=("testphone",), whitelist=("10.77.0.0/22",))
    return say


def devices(place: Workplace) -> set[str]:
    return set(place.store.devices.macs()) - set(MACS)


def test_it_is_off_unless_switched_on(place: Workplace) -> None:
    assert AutoCreate(place, 10).consider([arrival()]) == ((), "")
    assert devices(place) == set()


def test_a_phone_becomes_a_device_and_gets_its_unprov_file_and_nobody_else_gets_one(
    place: Workplace, switch: Switch
) -> None:
    made = AutoCreate(place, 10).consider([arrival()])
    assert made == ((NEW,), "")
    files = contents(place.root)
    assert files.keys() == {f"{NEW}.cfg"}, "not those of others, which wait for their operator's commit"
    text = files[f"{NEW}.cfg"].decode()
    assert f"account.1.user = aps-{NEW}" in text and "UNPROV" in text and "limited-secret" in text
    assert place.store.devices.get(NEW)
    trail = place.store.audit.of("device", NEW)
    assert [row.action for row in trail] == ["auto-create", "add"]
    commit(place)
    assert len(contents(place.root)) > 5


def test_an_empty_whitelist_makes_nothing_and_says_so(place: Workplace, switch: Switch) -> None:
    switch(whitelist=())
    made = AutoCreate(place, 10).consider([arrival()])
    assert made.macs == () and "whitelist is empty" in made.note and devices(place) == set()


def test_without_what_unprov_files_need_nothing_is_made(place: Workplace, switch: Switch) -> None:
    switch(unprovisioned_secret="")
    assert "UNPROV password" in AutoCreate(place, 10).consider([arrival()]).note
    assert devices(place) == set()


@pytest.mark.parametrize(
    "said",
    [
        {"address": "192.0.2.1"},
        {"address": ""},
        {"vendor": "snom"},
        {"vendor": ""},
        {"model": ""},
        {"conflict": "user agent says T2"},
        {"sources": "http tftp"},
        {"sources": "scan"},
    ],
    ids=str,
)
def test_what_does_not_qualify_is_not_made(place: Workplace, switch: Switch, said: dict[str, str]) -> None:
    assert AutoCreate(place, 10).consider([arrival(**said)]) == ((), "")
    assert devices(place) == set() and contents(place.root) == {}


def test_devices_and_what_is_ignored_are_left_alone(place: Workplace, switch: Switch) -> None:
    place.store.arrivals.ignore([NEW])
    known = arrival(MACS[0], model="T2")
    assert AutoCreate(place, 10).consider([arrival(), known]) == ((), "")


def test_there_is_a_cap_per_hour_that_outlives_a_restart(place: Workplace, switch: Switch) -> None:
    crowd = [arrival(f"0011220001{n:02x}") for n in range(5)]
    made = AutoCreate(place, 3).consider(crowd)
    assert len(made.macs) == 3 and made.note == "auto-create made 3 devices within an hour and stops there: 2 wait"
    assert AutoCreate(place, 3).consider(crowd).macs == ()
    place.store.db.now = lambda: 4e9
    assert len(AutoCreate(place, 3).consider(crowd).macs) == 2


def test_files_wait_for_a_commit_that_is_under_way(place: Workplace, switch: Switch) -> None:
    auto = AutoCreate(place, 10)
    with commit_lock(place.store.path, "alice"):
        made = auto.consider([arrival()])
        assert auto.waits and contents(place.root) == {}
    assert made.macs == (NEW,) and "under way" in made.note
    assert auto.consider([]) == ((), "")
    assert contents(place.root).keys() == {f"{NEW}.cfg"}


def test_a_device_that_was_deleted_meanwhile_is_not_written(place: Workplace, switch: Switch) -> None:
    auto = AutoCreate(place, 10)
    with commit_lock(place.store.path, "alice"):
        auto.consider([arrival()])
    place.store.devices.delete([NEW])
    assert auto.consider([]) == ((), "") and contents(place.root) == {}


def test_a_file_that_cannot_be_written_is_said_once_and_the_device_waits(place: Workplace, switch: Switch) -> None:
    place.store.settings.set(Level("tenant", "acme"), "server.1.host", None)
    auto = AutoCreate(place, 10)
    made = auto.consider([arrival()])
    assert made.macs == (NEW,) and "no registrar" in made.note and not auto.waits
