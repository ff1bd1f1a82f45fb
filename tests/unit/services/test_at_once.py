"""Two commits, two consoles, a watcher and calls at once, processes on one database: nothing is lost."""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from aps_tui.data.errors import ChangedMeanwhile
from aps_tui.data.queue import Sighting
from aps_tui.data.requests import Request
from aps_tui.domain.errors import ApsError
from aps_tui.domain.observation import AGENT
from aps_tui.domain.site import Device
from aps_tui.services.commit import commit, recover
from aps_tui.services.lock import Busy
from aps_tui.services.planning import plan
from aps_tui.services.render import render_device
from aps_tui.services.unprov.binding import Unfit, bind
from aps_tui.services.unprov.caller import Caller
from aps_tui.services.watch.collect import Batch
from aps_tui.services.watch.record import judge_of, write
from aps_tui.services.workplace import Workplace
from tests.unit.services.arrived import AGENT as PHONE
from tests.unit.services.arrived import AT
from tests.unit.services.small_site import MACS, make_pack, open_site

SECONDS = 3.0
"""How long all are at work."""
PATIENCE = 60.0
"""How much longer one may take who did not get through often enough."""
PHONES = [f"00112200cc{number:02x}" for number in range(8)]
"""Phones of tenant bolt without a line; they all want one of two extensions."""
Work = Callable[[Workplace, int], int]
"""Does its work once, for the n-th time; how often it got through."""


def _commit_all(place: Workplace, turn: int) -> int:
    try:
        outcome = commit(place)
    except Busy:
        return 0
    assert not outcome.conflicts and not outcome.found.problems
    return 1


def _commit_some(place: Workplace, turn: int) -> int:
    try:
        assert not commit(place, [MACS[turn % 3]]).found.problems
    except Busy:
        return 0
    return 1


def _count(place: Workplace, turn: int) -> int:
    """As an editor does: read, change, save what was read, and read again where someone was faster."""
    mac = MACS[turn % 2]
    version, device = place.store.devices.version(mac), place.store.devices.get(mac)
    assert device is not None
    try:
        place.store.devices.save(replace(device, label=str(int(device.label or "0") + 1)), expected_version=version)
    except ChangedMeanwhile:
        return 0
    return 1


def _watch(place: Workplace, turn: int) -> int:
    batch, at = Batch(), AT + turn
    for number in range(20):
        mac = f"001122{turn % 50:02x}ee{number:02x}"
        batch.sightings[mac, "http"] = Sighting(mac, "http", "10.0.0.9", at, {AGENT: PHONE})
        batch.requests[mac, "x.cfg"] = Request(mac, "x.cfg", "10.0.0.9", "http", 200, 1, PHONE, at)
    return len(write(place, batch, judge_of(place)))


def _call(place: Workplace, turn: int) -> int:
    mac = PHONES[turn % len(PHONES)]
    try:
        bound = bind(place, Caller(mac, "10.0.0.7", "", PHONE), ("103", "104")[turn % 2])
    except Unfit:
        return 0
    return int(not bound.before)


WORKS: list[Work] = [_commit_all, _commit_some, _count, _count, _watch, _call, _call]


LEAST: dict[Work, int] = {_commit_all: 2, _commit_some: 2, _count: 12, _watch: 2}
"""How often each gets through at least, however slow the machine."""


def _child(folder: Path, work: Work, report: int) -> None:
    """Work until time is up; say how often it got through, or what went wrong."""
    said = ""
    try:
        done = turn = 0
        end = time.monotonic() + SECONDS
        with open_site(folder) as place:
            while time.monotonic() < end or (done < LEAST.get(work, 0) and time.monotonic() < end + PATIENCE):
                done += work(place, turn)
                turn += 1
        said = str(done)
    except BaseException:
        said = traceback.format_exc()
    finally:
        os.write(report, said.encode()[-4_000:])
        os._exit(0)


def _all_at_once(folder: Path) -> list[str]:
    children = []
    sys.stdout.flush()
    for work in WORKS:
        read, report = os.pipe()
        child = os.fork()
        if child == 0:
            _child(folder, work, report)
        os.close(report)
        children.append((child, read))
    said = []
    for child, read in children:
        with os.fdopen(read) as pipe:
            said.append(pipe.read())
        os.waitpid(child, 0)
    return said


def test_nothing_is_lost_when_all_work_at_once(tmp_path: Path) -> None:
    make_pack(tmp_path / "packs")
    with open_site(tmp_path) as place:
        place.store.devices.save_many([Device(mac, "bolt", "testphone", "T2") for mac in PHONES])
    said = _all_at_once(tmp_path)
    assert all(text.isdigit() for text in said), "\n".join(text for text in said if not text.isdigit())
    done = dict(zip(range(len(WORKS)), map(int, said), strict=True))
    assert all(done[number] >= LEAST.get(work, 0) for number, work in enumerate(WORKS))
    with open_site(tmp_path) as place:
        _judge(place, counted=done[2] + done[3], bound=done[5] + done[6])


def _judge(place: Workplace, counted: int, bound: int) -> None:
    """What must hold whatever came first."""
    store = place.store
    assert store.db.pragma("integrity_check") == "ok" and not store.db.rows("PRAGMA foreign_key_check")
    assert store.generations.pending() is None and recover(place) is None
    devices = list(store.devices.all())
    lines = [(device.tenant, line.extension) for device in devices for line in device.lines]
    assert len(lines) == len(set(lines))  # an extension is on one line
    assert bound == 2 == sum(bool(device.lines) for device in devices if device.mac in PHONES)
    labels = [store.devices.get(mac) for mac in MACS[:2]]
    assert sum(int(device.label) for device in labels if device) == counted
    try:
        commit(place)
    except ApsError as error:
        raise AssertionError(str(error)) from error
    assert not plan(place).changes and not (place.root / ".aps-tui").exists()
    for device in devices:
        for file in render_device(place, device.mac).files:
            assert (place.root / file.path).read_bytes() == file.data, file.path
    assert {one.path for one in store.files.all()} == {path.name for path in place.root.iterdir()}
    numbers = [one.generation.id for one in store.generations.history()]
    assert numbers == sorted(numbers, reverse=True) and len(numbers) == len(set(numbers))
