"""How long devices' files stay on the disk: when they were first fetched, kept open, and withdrawn.

`hours`: after how many hours from the first fetch files are withdrawn, 0 for never. `never`: the vendors whose phones'
files never are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from aps_tui.data.audit import Audit
from aps_tui.data.database import Database, Row, listed
from aps_tui.domain.upkeep import content_of

HOUR = 3600.0


class Window(NamedTuple):
    """Where the files of one device stand."""

    mac: str
    fetched: float = 0
    """When the phone first fetched what they say (Unix seconds); 0 for not yet."""
    open_until: float = 0
    """Up to when an operator keeps them open; 0 for nobody."""
    content: str = ""
    """What was withdrawn last, as `content_of` has it."""
    withdrawn: float = 0
    """Since when they are not on the disk; 0 while they are."""

    def closes(self, hours: int) -> float:
        """When they will be withdrawn; 0 while that is not known."""
        return max(self.open_until, self.fetched + hours * HOUR) if self.fetched and hours else 0.0


_WINDOWS = """
SELECT mac, fetched, open_until, content, withdrawn FROM file_window WHERE mac IN (SELECT value FROM json_each(?))
"""
_DEVICES = """
SELECT d.mac, COALESCE(w.fetched, 0), COALESCE(w.open_until, 0), COALESCE(w.content, ''), COALESCE(w.withdrawn, 0),
    d.vendor, d.id IN (SELECT device FROM line)
FROM device AS d LEFT JOIN file_window AS w ON w.mac = d.mac
"""
_NAMED = "WHERE d.mac IN (SELECT value FROM json_each(:macs)) "
_DUE = """w.withdrawn = 0 AND w.fetched > 0 AND :hours > 0
    AND :now >= max(w.open_until, w.fetched + :hours * 3600.0)
    AND d.vendor NOT IN (SELECT value FROM json_each(:never)) AND EXISTS (SELECT 1 FROM line WHERE device = d.id)"""
"""Whether the files of a device `d` with the window `w` are to be withdrawn."""
_STAYS = "(:hours > 0 AND d.vendor NOT IN (SELECT value FROM json_each(:never)))"
"""Whether the files of a device `d` that were withdrawn stay so."""
_WITH = "FROM file_window AS w JOIN device AS d ON d.mac = w.mac WHERE"
_MACS_DUE = f"SELECT d.mac {_WITH} {_DUE} ORDER BY d.mac"
_STIRRED = f"SELECT d.id {_WITH} ({_DUE}) OR (w.withdrawn > 0 AND NOT {_STAYS}) ORDER BY d.id"
_WITHHELD = f"SELECT d.mac, w.content {_WITH} w.withdrawn > 0 AND {_STAYS}"
_DUE_FILES = f"""
SELECT mac, path, hash FROM file WHERE mac IN (SELECT d.mac {_WITH} {_DUE}) ORDER BY mac, path
"""  # noqa: S608 - own names
_FETCHES = """
INSERT INTO file_window (mac, fetched)
SELECT r.mac, MIN(r.at) FROM request AS r JOIN file AS f ON f.path = r.path AND f.mac = r.mac
WHERE r.mac IN (SELECT value FROM json_each(?)) AND r.status IN (200, 206, 304) AND r.at > (
    SELECT MAX(COALESCE(g.at, o.mtime_ns / 1e9)) FROM file AS o LEFT JOIN generation AS g ON g.id = o.generation
    WHERE o.mac = r.mac)
GROUP BY r.mac
ON CONFLICT (mac) DO UPDATE SET fetched = excluded.fetched WHERE fetched = 0
"""
_WRITTEN = """
SELECT g.mac, g.path, g.new_hash FROM generation_file AS g JOIN file_window AS w ON w.mac = g.mac
WHERE g.generation = ? AND g.new_hash IS NOT NULL AND w.content <> '' ORDER BY g.mac, g.path
"""
_RENEWED = """
UPDATE file_window SET fetched = 0, open_until = 0, content = '', withdrawn = 0
WHERE mac NOT IN (SELECT value FROM json_each(?2))
    AND mac IN (SELECT mac FROM generation_file WHERE generation = ?1 AND new_hash IS NOT NULL)
"""
_WITHDRAW = "UPDATE file_window SET withdrawn = ?, open_until = 0, content = ? WHERE mac = ? AND withdrawn = 0"
_OPEN = """
UPDATE file_window SET withdrawn = 0, open_until = ?1, fetched = CASE WHEN ?1 > 0 THEN fetched ELSE 0 END
WHERE mac IN (SELECT value FROM json_each(?2))
"""
_STAMP = """
UPDATE device SET stamp = (SELECT epoch FROM clock) WHERE mac IN (SELECT value FROM json_each(?))
"""
_PUT_BACK = "UPDATE file_window SET fetched = ?2, open_until = ?3, content = ?4, withdrawn = ?5 WHERE mac = ?1"


class Windows:
    """The windows of all devices."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def of(self, macs: Sequence[str]) -> dict[str, Window]:
        """MAC to window, for those of them that have one."""
        rows = self.db.rows(_WINDOWS, listed(macs))
        return {row[0]: Window(*row) for row in rows}

    def devices(self, macs: Sequence[str] = ()) -> list[tuple[Window, str, bool]]:
        """These devices, or all, by MAC: the window of each, its vendor, and whether it has a line."""
        rows = self.db.execute_sql(_DEVICES + (_NAMED if macs else "") + "ORDER BY d.mac", {"macs": listed(macs)})
        return [(Window(*row[:5]), row[5], bool(row[6])) for row in rows]

    def withdrawn(self, macs: Sequence[str]) -> list[str]:
        """Those of these devices whose files are withdrawn."""
        sql = "SELECT mac FROM file_window WHERE withdrawn > 0 AND mac IN (SELECT value FROM json_each(?)) ORDER BY mac"
        return [mac for (mac,) in self.db.rows(sql, listed(macs))]

    def due(self, hours: int, never: Iterable[str]) -> list[str]:
        """The devices whose files are to be withdrawn now."""
        return [mac for (mac,) in self._asked(_MACS_DUE, hours, never)] if hours else []

    def stirred(self, hours: int, never: Iterable[str]) -> list[int]:
        """Ids of the devices whose files are to go now, or to come back as they are not to be withdrawn any more."""
        return [id for (id,) in self._asked(_STIRRED, hours, never)]

    def withheld(self, hours: int, never: Iterable[str]) -> dict[str, str]:
        """MAC to the content that is not to be on the disk: of what was withdrawn, and of what is due."""
        never = tuple(never)
        found = dict(self._asked(_WITHHELD, hours, never))
        for mac, files in groupby(self._asked(_DUE_FILES, hours, never), key=lambda row: row[0]):
            found[mac] = content_of((path, hash) for _, path, hash in files)
        return found

    def note_fetches(self, macs: Iterable[str]) -> None:
        """Note of devices that have just asked whether they fetched for the first time what their files say."""
        self.db.execute_sql(_FETCHES, (listed(macs),))

    def withdraw(self, contents: Mapping[str, str], said: str) -> None:
        """Note that files are withdrawn; `said`: why. Those that were withdrawn before stay as they are."""
        now = self.db.now()
        done = [mac for mac, content in contents.items()
                if self.db.execute_sql(_WITHDRAW, (now, content, mac)).rowcount > 0]  # fmt: skip
        Audit(self.db).add_many(("device", mac, "withdraw", said) for mac in done)

    def written(self, generation: int, *, undone: bool) -> None:
        """Files were written: windows begin anew, but of devices whose files came back as they were.

        `undone`: by an undo; then they begin anew in any case, else they would be withdrawn again at once.
        """
        same = []
        if not undone:
            for mac, files in groupby(self.db.rows(_WRITTEN, generation), key=lambda row: row[0]):
                found = content_of((path, hash) for _, path, hash in files)
                if self.db.value("SELECT content FROM file_window WHERE mac = ?", mac) == found:
                    same.append(mac)
        self.db.execute_sql(_RENEWED, (generation, listed(same)))
        sql = "UPDATE file_window SET withdrawn = 0 WHERE mac IN (SELECT value FROM json_each(?))"
        self.db.execute_sql(sql, (listed(same),))

    def open(self, macs: Sequence[str], until: float) -> None:
        """Keep files open up to a time (Unix seconds), or with 0 until they are fetched.

        The next commit writes them.
        """
        with self.db.writing():
            self.db.execute_sql(_OPEN, (until, listed(macs)))
            self.db.execute_sql(_STAMP, (listed(macs),))

    def close(self, macs: Sequence[str]) -> None:
        """End what operators keep open, so that files which were fetched long enough ago are due."""
        with self.db.writing():
            sql = "UPDATE file_window SET open_until = 0 WHERE mac IN (SELECT value FROM json_each(?))"
            self.db.execute_sql(sql, (listed(macs),))

    def put_back(self, windows: Iterable[Window]) -> None:
        """Make windows what they were."""
        with self.db.writing():
            self.db.many(_PUT_BACK, windows)

    def overdue(self, hours: int, never: Iterable[str], seconds: float) -> list[str]:
        """The devices whose files should have been withdrawn some seconds ago."""
        return [mac for (mac,) in self._asked(_MACS_DUE, hours, never, self.db.now() - seconds)]

    def _asked(self, sql: str, hours: int, never: Iterable[str], now: float | None = None) -> list[Row]:
        given = {"hours": hours, "never": listed(never), "now": self.db.now() if now is None else now}
        found: list[Row] = self.db.execute_sql(sql, given).fetchall()
        return found
