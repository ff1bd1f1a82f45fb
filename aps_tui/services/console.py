"""What the console asks that no command does: a glance at the site, changes in groups, times in natural words."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from aps_tui.domain.mac import with_colons
from aps_tui.domain.setting import Level
from aps_tui.domain.site import Device
from aps_tui.services.workplace import Workplace

if TYPE_CHECKING:
    from aps_tui.services.judge import Change, Findings

# The catalogue and what renders are imported where they are used: the console is up before they are needed.


class Glance(NamedTuple):
    """The site at a glance."""

    devices: int
    changed: int
    """Devices that a commit may have to write, and files of devices that are no more."""
    stale: tuple[str, ...]
    """Vendors whose pack changed since the last full commit, as the list of devices takes them."""


class Group(NamedTuple):
    """Changes of one kind with one reason."""

    title: str
    changes: list[Change]


def glance(place: Workplace) -> Glance:
    """Count the devices and what waits to be committed."""
    store = place.store
    fingerprints = {vendor.slug: vendor.fingerprint for vendor in place.packs.vendors.values()}
    stale = tuple(store.packs.changed(fingerprints))
    waiting = len(store.render.dirty_ids(stale)) + len(store.files.orphans())
    return Glance(store.devices.count(), waiting, stale)


def grouped(place: Workplace, found: Findings) -> list[Group]:
    """The changes by reason and kind, the largest group first; each says how many files it has."""
    words = found.reasons(place)
    said: dict[object, str] = {}
    groups: dict[tuple[str, str], list[Change]] = {}
    for change in found.changes:
        if change.causes not in said:
            said[change.causes] = ", ".join(words.words(change.causes))
        groups.setdefault((said[change.causes], change.kind), []).append(change)
    ranked = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    return [Group(f"{kind} {counted(len(changes), 'file')}: {why}", changes) for (why, kind), changes in ranked]


def counted(number: int, noun: str) -> str:
    """`1 file`, `1,200 files`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


_DAYS = 7


def when(at: float, now: float | None = None) -> str:
    """A time (Unix seconds) as people say it: `just now`, `today 14:02`, `Tuesday 09:10`, `12 March 2026 10:11`."""
    now = time.time() if now is None else now
    then, today = time.localtime(at), time.localtime(now)
    days = (time.mktime((*today[:3], 12, 0, 0, 0, 0, -1)) - time.mktime((*then[:3], 12, 0, 0, 0, 0, -1))) / 86400
    clock = time.strftime("%H:%M", then)
    if 0 <= now - at < 60:
        return "just now"
    if round(days) in (0, 1):
        return f"{'yesterday' if round(days) else 'today'} {clock}"
    if 1 < round(days) < _DAYS:
        return time.strftime("%A ", then) + clock
    year = f" {then.tm_year}" if then.tm_year != today.tm_year else ""
    return f"{then.tm_mday} {time.strftime('%B', then)}{year} {clock}"


def described(place: Workplace, device: Device) -> Iterator[tuple[str, str]]:
    """What is said of a device, as (name, value); secrets are masked."""
    from aps_tui.domain.catalogue import MASK, find, show

    yield "MAC", with_colons(device.mac)
    yield "tenant", device.tenant
    yield "vendor", device.vendor
    yield "model", device.model
    owner = f" (of {device.template_tenant})" if device.template_tenant else ""
    yield "template", (device.template or "none") + owner
    yield "label", device.label or "none"
    for name, value in device.settings.items():
        yield name, show(find(name), value)
    for name, _ in device.raw.items():
        yield f"raw {name}", MASK
    last = place.store.audit.of("device", device.mac, 1)
    if last:
        yield "last change", f"{last[0].action} {last[0].detail} by {last[0].operator} {when(last[0].at)}"
    for file in place.store.files.of([device.mac]):
        yield "written", f"{file.path} by commit {file.generation}"


class Expected(NamedTuple):
    """What a commit would do to one device."""

    changes: list[tuple[Change, list[str]]]
    """Each file that would change, and why."""
    problems: list[str]
    warnings: list[str]


def expected(place: Workplace, mac: str) -> Expected:
    """What a commit would change for one device, and why. Raises BadValue, TreeError."""
    from aps_tui.services.planning import plan

    found = plan(place, [mac])
    words = found.reasons(place)
    changes = [(change, words.words(change.causes)) for change in found.changes]
    return Expected(changes, [p.problem for p in found.problems], [w.problem for w in found.warnings])


def levels_of(place: Workplace, mac: str) -> list[tuple[str, str, str]]:
    """Every setting that is said for a device, as (setting, value, level that says it); secrets are masked.

    Of HTTP it is what the device's files have, as everywhere that a device is explained.
    """
    from aps_tui.domain.catalogue import find, show
    from aps_tui.domain.resolve import resolve
    from aps_tui.services.fleet import Fleet

    with place.store.snapshot():
        fleet = Fleet(place.store.render, place.packs)
        for row in fleet.render.candidates(macs=[mac]):
            resolved = resolve(fleet.levels(row.tenant_id, row.template_id, row.settings))
            said = {
                name: (one.value, one.level.word) for name, one in resolved.items() if one.level is not Level.DEFAULT
            }
            said |= {name: (value, "provisioning") for name, value in fleet.written_login(row).items()}
            return [(name, show(find(name), value), word) for name, (value, word) in said.items()]
    return []


def masked_files(place: Workplace, mac: str) -> list[tuple[str, str]]:
    """A device's own files as a commit would write them, secrets masked, as (path, text).

    Raises BadValue for an unknown MAC, CannotRender for a device that lacks something.
    """
    from aps_tui.services.render import render_device

    return [(file.path, file.text) for file in render_device(place, mac, masked=True).files]


def file_diff(place: Workplace, change: Change) -> list[str]:
    """The lines of one change's unified diff, secrets masked; empty when it shows nothing but them.

    Raises TreeError, CannotRender.
    """
    from aps_tui.services.diffs import open_diffs

    with open_diffs(place) as diffs:
        return diffs.of(change).splitlines()


class ComesBack(NamedTuple):
    """What an undo would do to the tree."""

    target: int
    """The generation whose tree would come back; 0: the time before the first."""
    back: list[str]
    """Files whose bytes would come back."""
    removed: list[str]
    """Files that were not there then."""


def comes_back(place: Workplace, generation: int) -> ComesBack:
    """What going back to a generation would change. Raises StoreError when the history does not go back so far."""
    from aps_tui.services.undo import undo_plan

    target, files = undo_plan(place, generation)
    back = [file.path for file in files if file.old_hash is not None]
    return ComesBack(target, back, [file.path for file in files if file.old_hash is None])
