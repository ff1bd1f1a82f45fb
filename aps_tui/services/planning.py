"""What a commit would change: candidates are rendered, compared with the disk and with what was written last."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from aps_tui.data.disk import DiskFile
from aps_tui.domain.errors import ApsError
from aps_tui.domain.mac import parse_mac
from aps_tui.services.fleet import Fleet
from aps_tui.services.guard import SharedGuard
from aps_tui.services.reasons import Cause, Reasons, causes
from aps_tui.services.tree import Signature, Tree, content_hash
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.engine import Rendered, render_shared

Progress = Callable[[int, int], None]
"""Called with how many devices are done, and of how many."""


class Change(NamedTuple):
    """One file that a commit would add, change or remove."""

    path: str
    kind: str
    """add, change or remove."""
    mac: str | None
    """None for a file that several phones read."""
    vendor: str
    old_hash: str | None
    """What stands on disk now; None when nothing does."""
    new_hash: str | None
    causes: tuple[Cause, ...]


class Problem(NamedTuple):
    """A device that cannot be rendered or a file that cannot be written, and why; `mac` is "" for shared files."""

    mac: str
    problem: str


@dataclass(slots=True)
class Findings:
    """What was found, for the whole site or for the MACs asked for."""

    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    """Files that stand as they should."""
    edited: dict[str, None] = field(default_factory=dict)
    """Files that someone changed since we wrote them, or that stood there before us."""
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    adopted: list[DiskFile] = field(default_factory=list)
    """Files that already hold what we would write: only the books change."""
    vanished: list[str] = field(default_factory=list)
    """Files that are to be removed and are not there any more."""
    done: list[str] = field(default_factory=list)
    """MACs that rendered well."""
    failed_vendors: set[str] = field(default_factory=set)
    """Vendors with a device that did not render: their packs' changes stay to be done."""

    def problem(self, mac: str, vendor: str, text: str) -> None:
        """Note what stops a device."""
        self.problems.append(Problem(mac, text))
        self.failed_vendors.add(vendor)

    def reasons(self, place: Workplace) -> Reasons:
        """What turns the changes' causes into words."""
        return Reasons(place.store.audit, (change.causes for change in self.changes))


class Sink(Protocol):
    """Takes each rendered file and notes, now or later, what writing it would change."""

    def put(self, mac: str | None, vendor: str, files: Sequence[Rendered], why: tuple[Cause, ...]) -> None:
        """Judge the files of one device, or shared ones."""

    def close(self) -> None:
        """Wait until all that was put is judged. Raises what went wrong meanwhile."""


class Judge:
    """Compares rendered files with the disk. Only one thread at a time may use it."""

    def __init__(self, tree: Tree, known: dict[str, DiskFile], found: Findings) -> None:
        self.tree = tree
        self.known = known
        self.disk = tree.signatures()
        self.found = found
        self.produced: dict[str, str | None] = {}

    def put(self, mac: str | None, vendor: str, files: Sequence[Rendered], why: tuple[Cause, ...]) -> None:
        """Judge the files of one device, or shared ones."""
        for file in files:
            change = self.judge(file, mac, vendor, why)
            if change is not None:
                self.found.changes.append(change)

    def judge(self, file: Rendered, mac: str | None, vendor: str, why: tuple[Cause, ...]) -> Change | None:
        """What writing this file would change; None when it already stands as it should."""
        path, new = file.path, content_hash(file.data)
        if path in self.produced:
            other = self.produced[path] or "all phones of another model"
            self.found.problem(mac or "", vendor, f"{path} is also the file of {other}")
            return None
        self.produced[path] = mac
        row, there = self.known.get(path), self.disk.get(path)
        standing = self._standing(path, row, there)
        if standing is None:
            if there is None and row is None and self.tree.occupied(path):
                self.found.edited[path] = None
                return Change(path, "change", mac, vendor, None, new, why)
            return Change(path, "add", mac, vendor, None, new, why or (Cause("missing"),))
        if standing == new:
            if there is not None and (row is None or row[3:7] != (new, *there)):
                self.found.adopted.append(DiskFile(path, mac, vendor, new, *there, row.generation if row else 0))
            return None
        if row is None or standing != row.hash:
            self.found.edited[path] = None
        return Change(path, "change", mac, vendor, standing, new, why)

    def close(self) -> None:
        """Nothing is left to do."""

    def count(self) -> None:
        """Count the files that stand as they should, once all is judged."""
        stir = {change.path for change in self.found.changes} | {*self.found.vanished, *self.found.edited}
        self.found.unchanged = len((self.known.keys() | self.produced.keys()) - stir)

    def leftovers(self, gone: Callable[[DiskFile], bool]) -> None:
        """Note for removal the files that we wrote, that nothing produces any more, and for which `gone` holds."""
        for path, row in self.known.items():
            if path in self.produced or not gone(row):
                continue
            standing = self._standing(path, row, self.disk.get(path))
            if standing is None:
                self.found.vanished.append(path)
                continue
            if standing != row.hash:
                self.found.edited[path] = None
            why = (Cause("gone", row.mac or row.vendor),)
            self.found.changes.append(Change(path, "remove", row.mac, row.vendor, standing, None, why))

    def disturbed(self) -> list[str]:
        """Look at every file that we wrote: edited ones are noted, the MACs of missing ones are returned."""
        missing: dict[str, None] = {}
        for path, row in self.known.items():
            there = self.disk.get(path)
            if there is None:
                missing[row.mac or ""] = None
            elif row[4:7] != there and self.tree.hash_of(path) != row.hash:
                self.found.edited[path] = None
        return list(missing)

    def _standing(self, path: str, row: DiskFile | None, there: Signature | None) -> str | None:
        """The hash of what stands on disk; the file is read only when its signature is not the one we left."""
        if there is None:
            return None
        return row.hash if row is not None and row[4:7] == there else self.tree.hash_of(path)


@dataclass(slots=True)
class Survey:
    """One look at the whole site, or at some devices, through one snapshot of the database."""

    place: Workplace
    fleet: Fleet
    judge: Judge
    found: Findings
    progress: Progress | None = None
    stale: frozenset[str] = frozenset()
    fingerprints: dict[str, str] = field(default_factory=dict)

    def everything(self, sink: Sink) -> None:
        """Render what may have changed into the sink, then shared files, then what is left over."""
        store = self.place.store
        self.fingerprints = {vendor.slug: vendor.fingerprint for vendor in self.fleet.packs.vendors.values()}
        self.stale = frozenset(store.packs.changed(self.fingerprints))
        missing = self.judge.disturbed()
        ids = store.render.dirty_ids(tuple(self.stale))
        if missing:
            ids = array("q", sorted({*ids, *store.render.ids_of([mac for mac in missing if mac])}))
        rendered = self._devices(ids, sink)
        self._shared(sink)
        sink.close()
        orphans = {row.path for row in store.files.orphans()}
        self.judge.leftovers(lambda row: row.mac is None or row.mac in rendered or row.path in orphans)
        self.judge.count()

    def some(self, sink: Sink, macs: Sequence[str]) -> None:
        """Render exactly these devices, dirty or not."""
        wanted = [parse_mac(mac) for mac in macs]
        ids = self.place.store.render.ids_of(wanted)
        if len(ids) < len(set(wanted)):
            known = {row.mac for row in self.place.store.render.load(ids)}
            raise ApsError(f"no such device: {', '.join(mac for mac in wanted if mac not in known)}")
        rendered = self._devices(ids, sink)
        sink.close()
        self.judge.leftovers(lambda row: row.mac in rendered)
        self.judge.count()

    def _devices(self, ids: array[int], sink: Sink) -> set[str]:
        rendered: set[str] = set()
        for count, row in enumerate(self.fleet.render.load(ids), 1):
            try:
                task = self.fleet.task(row)
                result = task.renderer.render(task.phone)
            except ApsError as error:
                self.found.problem(row.mac, row.vendor, str(error))
                self._claim(row.mac)
                continue
            self.found.warnings.extend(Problem(row.mac, warning) for warning in result.warnings)
            sink.put(row.mac, row.vendor, result.files, causes(row, self.fleet, self.stale))
            rendered.add(row.mac)
            if self.progress is not None and (count % 50 == 0 or count == len(ids)):
                self.progress(count, len(ids))
        self.found.done.extend(rendered)
        return rendered

    def _claim(self, mac: str) -> None:
        """The old files of a device that does not render stay as they are."""
        for path, row in self.judge.known.items():
            if row.mac == mac:
                self.judge.produced.setdefault(path, mac)

    def _shared(self, sink: Sink) -> None:
        guard = SharedGuard(self.fleet)
        mapped = self.fleet.mapped(None)
        claimed: set[str] = set()
        for slug, name in self.fleet.models_in_use():
            try:
                vendor = self.fleet.packs.vendor(slug)
                result = render_shared(vendor, vendor.model(name), guard.settings, mapped, self.fleet.cache)
                for file in result.files:
                    if file.path not in claimed:
                        claimed.add(file.path)
                        self._guard(guard, file)
                        sink.put(None, slug, (file,), (Cause("shared", slug),))
            except ApsError as error:
                self.found.problem("", slug, f"{slug} {name}: {error}")

    def _guard(self, guard: SharedGuard, file: Rendered) -> None:
        """Check a shared file; one that stands unchanged was checked when it was written."""
        row = self.judge.known.get(file.path)
        if row is None or row.hash != content_hash(file.data):
            guard.check(file)


def survey(place: Workplace, tree: Tree, progress: Progress | None = None, macs: Sequence[str] = ()) -> Survey:
    """Get ready for one look; call it, and what it returns, inside `place.store.snapshot()`."""
    found = Findings()
    rows = place.store.files.of([parse_mac(mac) for mac in macs]) if macs else place.store.files.all()
    judge = Judge(tree, {row.path: row for row in rows}, found)
    return Survey(place, Fleet(place.store.render, place.packs, place.cache), judge, found, progress)


def plan(place: Workplace, macs: Sequence[str] = (), progress: Progress | None = None) -> Findings:
    """What a commit would change now; nothing is written anywhere.

    With `macs`, exactly those devices are rendered and compared. Raises TreeError, BadValue.
    """
    from aps_tui.services.commit import recover

    recover(place)
    with place.tree() as tree, place.store.snapshot():
        look = survey(place, tree, progress, macs)
        if macs:
            look.some(look.judge, macs)
        else:
            look.everything(look.judge)
    look.found.changes.sort(key=lambda change: change.path)
    return look.found
