"""What is under the root now, as we wrote it: path, hash, and what tells a change by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from aps_tui.data.database import Database, listed
from aps_tui.data.rows import DiskFile

_SELECT = "SELECT path, mac, vendor, hash, size, inode, mtime_ns, generation FROM file "
_OF = """
SELECT path, mac, vendor, hash, size, inode, mtime_ns, generation FROM file
WHERE mac IN (SELECT value FROM json_each(?)) ORDER BY path
"""
_ORPHANS = """
SELECT path, mac, vendor, hash, size, inode, mtime_ns, generation FROM file
WHERE mac IS NOT NULL AND mac NOT IN (SELECT mac FROM device) ORDER BY path
"""
_SAVE = """
INSERT INTO file (path, mac, vendor, hash, size, inode, mtime_ns, generation) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (path) DO UPDATE SET mac = excluded.mac, vendor = excluded.vendor, hash = excluded.hash,
    size = excluded.size, inode = excluded.inode, mtime_ns = excluded.mtime_ns, generation = excluded.generation
"""


class DiskFiles:
    """The files that are ours. Nothing else under the root is."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def all(self) -> Iterator[DiskFile]:
        """Every file by path, streamed; take it within `store.snapshot()`."""
        for row in self.db.execute_sql(_SELECT + "ORDER BY path"):
            yield DiskFile(*row)

    def of(self, macs: Sequence[str]) -> list[DiskFile]:
        """The files of these devices."""
        return [DiskFile(*row) for row in self.db.rows(_OF, listed(macs))]

    def count(self) -> int:
        """How many files are ours."""
        return int(self.db.value("SELECT count(*) FROM file"))

    def shared(self) -> list[DiskFile]:
        """The files of no single device."""
        return [DiskFile(*row) for row in self.db.rows(_SELECT + "WHERE mac IS NULL ORDER BY path")]

    def orphans(self) -> list[DiskFile]:
        """The files of devices that are no more: the next commit removes them."""
        return [DiskFile(*row) for row in self.db.rows(_ORPHANS)]

    def get(self, path: str) -> DiskFile | None:
        """The file at a path relative to the root."""
        row = self.db.row(_SELECT + "WHERE path = ?", path)
        return DiskFile(*row) if row else None

    def save(self, files: Iterable[DiskFile]) -> None:
        """Record files as they are now."""
        self.db.many(_SAVE, files)

    def forget(self, paths: Iterable[str]) -> None:
        """Forget files that are ours no longer."""
        self.db.many("DELETE FROM file WHERE path = ?", ((path,) for path in paths))
