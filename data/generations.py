"""Generations: each commit or undo with the hashes of every file it changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from aps_tui.data.audit import Audit
from aps_tui.data.database import Database, listed
from aps_tui.data.disk import DiskFiles
from aps_tui.data.errors import StoreError
from aps_tui.data.rows import DiskFile
from aps_tui.data.unclaimed import Unclaimed
from aps_tui.data.windows import Windows

Kind = Literal["commit", "undo"]


class Generation(NamedTuple):
    """One commit or undo."""

    id: int
    at: float
    operator: str
    note: str
    state: str
    """renaming: decided, its files are being renamed; done."""
    kind: str
    epoch: int
    """The epoch that the commit took: its devices are done up to here."""
    restored_from: int | None
    """For an undo: the generation whose bytes came back."""


class FileChange(NamedTuple):
    """A file that a generation changed; hashes are hex, None where there is no file."""

    path: str
    mac: str | None
    """None for a shared file."""
    vendor: str
    old_hash: str | None
    new_hash: str | None


class Summary(NamedTuple):
    """A generation with what it did, for the history."""

    generation: Generation
    added: int
    changed: int
    removed: int


_SELECT = "SELECT id, at, operator, note, state, kind, epoch, restored_from FROM generation "


class Generations:
    """The history of the tree under the root."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def take_epoch(self) -> int:
        """Take the epoch for a commit: what changes from here on is stamped with the next one."""
        with self.db.writing():
            epoch = int(self.db.value("SELECT epoch FROM clock"))
            self.db.execute_sql("UPDATE clock SET epoch = epoch + 1")
        return epoch

    def begin(self, epoch: int, *, note: str = "", kind: Kind = "commit", restored_from: int | None = None) -> int:
        """Write a generation in state `renaming`; its number.

        Call it with `add_files` in one `store.transaction()`: that is the point of no return.
        StoreError when another generation is still `renaming`.
        """
        sql = """
        INSERT INTO generation (at, operator, note, state, kind, epoch, restored_from)
        VALUES (?, ?, ?, 'renaming', ?, ?, ?)
        """
        params = (self.db.now(), self.db.operator, note, kind, epoch, restored_from)
        return int(self.db.execute_sql(sql, params).lastrowid)

    def add_files(self, generation: int, files: Iterable[FileChange]) -> None:
        """Record what a generation changes."""
        sql = """
        INSERT INTO generation_file (generation, path, mac, vendor, old_hash, new_hash) VALUES (?, ?, ?, ?, ?, ?)
        """
        self.db.many(sql, ((generation, *file) for file in files))

    def finish(
        self, generation: int, files: Iterable[DiskFile] = (), done: Iterable[str] = (), *, epoch: int | None = None
    ) -> None:
        """Mark a generation done, in one transaction.

        `files`: what was written, as it is on the disk now; what the generation removed is
        forgotten. `done`: MACs of the devices rendered, up to `epoch` (default: the
        generation's). The devices whose files an undo brought back are dirty again.
        """
        with self.db.writing():
            row = self.get(generation)
            DiskFiles(self.db).save(files)
            self.db.execute_sql(_FORGET_REMOVED, (generation,))
            self.mark_done(done, row.epoch if epoch is None else epoch)
            if row.kind == "undo":
                Unclaimed(self.db).bring_back(generation)
                self.db.execute_sql(_STAMP_RESTORED, (generation,))
            Windows(self.db).written(generation, undone=row.kind == "undo")
            # Its time is the one from which on phones find its files: whoever fetched before may have got older ones.
            done_at = (self.db.now(), generation)
            self.db.execute_sql("UPDATE generation SET state = 'done', at = ? WHERE id = ?", done_at)
            Audit(self.db).add("generation", str(generation), row.kind, row.note)

    def abandon(self, generation: int) -> None:
        """Forget a generation that changed nothing on the disk."""
        self.db.execute_sql("DELETE FROM generation WHERE id = ? AND state = 'renaming'", (generation,))

    def mark_done(self, macs: Iterable[str], epoch: int) -> None:
        """Leave `done = epoch` on devices: what they render is on the disk."""
        sql = "UPDATE device SET done = ?1 WHERE mac = ?2 AND done < ?1"
        self.db.many(sql, ((epoch, mac) for mac in macs))

    def pending(self) -> Generation | None:
        """The generation that a crash left half renamed, if any."""
        row = self.db.row(_SELECT + "WHERE state = 'renaming'")
        return Generation(*row) if row else None

    def get(self, generation: int) -> Generation:
        """One generation; StoreError when it was pruned or never was."""
        row = self.db.row(_SELECT + "WHERE id = ?", generation)
        if row is None:
            raise StoreError(f"there is no generation {generation} in the history")
        return Generation(*row)

    def files(self, generation: int) -> list[FileChange]:
        """What a generation changed, by path."""
        sql = """
        SELECT path, mac, vendor, old_hash, new_hash FROM generation_file WHERE generation = ? ORDER BY path
        """
        return [FileChange(*row) for row in self.db.rows(sql, generation)]

    def of_device(self, mac: str, limit: int = 100) -> list[tuple[Generation, FileChange]]:
        """The files of a device that the latest generations changed, newest first; a device keeps its MAC's history."""
        sql = """
        SELECT g.id, g.at, g.operator, g.note, g.state, g.kind, g.epoch, g.restored_from,
               f.path, f.mac, f.vendor, f.old_hash, f.new_hash
        FROM generation AS g JOIN generation_file AS f ON f.generation = g.id
        WHERE f.mac = ? ORDER BY g.id DESC, f.path LIMIT ?
        """
        rows = self.db.rows(sql, mac, limit)
        return [(Generation(*row[:8]), FileChange(*row[8:])) for row in rows]

    def history(self, limit: int = 100) -> list[Summary]:
        """The latest generations, newest first, with counts of files."""
        found = []
        for row in self.db.rows(_SELECT + "ORDER BY id DESC LIMIT ?", limit):
            counts = self.db.rows(_COUNTS, row[0])[0]
            found.append(Summary(Generation(*row), *counts))
        return found

    def changes_since(self, generation: int) -> list[FileChange]:
        """Every file that differs from what it was right after a generation, by path.

        `old_hash` is what it was then, `new_hash` what it is now. 0 stands for the time before
        the first generation. StoreError when the history no longer goes back so far.
        """
        oldest = int(self.db.value("SELECT value FROM install WHERE name = 'pruned'") or 0)
        if generation < oldest:
            raise StoreError(f"the history goes back to generation {oldest} only")
        if generation != oldest:
            self.get(generation)
        return [FileChange(*row) for row in self.db.rows(_SINCE, generation)]

    def prune(self, keep: int) -> list[str]:
        """Forget all but the latest `keep` generations; the hashes nothing refers to any more."""
        with self.db.writing():
            sql = "SELECT id FROM generation WHERE state = 'done' ORDER BY id DESC LIMIT -1 OFFSET ?"
            numbers = [row[0] for row in self.db.rows(sql, max(keep, 1))]
            if not numbers:
                return []
            old = listed(numbers)
            hashes = {row[0] for row in self.db.rows(_HASHES_OF, old, old)}
            self.db.execute_sql("DELETE FROM generation WHERE id IN (SELECT value FROM json_each(?))", (old,))
            self.db.execute_sql(_PRUNED, (str(numbers[0]),))
            return sorted(hashes - self._referenced(hashes))

    def _referenced(self, hashes: Sequence[str] | set[str]) -> set[str]:
        wanted = listed(hashes)
        return {row[0] for row in self.db.rows(_STILL_USED, wanted, wanted, wanted)}


_FORGET_REMOVED = """
DELETE FROM file WHERE path IN (SELECT path FROM generation_file WHERE generation = ? AND new_hash IS NULL)
"""
_STAMP_RESTORED = """
UPDATE device SET stamp = (SELECT epoch FROM clock)
WHERE mac IN (SELECT mac FROM generation_file WHERE generation = ?)
"""
_COUNTS = """
SELECT COALESCE(SUM(old_hash IS NULL), 0), COALESCE(SUM(old_hash IS NOT NULL AND new_hash IS NOT NULL), 0),
       COALESCE(SUM(new_hash IS NULL), 0)
FROM generation_file WHERE generation = ?
"""
_SINCE = """
SELECT first.path, first.mac, first.vendor, before.old_hash, after.new_hash
FROM (SELECT path, mac, vendor, MIN(generation) AS oldest, MAX(generation) AS newest
      FROM generation_file WHERE generation > ? GROUP BY path) AS first
JOIN generation_file AS before ON before.generation = first.oldest AND before.path = first.path
JOIN generation_file AS after ON after.generation = first.newest AND after.path = first.path
WHERE before.old_hash IS NOT after.new_hash
ORDER BY first.path
"""
_HASHES_OF = """
SELECT old_hash FROM generation_file
WHERE generation IN (SELECT value FROM json_each(?)) AND old_hash IS NOT NULL
UNION
SELECT new_hash FROM generation_file
WHERE generation IN (SELECT value FROM json_each(?)) AND new_hash IS NOT NULL
"""
_PRUNED = """
INSERT INTO install (name, value) VALUES ('pruned', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""
_STILL_USED = """
SELECT old_hash FROM generation_file WHERE old_hash IN (SELECT value FROM json_each(?))
UNION
SELECT new_hash FROM generation_file WHERE new_hash IN (SELECT value FROM json_each(?))
UNION
SELECT hash FROM file WHERE hash IN (SELECT value FROM json_each(?))
"""
