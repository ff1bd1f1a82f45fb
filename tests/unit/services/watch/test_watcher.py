"""The watcher's loop: sources in, the database out, and how it fares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from aps_tui.data.errors import StoreError
from aps_tui.domain.observation import AGENT, HTTP, LEASE, OPTION_60, PATH, STATUS, TFTP, Observation
from aps_tui.services.commit import commit
from aps_tui.services.watch import watcher
from aps_tui.services.watch.caps import NEW_PER_MINUTE
from aps_tui.services.watch.settings import WatchSettings
from aps_tui.services.watch.sources import LineSource, SyslogReader, WholeSource, WireSource, open_sources
from aps_tui.services.watch.status import status, watching
from aps_tui.services.watch.upkeep import EVERY
from aps_tui.services.watch.watcher import Watcher
from aps_tui.services.workplace import Workplace
from tests.unit.services.site_clock import say
from tests.unit.services.small_site import MACS, contents

NEW = "0011220000aa"


class Fake:
    """A source that gives what it is handed."""

    name, state, more = "fake", "", False

    def __init__(self) -> None:
        self.waiting: list[Observation] = []
        self.closed = False

    def read(self) -> list[Observation]:
        came, self.waiting = self.waiting, []
        return came

    def close(self) -> None:
        self.closed = True


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def source() -> Fake:
    return Fake()


@pytest.fixture
def watch(place: Workplace, source: Fake, clock: Clock) -> Iterator[Watcher]:
    with watching(place.store.path, "tester") as lock:
        yield Watcher(place, WatchSettings(keep=50), [source], lock, clock, lambda _: None)


def lease(mac: str = NEW, at: float = 1000.0) -> Observation:
    return Observation(LEASE, mac, "10.77.0.9", at, {OPTION_60: "Testphone"})


def fetch(path: str, mac: str = NEW) -> Observation:
    return Observation(HTTP, mac, "10.77.0.9", 1000.0, {PATH: path, STATUS: "404", AGENT: "Testphone T1"})


def test_what_is_seen_is_in_the_database_after_one_step(place: Workplace, watch: Watcher, source: Fake) -> None:
    source.waiting = [lease(), fetch(f"{NEW}.cfg"), fetch("common-T1.cfg", mac="")]
    watch.step()
    arrival = place.store.arrivals.get(NEW)
    assert arrival and (arrival.vendor, arrival.address, arrival.sources) == ("testphone", "10.77.0.9", "http lease")
    assert arrival.agent == "Testphone T1"
    assert {one.path for one in place.store.requests.of(NEW)} == {f"{NEW}.cfg", "common-T1.cfg"}


def test_it_says_how_it_fares_and_closes_what_it_opened(place: Workplace, watch: Watcher, source: Fake) -> None:
    source.waiting = [lease()]
    rounds = iter([False, False, True])
    watch.run(lambda: next(rounds))
    found = status(place.store.path)
    assert found and found.sources == [("fake", "", 1)] and found.notes == [] and source.closed


def test_a_database_that_is_busy_loses_nothing(
    place: Workplace, watch: Watcher, source: Fake, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise StoreError("the database is locked")

    source.waiting = [lease()]
    with monkeypatch.context() as patched:
        patched.setattr(watcher, "write", refuse)
        watch.step()
        source.waiting = [lease("0011220000bb")]
        watch.step()
    clock.now += 3
    assert place.store.arrivals.get(NEW) is None
    watch.step()
    watch.step()
    assert place.store.arrivals.get(NEW) and place.store.arrivals.get("0011220000bb")


def test_what_it_cannot_write_is_said(
    watch: Watcher, source: Fake, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise StoreError("disk full")

    monkeypatch.setattr(watcher, "write", refuse)
    source.waiting = [lease()]
    watch.step()
    assert watch.status(clock.now).notes == ["cannot write: disk full"]


def test_a_flood_is_cut_and_pruned_and_devices_stay(
    place: Workplace, watch: Watcher, source: Fake, clock: Clock
) -> None:
    source.waiting = [lease(f"0211{n:08x}") for n in range(5 * NEW_PER_MINUTE)] + [lease(mac) for mac in MACS]
    watch.step()
    assert [alarm.kind for alarm in place.store.alarms.open()] == ["flood"]
    assert place.store.arrivals.waiting() == 50
    assert place.store.arrivals.of(MACS).keys() == set(MACS)


def test_a_known_address_is_known_again_after_a_restart(
    place: Workplace, watch: Watcher, source: Fake, clock: Clock
) -> None:
    source.waiting = [lease()]
    watch.step()
    again = Watcher(place, WatchSettings(), [source], watch.lock, clock, lambda _: None)
    source.waiting = [fetch("common-T1.cfg", mac="")]
    again.step()
    assert [one.path for one in place.store.requests.of(NEW)] == ["common-T1.cfg"]


def test_a_syslog_tells_of_tftp_and_of_dhcp() -> None:
    lines = [
        "Nov 30 12:00:00 pbx in.tftpd[7]: RRQ from 10.77.0.9 filename 0011220000aa.cfg",
        "Nov 30 12:00:00 pbx dhcpd[8]: DHCPACK on 10.77.0.9 to 00:11:22:00:00:aa (desk) via lan0",
    ]
    reader = SyslogReader(["/tftpboot/"])
    found = [*reader.feed(lines, 1000.0), *reader.feed([], 1010.0)]
    assert {(one.source, one.mac) for one in found} == {(TFTP, NEW), (LEASE, NEW)}


def test_the_sources_of_the_settings(tmp_path: Path) -> None:
    leases, log = tmp_path / "dhcpd.leases", tmp_path / "access.log"
    leases.write_text(
        "lease 10.77.0.9 {\n  starts epoch 900;\n  binding state active;\n  hardware ethernet 00:11:22:00:00:aa;\n}\n"
    )
    said = WatchSettings(
        isc_leases=(str(leases),), dnsmasq_leases=(str(tmp_path / "none"),), kea_leases=(), hook_spools=(),
        http_logs=(str(log),), tftp_logs=(), journal=False, interfaces=("nosuch0",), pnp=False,
    )  # fmt: skip
    clock: Callable[[], float] = lambda: 1000.0  # noqa: E731
    isc, dnsmasq, http, wire = made = open_sources(said, tmp_path, clock)
    try:
        assert isinstance(isc, LineSource) and isinstance(dnsmasq, WholeSource) and isinstance(wire, WireSource)
        assert [(one.mac, one.address, one.at) for one in isc.read()] == [(NEW, "10.77.0.9", 900.0)]
        assert list(dnsmasq.read()) == list(http.read()) == list(wire.read()) == []
        assert isc.state == "" and "not there" in dnsmasq.state and "nosuch0" in wire.state
        log.write_text('10.77.0.9 - - [30/Nov/2026:12:00:00 +0000] "GET /tftpboot/y.cfg HTTP/1.1" 404 1 "-" "T"\n')
        http.read()
        (asked,) = http.read()
        assert asked.said[PATH] == "y.cfg"
    finally:
        for one in made:
            one.close()


def test_what_keas_cleaning_left_is_read_before_the_file_itself(tmp_path: Path) -> None:
    file, head = tmp_path / "leases.csv", "address,hwaddr,client_id,valid_lifetime,expire,hostname,state\n"
    (tmp_path / "leases.csv.1").write_text(head + "10.77.0.9,00:11:22:00:00:aa,,600,1500,,0\n")
    file.write_text(head + "10.77.0.8,00:11:22:00:00:ab,,600,1500,,0\n")
    said = WatchSettings(
        isc_leases=(), dnsmasq_leases=(), kea_leases=(str(file),), hook_spools=(), http_logs=(), tftp_logs=(),
        journal=False, dhcp=False, pnp=False,
    )  # fmt: skip
    (kea,) = open_sources(said, tmp_path, lambda: 1000.0)
    try:
        assert kea.more
        assert [one.address for one in kea.read()] == ["10.77.0.9"]
        assert [one.address for one in kea.read()] == ["10.77.0.8"]
        assert (bool(kea.more), kea.state) == (False, "")
    finally:
        kea.close()


def test_it_withdraws_on_time_by_what_a_log_says(
    place: Workplace, watch: Watcher, source: Fake, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place.store.db, "now", clock)
    say(place, withdraw_hours=1)
    commit(place)
    clock.now += 1
    got = Observation(HTTP, MACS[0], "10.77.0.9", clock.now, {PATH: f"{MACS[0]}.cfg", STATUS: "200"})
    source.waiting = [got]
    watch.step()
    clock.now += 3599
    watch.step()
    assert f"{MACS[0]}.cfg" in contents(place.root)
    clock.now += EVERY
    watch.step()
    assert f"{MACS[0]}.cfg" not in contents(place.root) and f"{MACS[1]}.cfg" in contents(place.root)
    assert watch.status(clock.now).notes == []
    (place.root / f"{MACS[1]}.cfg").write_text("by hand")
    source.waiting = [Observation(HTTP, MACS[1], "10.77.0.9", clock.now, {PATH: f"{MACS[1]}.cfg", STATUS: "200"})]
    watch.step()
    clock.now += 3600 + EVERY
    watch.step()
    assert "edited by hand" in watch.status(clock.now).notes[0]
