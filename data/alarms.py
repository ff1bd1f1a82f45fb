"""What looks like an attack: kept until an operator says that it is known, and in the audit trail for good."""

from __future__ import annotations

from typing import NamedTuple

from aps_tui.data.audit import Audit
from aps_tui.data.database import Database

MOST = 100
"""Alarms that are up at once; further ones are counted as one."""
MANY = "many places"


class Alarm(NamedTuple):
    """One thing that goes on. `origin` and `detail` may hold what a device sent."""

    id: int
    kind: str
    """harvest, flood, pin …"""
    origin: str
    """The address, MAC or maker's prefix that it comes from."""
    first_at: float
    last_at: float
    times: int
    detail: str


class Alarms:
    """Alarms that nobody has said to know, the latest first."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def raise_(self, kind: str, origin: str, detail: str) -> None:
        """Raise an alarm, or count it again where the same one is up already."""
        add = """
        INSERT INTO alarm (kind, origin, first_at, last_at, detail) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (kind, origin) WHERE seen_at = 0
        DO UPDATE SET last_at = excluded.last_at, times = times + 1, detail = excluded.detail
        """
        now = self.db.now()
        with self.db.writing():
            if int(self.db.value("SELECT count(*) FROM alarm WHERE seen_at = 0")) >= MOST:
                origin = MANY
            known = self.db.row("SELECT 1 FROM alarm WHERE kind = ? AND origin = ? AND seen_at = 0", kind, origin)
            self.db.execute_sql(add, (kind, origin, now, now, detail))
            if known is None:
                Audit(self.db).add("alarm", origin, kind, detail)

    def open(self) -> list[Alarm]:
        """Those that are up."""
        sql = "SELECT id, kind, origin, first_at, last_at, times, detail FROM alarm WHERE seen_at = 0 ORDER BY id DESC"
        return [Alarm(*row) for row in self.db.rows(sql)]

    def know(self, id: int) -> None:
        """Say that an alarm is known."""
        with self.db.writing():
            now, who = self.db.now(), self.db.operator
            row = self.db.row("SELECT kind, origin FROM alarm WHERE id = ? AND seen_at = 0", id)
            if row:
                self.db.execute_sql("UPDATE alarm SET seen_at = ?, seen_by = ? WHERE id = ?", (now, who, id))
                Audit(self.db).add("alarm", row[1], "known", row[0])
