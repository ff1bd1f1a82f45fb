"""Commit and recovery: all or nothing, whatever happens in between.

Before the generation's row is durable nothing in the tree has changed; after it, everything needed to finish is
in the staging folder and in that row, so the next start finishes it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import KW_ONLY, dataclass, field
from typing import NamedTuple

from aps_tui.data.generations import FileChange, Kind
from aps_tui.data.rows import DiskFile
from aps_tui.domain.roles import Role
from aps_tui.services.judge import Change, Findings
from aps_tui.services.lock import commit_lock
from aps_tui.services.passwords import Staged, stage, wanted
from aps_tui.services.passwords import write as write_passwords
from aps_tui.services.planning import Survey
from aps_tui.services.rendering import Progress
from aps_tui.services.staging import Stager, Step, no_step
from aps_tui.services.tree import Signature, Tree, TreeError
from aps_tui.services.workplace import Workplace


@dataclass(slots=True)
class Outcome:
    """What a commit or an undo did. `generation` is None when nothing was written."""

    found: Findings
    _: KW_ONLY
    generation: int | None = None
    conflicts: list[str] = field(default_factory=list)
    """Files edited by hand that the commit would have overwritten and did not."""
    seconds: float = 0.0

    @property
    def refused(self) -> bool:
        """True when problems or conflicts kept anything from being written."""
        return self.generation is None and bool(self.found.problems or self.conflicts)

    @property
    def written(self) -> int:
        """Files added or changed."""
        return sum(1 for change in self.found.changes if change.new_hash is not None) if self.generation else 0

    @property
    def removed(self) -> int:
        """Files removed."""
        return sum(1 for change in self.found.changes if change.new_hash is None) if self.generation else 0


def commit(
    place: Workplace,
    macs: Sequence[str] | None = None,
    *,
    note: str = "",
    keep_going: bool = False,
    overwrite: bool = False,
    upkeep: bool = False,
    progress: Progress | None = None,
    step: Step = no_step,
) -> Outcome:
    """Render what may have changed and write what did, all or nothing.

    A problem in one device, or a file edited by hand, stops the commit and leaves the tree as it was; with
    `keep_going` that device keeps its old files and the others are written; with `overwrite` files edited by hand
    are written as they should be (their bytes stay in the archive). With `macs`, exactly those devices are rendered,
    dirty or not, and no other device's file is looked at or written; an operator of some tenants commits their
    devices so. With `upkeep`, of these only what is withdrawn or expired is done.
    Raises Refused, Busy, TreeError, BadValue for a MAC that
    no device has.
    """
    started = time.monotonic()
    place.store.need(Role.OPERATOR, "a commit")
    macs = place.within(macs)
    with commit_lock(place.store.path, place.store.db.operator), place.tree() as tree:
        _recover(place, tree)
        outcome = _commit(place, tree, macs, note, keep_going, overwrite, upkeep, progress, step)
        outcome.seconds = time.monotonic() - started
        return outcome


def _commit(
    place: Workplace,
    tree: Tree,
    macs: Sequence[str] | None,
    note: str,
    keep_going: bool,
    overwrite: bool,
    upkeep: bool,
    progress: Progress | None,
    step: Step,
) -> Outcome:
    epoch = place.store.generations.take_epoch()
    undisturbed = place.store.install.note("root_time") == tree.time()
    quiet = undisturbed and not overwrite
    stager = Stager(tree, overwrite, step)
    place.store.http_logins.settle()
    staged: Staged | None = None
    try:
        with place.store.snapshot():
            look = Survey(
                place, tree, quiet=quiet, restore=overwrite, notices=False, upkeep_alone=upkeep, progress=progress
            )
            if macs is None:
                look.everything(stager.start)
            else:
                look.some(macs, stager.start)
            _stage_removals(look.found, stager)
            logins = wanted(place)
        outcome = Outcome(look.found, conflicts=sorted(change.path for change in stager.conflicts))
        if (look.found.problems or outcome.conflicts) and not keep_going:
            stager.give_up()
            return outcome
        _drop_conflicts(look.found, stager)
        staged = stage(place, logins)
        if look.found.changes:
            outcome.generation = begin(place, tree, look.found.changes, epoch, look, note=note, step=step)
    except BaseException:
        if place.store.generations.pending() is None:
            stager.give_up()
            if staged is not None:
                staged.drop()
        raise
    leave = _Notes(whole=macs is None, root_time=macs is None or undisturbed)
    if staged is not None:
        staged.put()  # before the files: whoever fetches one finds that its password is valid
    _finish(place, tree, look, stager, epoch, outcome.generation, leave, step)
    return outcome


class _Notes(NamedTuple):
    """What a commit leaves for the next one to rely on."""

    whole: bool
    """Every device and shared file is as it should be: their packs and what shared files depend on."""
    root_time: bool
    """The root's own time. A commit of some devices leaves it only in a root that nobody disturbed since the last
    commit, else the next whole one would not look for what was done before it."""


def _finish(
    place: Workplace,
    tree: Tree,
    look: Survey,
    stager: Stager,
    epoch: int,
    generation: int | None,
    leave: _Notes,
    step: Step,
) -> None:
    """Past the point of no return: put the files in place, then close the books in one transaction."""
    found, store = look.found, place.store
    if generation is not None:
        put_in_place(tree, found.changes, step)
    tree.drop_stage()
    with store.transaction():
        store.files.save(found.adopted)
        store.files.forget(found.vanished)
        store.http_logins.written(found.done)
        if generation is not None:
            files = (_disk_file(change, stager.signatures, generation) for change in found.changes if change.new_hash)
            store.generations.finish(generation, files, found.done, epoch=epoch)
        else:
            store.generations.mark_done(found.done, epoch)
            _withdraw(place, look)
        if found.expired:
            store.unclaimed.remove(found.expired, look.upkeep.rules.expire_days)
        notes: dict[str, str] = {}
        if leave.root_time:
            notes["root_time"] = tree.time()
        if leave.whole:
            notes["shared_key"] = "" if found.failed_vendors else look.shared_key
            if look.stale - found.failed_vendors:
                store.packs.save({s: now for s, now in look.fingerprints.items() if s not in found.failed_vendors})
        for name, value in notes.items():
            if store.install.note(name) != value:
                store.install.keep(name, value)
    step("finished")
    for content in store.generations.prune(place.retention) if generation is not None else ():
        tree.forget(content)


def _stage_removals(found: Findings, stager: Stager) -> None:
    """Removals come out of the survey unstaged: keep what they take away, and hold back those edited by hand."""
    removals = [change for change in found.changes if change.kind == "remove"]
    for change in removals:
        if change.path in found.edited and not stager.overwrite:
            stager.conflicts.append(change)
        else:
            stager.stage(change, None)


def _drop_conflicts(found: Findings, stager: Stager) -> None:
    """Leave every file of a device with a file edited by hand as it is, and the device to be done."""
    if not stager.conflicts:
        return
    paths = {change.path for change in stager.conflicts}
    macs = {change.mac for change in stager.conflicts if change.mac is not None}
    held = [change for change in found.changes if change.path in paths or change.mac in macs]
    found.changes = [change for change in found.changes if change not in held]
    stager.take_back(held, found.changes)
    found.done = [mac for mac in found.done if mac not in macs]
    found.expired = [mac for mac in found.expired if mac not in macs]
    for mac in macs:
        found.withheld.pop(mac, None)
    found.failed_vendors |= {change.vendor for change in stager.conflicts}


def begin(
    place: Workplace,
    tree: Tree,
    changes: Iterable[Change],
    epoch: int,
    look: Survey | None = None,
    *,
    note: str = "",
    restored_from: int | None = None,
    step: Step = no_step,
) -> int:
    """Make what is staged durable, and write the generation: the point of no return. Returns its number.

    The rows are written while the disk is at work, and count from when it is done.
    """
    step("sync")
    generations = place.store.generations
    with ThreadPoolExecutor(1) as thread, place.store.transaction():
        durable = thread.submit(tree.sync)
        kind: Kind = "commit" if restored_from is None else "undo"
        generation = generations.begin(epoch, note=note, kind=kind, restored_from=restored_from)
        generations.add_files(
            generation, (FileChange(c.path, c.mac, c.vendor, c.old_hash, c.new_hash) for c in changes)
        )
        if look is not None:
            _withdraw(place, look)
        durable.result()
        step("begin")
    step("begun")
    return generation


def _withdraw(place: Workplace, look: Survey) -> None:
    """Note whose files are withdrawn; with the generation, so that what finishes it later finds it noted."""
    if look.found.withheld:
        place.store.windows.withdraw(look.found.withheld, look.upkeep.rules.withdrawn)


def put_in_place(tree: Tree, changes: Iterable[Change | FileChange], step: Step = no_step) -> None:
    """Rename every staged file over its name and remove what goes; safe to do again after a crash."""
    for change in changes:
        step(f"place {change.path}")
        try:
            if change.new_hash is None:
                tree.remove(change.path)
            else:
                tree.place(change.path)
        except OSError as error:
            raise TreeError(
                f"{tree.root}/{change.path} cannot be put in its place ({error.strerror}): mend that; "
                "the next start or commit finishes this one"
            ) from None
    step("placed")
    tree.sync()


def _disk_file(change: Change, signatures: dict[str, Signature], generation: int) -> DiskFile:
    assert change.new_hash is not None
    return DiskFile(change.path, change.mac, change.vendor, change.new_hash, *signatures[change.path], generation)


def recover(place: Workplace) -> int | None:
    """Finish what a crash left half done; the number of the generation that was finished, if any.

    Raises Busy while another process is at work on it.
    """
    if place.store.generations.pending() is None or place.store.db.pragma("query_only"):
        return None
    with commit_lock(place.store.path, place.store.db.operator), place.tree() as tree:
        return _recover(place, tree)


def _recover(place: Workplace, tree: Tree) -> int | None:
    pending = place.store.generations.pending()
    if pending is None:
        tree.drop_stage()
        return None
    changes = place.store.generations.files(pending.id)
    if tree.enter_stage():
        for change in changes:
            if change.new_hash is not None:
                tree.check_staged(change.path, change.new_hash)
        put_in_place(tree, changes)
    files = []
    for change in changes:
        signature = tree.signature(change.path) if change.new_hash else None
        if signature is not None and change.new_hash:
            files.append(DiskFile(change.path, change.mac, change.vendor, change.new_hash, *signature, pending.id))
    # Whose devices were rendered is not known any more: they stay to be done, and the next plan finds them unchanged.
    place.store.generations.finish(pending.id, files)
    tree.drop_stage()
    write_passwords(place)
    place.store.audit.add("generation", str(pending.id), "recover", "finished after an interruption")
    return pending.id
