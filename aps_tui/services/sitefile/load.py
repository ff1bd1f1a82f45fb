"""Loads a site file: everything is checked against the file and the database first, then stored at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aps_tui.data import Store
from aps_tui.domain.errors import BadValue, Faults
from aps_tui.domain.mac import parse_mac
from aps_tui.domain.roles import Role
from aps_tui.services.sitefile.apply import Tally, apply
from aps_tui.services.sitefile.devices import devices_from
from aps_tui.services.sitefile.notes import Notes
from aps_tui.services.sitefile.parts import (
    extensions_from,
    mappings_from,
    provisioning_from,
    site_from,
    sources_from,
    tenants_from,
)
from aps_tui.services.sitefile.read import check_version
from aps_tui.services.sitefile.scope import Holder, Scope, Stored, Wanted, folded
from aps_tui.services.sitefile.shape import DocumentIn, shaped
from aps_tui.services.sitefile.templates import templates_from
from aps_tui.vendors.loader import Packs


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What a load did, or with `dry_run` would do.

    Kinds are `site`, `provisioning`, `tenant`, `extension`, `mapping`, `source`, `template` and `device`;
    a kind of which nothing was done is absent.
    """

    created: Mapping[str, int]
    updated: Mapping[str, int]
    removed: Mapping[str, tuple[str, ...]]
    """Names: `805ec0123456`, `acme/T46 sales`, `acme/101`."""
    warnings: tuple[str, ...]
    """What the operator should know, each with its place."""


class _Rehearsed(Exception):
    pass


def load(
    store: Store, packs: Packs, document: Mapping[str, Any], *, replace: bool = False, dry_run: bool = False
) -> LoadResult:
    """Create and update what the document names, in one transaction; with `replace`, remove all else.

    With `dry_run` everything is done and taken back. Raises BadValue for a version that is not known,
    and Faults naming every place at fault; nothing is stored then.
    """
    check_version(document)
    if replace:
        store.need(Role.ADMIN, "a load that replaces the site")
    notes, tally = Notes(), Tally()
    try:
        with store.transaction():
            stored = Stored.read(store)
            wanted = _checked(store, packs, document, Stored() if replace else stored, notes)
            tally = apply(store, stored, wanted, replace)
            if dry_run:
                raise _Rehearsed
    except _Rehearsed:
        pass
    return LoadResult(dict(+tally.created), dict(+tally.updated), tally.removed, notes.warnings)


def _checked(store: Store, packs: Packs, document: Mapping[str, Any], stored: Stored, notes: Notes) -> Wanted:
    """What the document comes to over what is `stored` (nothing, when it is to replace all). Raises Faults."""
    shape = shaped(document, DocumentIn, "the site file", notes) or DocumentIn(1)
    scope = Scope(packs, stored, notes)
    macs = _macs(shape)
    _enter_lines(store, scope, set(macs))
    wanted = Wanted(
        site=site_from(shape, scope),
        tenants=tenants_from(shape, scope),
        provisioning=provisioning_from(shape, scope),
        extensions=extensions_from(shape, scope),
        mappings=mappings_from(shape, scope),
        sources=sources_from(shape, scope),
        templates=templates_from(shape, scope),
        devices=devices_from(shape, scope, store.devices.existing(macs)),
    )
    for fault in _stranded(store, stored, wanted, set(macs)):
        notes.fault(*fault)
    if notes.faults:
        raise Faults(notes.faults)
    return wanted


def _macs(shape: DocumentIn) -> list[str]:
    """The MACs that the file names, of devices at fault as well."""
    found: dict[str, None] = {}
    for table in shape.device:
        try:
            found[parse_mac(table["mac"])] = None
        except (BadValue, AttributeError, KeyError, TypeError):
            continue  # said in its place when the device is checked
    return list(found)


def _enter_lines(store: Store, scope: Scope, macs: set[str]) -> None:
    """Enter who holds which extension: devices that the file names give theirs up."""
    for key, tenant in scope.tenants.items():
        for number, user in store.extensions.users(tenant).items():
            if user.mac in macs:
                scope.held_before[key, number] = user.mac
            else:
                scope.holders[key, number] = Holder(*user)


def _stranded(store: Store, stored: Stored, wanted: Wanted, macs: set[str]) -> Iterator[tuple[str, str]]:
    """Devices that the file does not name, on a template that it turns to another model."""
    for template in wanted.templates:
        before = stored.templates.get((template.tenant and folded(template.tenant), folded(template.name)))
        if before is None or (before.vendor, before.model) == (template.vendor, template.model):
            continue
        others = [mac for mac in store.templates.where_used(before.name, before.tenant) if mac not in macs]
        if others:
            more = f" and {len(others) - 3} more" if len(others) > 3 else ""
            used = f"{', '.join(others[:3])}{more}, of which the file says nothing"
            yield f"template {template.name}", f"it is for {before.vendor}/{before.model} and used by {used}"
