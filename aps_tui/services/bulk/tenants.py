"""Another tenant for many devices: what belongs to the old one comes off, and is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from aps_tui.domain.errors import BadValue
from aps_tui.domain.site import Device
from aps_tui.services.bulk.work import Change, Outcome, compared
from aps_tui.services.console import counted
from aps_tui.services.workplace import Workplace

_THEIRS = "services.extension"
"""A setting that names an extension of the device's tenant."""


def set_tenant(name: str) -> Change:
    """Move devices to a tenant. Their lines, and a template of the old tenant, come off."""

    def change(place: Workplace, devices: Sequence[Device]) -> Outcome:
        known = {one.lower(): one for one in place.store.tenants.names()}
        tenant = known.get(name.lower())
        if tenant is None:
            raise BadValue(f"there is no tenant {name!r}")
        after = [_moved(device, tenant) for device in devices]
        pairs = [(old, new) for old, new in zip(devices, after, strict=True) if old != new]
        lines = sum(len(old.lines) for old, _ in pairs)
        templates = sum(1 for old, new in pairs if old.template != new.template)
        notes = []
        if lines:
            notes.append(f"{counted(lines, 'line')} come off: their extensions stay with the tenant that has them")
        if templates:
            notes.append(f"{counted(templates, 'device')} leave a template of the old tenant")
        return compared(devices, after, notes, [f"{old.mac}  from {old.tenant}" for old, _ in pairs])

    return change


def _moved(device: Device, tenant: str) -> Device:
    if device.tenant.lower() == tenant.lower():
        return device
    stays = device.template_tenant is None
    settings = {id: value for id, value in device.settings.items() if id != _THEIRS}
    return replace(
        device, tenant=tenant, lines=(), settings=settings,
        template=device.template if stays else None, template_tenant=None,
    )  # fmt: skip
