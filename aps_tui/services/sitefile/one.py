"""The site file's rules for one device or template as it would be stored, for the console."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from aps_tui.data import Store
from aps_tui.domain.errors import Faults
from aps_tui.domain.site import Device, Extension, Key, Template
from aps_tui.services.sitefile.devices import devices_from
from aps_tui.services.sitefile.dump import device_table, template_table
from aps_tui.services.sitefile.notes import Notes
from aps_tui.services.sitefile.scope import Holder, Scope, Stored, bare, folded
from aps_tui.services.sitefile.shape import DocumentIn
from aps_tui.services.sitefile.templates import templates_from
from aps_tui.vendors.loader import Packs

_PLACE = re.compile(r"(?:device|template) 1 \(.*?\)(?:, |: )")
_NUMBERED = ("blf", "speed-dial")
"""Key types that are for an extension's number."""
_KEY = re.compile(r"key (\d+)(?: \([^)]*\))?: ")


def new_faults(store: Store, packs: Packs, before: Device | Template | None, after: Device | Template) -> list[str]:
    """The warnings about `after` that `before` has not. Raises Faults with the faults that `before` has not.

    What was wrong before stays open to be mended piece by piece.
    """
    with store.snapshot():
        old = _judged(store, packs, before) if before is not None else Notes()
        new = _judged(store, packs, after)
    keys = after.keys
    faults = [_said(fault, keys) for fault in new.faults if fault not in old.faults]
    if faults:
        raise Faults(faults)
    known = {_said(warning, before.keys if before else ()) for warning in old.warnings}
    return [said for warning in new.warnings if (said := _said(warning, keys)) not in known]


def template_notes(store: Store, packs: Packs) -> Iterator[tuple[Template, list[str]]]:
    """Every stored template with what the rules say of it: faults, then warnings. Each is judged as it is asked for."""
    with store.snapshot():
        templates = store.templates.all()
        tenants = {folded(one.name): bare(one) for one in store.tenants.all()}
        scope = Scope(packs, Stored(site=store.settings.site(), tenants=tenants), Notes())
        if any(key.type in _NUMBERED for one in templates for key in one.keys):
            scope.extensions = {(folded(tenant), number): None for tenant, number in store.extensions.numbers()}
    for one in templates:
        notes = scope.notes = Notes()
        templates_from(DocumentIn(1, template=[template_table(one, True)]), scope)
        yield one, [_said(text, one.keys) for text in (*notes.faults, *notes.warnings)]


def _judged(store: Store, packs: Packs, one: Device | Template) -> Notes:
    notes = Notes()
    scope = Scope(packs, _surroundings(store, one), notes)
    if values := {key.value.strip() for key in one.keys if key.type in _NUMBERED}:
        dialled = any(key.type == "speed-dial" for key in one.keys)
        lengths = store.extensions.lengths(one.tenant) if dialled else set()
        scope.know(one.tenant, store.extensions.there(one.tenant, values), lengths)
    if isinstance(one, Template):
        templates_from(DocumentIn(1, template=[template_table(one, True)]), scope)
        return notes
    scope.extensions.update({(folded(one.tenant), found.number): found for found in _extensions(store, one)})
    for line in one.lines:
        user = store.extensions.user(one.tenant, line.extension)
        if user is not None and user.mac == one.mac:
            scope.held_before[folded(one.tenant), line.extension] = one.mac
        elif user is not None:
            scope.holders[folded(one.tenant), line.extension] = Holder(*user)
    both = {(one.tenant, folded(one.template))} if one.template and one.template_tenant is None else set()
    devices_from(DocumentIn(1, device=[device_table(one, True, both)]), scope, {one.mac: one.tenant})
    return notes


def _surroundings(store: Store, one: Device | Template) -> Stored:
    """As much of the site as the rules of one object ask for."""
    stored = Stored(site=store.settings.site())
    tenant = store.tenants.get(one.tenant) if one.tenant else None
    if tenant is not None:
        stored.tenants[folded(tenant.name)] = bare(tenant)
    template = (
        store.templates.get(one.template, one.template_tenant) if isinstance(one, Device) and one.template else None
    )
    if template is not None:
        stored.templates[template.tenant and folded(template.tenant), folded(template.name)] = bare(template)
    return stored


def _extensions(store: Store, device: Device) -> Iterable[Extension]:
    found = (store.extensions.find(device.tenant, line.extension) for line in device.lines)
    return (one for one in found if one is not None)


def _said(fault: str, keys: Sequence[Key]) -> str:
    """A fault of the one object: its place within the object alone, and a key by its bank and position."""
    own = _PLACE.sub("", fault)
    found = _KEY.match(own)
    if found is None or int(found[1]) > len(keys):
        return own
    key = keys[int(found[1]) - 1]
    return f"{key.bank} key {key.position}: {own[found.end() :]}"
