"""Tenants with their settings and raw parameters."""

from __future__ import annotations

from aps_tui.data.audit import Audit
from aps_tui.data.convert import raw_of, setting_rows, settings_of, summary
from aps_tui.data.database import Database, Row
from aps_tui.data.errors import StoreError
from aps_tui.data.rowsets import TENANT_SETTINGS, replace
from aps_tui.domain.site import Tenant


def tenant_id(db: Database, name: str | None) -> int | None:
    """The id of a tenant by name (case does not matter), None for global; StoreError without one."""
    if name is None:
        return None
    found: int | None = db.value("SELECT id FROM tenant WHERE name = ?", name)
    if found is None:
        raise StoreError(f"there is no tenant {name!r}")
    return found


class Tenants:
    """The tenants of the site."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def names(self) -> list[str]:
        """Every name, in order."""
        return [row[0] for row in self.db.rows("SELECT name FROM tenant ORDER BY name")]

    def all(self) -> list[Tenant]:
        """Every tenant, by name."""
        return [self._tenant(row) for row in self.db.rows("SELECT id, name FROM tenant ORDER BY name")]

    def counts(self) -> list[Row]:
        """Every tenant, by name, as (name, devices, templates, extensions, mappings, sources) that are its own."""
        return self.db.rows(_COUNTS)

    def get(self, name: str) -> Tenant | None:
        """The tenant of this name (case does not matter)."""
        row = self.db.row("SELECT id, name FROM tenant WHERE name = ?", name)
        return self._tenant(row) if row else None

    def save(self, tenant: Tenant) -> None:
        """Add a tenant, or make the one of this name equal to `tenant`; use rename for its name."""
        with self.db.writing():
            owner = self.db.value("SELECT id FROM tenant WHERE name = ?", tenant.name)
            added = owner is None
            if added:
                owner = self.db.execute_sql("INSERT INTO tenant (name) VALUES (?)", (tenant.name,)).lastrowid
            changed = replace(self.db, TENANT_SETTINGS, owner, setting_rows(owner, tenant.settings, tenant.raw))
            if added or changed:
                Audit(self.db).add("tenant", tenant.name, "add" if added else "change", summary(changed))

    def rename(self, old: str, new: str) -> None:
        """Give a tenant another name."""
        with self.db.writing():
            self.db.execute_sql("UPDATE tenant SET name = ? WHERE id = ?", (new, tenant_id(self.db, old)))
            Audit(self.db).add("tenant", new, "rename", f"was {old}")

    def delete(self, name: str) -> None:
        """Remove a tenant with its extensions, mappings and settings; refused while it has
        devices or templates."""
        with self.db.writing():
            owner = tenant_id(self.db, name)
            for what in ("device", "template"):
                count = self.db.value(_COUNT[what], owner)
                if count:
                    raise StoreError(f"tenant {name} still has {count} {what}{'s' if count > 1 else ''}: remove first")
            self.db.execute_sql("DELETE FROM tenant WHERE id = ?", (owner,))
            Audit(self.db).add("tenant", name, "remove")

    def _tenant(self, row: Row) -> Tenant:
        rows = TENANT_SETTINGS.read(self.db, [row[0]])
        return Tenant(row[1], settings_of(rows), raw_of(rows), row[0])


_COUNTS = """
SELECT t.name,
       (SELECT count(*) FROM device WHERE tenant = t.id), (SELECT count(*) FROM template WHERE tenant = t.id),
       (SELECT count(*) FROM extension WHERE tenant = t.id), (SELECT count(*) FROM mapping WHERE tenant = t.id),
       (SELECT count(*) FROM source WHERE tenant = t.id)
FROM tenant AS t ORDER BY t.name
"""
_COUNT = {
    "device": "SELECT count(*) FROM device WHERE tenant = ?",
    "template": "SELECT count(*) FROM template WHERE tenant = ?",
}
