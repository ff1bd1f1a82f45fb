"""Devices that nobody claims expire: never silently, none of which anything is said, and an undo brings them back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aps_tui.data.arrivals import Arrival
from aps_tui.domain.site import Device, Extension, Key, Line
from aps_tui.services.commit import commit
from aps_tui.services.planning import plan
from aps_tui.services.queue import expires_soon, listed, told_state
from aps_tui.services.undo import undo
from aps_tui.services.watch.autocreate import AutoCreate
from aps_tui.services.watch.upkeep import upkeep
from aps_tui.services.workplace import Workplace
from tests.unit.services.site_clock import DAY, SiteClock, say
from tests.unit.services.small_site import MACS, contents

DAYS = 30
MAC = "0011220000aa"
FILE = f"{MAC}.cfg"


@pytest.fixture
def clock(place: Workplace) -> SiteClock:
    """The site's clock; all is committed, one device is bare, and what nobody claims goes after a month."""
    found = SiteClock(place)
    say(place, expire_days=DAYS)
    place.store.devices.save(Device(MACS[5], "bolt", "testphone", "T2", label="in the hall"))
    place.store.devices.save(Device(MAC, "acme", "testphone", "T1"))
    commit(place)
    return found


def exists(place: Workplace, mac: str = MAC) -> bool:
    return mac in place.store.devices.existing([mac])


def test_it_is_off_until_it_is_said(place: Workplace) -> None:
    clock = SiteClock(place)
    place.store.devices.save(Device(MAC, "acme", "testphone", "T1"))
    commit(place)
    clock.later(days=10_000)
    assert upkeep(place) == "" and commit(place).generation is None and exists(place)
    assert place.store.queue.of([MAC])[0].expires == 0


def test_the_queue_and_the_plan_say_so_before(place: Workplace, clock: SiteClock) -> None:
    row = place.store.queue.of([MAC])[0]
    assert row.expires == clock.now + DAYS * DAY and not expires_soon(row, clock.now) and "expires" in told_state(row)
    assert place.store.queue.of([MACS[5]])[0].expires == 0, "something is said of it"
    assert all(not row.expires for row in place.store.queue.of([MACS[0]])), "it has a line"
    clock.later(days=DAYS - 1)
    assert expires_soon(row, clock.now) and plan(place).changes == [] and upkeep(place) == "" and exists(place)
    clock.later(days=1)
    found = plan(place)
    assert [(one.path, one.kind) for one in found.changes] == [(FILE, "remove")]
    assert found.reasons(place).words(found.changes[0].causes) == ["expired: nobody claimed it for 30 days"]
    assert (MAC, "goes: nobody claimed it for 30 days") in found.warnings
    assert exists(place) and FILE in contents(place.root), "a plan removes nothing"


@pytest.mark.parametrize("by", ["watcher", "commit", "commit that overwrites"])
def test_it_goes_with_its_file(place: Workplace, clock: SiteClock, by: str) -> None:
    before = contents(place.root).keys()
    clock.later(days=DAYS)
    if by == "watcher":
        assert upkeep(place) == ""
    else:
        commit(place, overwrite=by != "commit")
    assert not exists(place) and contents(place.root).keys() == before - {FILE}
    last = place.store.audit.of("device", MAC, 1)[0]
    assert (last.action, last.detail) == ("expire", "testphone/T1 of acme, unclaimed for 30 days")
    assert exists(place, MACS[5]) and plan(place).changes == [] and commit(place).generation is None


def test_one_whose_file_was_never_written_goes_as_well(place: Workplace, clock: SiteClock) -> None:
    clock.later(days=DAYS)
    commit(place)
    other = "0011220000ab"
    place.store.devices.save(Device(other, "acme", "testphone", "T1"))
    clock.later(days=DAYS)
    assert [one.mac for one in plan(place).warnings] == [other]
    assert commit(place).generation is None and not exists(place, other)


@pytest.mark.parametrize(
    "said",
    [
        {"label": "Hall"},
        {"settings": {"time.zone": "Europe/Paris"}},
        {"keys": (Key("dss", 1, "none"),)},
        {"template": "Sales"},
        {"raw": {"a": "b"}},
        {"lines": (Line(1, "150"),)},
    ],
    ids=str,
)
def test_one_of_which_anything_is_said_stays(place: Workplace, clock: SiteClock, said: dict[str, object]) -> None:
    place.store.extensions.save_many([Extension("acme", "150", "150", "150", "s3cret-acme-150", "New")])
    device = place.store.devices.get(MAC)
    assert device is not None
    place.store.devices.save(replace(device, **said))  # type: ignore[arg-type]
    commit(place)
    clock.later(days=10 * DAYS)
    assert upkeep(place) == "" and commit(place).generation is None and exists(place)


def test_what_is_done_to_it_begins_its_time_anew(place: Workplace, clock: SiteClock) -> None:
    clock.later(days=DAYS - 1)
    device = place.store.devices.get(MAC)
    assert device is not None
    place.store.devices.save(replace(device, model="T2"))
    commit(place)
    clock.later(days=DAYS - 1)
    assert upkeep(place) == "" and exists(place)
    clock.later(days=1)
    assert upkeep(place) == "" and not exists(place)


def test_an_undo_brings_it_back_with_its_file(place: Workplace, clock: SiteClock) -> None:
    clock.later(days=DAYS)
    assert upkeep(place) == "" and not exists(place)
    undo(place)
    assert exists(place) and FILE in contents(place.root)
    assert place.store.audit.of("device", MAC, 1)[0].detail == "expired, and brought back"
    assert plan(place).changes == [] and upkeep(place) == "" and exists(place), "its time begins anew"


def test_one_that_comes_again_is_seen_again(place: Workplace, clock: SiteClock) -> None:
    seen = Arrival(MAC, "testphone", "T1", "", "user agent", 90, address="10.77.0.9", sources="dhcp",
                   first_seen=clock.now, last_seen=clock.now)  # fmt: skip
    place.store.arrivals.save([seen])
    clock.later(days=DAYS)
    assert upkeep(place) == ""
    (row,) = [row for row in listed(place) if row.mac == MAC]
    assert (row.state, row.device) == ("S", False)
    say(place, auto_create=True, auto_create_tenant="acme", auto_create_vendors=("testphone",))
    say(place, whitelist=("10.0.0.0/8",))
    assert AutoCreate(place, 10).consider([seen]).macs == (MAC,)
    assert upkeep(place) == "" and exists(place) and FILE in contents(place.root)


def test_one_that_is_claimed_while_the_commit_is_at_work_stays(place: Workplace, clock: SiteClock) -> None:
    clock.later(days=DAYS)

    def claimed(step: str) -> None:
        if step == "placed":
            device = place.store.devices.get(MAC)
            assert device is not None
            place.store.devices.save(replace(device, label="mine"))

    commit(place, step=claimed)
    assert exists(place)
    assert commit(place).written == 1 and FILE in contents(place.root)


def test_one_whose_file_was_edited_stays_until_someone_decides(place: Workplace, clock: SiteClock) -> None:
    (place.root / FILE).write_text("by hand")
    clock.later(days=DAYS)
    assert "edited by hand" in upkeep(place) and exists(place)
    assert commit(place).refused and exists(place)
    commit(place, overwrite=True)
    assert not exists(place) and FILE not in contents(place.root)


def test_an_operator_who_names_it_gets_its_file(place: Workplace, clock: SiteClock) -> None:
    clock.later(days=DAYS)
    assert plan(place, [MAC]).changes == [] and commit(place, [MAC]).generation is None and exists(place)
