"""Arrivals, requests, registrations and alarms, as they are kept."""

from __future__ import annotations

import pytest

from aps_tui.data import Store, StoreError
from aps_tui.data.arrivals import Arrival
from aps_tui.data.queue import Sighting
from aps_tui.data.requests import MOST_PATHS, Registration, Request
from aps_tui.data.rows import DiskFile
from aps_tui.domain.site import Device

KNOWN, NEW, OTHER = "805ec0000001", "805ec00000aa", "805ec00000bb"


def arrived(mac: str, at: float, **said: str) -> Arrival:
    return Arrival(mac, first_seen=at, last_seen=at, **said)  # type: ignore[arg-type]


def asked(path: str, at: float, status: int = 200, mac: str = KNOWN) -> Request:
    return Request(mac, path, "10.0.0.1", "http", status, -1, "Yealink", at)


def test_an_arrival_keeps_when_it_was_first_and_last_seen(site: Store) -> None:
    site.arrivals.save([arrived(NEW, 5.0, model="T46U"), arrived(NEW, 3.0, model="T48U")])
    assert site.arrivals.get(NEW) == Arrival(NEW, model="T48U", first_seen=3.0, last_seen=5.0)
    assert site.arrivals.get(OTHER) is None and site.arrivals.of([NEW, OTHER]).keys() == {NEW}


def test_a_device_that_arrived_is_followed_until_it_is_let_go(site: Store) -> None:
    site.arrivals.save([arrived(NEW, 5.0)])
    assert site.arrivals.waiting() == 1
    site.devices.save_many([Device(NEW, "acme", "yealink", "T46U")])
    site.arrivals.save([arrived(NEW, 6.0)])
    assert site.arrivals.of([NEW])[NEW].followed and site.arrivals.waiting() == 0
    site.arrivals.follow([NEW], followed=False)
    assert not site.arrivals.of([NEW])[NEW].followed


def test_the_least_recent_are_forgotten_but_devices_and_what_is_ignored_stay(site: Store) -> None:
    macs = [f"0011220000{n:02x}" for n in range(6)]
    site.arrivals.save([arrived(mac, float(n)) for n, mac in enumerate([KNOWN, *macs])])
    site.sightings.record([Sighting(mac, "dhcp", "", 1.0, {}) for mac in macs])
    site.requests.record([asked("a.cfg", 1.0, 404, macs[1])])
    site.arrivals.ignore([macs[0]])
    assert site.arrivals.prune(2) == 3
    assert site.arrivals.of([KNOWN, *macs]).keys() == {KNOWN, macs[0], macs[4], macs[5]}
    assert not site.sightings.of(macs[1]) and not site.requests.of(macs[1])


def test_ignoring_is_audited_and_can_be_taken_back(site: Store) -> None:
    with site.edits.recording("ignore") as edit:
        site.arrivals.ignore([NEW])
        site.arrivals.ignore([NEW])
    assert site.arrivals.ignored() == {NEW}
    site.edits.take_back(edit)
    assert site.arrivals.ignored() == set()
    site.arrivals.ignore([NEW])
    site.arrivals.heed([NEW])
    assert site.arrivals.ignored() == set() and site.audit.recent(1)[0].action == "heed"


def test_of_a_phone_the_latest_names_are_kept(site: Store) -> None:
    site.requests.record([asked(f"{n}.cfg", float(n)) for n in range(MOST_PATHS + 5)])
    site.requests.record([asked("20.cfg", 1.0, 404)])
    kept = site.requests.of(KNOWN)
    assert [one.path for one in kept] == [f"{n}.cfg" for n in range(MOST_PATHS + 4, 4, -1)]
    assert kept[0].status == 200, "an older request does not replace a later one"


def test_who_is_refused_elsewhere_does_not_blot_out_what_a_phone_was_given(site: Store) -> None:
    own = asked(f"{KNOWN}.cfg", 5.0)
    elsewhere = [own._replace(at=6.0 + n, status=401, address="192.0.2.66", path=path)
                 for n, path in enumerate([own.path, *(f"{n}.cfg" for n in range(MOST_PATHS))])]  # fmt: skip
    assert not own.gives_way_to(elsewhere[0])
    site.requests.record([own, *elsewhere])
    assert own in site.requests.of(KNOWN)
    for later in (own._replace(at=9.0, status=404), own._replace(at=10.0, address="192.0.2.66")):
        assert own.gives_way_to(later) and not own._replace(at=99.0).gives_way_to(later)
        site.requests.record([later])
        assert later in site.requests.of(KNOWN)


def test_fetched_counts_own_files_that_were_given_out(site: Store) -> None:
    site.files.save([DiskFile(f"{KNOWN}.cfg", KNOWN, "yealink", "h", 1, 1, 1, 1)])
    site.requests.record([asked("y000000000028.cfg", 9.0), asked(f"{KNOWN}.cfg", 5.0, 401)])
    assert site.requests.fetched([KNOWN]) == {}
    site.requests.record([asked(f"{KNOWN}.cfg", 7.0)])
    assert site.requests.fetched([KNOWN, NEW]) == {KNOWN: 7.0}


def test_the_latest_registration_stays(site: Store) -> None:
    late = Registration(KNOWN, "101", "sip:101@10.0.0.1:5060", "10.0.0.1", "Yealink", 9.0)
    site.requests.registered([late, late._replace(account=f"aps-{KNOWN}", at=4.0)])
    assert site.requests.registrations([KNOWN, NEW]) == {KNOWN: late}


def test_an_alarm_is_counted_and_audited_once_until_it_is_known(site: Store) -> None:
    for _ in range(3):
        site.alarms.raise_("harvest", "192.0.2.66", "40 unknown MACs of Yealink")
    (alarm,) = site.alarms.open()
    assert (alarm.kind, alarm.origin, alarm.times) == ("harvest", "192.0.2.66", 3)
    assert [row.action for row in site.audit.of("alarm", "192.0.2.66")] == ["harvest"]
    site.alarms.know(alarm.id)
    site.alarms.know(alarm.id)
    assert site.alarms.open() == []
    assert [row.action for row in site.audit.of("alarm", "192.0.2.66")] == ["known", "harvest"]
    site.alarms.raise_("harvest", "192.0.2.66", "again")
    assert len(site.alarms.open()) == 1


def test_sightings_are_counted_on_and_the_latest_words_stay(site: Store) -> None:
    seen = Sighting(NEW, "dhcp", "10.0.0.9", 5.0, {"option 60": "yealink"})
    site.sightings.record([seen, seen._replace(seen_at=2.0, address="10.0.0.1", evidence={})])
    (found,) = site.sightings.of(NEW)
    assert found == seen._replace(first_seen=2.0, times=2)
    assert site.sightings.of_many([NEW, OTHER]) == {NEW: [found]}


def test_a_mac_that_is_none_is_refused_by_the_schema(site: Store) -> None:
    with pytest.raises(StoreError):
        site.arrivals.save([arrived("../../etc/pw", 1.0)])
    with pytest.raises(StoreError):
        site.requests.record([asked("a", 1.0, mac="805EC0000001")])
    with pytest.raises(StoreError):
        site.arrivals.ignore(["x"])
    assert site.arrivals.ignored() == set() and site.requests.of(KNOWN) == []
