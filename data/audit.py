"""Who changed what, and when. Saves write their own rows; details name things, never values."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from aps_tui.data.database import Database, listed
from aps_tui.data.errors import ChangedMeanwhile
from aps_tui.data.filter_line import filtered
from aps_tui.data.lean import SQL
from aps_tui.data.models import Audit as Trail
from aps_tui.domain.roles import Role

REVEAL = "reveal"
"""The action of whoever sees a secret: no secret is shown without its row, and admins alone leave one."""

_INSERT = """
INSERT INTO audit (at, operator, epoch, kind, name, action, detail)
VALUES (?, ?, (SELECT epoch FROM clock), ?, ?, ?, ?)
"""
_COLUMNS = "SELECT id, at, operator, epoch, kind, name, action, detail FROM audit "
_READ = """
SELECT id, at, operator, epoch, kind, name, action, detail FROM audit WHERE id IN (SELECT value FROM json_each(?))
"""
_MAC = re.compile(r"[0-9a-f]{2}([:.-]?[0-9a-f]{2})+[:.-]?\Z", re.IGNORECASE)
_SEPARATORS = str.maketrans("", "", ":-.")
_LOOKS = {
    "who": Trail.operator.contains,
    "kind": Trail.kind.contains,
    "name": lambda word: Trail.name.contains(word.translate(_SEPARATORS) if _MAC.match(word) else word),
    "action": Trail.action.contains,
    "detail": Trail.detail.contains,
}


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
        rows = list(rows)
        if any(action == REVEAL for _, _, action, _ in rows):
            self.db.need(Role.ADMIN, "seeing a secret")
        at, operator = self.db.now(), self.db.operator
        self.db.many(_INSERT, ((at, operator, *row) for row in rows))

    def since(self, epoch: int) -> list[AuditRow]:
        """Changes made at this epoch or later, oldest first."""
        return [AuditRow(*row) for row in self.db.rows(_COLUMNS + "WHERE epoch >= ? ORDER BY id", epoch)]

    def recent(self, limit: int = 100) -> list[AuditRow]:
        """The latest changes, newest first."""
        return [AuditRow(*row) for row in self.db.rows(_COLUMNS + "ORDER BY id DESC LIMIT ?", limit)]

    def count_since(self, kind: str, action: str, since: float) -> int:
        """How many changes of a kind there were from a time (Unix seconds) on."""
        sql = "SELECT count(*) FROM audit WHERE kind = ? AND action = ? AND at > ?"
        return int(self.db.value(sql, kind, action, since))

    def of(self, kind: str, name: str, limit: int = 100) -> list[AuditRow]:
        """The latest changes of one object, newest first."""
        sql = _COLUMNS + "WHERE kind = ? AND name = ? ORDER BY id DESC LIMIT ?"
        return [AuditRow(*row) for row in self.db.rows(sql, kind, name, limit)]

    def changes_after(self, id: int) -> int:
        """How many changes there were after a row of the trail; what was only seen, refused or copied is none."""
        sql = "SELECT count(*) FROM audit WHERE id > ? AND kind <> 'database' AND action NOT IN (?, 'refuse')"
        return int(self.db.value(sql, id, REVEAL))

    def count(self) -> int:
        """How many changes there are."""
        return int(self.db.value("SELECT count(*) FROM audit"))

    def find(self, text: str = "") -> array[int]:
        """The ids of the changes that a filter line (`domain/filterline.py`) lets through, newest first.

        Columns: who, kind, name, action, detail. 100,000 rows take about 0.1 s: ask in a thread.
        """
        query = Trail.select(Trail.id).where(filtered(text, _LOOKS, SQL("''"))).order_by(Trail.id.desc())
        return array("q", (id for (id,) in self.db.found(query)))

    def read(self, ids: Sequence[int]) -> list[AuditRow]:
        """The changes of these ids, in their order; those that were pruned are left out."""
        found = {row[0]: AuditRow(*row) for row in self.db.rows(_READ, listed(ids))}
        return [found[id] for id in ids if id in found]

    def prune(self, before: float) -> int:
        """Forget the changes made before a time (Unix seconds); how many they were."""
        return int(self.db.execute_sql("DELETE FROM audit WHERE at < ?", (before,)).rowcount)

    def refuse_stale(self, kind: str, name: str, found: int | None, expected: int | None) -> None:
        """Raise ChangedMeanwhile unless `found` is the version the writer read (None: any)."""
        if expected is None or found == expected:
            return
        what = "removed" if found is None else "changed"
        raise ChangedMeanwhile(f"{kind} {name} was {what} by {self.who(kind, name)}: look at it again before saving")

    def who(self, kind: str, name: str) -> str:
        """Who changed an object last, and when: `bob 10 s ago`, `bob just now`; `someone else` when nothing tells."""
        last = self.of(kind, name, 1)
        if not last:
            return "someone else"
        return f"{last[0].operator or 'someone else'} {_ago(self.db.now() - last[0].at)}"


def _ago(seconds: float) -> str:
    whole = int(seconds)
    for size, unit in ((86400, "day"), (3600, "h"), (60, "min"), (1, "s")):
        if whole >= size:
            many = whole // size
            return f"{many} {unit}{'s' if unit == 'day' and many > 1 else ''} ago"
    return "just now"
