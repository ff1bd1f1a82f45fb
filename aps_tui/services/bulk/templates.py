"""Another template for many devices of one model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from aps_tui.domain.errors import BadValue
from aps_tui.domain.site import Device, Template
from aps_tui.services.bulk.work import Change, Outcome, compared, refuse
from aps_tui.services.workplace import Workplace


def fitting(place: Workplace, macs: Sequence[str]) -> list[Template]:
    """The templates that fit every one of these devices: of their one model, global or of their one tenant."""
    with place.store.snapshot():
        kinds = place.store.devices.kinds(macs)
        if len({(vendor, model) for _, vendor, model in kinds}) != 1:
            return []
        tenants = sorted({tenant for tenant, _, _ in kinds})
        _, vendor, model = next(iter(kinds))
        found = place.store.templates.fitting(vendor, model, tenants[0])
        return found if len(tenants) == 1 else [one for one in found if one.tenant is None]


def set_template(name: str | None, owner: str | None = None) -> Change:
    """Put devices on the template of this name and scope (None: of no tenant); no name takes theirs off.

    Raises Faults naming the devices that are of another model or tenant than the template.
    """

    def change(place: Workplace, devices: Sequence[Device]) -> Outcome:
        if name is not None:
            refuse([*_faults(_found(place, name, owner), devices)])
        after = [replace(device, template=name, template_tenant=owner if name else None) for device in devices]
        said = [f"{old.mac}  was {old.template or 'without a template'}"
                for old, new in zip(devices, after, strict=True) if old != new]  # fmt: skip
        notes = []
        if name is None and any(device.template for device in devices):
            notes.append("what their templates say of keys and settings no longer holds")
        return compared(devices, after, notes, said)

    return change


def _found(place: Workplace, name: str, owner: str | None) -> Template:
    found = place.store.templates.get(name, owner)
    if found is None or (found.tenant is None) != (owner is None):
        raise BadValue(f"there is no template {name!r}" + (f" of tenant {owner}" if owner else ""))
    return found


def _faults(template: Template, devices: Sequence[Device]) -> list[str]:
    made_for = f"{template.vendor}/{template.model}"
    faults = []
    for device in devices:
        if (device.vendor, device.model) != (template.vendor, template.model):
            faults.append(
                f"{device.mac}: is {device.vendor}/{device.model}, template {template.name} is for {made_for}"
            )
        elif template.tenant is not None and template.tenant.lower() != device.tenant.lower():
            faults.append(
                f"{device.mac}: is of tenant {device.tenant}, template {template.name} of tenant {template.tenant}"
            )
    return faults
