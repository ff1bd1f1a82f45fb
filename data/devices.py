"""Devices as objects: read, stored, removed; and as rows of the console's list."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence

from aps_tui.data.audit import Audit
from aps_tui.data.convert import by_owner, keys_of, raw_of, settings_of
from aps_tui.data.database import listed
from aps_tui.data.device_faults import Judged
from aps_tui.data.device_list import DeviceList
from aps_tui.data.device_save import save_devices
from aps_tui.data.errors import StoreError
from aps_tui.data.extensions import Saved
from aps_tui.data.rowsets import DEVICE_KEYS, DEVICE_SETTINGS
from aps_tui.domain.site import Device, Line

CHUNK = 500
"""Devices read at a time."""

_DEVICES = """
SELECT d.id, d.mac, t.name, d.vendor, d.model, p.name, o.name, d.label
FROM device AS d JOIN tenant AS t ON t.id = d.tenant
LEFT JOIN template AS p ON p.id = d.template LEFT JOIN tenant AS o ON o.id = p.tenant
WHERE d.id IN (SELECT value FROM json_each(?)) ORDER BY d.mac
"""
_LINES = """
SELECT l.device, l.number, e.number, l.label, l.caller_id_source, l.local_sip_port, l.srtp, l.transport,
       l.auto_answer
FROM line AS l JOIN extension AS e ON e.id = l.extension
WHERE l.device IN (SELECT value FROM json_each(?)) ORDER BY l.device, l.number
"""


class Devices(DeviceList):
    """The devices of the site. A MAC is given as 12 lower-case hex digits."""

    def get(self, mac: str) -> Device | None:
        """The device of this MAC."""
        return next(self.get_many([mac]), None)

    def get_many(self, macs: Sequence[str]) -> Iterator[Device]:
        """The devices among these MACs, by MAC."""
        sql = "SELECT id FROM device WHERE mac IN (SELECT value FROM json_each(?)) ORDER BY mac"
        return self._load(array("q", (row[0] for row in self.db.rows(sql, listed(macs)))))

    def all(self) -> Iterator[Device]:
        """Every device by MAC, 500 in memory at a time; take it within `store.snapshot()`."""
        found: array[int] = array("q")
        found.extend(row[0] for row in self.db.execute_sql("SELECT id FROM device ORDER BY mac"))
        return self._load(found)

    def existing(self, macs: Sequence[str]) -> dict[str, str]:
        """MAC to tenant's name, for those of these MACs that are devices already."""
        sql = """
        SELECT d.mac, t.name FROM device AS d JOIN tenant AS t ON t.id = d.tenant
        WHERE d.mac IN (SELECT value FROM json_each(?))
        """
        return dict(self.db.rows(sql, listed(macs)))

    def vendors(self) -> set[str]:
        """The vendors of the devices."""
        return {vendor for (vendor,) in self.db.rows("SELECT DISTINCT vendor FROM device")}

    def kinds(self, macs: Sequence[str]) -> dict[tuple[str, str, str], int]:
        """(tenant, vendor, model) to the number of devices, among these MACs."""
        sql = """
        SELECT t.name, d.vendor, d.model, count(*) FROM device AS d JOIN tenant AS t ON t.id = d.tenant
        WHERE d.mac IN (SELECT value FROM json_each(?)) GROUP BY d.tenant, d.vendor, d.model
        """
        return {(tenant, vendor, model): count for tenant, vendor, model, count in self.db.rows(sql, listed(macs))}

    def version(self, mac: str) -> int | None:
        """A number that grows with each change of the device, its lines, keys and settings."""
        found: int | None = self.db.value("SELECT version FROM device WHERE mac = ?", mac)
        return found

    def save(self, device: Device, *, expected_version: int | None = None) -> None:
        """Add a device, or make the one of this MAC equal to it.

        `expected_version` is what `version` said when the editor opened: ChangedMeanwhile is
        raised when someone else wrote since. Raises Faults like save_many.
        """
        with self.db.writing():
            found = self.version(device.mac)
            Audit(self.db).refuse_stale("device", device.mac, found, expected_version)
            save_devices(self.db, [device])

    def save_many(
        self, devices: Sequence[Device], read: Mapping[str, Device] | None = None, judged: Judged | None = None
    ) -> Saved:
        """Add or change devices in one transaction; extensions may change places among them.

        `read`: MAC to device as it was read within this same transaction, to save comparing all of it again.
        `judged`: what `judge` found of them (and maybe of others) within this same transaction.

        Raises Faults that name every device and line that cannot be stored; nothing is then.
        """
        return save_devices(self.db, devices, read, judged)

    def judge(self, devices: Sequence[Device]) -> Judged:
        """What `save_many` would refuse in these devices; take it within a snapshot or a transaction."""
        return Judged.of(self.db, devices)

    def replace_mac(self, old: str, new: str) -> None:
        """Give a device the MAC of the set that takes its place; it is new to the next commit."""
        with self.db.writing():
            if new in self.existing([new]):
                raise StoreError(f"{new} is a device already")
            sql = "UPDATE device SET mac = ?, done = -1 WHERE mac = ?"
            if not self.db.execute_sql(sql, (new, old)).rowcount:
                raise StoreError(f"there is no device {old}")
            Audit(self.db).add("device", new, "rename", f"was {old}")

    def delete(self, macs: Sequence[str]) -> int:
        """Remove devices with their lines, keys and settings; how many there were."""
        with self.db.writing():
            found = list(self.existing(macs))
            self.db.many("DELETE FROM device WHERE mac = ?", ((mac,) for mac in found))
            Audit(self.db).add_many(("device", mac, "remove", "") for mac in found)
        return len(found)

    def _load(self, ids: array[int]) -> Iterator[Device]:
        for start in range(0, len(ids), CHUNK):
            yield from self._chunk(ids[start : start + CHUNK])

    def _chunk(self, ids: array[int]) -> Iterator[Device]:
        lines = by_owner(self.db.rows(_LINES, listed(ids)))
        keys = by_owner(DEVICE_KEYS.read(self.db, ids))
        settings = by_owner(DEVICE_SETTINGS.read(self.db, ids))
        for id, mac, tenant, vendor, model, template, template_tenant, label in self.db.rows(_DEVICES, listed(ids)):
            own = settings.get(id, ())
            yield Device(
                mac, tenant, vendor, model, template, template_tenant, label,
                tuple(_line(*row[1:]) for row in lines.get(id, ())),
                keys_of(keys.get(id, ())), settings_of(own), raw_of(own).get("", {}), id,
            )  # fmt: skip


def _line(
    number: int, extension: str, label: str, caller: str, port: int | None, srtp: str, transport: str, answer: int
) -> Line:
    return Line(number, extension, label, caller, port, srtp, transport, bool(answer))
