"""Undo: the bytes of an earlier generation come back, deletions included, as a new generation."""

from __future__ import annotations

import time

from aps_tui.data.generations import FileChange, Summary
from aps_tui.data.rows import DiskFile
from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.domain.roles import Role
from aps_tui.services.commit import Outcome, _recover, begin, put_in_place
from aps_tui.services.judge import Change, Findings, Judge
from aps_tui.services.lock import commit_lock
from aps_tui.services.passwords import write as write_passwords
from aps_tui.services.reasons import Cause
from aps_tui.services.staging import Stager, Step, no_step
from aps_tui.services.tree import Tree
from aps_tui.services.workplace import Workplace


def history(place: Workplace, limit: int = 100) -> list[Summary]:
    """The generations, newest first, with counts of files."""
    return place.store.generations.history(limit)


def before_latest(place: Workplace) -> int:
    """The generation to go back to when none is named: the one before the latest (0: the tree before the first)."""
    newest = place.store.generations.history(2)
    if not newest:
        raise BadValue("nothing was committed yet, so there is nothing to undo")
    return newest[1].generation.id if len(newest) > 1 else 0


def undo_plan(place: Workplace, generation: int | None = None) -> tuple[int, list[FileChange]]:
    """The generation that would come back, and the files that differ; `old_hash` is what would come back."""
    target = before_latest(place) if generation is None else generation
    return target, place.store.generations.changes_since(target)


def undo(
    place: Workplace, generation: int | None = None, *, overwrite: bool = False, note: str = "", step: Step = no_step
) -> Outcome:
    """Bring back the tree as it was right after a generation (default: before the latest; 0: before the first).

    The settings in the database stay as they are, so the next plan shows the difference again. Refused while a file
    was edited by hand, unless `overwrite`, or where a file is not of the operator's tenants.
    Raises Refused, BadValue, StoreError, TreeError, Busy.
    """
    started = time.monotonic()
    place.store.need(Role.OPERATOR, "an undo")
    with commit_lock(place.store.path, place.store.db.operator), place.tree() as tree:
        _recover(place, tree)
        target, differences = undo_plan(place, generation)
        found = Findings()
        outcome = Outcome(found)
        if not differences:
            return outcome
        mine = place.store.own_macs()
        if mine is not None and not {one.mac for one in differences} <= {*mine}:
            place.store.refuse_beyond(f"the way back to {target}")
        judge = Judge(tree, place.store.files.all(), found, everything=False)
        stager = Stager(tree, overwrite, step)
        try:
            for difference in differences:
                _bring_back(tree, judge, stager, difference)
            outcome.conflicts = sorted(change.path for change in stager.conflicts)
            if outcome.conflicts:
                stager.give_up()
                return outcome
            if not found.changes:
                tree.drop_stage()
                return outcome
            epoch = place.store.generations.take_epoch()
            note = note or f"back to generation {target}"
            outcome.generation = begin(place, tree, found.changes, epoch, note=note, restored_from=target, step=step)
        except BaseException as error:
            if place.store.generations.pending() is None:
                stager.give_up()
            if isinstance(error, OSError):
                raise ApsError(f"{place.root}: {error.strerror}; nothing was changed") from None
            raise
        put_in_place(tree, found.changes, step)
        files = [
            DiskFile(c.path, c.mac, c.vendor, c.new_hash, *stager.signatures[c.path], outcome.generation)
            for c in found.changes
            if c.new_hash
        ]
        place.store.generations.finish(outcome.generation, files)
        place.store.http_logins.restored(outcome.generation)
        write_passwords(place)
        step("finished")
        tree.drop_stage()
        outcome.seconds = time.monotonic() - started
        return outcome


def _bring_back(tree: Tree, judge: Judge, stager: Stager, difference: FileChange) -> None:
    """Stage one file as it was then."""
    path, mac, vendor, then, _now = difference
    row = judge.known.get(path)
    standing = tree.hash_of(path)
    if standing == then:
        return
    if tree.is_folder(path):
        raise ApsError(f"a folder stands in the place of {path}: move it away; nothing was changed")
    kind = "remove" if then is None else "add" if standing is None else "change"
    change = Change(path, kind, mac, vendor, standing, then, (Cause("undo"),))
    expected = row.hash if row is not None else None
    foreign = standing != expected if standing is not None else tree.occupied(path)
    if foreign and not stager.overwrite:
        judge.found.edited[path] = None
        stager.conflicts.append(change)
        return
    stager.stage(change, None if then is None else tree.kept(then))
    judge.found.changes.append(change)
