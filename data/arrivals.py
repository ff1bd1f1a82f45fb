"""What all sightings of a MAC come to, and the MACs that an operator keeps out of the queue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from aps_tui.data.audit import Audit
from aps_tui.data.database import Database, listed


class Arrival(NamedTuple):
    """A MAC as it arrived. Everything in it but the MAC, vendor and model is hostile text."""

    mac: str
    vendor: str = ""
    """Slug; empty where no pack supports it."""
    model: str = ""
    """Empty where nothing tells it for certain."""
    firmware: str = ""
    why: str = ""
    """What gave the model: `user agent`, `option 60`, `prefix rule` …"""
    score: int = 0
    """0 to 100: how sure vendor and model are."""
    conflict: str = ""
    """What the sources disagree on; empty for nothing."""
    address: str = ""
    agent: str = ""
    """What it called itself last: its user agent, else its option 60."""
    host: str = ""
    sources: str = ""
    """The sources that saw it, with blanks between."""
    first_seen: float = 0.0
    last_seen: float = 0.0
    """Unix seconds."""
    followed: bool = False
    """True for a device that came by the queue, until its operator lets it go."""


_COLUMNS = ", ".join(Arrival._fields)
_SAVE = f"""
INSERT INTO arrival ({_COLUMNS}) VALUES ({", ".join("?" * len(Arrival._fields))})
ON CONFLICT (mac) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in Arrival._fields[1:11])},
    first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen)
"""  # noqa: S608 - own names
_LEAST_RECENT = """
SELECT mac FROM arrival WHERE mac NOT IN (SELECT mac FROM device) AND mac NOT IN (SELECT mac FROM ignored)
ORDER BY last_seen DESC LIMIT -1 OFFSET ?
"""


class Arrivals:
    """The MACs that arrived."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def save(self, arrivals: Iterable[Arrival]) -> None:
        """Store what MACs come to; a device keeps being followed, or not, as it is."""
        with self.db.writing():
            self.db.many(_SAVE, arrivals)

    def get(self, mac: str) -> Arrival | None:
        """What a MAC comes to; None for one that was never seen."""
        row = self.db.row(f"SELECT {_COLUMNS} FROM arrival WHERE mac = ?", mac)  # noqa: S608 - own names
        return Arrival(*row) if row else None

    def of(self, macs: Sequence[str]) -> dict[str, Arrival]:
        """MAC to what it comes to, for those of them that were seen."""
        sql = f"SELECT {_COLUMNS} FROM arrival WHERE mac IN (SELECT value FROM json_each(?))"  # noqa: S608 - own names
        return {row[0]: Arrival(*row) for row in self.db.rows(sql, listed(macs))}

    def latest(self, most: int) -> list[Arrival]:
        """Those that were seen last, the latest last."""
        sql = f"SELECT {_COLUMNS} FROM arrival ORDER BY last_seen DESC LIMIT ?"  # noqa: S608 - own names
        return [Arrival(*row) for row in reversed(self.db.rows(sql, most))]

    def waiting(self) -> int:
        """How many MACs are known by sightings alone."""
        return int(self.db.value("SELECT count(*) FROM arrival WHERE mac NOT IN (SELECT mac FROM device)"))

    def prune(self, most: int) -> int:
        """Forget the least recent MACs that are no devices and not ignored, beyond `most` of them; how many went."""
        with self.db.writing():
            return self._forget([mac for (mac,) in self.db.rows(_LEAST_RECENT, most)])

    def forget(self, macs: Sequence[str]) -> int:
        """Forget all that was ever seen of those of these MACs that are no devices; how many they were."""
        with self.db.writing():
            sql = "SELECT value FROM json_each(?) WHERE value NOT IN (SELECT mac FROM device)"
            gone = [mac for (mac,) in self.db.rows(sql, listed(macs))]
            self._forget(gone)
            Audit(self.db).add_many(("device", mac, "forget", "") for mac in gone)
        return len(gone)

    def _forget(self, macs: Sequence[str]) -> int:
        """Forget what was seen of MACs; how many there were."""
        count = 0
        for table in ("sighting", "request", "registration", "arrival"):
            sql = f"DELETE FROM {table} WHERE mac IN (SELECT value FROM json_each(?))"  # noqa: S608 - own names
            count = int(self.db.execute_sql(sql, (listed(macs),)).rowcount)
        return count

    def follow(self, macs: Sequence[str], *, followed: bool) -> None:
        """Keep devices in the queue, or let them go."""
        with self.db.writing():
            sql = "UPDATE arrival SET followed = ? WHERE mac IN (SELECT value FROM json_each(?))"
            self.db.execute_sql(sql, (followed, listed(macs)))

    def ignore(self, macs: Sequence[str]) -> None:
        """Keep MACs out of the queue; those that are ignored already stay as they are."""
        with self.db.writing():
            at, who = self.db.now(), self.db.operator
            sql = "INSERT INTO ignored (mac, at, operator) VALUES (?, ?, ?) ON CONFLICT (mac) DO NOTHING"
            self.db.many(sql, ((mac, at, who) for mac in macs))
            Audit(self.db).add_many(("device", mac, "ignore", "") for mac in macs)

    def heed(self, macs: Sequence[str]) -> None:
        """Take MACs into the queue again."""
        with self.db.writing():
            self.db.many("DELETE FROM ignored WHERE mac = ?", ((mac,) for mac in macs))
            Audit(self.db).add_many(("device", mac, "heed", "") for mac in macs)

    def ignored(self) -> set[str]:
        """The MACs that are kept out."""
        return {mac for (mac,) in self.db.rows("SELECT mac FROM ignored")}
