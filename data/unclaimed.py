"""Devices that nobody claims: no line, nothing said for them alone, and nobody did anything to them for days."""

from __future__ import annotations

from collections.abc import Sequence

from aps_tui.data.audit import Audit
from aps_tui.data.database import Database, listed

DAY = 86400.0
BARE = """(d.template IS NULL AND d.label = '' AND d.id NOT IN (SELECT device FROM line)
    AND NOT EXISTS (SELECT 1 FROM device_key WHERE owner = d.id)
    AND NOT EXISTS (SELECT 1 FROM device_setting WHERE owner = d.id))"""
"""Whether a device `d` has no line and nothing of its own: what is lost with it is its tenant, vendor and model."""
SINCE = "(SELECT MAX(at) FROM audit WHERE kind = 'device' AND name = d.mac)"
"""When somebody last did something to a device `d`, if only making it; NULL where nothing tells."""

_EXPIRED = f"SELECT d.mac FROM device AS d WHERE {BARE} AND {SINCE} <= ? ORDER BY d.mac"  # noqa: S608 - own names
_STILL = f"""
SELECT d.mac, t.name, d.vendor, d.model FROM device AS d JOIN tenant AS t ON t.id = d.tenant
WHERE d.mac IN (SELECT value FROM json_each(?)) AND {BARE} ORDER BY d.mac
"""  # noqa: S608 - own names
_KEEP = """
INSERT INTO expired (mac, tenant, vendor, model, at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (mac) DO UPDATE SET tenant = excluded.tenant, vendor = excluded.vendor, model = excluded.model,
    at = excluded.at
"""
_BACK = """
SELECT e.mac, t.id, e.vendor, e.model FROM expired AS e JOIN tenant AS t ON t.name = e.tenant
WHERE e.mac NOT IN (SELECT mac FROM device) AND e.mac IN (
    SELECT mac FROM generation_file WHERE generation = ? AND new_hash IS NOT NULL)
"""


class Unclaimed:
    """The devices that expire."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def expired(self, days: int) -> list[str]:
        """The devices that nobody claimed for some days; none for 0 days."""
        if not days:
            return []
        return [mac for (mac,) in self.db.rows(_EXPIRED, self.db.now() - days * DAY)]

    def remove(self, macs: Sequence[str], days: int) -> list[str]:
        """Remove devices that expired, but those that were claimed meanwhile; the ones that went."""
        with self.db.writing():
            gone, now = self.db.rows(_STILL, listed(macs)), self.db.now()
            self.db.many(_KEEP, ((*row, now) for row in gone))
            self.db.many("DELETE FROM device WHERE mac = ?", ((row[0],) for row in gone))
            Audit(self.db).add_many(
                ("device", mac, "expire", f"{vendor}/{model} of {tenant}, unclaimed for {days} days")
                for mac, tenant, vendor, model in gone
            )
        return [row[0] for row in gone]

    def bring_back(self, generation: int) -> None:
        """After an undo that brought back the files of devices that expired: these are devices again."""
        back = self.db.rows(_BACK, generation)
        self.db.many("INSERT INTO device (mac, tenant, vendor, model) VALUES (?, ?, ?, ?)", back)
        Audit(self.db).add_many(("device", row[0], "add", "expired, and brought back") for row in back)
