"""Who changed what, and when. Saves write their own rows; details name things, never values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from aps_tui.data.database import Database
from aps_tui.data.errors import ChangedMeanwhile

_INSERT = """
INSERT INTO audit (at, operator, epoch, kind, name, action, detail)
VALUES (?, ?, (SELECT epoch FROM clock), ?, ?, ?, ?)
"""
_COLUMNS = "SELECT id, at, operator, epoch, kind, name, action, detail FROM audit "


class AuditRow(NamedTuple):
    """One change. `at` is in Unix seconds; `epoch` is the commits counted before it."""

    id: int
    at: float
    operator: str
    epoch: int
    kind: str
    """site, provisioning, tenant, extension, mapping, template, device, source, generation …"""
    name: str
    """The object within its kind: `acme`, `acme/101`, `acme/T46 sales`, `805ec0123456`."""
    action: str
    """add, change, remove, rename, reveal …"""
    detail: str
    """What changed: `network.lldp, dss key 2, line 1`."""


class Audit:
    """The trail of changes."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def add(self, kind: str, name: str, action: str, detail: str = "") -> None:
        """Record a change by this database's operator, now."""
        self.add_many([(kind, name, action, detail)])

    def add_many(self, rows: Iterable[tuple[str, str, str, str]]) -> None:
        """Record changes, each as (kind, name, action, detail)."""
        at, operator = self.db.now(), self.db.operator
        self.db.many(_INSERT, ((at, operator, *row) for row in rows))

    def since(self, epoch: int) -> list[AuditRow]:
        """Changes made at this epoch or later, oldest first."""
        return [AuditRow(*row) for row in self.db.rows(_COLUMNS + "WHERE epoch >= ? ORDER BY id", epoch)]

    def recent(self, limit: int = 100) -> list[AuditRow]:
        """The latest changes, newest first."""
        return [AuditRow(*row) for row in self.db.rows(_COLUMNS + "ORDER BY id DESC LIMIT ?", limit)]

    def of(self, kind: str, name: str, limit: int = 100) -> list[AuditRow]:
        """The latest changes of one object, newest first."""
        sql = _COLUMNS + "WHERE kind = ? AND name = ? ORDER BY id DESC LIMIT ?"
        return [AuditRow(*row) for row in self.db.rows(sql, kind, name, limit)]

    def prune(self, before: float) -> int:
        """Forget the changes made before a time (Unix seconds); how many they were."""
        return int(self.db.execute_sql("DELETE FROM audit WHERE at < ?", (before,)).rowcount)

    def refuse_stale(self, kind: str, name: str, found: int | None, expected: int | None) -> None:
        """Raise ChangedMeanwhile unless `found` is the version the writer read (None: any)."""
        if expected is None or found == expected:
            return
        last = self.of(kind, name, 1)
        who = "someone else"
        if last:
            who = f"{last[0].operator or 'someone else'} {_ago(self.db.now() - last[0].at)} ago"
        what = "removed" if found is None else "changed"
        raise ChangedMeanwhile(f"{kind} {name} was {what} by {who}: look at it again before saving")


def _ago(seconds: float) -> str:
    whole = max(0, int(seconds))
    for size, unit in ((86400, "days"), (3600, "h"), (60, "min")):
        if whole >= size:
            return f"{whole // size} {unit}"
    return f"{whole} s"
