"""Settings and raw parameters at one level, read and written one by one."""

from __future__ import annotations

from typing import NamedTuple

from aps_tui.data.audit import Audit
from aps_tui.data.convert import raw_of, scoped, setting_rows, settings_of, summary, to_json
from aps_tui.data.database import Database, Row
from aps_tui.data.errors import StoreError
from aps_tui.data.rowsets import (
    DEVICE_SETTINGS,
    SITE_SETTINGS,
    TEMPLATE_SETTINGS,
    TENANT_SETTINGS,
    RowSet,
    replace,
)
from aps_tui.data.tenants import tenant_id
from aps_tui.domain.site import Raw, Settings, SiteLevel, Value


class Level(NamedTuple):
    """A place where settings are said: `Level("site")`, `Level("tenant", "acme")`,
    `Level("template", "T46 sales", tenant)`, `Level("device", mac)`."""

    kind: str
    name: str = ""
    tenant: str | None = None
    """The template's tenant, None for a global one."""


_ROWS: dict[str, RowSet] = {
    "site": SITE_SETTINGS,
    "tenant": TENANT_SETTINGS,
    "template": TEMPLATE_SETTINGS,
    "device": DEVICE_SETTINGS,
}


class LevelSettings:
    """The settings of every level. Each change is one transaction with its audit row."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def get(self, level: Level) -> Settings:
        """The settings said at a level."""
        return settings_of(self._rows(level))

    def raw(self, level: Level) -> dict[str, Raw]:
        """The raw parameters said at a level, by vendor ('' for a template or a device)."""
        return dict(raw_of(self._rows(level)))

    def set(self, level: Level, name: str, value: Value | None) -> None:
        """Say a setting at a level; None takes it out, so that the level above shows through."""
        self._put(level, "setting", "", name, None if value is None else to_json(value))

    def set_raw(self, level: Level, vendor: str, name: str, value: str | None) -> None:
        """Say a raw parameter at a level; None takes it out. `vendor` is '' for a template or device."""
        self._put(level, "raw", vendor, name, value)

    def site(self) -> SiteLevel:
        """The global site level."""
        rows = SITE_SETTINGS.read(self.db, [1])
        return SiteLevel(settings_of(rows), raw_of(rows))

    def save_site(self, site: SiteLevel) -> None:
        """Make the global site level equal to `site`."""
        with self.db.writing():
            changed = replace(self.db, SITE_SETTINGS, 1, setting_rows(1, site.settings, site.raw))
            if changed:
                Audit(self.db).add("site", "", "change", summary(changed))

    def _put(self, level: Level, kind: str, vendor: str, name: str, value: str | None) -> None:
        with self.db.writing():
            rows, owner = _ROWS[level.kind], self._owner(level)
            others = [row for row in rows.read(self.db, [owner]) if row[1:4] != (kind, vendor, name)]
            wanted = others if value is None else [*others, (owner, kind, vendor, name, value)]
            changed = replace(self.db, rows, owner, wanted)
            if changed:
                action = "unset" if value is None else "set"
                Audit(self.db).add(level.kind, scoped(level.tenant, level.name), action, summary(changed))

    def _rows(self, level: Level) -> list[Row]:
        return _ROWS[level.kind].read(self.db, [self._owner(level)])

    def _owner(self, level: Level) -> int:
        if level.kind == "site":
            return 1
        if level.kind == "template":
            sql, scope = "SELECT id FROM template WHERE name = ? AND tenant IS ?", tenant_id(self.db, level.tenant)
            found: int | None = self.db.value(sql, level.name, scope)
        else:
            found = self.db.value(_OWNER[level.kind], level.name)
        if found is None:
            raise StoreError(f"there is no {level.kind} {scoped(level.tenant, level.name)}")
        return found


_OWNER = {
    "tenant": "SELECT id FROM tenant WHERE name = ?",
    "device": "SELECT id FROM device WHERE mac = ?",
}
