"""Sightings of MACs and the queue they make; and the places extensions are read from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from aps_tui.data.audit import Audit
from aps_tui.data.database import Database, Row, listed
from aps_tui.data.errors import ChangedMeanwhile, StoreError
from aps_tui.data.secret_places import SOURCE
from aps_tui.data.tenants import tenant_id


class Sighting(NamedTuple):
    """A MAC as one source last saw it. Everything in it but the MAC is hostile text."""

    mac: str
    source: str
    """How it was seen: dhcp, lease, http, tftp, scan, import …"""
    address: str
    seen_at: float
    """Unix seconds."""
    evidence: Mapping[str, str]
    """What was seen: option 60, user agent, host name, path …"""
    first_seen: float = 0.0
    """When this source first saw it; 0 for as it is seen now."""
    times: int = 1
    """How often it saw it."""


class Source(NamedTuple):
    """A place extensions are read from."""

    name: str
    kind: str
    """csv, sip, users, pjsip, pjsip-wizard or sql."""
    location: str
    tenant: str

    def __repr__(self) -> str:
        """Without the location, which may hold a password."""
        return f"Source({self.name!r}, {self.kind!r}, {self.tenant!r})"


_SELECT = "SELECT mac, source, address, seen_at, evidence, first_seen, times FROM sighting "
_QUEUE = """
SELECT mac, source, address, seen_at, evidence, first_seen, times FROM sighting
WHERE mac NOT IN (SELECT mac FROM device) ORDER BY seen_at DESC, mac, source
"""
_AMONG = "WHERE mac IN (SELECT value FROM json_each(?)) ORDER BY seen_at DESC, source"
_SAVE = """
INSERT INTO sighting (mac, source, address, seen_at, evidence, first_seen, times) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (mac, source) DO UPDATE SET
    address = iif(excluded.seen_at >= seen_at, excluded.address, address),
    evidence = iif(excluded.seen_at >= seen_at, excluded.evidence, evidence),
    seen_at = max(seen_at, excluded.seen_at), first_seen = min(first_seen, excluded.first_seen),
    times = times + excluded.times
"""


class Sightings:
    """What was seen on the network."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def record(self, sightings: Iterable[Sighting]) -> None:
        """Store sightings; for a MAC and source the latest one stays, counted on."""
        with self.db.writing():
            self.db.many(_SAVE, (_row(seen) for seen in sightings))

    def queue(self) -> list[Sighting]:
        """The sightings of MACs that are no device yet, the latest first."""
        return [_sighting(row) for row in self.db.rows(_QUEUE)]

    def of_many(self, macs: Sequence[str]) -> dict[str, list[Sighting]]:
        """MAC to its sightings, the latest first, for those of them that were seen."""
        found: dict[str, list[Sighting]] = {}
        for row in self.db.rows(_SELECT + _AMONG, listed(macs)):
            found.setdefault(row[0], []).append(_sighting(row))
        return found

    def of(self, mac: str) -> list[Sighting]:
        """The sightings of one MAC, the latest first."""
        sql = _SELECT + "WHERE mac = ? ORDER BY seen_at DESC, source"
        return [_sighting(row) for row in self.db.rows(sql, mac)]

    def forget(self, macs: Sequence[str] = (), *, before: float | None = None) -> None:
        """Forget the sightings of some MACs, and those older than a time (Unix seconds)."""
        with self.db.writing():
            self.db.many("DELETE FROM sighting WHERE mac = ?", ((mac,) for mac in macs))
            if before is not None:
                self.db.execute_sql("DELETE FROM sighting WHERE seen_at < ?", (before,))


class Sources:
    """The kept sources of extensions."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def all(self) -> list[Source]:
        """Every source, by name."""
        sql = """
        SELECT s.name, s.kind, s.location, t.name FROM source AS s JOIN tenant AS t ON t.id = s.tenant
        ORDER BY s.name
        """
        plain = self.db.seal.plain
        return [Source(name, kind, plain(SOURCE, where), tenant) for name, kind, where, tenant in self.db.rows(sql)]

    def get(self, name: str) -> Source | None:
        """The source of this name (case does not matter)."""
        return next((source for source in self.all() if source.name.lower() == name.lower()), None)

    def save(self, source: Source) -> None:
        """Add a source or change the one of this name."""
        sql = """
        INSERT INTO source (name, kind, location, tenant) VALUES (?, ?, ?, ?) ON CONFLICT (name)
        DO UPDATE SET kind = excluded.kind, location = excluded.location, tenant = excluded.tenant
        """
        with self.db.writing():
            old = self.get(source.name)
            if old == source:
                return
            location = self.db.seal.sealed(SOURCE, source.location)
            self.db.execute_sql(sql, (source.name, source.kind, location, tenant_id(self.db, source.tenant)))
            Audit(self.db).add("source", source.name, "change" if old else "add")

    def replace(self, old: Source | None, new: Source) -> None:
        """Add a source (`old` is None), or change one as it was read; its name stays.

        Raises StoreError when the name is taken, ChangedMeanwhile when it is no longer as `old` says.
        """
        with self.db.writing():
            found = self.get(new.name)
            if old is None and found is not None:
                raise StoreError(f"there is a source {found.name} already: choose another name")
            if found != old:
                who = Audit(self.db).who("source", new.name)
                raise ChangedMeanwhile(f"source {new.name} was changed by {who}: look at it again before saving")
            self.save(new)

    def delete(self, name: str) -> None:
        """Forget a source; its extensions stay."""
        with self.db.writing():
            if not self.db.execute_sql("DELETE FROM source WHERE name = ?", (name,)).rowcount:
                raise StoreError(f"there is no source {name!r}")
            Audit(self.db).add("source", name, "remove")


def _row(seen: Sighting) -> Row:
    mac, source, address, seen_at, evidence, first_seen, times = seen
    return mac, source, address, seen_at, json.dumps(dict(evidence)), first_seen or seen_at, times


def _sighting(row: Row) -> Sighting:
    mac, source, address, seen_at, evidence, first_seen, times = row
    return Sighting(mac, source, address, seen_at, json.loads(evidence), first_seen, times)
