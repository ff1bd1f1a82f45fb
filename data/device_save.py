"""Storing devices, one or ten thousand: every fault is found first, then sets are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from aps_tui.data.audit import Audit
from aps_tui.data.convert import key_rows, setting_rows, summary
from aps_tui.data.database import Database, Row, listed
from aps_tui.data.device_faults import Judged, References
from aps_tui.data.extensions import Saved
from aps_tui.data.rowsets import DEVICE_KEYS, DEVICE_SETTINGS, LINES, Difference, RowSet
from aps_tui.domain.errors import Faults
from aps_tui.domain.site import Device

_BASE = ("mac", "tenant", "vendor", "model", "template", "label")
_STORED = """
SELECT id, mac, tenant, vendor, model, template, label FROM device
WHERE mac IN (SELECT value FROM json_each(?))
"""


class _Part(NamedTuple):
    """Rows of one table as they are wanted, and the ids of the devices that they are compared for."""

    table: RowSet
    owners: list[int]
    rows: list[Row]


class _Plan(NamedTuple):
    """Rows as they are wanted; a base row is (id, mac, tenant, vendor, model, template, label)."""

    base: list[Row]
    parts: tuple[_Part, _Part, _Part]
    """Lines, keys, settings."""


def save_devices(
    db: Database, devices: Sequence[Device], read: Mapping[str, Device] | None = None, judged: Judged | None = None
) -> Saved:
    """Add devices or make those of the same MAC equal to them, in one transaction.

    `read`: devices as they were read within this transaction; what equals them is not compared again.
    `judged`: what was found of these devices within this transaction; they are not judged again.

    Raises Faults that name every device and line that cannot be stored; nothing is stored then.
    """
    with db.writing():
        references, faults = judged or Judged.of(db, devices)
        if faults:
            raise Faults(faults)
        stored = {row[1]: row for row in db.rows(_STORED, listed(device.mac for device in devices))}
        plan = _plan(db, devices, references, {mac: row[0] for mac, row in stored.items()}, read or {})
        return _write(db, plan, stored)


def _plan(
    db: Database, devices: Sequence[Device], references: References, ids: dict[str, int], read: Mapping[str, Device]
) -> _Plan:
    plan = _Plan([], (_Part(LINES, [], []), _Part(DEVICE_KEYS, [], []), _Part(DEVICE_SETTINGS, [], [])))
    lines, keys, settings = plan.parts
    free = int(db.value("SELECT COALESCE(MAX(id), 0) + 1 FROM device"))
    for device in devices:
        id, known = ids.get(device.mac), read.get(device.mac)
        if id is None:
            id, free = free, free + 1
        tenant, template = references.tenant(device), references.template(device)
        plan.base.append((id, device.mac, tenant, device.vendor, device.model, template, device.label))
        if known is None or known.lines != device.lines:
            lines.owners.append(id)
            lines.rows.extend(_line_rows(id, device, references))
        if known is None or known.keys != device.keys:
            keys.owners.append(id)
            keys.rows.extend(key_rows(id, device.keys))
        if known is None or (known.settings, known.raw) != (device.settings, device.raw):
            settings.owners.append(id)
            settings.rows.extend(setting_rows(id, device.settings, {"": device.raw}))
    return plan


def _line_rows(id: int, device: Device, references: References) -> Iterator[Row]:
    for line in device.lines:
        yield (
            id, line.number, references.extension(device, line).id, line.label, line.caller_id_source,
            line.local_sip_port, line.srtp, line.transport, int(line.auto_answer),
        )  # fmt: skip


def _write(db: Database, plan: _Plan, stored: dict[str, Row]) -> Saved:
    new = [row for row in plan.base if row[1] not in stored]
    moved = [row for row in plan.base if row[1] in stored and row != stored[row[1]]]
    there = {row[0] for row in stored.values()}
    owned = [
        (part.table, part.table.difference(db, [id for id in part.owners if id in there], part.rows))
        for part in plan.parts
    ]
    for rows, difference in owned:
        rows.remove(db, difference.gone)
    # A device that changes tenant leaves its lines first: they hold extensions of the old one.
    db.many("UPDATE device SET mac = ?2, tenant = ?3, vendor = ?4, model = ?5, template = ?6, label = ?7 "
            "WHERE id = ?1", moved)  # fmt: skip
    db.many("INSERT INTO device (id, mac, tenant, vendor, model, template, label) VALUES (?, ?, ?, ?, ?, ?, ?)", new)
    for rows, difference in owned:
        rows.add(db, difference.new)
        rows.change(db, difference.changed)
    details = _details(plan.base, stored, owned)
    added = {row[1] for row in new}
    Audit(db).add_many(("device", mac, "add" if mac in added else "change", detail) for mac, detail in details.items())
    return Saved(len(new), len(details) - len(new), len(plan.base) - len(details))


def _details(base: Sequence[Row], stored: dict[str, Row], owned: Sequence[tuple[RowSet, Difference]]) -> dict[str, str]:
    """MAC to what changed, for the devices that are new or changed."""
    touched: dict[int, dict[str, None]] = {}
    for rows, difference in owned:
        for row in difference.rows():
            touched.setdefault(row[0], {})[rows.says(row)] = None
    found: dict[str, str] = {}
    for row in base:
        before = stored.get(row[1])
        if before is None:
            found[row[1]] = f"{row[3]}/{row[4]}"
            continue
        names = [name for name, a, b in zip(_BASE, before[1:], row[1:], strict=True) if a != b]
        names += touched.get(row[0], ())
        if names:
            found[row[1]] = summary(names)
    return found
