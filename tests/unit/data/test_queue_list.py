"""The states of the queue are worked out from what there is, at every moment."""

from __future__ import annotations

from dataclasses import replace

from aps_tui.data import Store
from aps_tui.data.arrivals import Arrival
from aps_tui.data.requests import Registration, Request
from aps_tui.data.rows import DiskFile
from aps_tui.domain.site import Device, Line
from tests.unit.data.conftest import MAC, NOW, Clock

NEW = "805ec00000aa"


def state(store: Store, mac: str = NEW) -> str:
    (row,) = store.queue.of([mac])
    return row.state


def arrived(store: Store, mac: str = NEW, address: str = "10.0.0.9") -> None:
    store.arrivals.save([Arrival(mac, "yealink", "T46U", address=address, first_seen=NOW, last_seen=NOW)])


def write(store: Store, mac: str = NEW) -> None:
    """What a commit of one device leaves."""
    number = store.generations.begin(epoch := store.generations.take_epoch())
    file = DiskFile(f"{mac}.cfg", mac, "yealink", "h", 1, 1, 1, number)
    store.generations.finish(number, [file], [mac], epoch=epoch)


def fetch(store: Store, at: float, status: int = 200, path: str = f"{NEW}.cfg") -> None:
    store.requests.record([Request(NEW, path, "10.0.0.9", "http", status, -1, "", at)])


def test_a_phone_goes_from_seen_to_synced(site: Store, clock: Clock) -> None:
    arrived(site)
    assert state(site) == "S" and [row.mac for row in site.queue.rows()] == [NEW]
    site.devices.save(Device(NEW, "acme", "yealink", "T46U"))
    (row,) = site.queue.of([NEW])
    assert (row.state, row.device, row.tenant) == ("S", True, "acme")
    write(site)
    assert state(site) == "U"
    site.requests.registered([Registration(NEW, "101", "", "", "", NOW)])
    assert state(site) == "U", "another account than its own limited one"
    site.requests.registered([Registration(NEW, f"aps-{NEW}", "", "", "", NOW)])
    assert state(site) == "R"
    device = site.devices.get(NEW)
    assert device is not None
    site.devices.save(replace(device, lines=(Line(1, "104"),)))
    assert state(site) == "B"
    clock.now = NOW + 10
    write(site)
    assert state(site) == "C"
    fetch(site, NOW + 10)
    assert state(site) == "C", "in the same moment it may have got the file of before"
    fetch(site, NOW + 11, 404)
    fetch(site, NOW + 11, 200, "y000.cfg")
    assert state(site) == "C"
    fetch(site, NOW + 12, 304)
    assert state(site) == "O"
    clock.now = NOW + 20
    site.devices.save(replace(site.devices.get(NEW) or device, label="new"))
    assert state(site) == "B"
    write(site)
    assert state(site) == "C"


def test_ignored_and_rejected_are_no_devices(site: Store) -> None:
    arrived(site)
    site.provisioning.save(replace(site.provisioning.get(), whitelist=("10.0.0.0/24", "001565")))
    assert state(site) == "S"
    arrived(site, address="10.0.1.9")
    assert state(site) == "X"
    site.arrivals.ignore([NEW])
    assert state(site) == "I"
    site.devices.save(Device(NEW, "acme", "yealink", "T46U"))
    assert state(site) == "S"


def test_who_is_in_the_queue(site: Store) -> None:
    assert site.queue.rows() == []
    arrived(site, MAC)  # a device that has a line, and came otherwise
    assert site.queue.rows() == []
    site.devices.save(Device(NEW, "acme", "yealink", "T46U"))  # never seen
    assert [(row.mac, row.last_seen) for row in site.queue.rows()] == [(NEW, 0)]
    site.arrivals.follow([MAC], followed=True)
    assert {row.mac: row.extensions for row in site.queue.rows()} == {MAC: "101 102", NEW: ""}
    (row,) = site.queue.of([MAC])
    assert (row.vendor, row.model, row.label) == ("yealink", "T46U", "Reception")


def test_a_vendor_whose_pack_changed_is_to_be_written_again(site: Store) -> None:
    site.devices.save(Device(NEW, "acme", "yealink", "T46U", lines=(Line(1, "104"),)))
    write(site)
    assert state(site) == "C"
    assert [row.state for row in site.queue.of([NEW], ["yealink"])] == ["B"]


def test_what_was_seen_of_devices_is_not_forgotten(site: Store) -> None:
    for mac in (MAC, NEW):
        arrived(site, mac)
    fetch(site, NOW)
    assert site.arrivals.forget([MAC, NEW]) == 1
    assert site.arrivals.get(NEW) is None and site.arrivals.get(MAC) is not None and not site.requests.of(NEW)
