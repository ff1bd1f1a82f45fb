"""Tenants: made, renamed, and removed when nothing uses them any more."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from aps_tui.domain.errors import BadValue, Faults
from aps_tui.domain.site import GLOBAL, Tenant
from aps_tui.services.console import counted
from aps_tui.services.workplace import Workplace

LONGEST = 64
"""Characters of a tenant's name."""


class TenantRow(NamedTuple):
    """A tenant and how many objects are its own."""

    name: str
    devices: int
    templates: int
    extensions: int
    mappings: int
    sources: int


def tenant_rows(place: Workplace) -> list[TenantRow]:
    """Every tenant, by name."""
    return [TenantRow(*row) for row in place.store.tenants.counts()]


def tenant_name(text: str) -> str:
    """Return a name for a tenant, without blanks at its ends. Raises BadValue."""
    name = text.strip()
    if not name:
        raise BadValue("tenant: a name is needed, such as acme")
    if not name.isprintable() or len(name) > LONGEST:
        raise BadValue(f"tenant: a name is one line of at most {LONGEST} characters")
    if name.casefold() == GLOBAL.casefold():
        raise BadValue(f"tenant: {GLOBAL} is the absence of a tenant; choose another name")
    return name


def add_tenant(place: Workplace, text: str) -> str:
    """Make a tenant; its name as it is stored. Raises BadValue, also when there is one of this name."""
    name = tenant_name(text)
    with place.store.transaction():
        if (found := place.store.tenants.get(name)) is not None:
            raise BadValue(f"there is a tenant {found.name} already")
        place.store.tenants.save(Tenant(name))
    return name


def rename_tenant(place: Workplace, old: str, text: str) -> str:
    """Give a tenant another name, everywhere. Raises BadValue for a name that will not do, StoreError."""
    name = tenant_name(text)
    store = place.store
    with store.transaction():
        if name != old:
            store.tenants.rename(old, name)
            provisioning = store.provisioning.get()
            if provisioning.auto_create_tenant.casefold() == old.casefold():
                store.provisioning.save(replace(provisioning, auto_create_tenant=name))
    return name


def goes_with(place: Workplace, name: str) -> list[str]:
    """What goes when a tenant is removed, in words: `120 extensions`, `2 mappings`. Empty: nothing but itself."""
    row = next((one for one in tenant_rows(place) if one.name == name), None)
    counts = (row.extensions, row.mappings, row.sources) if row else (0, 0, 0)
    named = zip(counts, ("extension", "mapping", "source"), strict=True)
    return [counted(count, noun) for count, noun in named if count]


def remove_tenant(place: Workplace, name: str) -> None:
    """Remove a tenant with its extensions, mappings, sources and settings.

    Raises Faults saying all that uses it: devices, templates, the auto-create settings.
    """
    store = place.store
    with store.transaction():
        row = next((one for one in tenant_rows(place) if one.name == name), None)
        uses = [(row.devices, "device"), (row.templates, "template")] if row else []
        faults = [f"tenant {name} still has {counted(count, noun)}: remove first" for count, noun in uses if count]
        if store.provisioning.get().auto_create_tenant.casefold() == name.casefold():
            faults.append(f"tenant {name} is where new devices are created: choose another one in the settings first")
        if faults:
            raise Faults(faults)
        store.tenants.delete(name)
