"""Templates with their settings, raw parameters and keys."""

from __future__ import annotations

from aps_tui.data.audit import Audit
from aps_tui.data.convert import key_rows, keys_of, raw_of, scoped, setting_rows, settings_of, summary
from aps_tui.data.database import Database, Row
from aps_tui.data.errors import StoreError
from aps_tui.data.rowsets import TEMPLATE_KEYS, TEMPLATE_SETTINGS, replace
from aps_tui.data.tenants import tenant_id
from aps_tui.domain.errors import BadValue
from aps_tui.domain.site import Template

_SELECT = """
SELECT p.id, p.name, p.vendor, p.model, t.name FROM template AS p LEFT JOIN tenant AS t ON t.id = p.tenant
"""


class Templates:
    """The templates of the site; a name is used once in a scope (a tenant, or global)."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def all(self) -> list[Template]:
        """Every template: global ones first, then tenant by tenant."""
        order = "ORDER BY p.tenant IS NOT NULL, t.name, p.name"
        return [self._template(row) for row in self.db.rows(_SELECT + order)]

    def fitting(self, vendor: str, model: str, tenant: str) -> list[Template]:
        """The templates that a device of this model and tenant could take."""
        where = "WHERE p.vendor = ? AND p.model = ? AND (p.tenant IS NULL OR t.name = ?) ORDER BY p.name"
        return [self._template(row) for row in self.db.rows(_SELECT + where, vendor, model, tenant)]

    def get(self, name: str, tenant: str | None = None) -> Template | None:
        """The template of this name: the tenant's own first, then the global one."""
        where = "WHERE p.name = ? AND (t.name = ? OR p.tenant IS NULL) ORDER BY p.tenant IS NULL"
        row = self.db.row(_SELECT + where, name, tenant)
        return self._template(row) if row else None

    def version(self, name: str, tenant: str | None = None) -> int | None:
        """A number that grows with each change of the template in exactly this scope."""
        found: int | None = self.db.value(
            "SELECT version FROM template WHERE name = ? AND tenant IS ?", name, tenant_id(self.db, tenant)
        )
        return found

    def save(self, template: Template, *, expected_version: int | None = None) -> None:
        """Add a template, or make the one of this name and scope equal to it; use rename for its name.

        `expected_version` is what `version` said when the editor opened: ChangedMeanwhile is
        raised when someone else wrote since.
        """
        if not template.name.strip():
            raise BadValue("a template needs a name")
        with self.db.writing():
            audit, name = Audit(self.db), scoped(template.tenant, template.name)
            audit.refuse_stale("template", name, self.version(template.name, template.tenant), expected_version)
            owner, added, changed = self._base(template)
            raw = {"": template.raw}
            changed += replace(self.db, TEMPLATE_SETTINGS, owner, setting_rows(owner, template.settings, raw))
            changed += replace(self.db, TEMPLATE_KEYS, owner, key_rows(owner, template.keys))
            if added or changed:
                audit.add("template", name, "add" if added else "change", summary(changed))

    def rename(self, name: str, tenant: str | None, new: str) -> None:
        """Give the template of exactly this scope another name."""
        with self.db.writing():
            self.db.execute_sql("UPDATE template SET name = ? WHERE id = ?", (new, self._id(name, tenant)))
            Audit(self.db).add("template", scoped(tenant, new), "rename", f"was {name}")

    def where_used(self, name: str, tenant: str | None = None) -> list[str]:
        """The MACs of the devices on the template of exactly this scope."""
        sql = "SELECT mac FROM device WHERE template = ? ORDER BY mac"
        return [row[0] for row in self.db.rows(sql, self._id(name, tenant))]

    def delete(self, name: str, tenant: str | None = None) -> None:
        """Remove the template of exactly this scope; refused while devices use it."""
        with self.db.writing():
            used = self.where_used(name, tenant)
            if used:
                raise StoreError(f"template {scoped(tenant, name)} is used by {summary(used, 5)}: change them first")
            self.db.execute_sql("DELETE FROM template WHERE id = ?", (self._id(name, tenant),))
            Audit(self.db).add("template", scoped(tenant, name), "remove")

    def _id(self, name: str, tenant: str | None) -> int:
        sql = "SELECT id FROM template WHERE name = ? AND tenant IS ?"
        found: int | None = self.db.value(sql, name, tenant_id(self.db, tenant))
        if found is None:
            raise StoreError(f"there is no template {scoped(tenant, name)}")
        return found

    def _base(self, template: Template) -> tuple[int, bool, list[str]]:
        """Write the template's own row; its id, whether it is new, and what changed."""
        owner = tenant_id(self.db, template.tenant)
        sql = "SELECT id, name, vendor, model FROM template WHERE name = ? AND tenant IS ?"
        row, values = self.db.row(sql, template.name, owner), (template.name, template.vendor, template.model)
        if row is None:
            sql = "INSERT INTO template (name, vendor, model, tenant) VALUES (?, ?, ?, ?)"
            return int(self.db.execute_sql(sql, (*values, owner)).lastrowid), True, []
        if row[1:] != values:
            sql = "UPDATE template SET name = ?, vendor = ?, model = ? WHERE id = ?"
            self.db.execute_sql(sql, (*values, row[0]))
        pairs = zip(("name", "vendor", "model"), row[1:], values, strict=True)
        return row[0], False, [what for what, old, new in pairs if old != new]

    def _template(self, row: Row) -> Template:
        id, name, vendor, model, tenant = row
        settings = TEMPLATE_SETTINGS.read(self.db, [id])
        keys = keys_of(TEMPLATE_KEYS.read(self.db, [id]))
        return Template(name, vendor, model, tenant, settings_of(settings), raw_of(settings).get("", {}), keys, id)
