"""IP/DNS mappings, global and of tenants."""

from __future__ import annotations

from aps_tui.data.audit import Audit
from aps_tui.data.convert import scoped
from aps_tui.data.database import Database, Row
from aps_tui.data.errors import ChangedMeanwhile, StoreError
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

    def add(self, mapping: AddressMapping) -> None:
        """Add a mapping. Raises StoreError when this address is mapped already in this scope."""
        with self.db.writing():
            sql = "INSERT INTO mapping (source, hostname, note, enabled, tenant) VALUES (?, ?, ?, ?, ?)"
            self.db.execute_sql(sql, self._row(mapping))
            Audit(self.db).add("mapping", scoped(mapping.tenant, mapping.source), "add", mapping.hostname)

    def change(self, old: AddressMapping, new: AddressMapping) -> None:
        """Make a mapping, as it was read, another; its address and scope may change too.

        Raises ChangedMeanwhile when it is no longer as `old` says, StoreError when the new place is taken.
        """
        with self.db.writing():
            self._refuse_stale(old)
            if old == new:
                return
            sql = "UPDATE mapping SET source = ?, hostname = ?, note = ?, enabled = ?, tenant = ? WHERE id = ?"
            self.db.execute_sql(sql, (*self._row(new), old.id))
            before, after = scoped(old.tenant, old.source), scoped(new.tenant, new.source)
            if before == after:
                Audit(self.db).add("mapping", after, "change", f"{new.hostname}{'' if new.enabled else ', off'}")
            else:
                Audit(self.db).add("mapping", before, "remove")
                Audit(self.db).add("mapping", after, "add", new.hostname)

    def delete(self, source: str, tenant: str | None = None, *, expected: AddressMapping | None = None) -> None:
        """Remove the mapping of an address in exactly this scope.

        Raises ChangedMeanwhile unless it is as `expected` says, where that is given.
        """
        with self.db.writing():
            old = self.get(source, tenant)
            if expected is not None:
                self._refuse_stale(expected)
            if old is None:
                raise StoreError(f"there is no mapping of {scoped(tenant, source)}")
            self.db.execute_sql("DELETE FROM mapping WHERE id = ?", (old.id,))
            Audit(self.db).add("mapping", scoped(tenant, source), "remove")

    def _row(self, mapping: AddressMapping) -> Row:
        tenant = tenant_id(self.db, mapping.tenant)
        return mapping.source, mapping.hostname, mapping.note, int(mapping.enabled), tenant

    def _refuse_stale(self, old: AddressMapping) -> None:
        row = self.db.row(_SELECT + "WHERE m.id = ?", old.id)
        if row is None or _mapping(row) != old:
            name, what = scoped(old.tenant, old.source), "changed" if row else "removed"
            who = Audit(self.db).who("mapping", name)
            raise ChangedMeanwhile(f"mapping {name} was {what} by {who}: look at it again before saving")


def _mapping(row: Row) -> AddressMapping:
    source, hostname, tenant, note, enabled, id = row
    return AddressMapping(source, hostname, tenant, note, bool(enabled), id)
