"""The vendor packs' fingerprints at the last full commit, and what this installation is."""

from __future__ import annotations

from collections.abc import Mapping

from aps_tui.data.database import Database


class Packs:
    """Tells which vendors' packs changed since the last full commit."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def changed(self, fingerprints: Mapping[str, str]) -> list[str]:
        """The vendors among these whose fingerprint is not the one of the last full commit."""
        known: dict[str, str] = dict(self.db.rows("SELECT vendor, fingerprint FROM pack_state"))
        return sorted(vendor for vendor, now in fingerprints.items() if known.get(vendor) != now)

    def save(self, fingerprints: Mapping[str, str]) -> None:
        """Record the fingerprints of a full commit."""
        sql = """
        INSERT INTO pack_state (vendor, fingerprint) VALUES (?, ?)
        ON CONFLICT (vendor) DO UPDATE SET fingerprint = excluded.fingerprint
        """
        self.db.many(sql, fingerprints.items())


class Install:
    """What is this installation's own, made with its database."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def id(self) -> str:
        """A random name of this installation (32 hex digits)."""
        return self._get("id")

    def mask_key(self) -> bytes:
        """A random key (32 bytes) for masks that tell two secrets apart without showing either."""
        return bytes.fromhex(self._get("mask_key"))

    def created(self) -> float:
        """When the database was made, in Unix seconds."""
        return float(self._get("created"))

    def note(self, name: str) -> str | None:
        """What `keep` left under a name; None when nothing did."""
        found: str | None = self.db.value("SELECT value FROM install WHERE name = ?", f"note {name}")
        return found

    def keep(self, name: str, value: str) -> None:
        """Leave a note for the next process: something that is only worth its time, and may be lost."""
        sql = "INSERT INTO install (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        self.db.execute_sql(sql, (f"note {name}", value))

    def _get(self, name: str) -> str:
        return str(self.db.value("SELECT value FROM install WHERE name = ?", name))
