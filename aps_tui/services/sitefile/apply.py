"""Stores a checked site, in an order that the database's constraints allow at every step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from aps_tui.data import Store
from aps_tui.data.convert import scoped
from aps_tui.domain.site import Extension
from aps_tui.services.sitefile.scope import Stored, Wanted, folded


@dataclass
class Tally:
    """What was done, by kind: how many were created and updated, and the names of those removed."""

    created: Counter[str] = field(default_factory=Counter)
    updated: Counter[str] = field(default_factory=Counter)
    removed: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def count(self, kind: str, before: object, after: object) -> bool:
        """Count one object; True when it is to be stored."""
        if before is None:
            self.created[kind] += 1
        elif before != after:
            self.updated[kind] += 1
        return before != after

    def gone(self, kind: str, names: Iterable[str]) -> None:
        """Note the names of what was removed."""
        if found := tuple(names):
            self.removed[kind] = found


def apply(store: Store, stored: Stored, wanted: Wanted, remove: bool) -> Tally:
    """Store what is wanted, within the caller's transaction; with `remove`, take out all else.

    Devices that go are removed first and free what they use; what else goes is removed last,
    once no device uses it any more.
    """
    tally = Tally()
    if remove:
        keep = {device.mac for device in wanted.devices}
        gone = [mac for mac in store.devices.macs() if mac not in keep]
        store.devices.delete(gone)
        tally.gone("device", gone)
    _save_levels(store, stored, wanted, tally)
    orphans = _save_extensions(store, wanted, tally)
    _save_templates(store, stored, wanted, tally)
    devices = store.devices.save_many(wanted.devices)
    if orphans:
        store.extensions.save_many(orphans)
    tally.created["device"], tally.updated["device"] = devices.added, devices.changed
    if remove:
        _remove(store, stored, wanted, tally)
    return tally


def _save_levels(store: Store, stored: Stored, wanted: Wanted, tally: Tally) -> None:
    """Site, provisioning, tenants, mappings and sources."""
    if tally.count("site", stored.site, wanted.site):
        store.settings.save_site(wanted.site)
    if tally.count("provisioning", stored.provisioning, wanted.provisioning):
        store.provisioning.save(wanted.provisioning)
    for tenant in wanted.tenants:
        before = stored.tenants.get(folded(tenant.name))
        if tally.count("tenant", before, tenant):
            if before and before.name != tenant.name:
                store.tenants.rename(before.name, tenant.name)
            store.tenants.save(tenant)
    for mapping in wanted.mappings:
        key = (mapping.tenant and folded(mapping.tenant), mapping.source)
        if tally.count("mapping", stored.mappings.get(key), mapping):
            store.mappings.save(mapping)
    for source in wanted.sources:
        if tally.count("source", stored.sources.get(folded(source.name)), source):
            store.sources.save(source)


def _save_extensions(store: Store, wanted: Wanted, tally: Tally) -> list[Extension]:
    """Store the extensions. Orphans of a dump (gone or unusable, and new to their line in the file) are left
    open, so that the line can be stored; they are returned, to be stored as they are after it."""
    saved = store.extensions.save_many(wanted.extensions)
    tally.created["extension"], tally.updated["extension"] = saved.added, saved.changed
    lines = {(device.tenant, line.extension): device.mac for device in wanted.devices for line in device.lines}
    orphans = []
    for one in wanted.extensions:
        mac = lines.get((one.tenant, one.number)) if one.gone or not one.usable else None
        if mac is not None and ((user := store.extensions.user(one.tenant, one.number)) is None or user.mac != mac):
            orphans.append(one)
    if orphans:
        store.extensions.save_many([replace(one, usable=True, gone=False) for one in orphans])
    return orphans


def _save_templates(store: Store, stored: Stored, wanted: Wanted, tally: Tally) -> None:
    """Store the templates; one that turns to another model lets go of its devices, which the file names, first."""
    for template in wanted.templates:
        before = stored.templates.get((template.tenant and folded(template.tenant), folded(template.name)))
        if not tally.count("template", before, template):
            continue
        if before and (before.vendor, before.model) != (template.vendor, template.model):
            users = store.devices.get_many(store.templates.where_used(before.name, before.tenant))
            store.devices.save_many([replace(device, template=None, template_tenant=None) for device in users])
        store.templates.save(template)


def _remove(store: Store, stored: Stored, wanted: Wanted, tally: Tally) -> None:
    """Take out what is stored and not wanted, but for devices."""
    templates = _left(stored.templates, ((t.tenant and folded(t.tenant), folded(t.name)) for t in wanted.templates))
    for template in templates:
        store.templates.delete(template.name, template.tenant)
    extensions = _left(stored.extensions, ((folded(e.tenant), e.number) for e in wanted.extensions))
    for extension in extensions:
        store.extensions.delete(extension.tenant, extension.number)
    mappings = _left(stored.mappings, ((m.tenant and folded(m.tenant), m.source) for m in wanted.mappings))
    for mapping in mappings:
        store.mappings.delete(mapping.source, mapping.tenant)
    sources = _left(stored.sources, (folded(one.name) for one in wanted.sources))
    for source in sources:
        store.sources.delete(source.name)
    tenants = _left(stored.tenants, (folded(one.name) for one in wanted.tenants))
    for tenant in tenants:
        store.tenants.delete(tenant.name)
    tally.gone("template", (scoped(one.tenant, one.name) for one in templates))
    tally.gone("extension", (scoped(one.tenant, one.number) for one in extensions))
    tally.gone("mapping", (scoped(one.tenant, one.source) for one in mappings))
    tally.gone("source", (one.name for one in sources))
    tally.gone("tenant", (one.name for one in tenants))


def _left(stored: Mapping[Any, Any], wanted: Iterable[Any]) -> list[Any]:
    keep = set(wanted)
    return [one for key, one in stored.items() if key not in keep]
