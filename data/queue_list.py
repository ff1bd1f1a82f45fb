"""The live queue as lists show it: what every MAC of it is, how far it has come, and who it is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from aps_tui.data.database import Database, listed
from aps_tui.data.provisioning import load_provisioning
from aps_tui.data.render import DIRTY
from aps_tui.data.unclaimed import BARE, DAY, SINCE
from aps_tui.domain.whitelist import Entry, admits, parse_entry


class QueueRow(NamedTuple):
    """A MAC of the queue. Of what it says itself everything but the MAC, vendor and model is hostile text."""

    mac: str
    state: str
    """S seen, X rejected by the whitelist, I ignored, U unprovisioned, R registered, B bound, C committed, O synced."""
    device: bool
    """Whether it is a device; one that is S waits for the commit that writes its first file."""
    vendor: str
    """Slug; of a device its own, else what its evidence says. Empty where no pack supports it."""
    model: str
    """Empty where nothing tells it for certain."""
    why: str
    """What gave the model, as for `Arrival`, and so `score` and `conflict`."""
    score: int
    conflict: str
    address: str
    agent: str
    firmware: str
    host: str
    sources: str
    first_seen: float
    """Unix seconds, 0 for a device that was never seen; so `last_seen`."""
    last_seen: float
    tenant: str
    """Empty for what is no device; so the rest."""
    extensions: str
    """Numbers in the order of the lines, with blanks between."""
    label: str
    withdrawn: float = 0
    """Since when its files are withdrawn (Unix seconds), 0 while they are on the disk."""
    expires: float = 0
    """When it goes, if nobody claims it (Unix seconds); 0 for never."""


_QUEUED = """
SELECT mac FROM arrival WHERE followed OR mac NOT IN (SELECT mac FROM device)
UNION SELECT mac FROM device WHERE id NOT IN (SELECT device FROM line)
"""
_AMONG = "SELECT value AS mac FROM json_each(:macs)"
_ROWS = f"""
SELECT q.mac,
    CASE
        WHEN d.id IS NULL THEN CASE
            WHEN i.mac IS NOT NULL THEN 'I'
            WHEN :whitelist = '[]' OR admitted(:whitelist, q.mac, COALESCE(a.address, '')) THEN 'S' ELSE 'X'
            END
        WHEN NOT EXISTS (SELECT 1 FROM line WHERE device = d.id) THEN CASE
            WHEN NOT EXISTS (SELECT 1 FROM file WHERE mac = q.mac) THEN 'S'
            WHEN r.account = 'aps-' || q.mac THEN 'R' ELSE 'U' END
        WHEN {DIRTY} THEN 'B'
        WHEN w.fetched > 0 AND w.content <> '' THEN 'O'
        WHEN (SELECT MAX(s.at) FROM request AS s JOIN file AS f ON f.path = s.path AND f.mac = s.mac
              WHERE s.mac = q.mac AND s.status IN (200, 206, 304))
           > (SELECT MAX(COALESCE(g.at, f.mtime_ns / 1e9)) FROM file AS f
              LEFT JOIN generation AS g ON g.id = f.generation WHERE f.mac = q.mac) THEN 'O'
        ELSE 'C'
    END,
    d.id IS NOT NULL, COALESCE(d.vendor, a.vendor, ''), COALESCE(d.model, a.model, ''), COALESCE(a.why, ''),
    COALESCE(a.score, 0), COALESCE(a.conflict, ''), COALESCE(a.address, ''), COALESCE(a.agent, ''),
    COALESCE(a.firmware, ''), COALESCE(a.host, ''), COALESCE(a.sources, ''), COALESCE(a.first_seen, 0),
    COALESCE(a.last_seen, 0), COALESCE(t.name, ''),
    COALESCE((SELECT GROUP_CONCAT(number, ' ') FROM (
        SELECT e.number FROM line AS l JOIN extension AS e ON e.id = l.extension WHERE l.device = d.id ORDER BY l.number
    )), ''),
    COALESCE(d.label, ''), COALESCE(w.withdrawn, 0),
    CASE WHEN :days > 0 AND d.id IS NOT NULL AND {BARE} THEN COALESCE({SINCE} + :days * {DAY}, 0) ELSE 0 END
FROM (MACS) AS q
LEFT JOIN arrival AS a ON a.mac = q.mac
LEFT JOIN ignored AS i ON i.mac = q.mac
LEFT JOIN registration AS r ON r.mac = q.mac
LEFT JOIN file_window AS w ON w.mac = q.mac
LEFT JOIN device AS d ON d.mac = q.mac
LEFT JOIN tenant AS t ON t.id = d.tenant
LEFT JOIN template AS p ON p.id = d.template
"""  # noqa: S608 - own names


class QueueList:
    """Questions of the queue. What state a MAC is in is worked out in SQL whenever it is asked, and stored nowhere.

    `stale_vendors`: vendors whose pack changed since the last full commit.
    """

    def __init__(self, db: Database) -> None:
        self.db = db
        db.register_function(_admitted, "admitted", 3, deterministic=True)

    def rows(self, stale_vendors: Sequence[str] = ()) -> list[QueueRow]:
        """Every MAC of the queue, the ignored ones too: what is no device, what has no line, what is still followed."""
        return self._rows(_QUEUED, stale_vendors, ())

    def of(self, macs: Sequence[str], stale_vendors: Sequence[str] = ()) -> list[QueueRow]:
        """The same of some MACs, whether they are in the queue or were let go, in their order."""
        found = {row.mac: row for row in self._rows(_AMONG, stale_vendors, macs)}
        return [found[mac] for mac in macs]

    def _rows(self, macs: str, stale_vendors: Sequence[str], among: Sequence[str]) -> list[QueueRow]:
        settings = load_provisioning(self.db)
        given = {
            "whitelist": json.dumps(settings.whitelist), "stale": listed(stale_vendors), "macs": listed(among),
            "days": settings.expire_days,
        }  # fmt: skip
        return [QueueRow(mac, state, bool(device), *more)
                for mac, state, device, *more in self.db.execute_sql(_ROWS.replace("MACS", macs), given)]  # fmt: skip


@lru_cache(maxsize=8)
def _entries(whitelist: str) -> tuple[Entry, ...]:
    return tuple(parse_entry(text) for text in json.loads(whitelist))


@lru_cache(maxsize=1 << 16)
def _admitted(whitelist: str, mac: str, address: str) -> bool:
    """Whether a whitelist (JSON) lets a MAC in."""
    return admits(_entries(whitelist), mac, address)
