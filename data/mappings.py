"""IP/DNS mappings, global and of tenants."""

from __future__ import annotations

from aps_tui.data.audit import Audit
from aps_tui.data.convert import scoped
from aps_tui.data.database import Database, Row
from aps_tui.data.errors import StoreError
from aps_tui.data.tenants import tenant_id
from aps_tui.domain.site import AddressMapping

_SELECT = """
SELECT m.source, m.hostname, t.name, m.note, m.enabled, m.id
FROM mapping AS m LEFT JOIN tenant AS t ON t.id = m.tenant
"""


class Mappings:
    """The mappings of the site; one for each source address and scope."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def all(self) -> list[AddressMapping]:
        """Every mapping: global ones first, then tenant by tenant."""
        rows = self.db.rows(_SELECT + "ORDER BY m.tenant IS NOT NULL, t.name, m.source")
        return [_mapping(row) for row in rows]

    def get(self, source: str, tenant: str | None = None) -> AddressMapping | None:
        """The mapping of an address in exactly this scope (None: global)."""
        row = self.db.row(_SELECT + "WHERE m.source = ? AND m.tenant IS ?", source, tenant_id(self.db, tenant))
        return _mapping(row) if row else None

    def save(self, mapping: AddressMapping) -> None:
        """Add a mapping, or change the one of the same source and scope."""
        with self.db.writing():
            old = self.get(mapping.source, mapping.tenant)
            values = (mapping.source, mapping.hostname, mapping.note, int(mapping.enabled))
            if old is None:
                self.db.execute_sql(
                    "INSERT INTO mapping (source, hostname, note, enabled, tenant) VALUES (?, ?, ?, ?, ?)",
                    (*values, tenant_id(self.db, mapping.tenant)),
                )
            elif (old.source, old.hostname, old.note, int(old.enabled)) != values:
                sql = "UPDATE mapping SET source = ?, hostname = ?, note = ?, enabled = ? WHERE id = ?"
                self.db.execute_sql(sql, (*values, old.id))
            else:
                return
            name = scoped(mapping.tenant, mapping.source)
            Audit(self.db).add("mapping", name, "change" if old else "add", mapping.hostname)

    def delete(self, source: str, tenant: str | None = None) -> None:
        """Remove the mapping of an address in exactly this scope."""
        with self.db.writing():
            old = self.get(source, tenant)
            if old is None:
                raise StoreError(f"there is no mapping of {scoped(tenant, source)}")
            self.db.execute_sql("DELETE FROM mapping WHERE id = ?", (old.id,))
            Audit(self.db).add("mapping", scoped(tenant, source), "remove")


def _mapping(row: Row) -> AddressMapping:
    source, hostname, tenant, note, enabled, id = row
    return AddressMapping(source, hostname, tenant, note, bool(enabled), id)
