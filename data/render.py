"""What rendering reads, as raw tuples, in chunks: memory stays flat whatever the fleet."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Any

from aps_tui.data.convert import by_owner, from_json, raw_of
from aps_tui.data.database import Database, Row, listed
from aps_tui.data.provisioning import load_provisioning
from aps_tui.data.rows import Candidate, SiteData, TemplateLevel, TenantLevel
from aps_tui.data.rowsets import (
    DEVICE_KEYS,
    DEVICE_SETTINGS,
    SITE_SETTINGS,
    TEMPLATE_KEYS,
    TEMPLATE_SETTINGS,
    TENANT_SETTINGS,
)
from aps_tui.data.secret_places import EXTENSION, setting_place
from aps_tui.domain.site import SECRET_PROVISIONING

CHUNK = 500
"""Devices read at a time."""

DIRTY = """(d.stamp > d.done OR t.stamp > d.done OR COALESCE(p.stamp, -1) > d.done
   OR (SELECT site_stamp FROM clock) > d.done OR d.vendor IN (SELECT value FROM json_each(:stale)))"""
"""Whether a commit may have to write a device `d` of tenant `t` and template `p`; `:stale`: JSON of the vendors whose
pack changed."""
_DIRTY = f"""
SELECT d.id FROM device AS d
JOIN tenant AS t ON t.id = d.tenant
LEFT JOIN template AS p ON p.id = d.template
WHERE {DIRTY}
ORDER BY d.vendor, d.model, d.template, d.tenant, d.id
"""  # noqa: S608 - own names
_DEVICES = """
SELECT id, mac, tenant, vendor, model, template, label, stamp, done FROM device
WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id
"""
_TURNS = """
SELECT d.id, h.turn FROM http_login AS h JOIN device AS d ON d.mac = h.mac
WHERE h.turn > 0 AND d.id IN (SELECT value FROM json_each(?))
"""
_LINES = """
SELECT l.device, l.number, e.number, e.account, e.auth_user, e.secret, e.name, e.mailbox, l.label,
       l.caller_id_source, l.local_sip_port, l.srtp, l.transport, l.auto_answer, e.gone
FROM line AS l JOIN extension AS e ON e.id = l.extension
WHERE l.device IN (SELECT value FROM json_each(?)) ORDER BY l.device, l.number
"""


class Render:
    """The reads of a plan or a commit; take them all within one `store.snapshot()`."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def dirty_ids(self, stale_vendors: Sequence[str] = ()) -> array[int]:
        """Ids of the devices that may have to be written again, those that have most in common side by side.

        `stale_vendors`: vendors whose pack changed since the last full commit; all their
        devices count.
        """
        found: array[int] = array("q")
        found.extend(row[0] for row in self.db.execute_sql(_DIRTY, {"stale": listed(stale_vendors)}))
        return found

    def candidates(self, stale_vendors: Sequence[str] = (), macs: Sequence[str] | None = None) -> Iterator[Candidate]:
        """The devices to render, 500 in memory at a time.

        With `macs`, exactly those devices, dirty or not; unknown MACs are left out.
        """
        return self.load(self.dirty_ids(stale_vendors) if macs is None else self.ids_of(macs))

    def all(self) -> Iterator[Candidate]:
        """Every device, dirty or not, ordered by id."""
        found: array[int] = array("q")
        found.extend(row[0] for row in self.db.execute_sql("SELECT id FROM device ORDER BY id"))
        return self.load(found)

    def tenants(self) -> dict[int, TenantLevel]:
        """Every tenant by id."""
        rows = self.db.rows("SELECT id, name, stamp FROM tenant")
        settings = by_owner(TENANT_SETTINGS.read(self.db, [row[0] for row in rows]))
        mappings = self._mappings()
        return {
            id: TenantLevel(id, name, stamp, _plain(settings.get(id, ())), raw_of(settings.get(id, ())),
                            mappings.get(id, {}))
            for id, name, stamp in rows
        }  # fmt: skip

    def templates(self) -> dict[int, TemplateLevel]:
        """Every template by id."""
        rows = self.db.rows("SELECT id, name, tenant, vendor, model, stamp FROM template")
        ids = [row[0] for row in rows]
        settings = by_owner(TEMPLATE_SETTINGS.read(self.db, ids))
        keys = _grouped(TEMPLATE_KEYS.read(self.db, ids))
        return {
            row[0]: TemplateLevel._make(
                (*row, _plain(settings.get(row[0], ())), _own_raw(settings.get(row[0], ())), keys.get(row[0], []))
            )
            for row in rows
        }

    def site(self) -> SiteData:
        """The site's level, its stamp and the epoch now."""
        epoch, stamp = self.db.rows("SELECT epoch, site_stamp FROM clock")[0]
        settings = SITE_SETTINGS.read(self.db, [1])
        mappings = self._mappings().get(None, {})
        return SiteData(epoch, stamp, _plain(settings), raw_of(settings), mappings, load_provisioning(self.db))

    def models_in_use(self) -> list[tuple[str, str]]:
        """Each (vendor, model) that at least one device has."""
        return [(row[0], row[1]) for row in self.db.rows("SELECT DISTINCT vendor, model FROM device ORDER BY 1, 2")]

    def outlines(self) -> Iterator[tuple[str, str, str, int, int | None]]:
        """MAC, vendor, model, tenant's id and template's id of every device, by MAC."""
        yield from self.db.execute_sql("SELECT mac, vendor, model, tenant, template FROM device ORDER BY mac")

    def said_by_device(self, name: str) -> dict[str, str]:
        """MAC to what its device level says for a setting (JSON), where it says something."""
        sql = """
        SELECT d.mac, s.value FROM device_setting AS s JOIN device AS d ON d.id = s.owner
        WHERE s.kind = 'setting' AND s.vendor = '' AND s.name = ?
        """
        rows: dict[str, str] = dict(self.db.rows(sql, name))
        place = setting_place("device_setting", "setting", "", name)
        return {mac: self.db.seal.plain(place, value) for mac, value in rows.items()}

    def secrets_and_macs(self) -> Iterator[str]:
        """Every secret and every MAC of the site, some more than once: to look for them where they may not be."""
        plain = self.db.seal.plain
        for (secret,) in self.db.execute_sql("SELECT secret FROM extension WHERE secret <> ''"):
            yield plain(EXTENSION, secret)
        yield from (mac for (mac,) in self.db.execute_sql("SELECT mac FROM device"))
        provisioning = load_provisioning(self.db)
        yield from (getattr(provisioning, name) for name in SECRET_PROVISIONING)
        for level in (SITE_SETTINGS, TENANT_SETTINGS, TEMPLATE_SETTINGS, DEVICE_SETTINGS):
            yield from (str(from_json(row[-1])) for row in level.secrets(self.db))

    def ids_of(self, macs: Sequence[str]) -> array[int]:
        """Ids of the devices with these MACs, in order; unknown ones are left out."""
        sql = "SELECT id FROM device WHERE mac IN (SELECT value FROM json_each(?)) ORDER BY id"
        return array("q", (row[0] for row in self.db.rows(sql, listed(macs))))

    def macs_of(self, ids: array[int]) -> list[str]:
        """The MACs of devices, by id."""
        sql = "SELECT mac FROM device WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"
        return [row[0] for row in self.db.rows(sql, listed(ids))]

    def load(self, ids: array[int]) -> Iterator[Candidate]:
        """The devices with these ids, in order, 500 in memory at a time."""
        for start in range(0, len(ids), CHUNK):
            yield from self._chunk(ids[start : start + CHUNK])

    def _chunk(self, ids: array[int]) -> Iterator[Candidate]:
        lines = _grouped(self._lines(ids))
        keys = _grouped(DEVICE_KEYS.read(self.db, ids))
        settings = by_owner(DEVICE_SETTINGS.read(self.db, ids))
        turns: dict[int, int] = dict(self.db.rows(_TURNS, listed(ids)))
        for row in self.db.rows(_DEVICES, listed(ids)):
            own = settings.get(row[0], ())
            turn = turns.get(row[0], 0)
            owned = (lines.get(row[0], []), keys.get(row[0], []), _plain(own), _own_raw(own), turn)
            yield Candidate._make((*row, *owned))

    def _lines(self, ids: array[int]) -> list[Row]:
        rows, plain = self.db.rows(_LINES, listed(ids)), self.db.seal.plain
        if not self.db.seal.fingerprint:
            return rows
        return [(*row[:5], plain(EXTENSION, row[5]), *row[6:]) for row in rows]

    def _mappings(self) -> dict[int | None, dict[str, str]]:
        found: dict[int | None, dict[str, str]] = {}
        for tenant, source, hostname in self.db.rows(
            "SELECT tenant, source, hostname FROM mapping WHERE enabled ORDER BY source"
        ):
            found.setdefault(tenant, {})[source] = hostname
        return found


def _grouped(rows: Sequence[Row]) -> dict[int, list[Any]]:
    """Rows by the owner they start with, without it."""
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row[1:])
    return found


def _plain(rows: Sequence[Row]) -> dict[str, str]:
    """Setting id to JSON text."""
    return {name: value for _, kind, _, name, value in rows if kind == "setting"}


def _own_raw(rows: Sequence[Row]) -> dict[str, str]:
    """The raw parameters of an owner of one vendor."""
    return raw_of(rows).get("", {})
