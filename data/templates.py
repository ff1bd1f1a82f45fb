"""Templates with their settings, raw parameters and keys."""

from __future__ import annotations

from typing import NamedTuple

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


class TemplateRow(NamedTuple):
    """A template as the list shows it."""

    id: int
    name: str
    tenant: str | None
    vendor: str
    model: str
    devices: int
    """How many are on it."""
    settings: int
    """How many settings and raw parameters it says."""
    keys: int


class UserRow(NamedTuple):
    """A device that is on a template."""

    mac: str
    tenant: str
    label: str
    extensions: str
    """Numbers, with blanks between."""


class Templates:
    """The templates of the site; a name is used once in a scope (a tenant, or global)."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def all(self) -> list[Template]:
        """Every template: global ones first, then tenant by tenant."""
        order = "ORDER BY p.tenant IS NOT NULL, t.name, p.name"
        return [self._template(row) for row in self.db.rows(_SELECT + order)]

    def rows(self) -> list[TemplateRow]:
        """Every template as the list shows it: global ones first, then tenant by tenant."""
        return [TemplateRow(*row) for row in self.db.rows(_ROWS.format(where=""))]

    def row(self, id: int) -> TemplateRow | None:
        """One template as the list shows it."""
        found = self.db.row(_ROWS.format(where="WHERE p.id = ?"), id)
        return TemplateRow(*found) if found else None

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
        self.move(name, tenant, new, tenant)

    def move(self, name: str, tenant: str | None, new: str, owner: str | None) -> None:
        """Give the template of exactly this scope another name and scope.

        Raises StoreError while devices of another tenant than the new one use it, and for a name that is taken.
        """
        with self.db.writing():
            sql = "UPDATE template SET name = ?, tenant = ? WHERE id = ?"
            self.db.execute_sql(sql, (new, tenant_id(self.db, owner), self._id(name, tenant)))
            was = name if owner == tenant else scoped(tenant, name)
            Audit(self.db).add("template", scoped(owner, new), "rename", f"was {was}")

    def where_used(self, name: str, tenant: str | None = None) -> list[str]:
        """The MACs of the devices on the template of exactly this scope."""
        sql = "SELECT mac FROM device WHERE template = ? ORDER BY mac"
        return [row[0] for row in self.db.rows(sql, self._id(name, tenant))]

    def users(self, id: int, *, offset: int = 0, limit: int = 128) -> list[UserRow]:
        """Some of the devices on a template, by MAC."""
        return [UserRow(*row) for row in self.db.rows(_USERS, id, limit, offset)]

    def strangers(self, id: int, tenant: str) -> list[str]:
        """The MACs of the devices on a template that are of another tenant than this one."""
        sql = "SELECT mac FROM device WHERE template = ? AND tenant <> ? ORDER BY mac"
        return [row[0] for row in self.db.rows(sql, id, tenant_id(self.db, tenant))]

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


_ROWS = """
SELECT p.id, p.name, t.name, p.vendor, p.model,
       (SELECT count(*) FROM device WHERE template = p.id),
       (SELECT count(*) FROM template_setting WHERE owner = p.id),
       (SELECT count(*) FROM template_key WHERE owner = p.id)
FROM template AS p LEFT JOIN tenant AS t ON t.id = p.tenant
{where} ORDER BY p.tenant IS NOT NULL, t.name, p.name
"""
_USERS = """
SELECT d.mac, t.name, d.label,
       COALESCE((SELECT group_concat(number, ' ') FROM (
           SELECT e.number FROM line AS l JOIN extension AS e ON e.id = l.extension
           WHERE l.device = d.id ORDER BY l.number)), '')
FROM device AS d JOIN tenant AS t ON t.id = d.tenant
WHERE d.mac IN (SELECT mac FROM device WHERE template = ? ORDER BY mac LIMIT ? OFFSET ?)
ORDER BY d.mac
"""
