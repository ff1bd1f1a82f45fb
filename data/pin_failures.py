"""Wrong PINs of the UNPROV dialogue: who typed them, and who is blocked for it."""

from __future__ import annotations

from collections.abc import Collection

from aps_tui.data.database import Database, listed

_COUNT = """
INSERT INTO pin_failure (who, failures, last_at, until) VALUES (?1, 1, ?2, 0)
ON CONFLICT (who) DO UPDATE SET
    failures = iif(last_at <= ?2 - ?3 OR (until > 0 AND until <= ?2), 1, failures + 1), last_at = ?2,
    until = iif(until > ?2, until, 0)
"""
_BLOCK = """
UPDATE pin_failure SET until = max(until, ?2) WHERE who IN (SELECT value FROM json_each(?1)) AND failures >= ?3
"""
_FORGET = "DELETE FROM pin_failure WHERE last_at <= ? AND until <= ?"


class PinFailures:
    """Wrong PINs by MAC and by address; each is forgotten after the time that a block lasts."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def blocked(self, who: Collection[str]) -> float:
        """Until when one of these is blocked (Unix seconds); 0 when none is."""
        sql = "SELECT max(until) FROM pin_failure WHERE until > ? AND who IN (SELECT value FROM json_each(?))"
        return float(self.db.value(sql, self.db.now(), listed(who)) or 0)

    def failed(self, who: Collection[str], most: int, seconds: float) -> bool:
        """Count a wrong PIN of all of these; True when that blocks one: at `most` of them, for that many seconds."""
        now = self.db.now()
        with self.db.writing():
            self.db.execute_sql(_FORGET, (now - seconds, now))
            self.db.many(_COUNT, ((one, now, seconds) for one in who))
            self.db.execute_sql(_BLOCK, (listed(who), now + seconds, most))
            return self.blocked(who) > now

    def forget(self, who: Collection[str]) -> None:
        """Forget the wrong PINs of these: they typed the right one."""
        with self.db.writing():
            self.db.many("DELETE FROM pin_failure WHERE who = ?", ((one,) for one in who))
