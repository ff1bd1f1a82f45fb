"""The queue as it is listed, and what is done with its phones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from aps_tui.domain.errors import BadValue
from aps_tui.services import bulk, importing, queue
from aps_tui.services.commit import commit
from aps_tui.services.workplace import Workplace
from tests.unit.services.arrived import AT, arrive, ask
from tests.unit.services.small_site import MACS

NEW = [f"0011220000a{n}" for n in range(4)]


def macs(found: list[queue.QueueRow]) -> list[str]:
    return [row.mac for row in found]


def test_the_newest_come_first_and_ignored_ones_when_they_are_asked_for(place: Workplace) -> None:
    arrive(place.store, NEW)
    assert queue.ignore(place, [NEW[1], MACS[0]]) == 1
    assert macs(queue.listed(place)) == [NEW[0], NEW[2], NEW[3], MACS[5]]
    assert macs(queue.listed(place, ignored=True)) == [*NEW, MACS[5]]
    every = queue.Queue(queue.rows(place))
    assert macs(every.arranged("state:i")) == [NEW[1]]
    assert macs(every.arranged("!state:s")) == []
    queue.heed(place, [NEW[1]])
    assert NEW[1] in macs(queue.listed(place))


def test_words_and_columns_narrow_it_and_every_column_sorts_it(place: Workplace) -> None:
    arrive(place.store, NEW[:2])
    arrive(place.store, NEW[2:], AT + 60, vendor="", model="", agent="x[/]y", address="10.0.0.30")
    every = queue.Queue(queue.rows(place))
    assert macs(every.arranged("agent:testphone")) == NEW[:2]
    assert macs(every.arranged("00:11:22:00:00:a3")) == [NEW[3]]
    assert macs(every.arranged("!testphone")) == NEW[2:]
    assert macs(every.arranged("10.0.0", "address", descending=False)) == NEW
    for column in ("state", "mac", "phone", "address", "extensions", "seen", "first", "label", "agent", "firmware",
                   "sources", "tenant"):  # fmt: skip
        assert sorted(macs(every.arranged("", column))) == sorted([*NEW, MACS[5]])
    with pytest.raises(BadValue, match="no column"):
        every.arranged("", "nosuch")


def test_a_guess_says_how_sure_it_is(place: Workplace) -> None:
    def shown(**said: Any) -> str:
        arrive(place.store, [NEW[0]], **said)
        (row,) = place.store.queue.of([NEW[0]])
        return queue.guess(row)

    assert shown() == "testphone/T1"
    assert shown(score=40) == "testphone/T1?"
    assert shown(conflict="http says T2") == "testphone/T1?!"
    assert shown(model="", score=40) == "testphone/?"
    assert shown(vendor="", model="") == ""


def test_phones_are_taken_in_with_the_model_that_is_sure(place: Workplace) -> None:
    arrive(place.store, NEW)
    arrive(place.store, [NEW[3]], conflict="http says T2")
    draft, ids = queue.take_in(place, [NEW[0], MACS[0], NEW[3]], "acme")
    first, doubtful = importing.rows(place, draft, ids)
    assert (first.model, first.why, first.address, first.state) == ("T1", "user agent", "10.0.0.7", "R")
    assert (doubtful.model, doubtful.state) == ("", "M")
    again, more = queue.take_in(place, NEW[:2], "acme")
    assert again.id == draft.id and more[0] == ids[0] and len(importing.ids(place, draft)) == 3
    importing.drop(place, draft, [ids[1]])
    importing.edit(place, draft, more[:1], importing.series(place, draft, "101.."))
    assert importing.finish(place, draft).macs == tuple(NEW[:2])
    assert [row.extensions for row in place.store.queue.of(NEW[:2])] == ["104", ""]
    with pytest.raises(BadValue, match="all of them are devices already"):
        queue.take_in(place, NEW[:2], "acme")
    with pytest.raises(BadValue, match="no tenant 'nosuch'"):
        queue.take_in(place, NEW[2:], "nosuch")


def test_whose_they_become(place: Workplace) -> None:
    assert queue.tenant_of_new(place) == "", "there are two tenants"
    place.store.provisioning.save(replace(place.store.provisioning.get(), auto_create_tenant="bolt"))
    assert queue.tenant_of_new(place) == "bolt"
    arrive(place.store, NEW)
    draft, _ = queue.take_in(place, NEW[:1], "acme")
    assert queue.tenant_of_new(place) == "acme", "as the list that is begun"
    importing.discard(place, draft)
    assert queue.tenant_of_new(place) == "bolt"


def test_only_synced_devices_are_let_go(place: Workplace) -> None:
    arrive(place.store, NEW[:2])
    draft, ids = queue.take_in(place, NEW[:2], "acme")
    importing.edit(place, draft, ids, bulk.set_model("testphone", "T1"))
    importing.finish(place, draft)
    for mac, extension in zip(NEW, ("104",), strict=False):
        device = place.store.devices.get(mac)
        assert device is not None
        place.store.devices.save(bulk.give_extensions(bulk.parse_series(extension))(place, [device]).devices[0])
    commit(place)
    ask(place.store, NEW[0], f"{NEW[0]}.cfg", at=place.store.db.now() + 5)
    assert {row.mac: row.state for row in queue.listed(place)} == {NEW[0]: "O", NEW[1]: "U", MACS[5]: "U"}
    assert queue.clear(place, [*NEW[:2], MACS[5]]) == [NEW[0]]
    assert macs(queue.listed(place)) == [NEW[1], MACS[5]]


def test_forgetting_takes_all_that_was_seen(place: Workplace) -> None:
    arrive(place.store, NEW)
    assert queue.forget(place, [NEW[0], MACS[0]]) == 1
    assert not place.store.sightings.of(NEW[0]) and NEW[0] not in macs(queue.listed(place))
    with pytest.raises(BadValue, match="it is a device already and cannot be forgotten"):
        queue.forget(place, [MACS[0]])


def test_every_alarm_says_what_to_do(place: Workplace) -> None:
    for kind in ("harvest", "flood", "pin", "other"):
        place.store.alarms.raise_(kind, "10.0.0.9", "x")
    alarms = place.store.alarms.open()
    assert all(queue.what_to_do(alarm) for alarm in alarms)
    queue.know_alarm(place, alarms[0].id)
    assert len(place.store.alarms.open()) == 3
