"""Who was told to fetch, and what came of it; and whose files are newer than what they fetched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from aps_tui.data.audit import Audit
from aps_tui.data.database import Database, listed


class Resync(NamedTuple):
    """The latest time that a device was told to fetch."""

    mac: str
    at: float
    """Unix seconds."""
    event: str
    target: str
    """How it was reached: `endpoint 101`, `uri sip:…`."""
    state: str
    """sent, failed, then fetched or silent."""
    detail: str = ""
    operator: str = ""


_NAMES = ", ".join(Resync._fields)
_SAVE = f"""
INSERT INTO resync ({_NAMES}) VALUES ({", ".join("?" * len(Resync._fields))})
ON CONFLICT (mac) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in Resync._fields[1:])}
"""  # noqa: S608 - own names
_WRITTEN = """
SELECT f.mac, f.path, COALESCE(g.at, f.mtime_ns / 1e9) AS at
FROM file AS f LEFT JOIN generation AS g ON g.id = f.generation
"""
_FETCHED = "(200, 206, 304)"
_BEHIND = f"""
WITH written AS ({_WRITTEN}),
own AS (
    SELECT w.mac, max(w.at) AS at FROM written AS w JOIN device AS d ON d.mac = w.mac GROUP BY w.mac
),
got AS (
    SELECT r.mac, max(r.at) AS at FROM request AS r JOIN file AS f ON f.path = r.path AND f.mac = r.mac
    WHERE r.status IN {_FETCHED} GROUP BY r.mac
)
SELECT own.mac FROM own LEFT JOIN got ON got.mac = own.mac WHERE (got.at IS NULL OR got.at < own.at)
    AND own.mac NOT IN (SELECT mac FROM file_window WHERE fetched > 0 AND content <> '')
UNION
SELECT r.mac FROM request AS r JOIN written AS w ON w.path = r.path AND w.mac IS NULL JOIN device AS d ON d.mac = r.mac
WHERE r.status IN {_FETCHED} AND r.at < w.at
ORDER BY 1
"""  # noqa: S608 - own names
_OWN_WRITTEN = f"""
SELECT mac, max(at) FROM ({_WRITTEN}) WHERE mac IN (SELECT value FROM json_each(?)) GROUP BY mac
"""  # noqa: S608 - own names
_SETTLED = f"""
SELECT s.mac, max(r.at) FROM resync AS s JOIN request AS r ON r.mac = s.mac
JOIN file AS f ON f.path = r.path AND f.mac = r.mac
WHERE s.state IN ('sent', 'silent') AND r.status IN {_FETCHED} AND r.at >= s.at GROUP BY s.mac
"""  # noqa: S608 - own names


class Resyncs:
    """What devices were told."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def record(self, told: Iterable[Resync]) -> None:
        """Store what devices were told, by this database's operator; for a device the latest stays."""
        operator = self.db.operator
        with self.db.writing():
            self.db.many(_SAVE, (one._replace(operator=operator) for one in told))

    def judge(self, macs: Sequence[str], state: str, detail: str) -> None:
        """Say what came of telling these devices."""
        sql = "UPDATE resync SET state = ?, detail = ? WHERE mac IN (SELECT value FROM json_each(?))"
        self.db.execute_sql(sql, (state, detail, listed(macs)))

    def of(self, macs: Sequence[str]) -> dict[str, Resync]:
        """MAC to the latest time that it was told; those that were."""
        sql = f"SELECT {_NAMES} FROM resync WHERE mac IN (SELECT value FROM json_each(?))"  # noqa: S608 - own names
        return {row[0]: Resync(*row) for row in self.db.rows(sql, listed(macs))}

    def begin(self, detail: str) -> None:
        """Note in the audit trail that devices are told to fetch."""
        with self.db.writing():
            Audit(self.db).add("resync", "", "start", detail)

    def settle(self, timeout: float) -> None:
        """Judge what was sent and then left alone: what was fetched since, and what was not within the time-out."""
        with self.db.writing():
            fetched = [mac for mac, _ in self.db.rows(_SETTLED)]
            self.judge(fetched, "fetched", "")
            sql = "UPDATE resync SET state = 'silent', detail = ? WHERE state = 'sent' AND at < ?"
            self.db.execute_sql(sql, ("no fetch was seen", self.db.now() - timeout))

    def written(self, macs: Sequence[str]) -> dict[str, float]:
        """MAC to when a commit or an undo last wrote a file of its own (Unix seconds)."""
        return dict(self.db.rows(_OWN_WRITTEN, listed(macs)))

    def behind(self) -> list[str]:
        """The devices with a file that was written since they last fetched, or that they never fetched.

        Of files that several phones read, those count that the device has asked for before.
        """
        return [row[0] for row in self.db.rows(_BEHIND)]

    def shared_accounts(self) -> list[str]:
        """The SIP accounts that lines of more than one device are on, in whatever tenant."""
        sql = """
        SELECT e.account FROM line AS l JOIN extension AS e ON e.id = l.extension
        GROUP BY e.account HAVING count(DISTINCT l.device) > 1
        """
        return [row[0] for row in self.db.rows(sql)]
