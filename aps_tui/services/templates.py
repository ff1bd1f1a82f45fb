"""Templates: listed, added, renamed, moved, cloned for the same or another model, and removed when not in use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from aps_tui.data.convert import scoped
from aps_tui.data.errors import ChangedMeanwhile
from aps_tui.data.settings import Level
from aps_tui.data.templates import TemplateRow, UserRow
from aps_tui.domain.catalogue import MASK, find, show
from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.domain.mac import parse_mac, with_colons
from aps_tui.domain.setting import Level as Said
from aps_tui.domain.site import GLOBAL, Settings, Template
from aps_tui.services.adding import models_of
from aps_tui.services.console import counted
from aps_tui.services.masks import looks_secret
from aps_tui.services.refit import Loss, refit
from aps_tui.services.sitefile.one import new_faults, template_notes
from aps_tui.services.sitefile.scope import folded
from aps_tui.services.sitefile.words import name as checked_name
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.pack import Model, Vendor

__all__ = [
    "Clone", "Level", "Loss", "TemplateRow", "UserRow", "add", "cloned", "from_device", "in_short", "level_of",
    "losses_of", "models_of", "move", "notes_of", "remove", "row_of", "rows", "said_of", "save_clone", "tenants_of",
    "title_of", "used_by", "users",
]  # fmt: skip

FEW = 5
"""Devices that a refusal names of many."""


def rows(place: Workplace) -> list[TemplateRow]:
    """Every template: global ones first, then tenant by tenant."""
    return place.store.templates.rows()


def row_of(place: Workplace, id: int) -> TemplateRow | None:
    """A template as it is now, whatever it is called; None when it is no more."""
    return place.store.templates.row(id)


def notes_of(place: Workplace) -> dict[int, list[str]]:
    """What the site file's rules say of each template, by its id: faults, then warnings. Slow where there are many."""
    return {one.id: notes for one, notes in template_notes(place.store, place.packs) if one.id is not None}


def users(place: Workplace, row: TemplateRow, offset: int, limit: int) -> list[UserRow]:
    """Some of the devices on a template, by MAC."""
    return place.store.templates.users(row.id, offset=offset, limit=limit)


def used_by(place: Workplace, row: TemplateRow) -> list[str]:
    """The MACs of all devices on a template."""
    return place.store.templates.where_used(row.name, row.tenant)


def said_of(place: Workplace, row: TemplateRow) -> list[tuple[str, str]]:
    """What a template says, as (name, value); secrets are masked. Empty when it is no more."""
    found = place.store.templates.get(row.name, row.tenant)
    if found is None or found.id != row.id:
        return []
    said = [(id, show(find(id), value) or "(empty)") for id, value in sorted(found.settings.items())]
    said += [(f"raw {name}", MASK if looks_secret(name) else value) for name, value in sorted(found.raw.items())]
    return said + [(f"{key.bank} {key.position}", f"{key.type} {key.value} {key.label}".rstrip()) for key in found.keys]


def level_of(row: TemplateRow) -> Level:
    """The place where its settings are said."""
    return Level("template", row.name, row.tenant)


def title_of(row: TemplateRow) -> str:
    """`Sales of acme`, `Sales`."""
    return f"{row.name} of {row.tenant}" if row.tenant else row.name


def tenants_of(place: Workplace) -> list[tuple[str, str]]:
    """The scopes that a template may have, the global one first; each with how it is shown."""
    return [(name, name) for name in (GLOBAL, *place.store.tenants.names())]


def _owner(text: str) -> str | None:
    """The tenant that a form says; None for global."""
    return None if text in ("", GLOBAL) else text


def add(place: Workplace, name: str, tenant: str, model: str) -> TemplateRow:
    """Make an empty template: what it does not say is inherited. `model`: `vendor/model`.

    Raises BadValue for what is missing, not known, or taken.
    """
    vendor, kind = _model(place, model)
    return _save_new(place, Template(checked_name("name", name), vendor.slug, kind.name, _owner(tenant)))


def _model(place: Workplace, text: str) -> tuple[Vendor, Model]:
    slug, _, name = text.partition("/")
    if not name:
        raise BadValue("model: choose one, such as yealink/T46U")
    vendor = place.packs.vendor(slug)
    return vendor, vendor.model(name)


def _save_new(place: Workplace, template: Template) -> TemplateRow:
    """Store a template that is not there yet. Raises BadValue when there is one of this name in its scope."""
    store = place.store
    with store.transaction():
        _refuse_taken(place, template.name, template.tenant)
        store.templates.save(template)
        return _row_named(place, template.name, template.tenant)


def _row_named(place: Workplace, name: str, tenant: str | None) -> TemplateRow:
    found = place.store.templates.get(name, tenant)
    row = row_of(place, found.id) if found and found.id is not None else None
    assert row is not None
    return row


def _refuse_taken(place: Workplace, name: str, tenant: str | None) -> None:
    if place.store.templates.version(name, tenant) is not None:
        raise BadValue(f"there is a template {name} {f'of tenant {tenant}' if tenant else 'for all tenants'} already")


def move(place: Workplace, seen: TemplateRow, name: str, tenant: str) -> TemplateRow:
    """Give a template another name or scope (a tenant's, or All (Global)).

    Raises BadValue naming the devices of other tenants that use it, or for a name that is taken; ChangedMeanwhile.
    """
    name, owner, store = checked_name("name", name), _owner(tenant), place.store
    with store.transaction():
        _refuse_changed(place, seen)
        if (folded(name), owner) != (folded(seen.name), seen.tenant):
            _refuse_taken(place, name, owner)
        others = store.templates.strangers(seen.id, owner) if owner else []
        if others:
            raise BadValue(f"tenant: {_named(others)} of other tenants {_use(others)} {seen.name}: move them first")
        if (name, owner) != (seen.name, seen.tenant):
            store.templates.move(seen.name, seen.tenant, name, owner)
        return replace_row(place, seen)


def replace_row(place: Workplace, seen: TemplateRow) -> TemplateRow:
    """A template as it is now. Raises ChangedMeanwhile, naming who, when it is no more."""
    row = row_of(place, seen.id)
    if row is None:
        who = place.store.audit.who("template", scoped(seen.tenant, seen.name))
        raise ChangedMeanwhile(f"template {title_of(seen)} was removed by {who}")
    return row


def _refuse_changed(place: Workplace, seen: TemplateRow) -> None:
    """Raise ChangedMeanwhile, naming who, unless a template still has its name, scope and model."""
    now = replace_row(place, seen)
    if now[:5] != seen[:5]:
        who = place.store.audit.who("template", scoped(now.tenant, now.name))
        raise ChangedMeanwhile(f"template {title_of(seen)} is {title_of(now)} now, by {who}: look at it again")


def _named(macs: Sequence[str]) -> str:
    """`device 00:11:…`, `7 devices (00:11:…, …, and 2 more)`."""
    if len(macs) == 1:
        return f"device {with_colons(macs[0])}"
    more = f" and {len(macs) - FEW:,} more" if len(macs) > FEW else ""
    return f"{counted(len(macs), 'device')} ({', '.join(with_colons(mac) for mac in macs[:FEW])}{more})"


def _use(macs: Sequence[str]) -> str:
    return "uses" if len(macs) == 1 else "use"


def remove(place: Workplace, seen: TemplateRow) -> None:
    """Remove a template. Raises BadValue naming the devices that use it, ChangedMeanwhile."""
    with place.store.transaction():
        _refuse_changed(place, seen)
        used = place.store.templates.where_used(seen.name, seen.tenant)
        if used:
            raise BadValue(f"template {title_of(seen)}: {_named(used)} {_use(used)} it: give them another one first")
        place.store.templates.delete(seen.name, seen.tenant)


@dataclass(frozen=True)
class Clone:
    """A copy of a template as it would be stored."""

    template: Template
    losses: tuple[Loss, ...]
    """What another model cannot carry."""
    warnings: tuple[str, ...]


def cloned(place: Workplace, seen: TemplateRow, name: str, tenant: str, model: str) -> Clone:
    """Work out a copy of a template under another name, scope (a tenant's, or All (Global)) or model (`vendor/model`).

    Raises BadValue for a name that is missing or taken, Faults for what cannot be stored.
    """
    vendor, kind = _model(place, model)
    with place.store.snapshot():
        old = replace_row(place, seen)
        source = place.store.templates.get(old.name, old.tenant)
        assert source is not None
        copy = replace(source, name=checked_name("name", name), tenant=_owner(tenant), id=None)
        _refuse_taken(place, copy.name, copy.tenant)
        before = replace(source, name=copy.name)
        copy, losses = _for_model(place, copy, vendor, kind)
        return Clone(copy, tuple(losses), tuple(new_faults(place.store, place.packs, before, copy)))


def losses_of(place: Workplace, seen: TemplateRow, tenant: str, model: str) -> list[Loss]:
    """What a copy for this scope and model would lose. Raises BadValue for a model that is not known."""
    source = place.store.templates.get(seen.name, seen.tenant)
    return _for_model(place, replace(source, tenant=_owner(tenant)), *_model(place, model))[1] if source else []


def _for_model(place: Workplace, template: Template, vendor: Vendor, model: Model) -> tuple[Template, list[Loss]]:
    if (template.vendor, template.model) == (vendor.slug, model.name):
        return template, []
    return refit(template, vendor, model, _below(place, template.tenant))


def _below(place: Workplace, tenant: str | None) -> Settings:
    """What the site and a tenant say."""
    found = place.store.tenants.get(tenant) if tenant else None
    return {**place.store.settings.site().settings, **(found.settings if found else {})}


def in_short(losses: Sequence[Loss]) -> str:
    """`12 settings, 1 key`; empty for none."""
    counts = Counter(loss.kind for loss in losses)
    return ", ".join(counted(count, kind) for kind, count in counts.items())


def save_clone(place: Workplace, seen: TemplateRow, clone: Clone) -> TemplateRow:
    """Store a copy as it was worked out. Raises ChangedMeanwhile when it would come out otherwise by now."""
    copy = clone.template
    with place.store.transaction():
        try:
            now = cloned(place, seen, copy.name, copy.tenant or "", f"{copy.vendor}/{copy.model}")
        except ApsError as error:
            raise ChangedMeanwhile(f"the site was changed meanwhile: {error}") from None
        if (now.template, now.losses) != (copy, clone.losses):
            who = place.store.audit.who("template", scoped(seen.tenant, seen.name))
            raise ChangedMeanwhile(f"template {title_of(seen)} was changed by {who}: look at the copy again")
        return _save_new(place, copy)


def from_device(place: Workplace, mac: str, name: str, tenant: str) -> TemplateRow:
    """Make a template of what is said for a device: its template's settings and keys, and over them its own.

    What only a device may say (its address, its extension for PBX services) stays with it. Raises BadValue.
    """
    store = place.store
    with store.transaction():
        device = store.devices.get(parse_mac(mac))
        if device is None:
            raise BadValue(f"there is no device {with_colons(parse_mac(mac))}")
        above = store.templates.get(device.template, device.template_tenant) if device.template else None
        base = above or Template("", device.vendor, device.model)
        own = {id: value for id, value in device.settings.items() if Said.TEMPLATE in find(id).levels}
        keys = {(key.bank, key.position): key for key in (*base.keys, *device.keys)}
        made = Template(checked_name("name", name), device.vendor, device.model, _owner(tenant),
                        {**base.settings, **own}, {**base.raw, **device.raw}, tuple(keys.values()))  # fmt: skip
        return _save_new(place, made)
