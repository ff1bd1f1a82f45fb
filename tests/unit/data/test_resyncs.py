"""Who was told to fetch, what came of it, and whose files are newer than what they fetched."""

from __future__ import annotations

from aps_tui.data import Store
from aps_tui.data.generations import FileChange
from aps_tui.data.requests import Request
from aps_tui.data.resyncs import Resync
from aps_tui.data.rows import DiskFile
from aps_tui.domain.site import Device, Line
from tests.unit.data.conftest import MAC, NOW, OTHER, Clock


def told(mac: str, at: float, state: str = "sent") -> Resync:
    return Resync(mac, at, "check-sync", "endpoint 101", state)


def asked(mac: str, at: float, path: str = "", status: int = 200) -> Request:
    return Request(mac, path or f"{mac}.cfg", "10.0.0.1", "http", status, -1, "", at)


def write(store: Store, *files: tuple[str, str | None]) -> int:
    """What a commit leaves of files, as (path, MAC)."""
    number = store.generations.begin(store.generations.take_epoch())
    store.generations.add_files(number, [FileChange(path, mac, "yealink", None, "aa") for path, mac in files])
    disk = [DiskFile(path, mac, "yealink", "aa", 1, 1, int(NOW * 1e9), number) for path, mac in files]
    store.generations.finish(number, disk)
    return number


def test_the_latest_stays_with_who_did_it(site: Store) -> None:
    site.resyncs.begin("2 devices")
    site.resyncs.record([told(MAC, 1.0), told(OTHER, 2.0, "failed")])
    site.resyncs.record([told(MAC, 3.0)])
    site.resyncs.judge([MAC], "fetched", "at once")
    assert site.resyncs.of([MAC, OTHER, "805ec00000aa"]) == {
        MAC: told(MAC, 3.0, "fetched")._replace(detail="at once", operator="alice"),
        OTHER: told(OTHER, 2.0, "failed")._replace(operator="alice"),
    }
    assert [row.detail for row in site.audit.of("resync", "", 5)] == ["2 devices"]


def test_those_with_newer_files_are_behind(site: Store, clock: Clock) -> None:
    assert site.resyncs.behind() == []
    write(site, (f"{MAC}.cfg", MAC), (f"{OTHER}.cfg", OTHER), ("y1.cfg", None), ("805ec00000aa.cfg", "805ec00000aa"))
    assert site.resyncs.behind() == [MAC, OTHER], "nobody fetched; the third is no device"
    assert site.resyncs.written([MAC, "805ec00000bb"]) == {MAC: NOW}
    site.requests.record([asked(MAC, NOW + 5), asked(MAC, NOW + 5, "y1.cfg"), asked(OTHER, NOW - 5)])
    site.requests.record([asked(OTHER, NOW + 5, status=404), asked(OTHER, NOW + 5, "firmware.bin")])
    assert site.resyncs.behind() == [OTHER], "fetched before it was written, then in vain"
    site.requests.record([asked(OTHER, NOW + 6, status=304)])
    assert site.resyncs.behind() == []
    clock.now = NOW + 10
    write(site, ("y1.cfg", None))
    assert site.resyncs.behind() == [MAC], "only it asks for the shared file"


def test_files_older_than_the_history_count_by_their_own_time(site: Store, clock: Clock) -> None:
    write(site, (f"{MAC}.cfg", MAC))
    clock.now = NOW + 10
    write(site, (f"{OTHER}.cfg", OTHER))
    site.generations.prune(1)
    assert site.resyncs.written([MAC, OTHER]) == {MAC: NOW, OTHER: NOW + 10}


def test_what_was_left_alone_is_judged(site: Store, clock: Clock) -> None:
    write(site, (f"{MAC}.cfg", MAC), (f"{OTHER}.cfg", OTHER))
    third = "805ec00000aa"
    site.resyncs.record([told(MAC, NOW), told(OTHER, NOW), told(third, NOW + 50)])
    site.requests.record([asked(MAC, NOW + 3), asked(OTHER, NOW - 3)])
    clock.now = NOW + 60
    site.resyncs.settle(30)
    assert {mac: one.state for mac, one in site.resyncs.of([MAC, OTHER, third]).items()} == {
        MAC: "fetched", OTHER: "silent", third: "sent",
    }  # fmt: skip
    site.requests.record([asked(OTHER, NOW + 58)])
    site.resyncs.settle(30)
    assert site.resyncs.of([OTHER])[OTHER].state == "fetched", "late, but it came"


def test_accounts_of_several_devices_in_whatever_tenant(site: Store) -> None:
    assert site.resyncs.shared_accounts() == []
    site.devices.save_many([Device("805ec00000aa", "globex", "snom", "D785", lines=(Line(1, "102"),))])
    assert site.resyncs.shared_accounts() == ["102"], "102 is line 2 of a device of acme"
