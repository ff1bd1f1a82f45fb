"""Judges rendered files: what stands on disk, what we wrote last, and what writing would change."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

from aps_tui.data.rows import DiskFile
from aps_tui.services.reasons import Cause, Reasons, one_tuple
from aps_tui.services.tree import Signature, Tree, content_hash
from aps_tui.vendors.engine import Rendered

if TYPE_CHECKING:
    from aps_tui.services.workplace import Workplace


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
    withheld: dict[str, str] = field(default_factory=dict)
    """MACs whose files are not to be on the disk, each with what they would be (`Windows.withheld`)."""
    expired: list[str] = field(default_factory=list)
    """MACs of the devices that nobody claimed and that go."""
    failed_vendors: set[str] = field(default_factory=set)
    """Vendors with a device that did not render: their packs' changes stay to be done."""

    def problem(self, mac: str, vendor: str, text: str) -> None:
        """Note what stops a device."""
        self.problems.append(Problem(mac, text))
        self.failed_vendors.add(vendor)

    def add(self, more: Findings) -> None:
        """Take over what was found of other devices."""
        self.changes += more.changes
        self.edited |= more.edited
        self.problems += more.problems
        self.warnings += more.warnings
        self.adopted += more.adopted
        self.done += more.done
        self.withheld |= more.withheld
        self.failed_vendors |= more.failed_vendors

    def reasons(self, place: Workplace) -> Reasons:
        """What turns the changes' causes into words."""
        return Reasons(place.store.audit, (change.causes for change in self.changes))


class Share(NamedTuple):
    """What another process did of the work: what it found, and what it staged."""

    found: Findings
    produced: dict[str, str | None]
    """Each file's path, and the MAC whose it is."""
    signatures: dict[str, Signature]
    """Of the files that it staged."""
    conflicts: list[Change]
    kept: list[str]
    """Contents that it put into the archive."""


class Sink(Protocol):
    """Takes each rendered file and notes what writing it would change."""

    def put(self, mac: str | None, vendor: str, files: Sequence[Rendered], why: tuple[Cause, ...]) -> None:
        """Judge the files of one device, or shared ones."""

    def take(self, share: Share) -> None:
        """Take over what another process judged."""

    def stages(self) -> bool | None:
        """None when nothing is staged; else, with the staging folder open, whether hand edits are overwritten."""


class Judge:
    """Compares rendered files with the disk.

    `rows`: what we wrote last. `everything`: look at the whole root at once; else each file is looked up as it is
    judged. `thorough`: read every file instead of trusting its size, inode and time.
    """

    def __init__(
        self, tree: Tree, rows: Iterable[DiskFile], found: Findings, *, everything: bool = True, thorough: bool = False
    ) -> None:
        self.tree = tree
        self.known = {row.path: row for row in rows}
        self.found = found
        self.thorough = thorough
        self.produced: dict[str, str | None] = {}
        self._disk = tree.names() if everything else None
        self._read: dict[str, str | None] = dict(tree.hashes(self.known)) if thorough else {}

    def put(self, mac: str | None, vendor: str, files: Sequence[Rendered], why: tuple[Cause, ...]) -> None:
        """Judge the files of one device, or shared ones."""
        for file in files:
            change = self.judge(file, mac, vendor, why)
            if change is not None:
                self.found.changes.append(change)

    def take(self, share: Share) -> None:
        """Take over what another process judged."""
        for path in share.produced.keys() & self.produced.keys():
            self.found.problem(share.produced[path] or "", "", f"{path} is also the file of {self.produced[path]}")
        self.produced |= share.produced
        share.found.changes[:] = [change._replace(causes=one_tuple(change.causes)) for change in share.found.changes]
        self.found.add(share.found)

    def stages(self) -> None:
        """Nothing is staged."""

    def judge(self, file: Rendered, mac: str | None, vendor: str, why: tuple[Cause, ...]) -> Change | None:
        """What writing this file would change; None when it already stands as it should."""
        path, new = file.path, content_hash(file.data)
        if path in self.produced:
            other = self.produced[path] or "all phones of another model"
            self.found.problem(mac or "", vendor, f"{path} is also the file of {other}")
            return None
        self.produced[path] = mac
        row = self.known.get(path)
        there, mode = self._look(path)
        standing = self._standing(path, row, there)
        if standing is None:
            if stat.S_ISDIR(mode):
                self.found.problem(mac or "", vendor, f"a folder stands in the place of {path}: move it away")
                return None
            if mode and there is None:
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

    def claim(self, gone: Callable[[DiskFile], bool]) -> None:
        """Let files that we wrote stand as they are, though nothing is rendered for them now."""
        for path, row in self.known.items():
            if gone(row):
                self.produced.setdefault(path, row.mac)

    def leftovers(self, gone: Callable[[DiskFile], bool], why: Callable[[DiskFile], Cause]) -> None:
        """Note for removal the files that we wrote, that nothing produces any more, and for which `gone` holds."""
        for path, row in self.known.items():
            if path in self.produced or not gone(row):
                continue
            standing = self._standing(path, row, self._there(path))
            if standing is None:
                self.found.vanished.append(path)
                continue
            if standing != row.hash:
                self.found.edited[path] = None
            self.found.changes.append(Change(path, "remove", row.mac, row.vendor, standing, None, (why(row),)))

    def disturbed(self) -> list[str]:
        """Look at every file that we wrote: edited ones are noted, the MACs of missing ones are returned."""
        missing: dict[str, None] = {}
        for path, row in self.known.items():
            there = self._there(path)
            if there is None:
                missing[row.mac or ""] = None
            elif self._standing(path, row, there) != row.hash:
                self.found.edited[path] = None
        return list(missing)

    def count(self) -> None:
        """Count the files that stand as they should, once all is judged."""
        others = {*self.found.vanished, *self.found.edited}
        changed = len(self.found.changes)  # each of another path
        stirred = changed + len(others) - sum(1 for change in self.found.changes if change.path in others)
        self.found.unchanged = len(self.known) + sum(1 for path in self.produced if path not in self.known) - stirred

    def _there(self, path: str) -> Signature | None:
        return self.tree.signature(path) if self._disk is None else self._disk.get(path)

    def _look(self, path: str) -> tuple[Signature | None, int]:
        """As `Tree.look`, but from the one look at the whole root where that tells enough."""
        if self._disk is None:
            return self.tree.look(path)
        there = self._disk.get(path)
        if there is not None:
            return there, stat.S_IFREG
        return self.tree.look(path) if path in self._disk else (None, 0)

    def _standing(self, path: str, row: DiskFile | None, there: Signature | None) -> str | None:
        """The hash of what stands on disk; the file is read when its signature is not the one we left, or always."""
        if there is None:
            return None
        if path in self._read:
            return self._read[path]
        ours = row is not None and row[4:7] == there and not self.thorough
        return row.hash if row is not None and ours else self.tree.hash_of(path)
