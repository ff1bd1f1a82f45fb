"""Edits of marked rows of a draft, by the rules of bulk edits of devices; previewed, then saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from aps_tui.data.draft_list import DraftRow
from aps_tui.data.drafts import Draft
from aps_tui.data.errors import ChangedMeanwhile
from aps_tui.domain.errors import BadValue, Faults
from aps_tui.domain.site import Device, Template
from aps_tui.services import bulk
from aps_tui.services.importing.check import NO_MODEL, OPEN, UNSUPPORTED, check
from aps_tui.services.importing.device import device_of, row_of
from aps_tui.services.importing.draft import recheck, store
from aps_tui.services.importing.matching import Matcher, matcher
from aps_tui.services.workplace import Workplace


class Candidate(NamedTuple):
    """A model that rows could be of."""

    key: str
    """`yealink/T46U`."""
    title: str
    near: bool
    """Whether the text of one of the rows may have meant it."""


def preview(place: Workplace, draft: Draft, ids: Sequence[int], change: bulk.Change) -> bulk.Outcome:
    """Work an edit out for rows in the list's order; nothing is written. Raises Faults or BadValue.

    Rows that will become no device (known, repeated, rejected) are left out.
    """
    with place.store.snapshot():
        return change(place, [device_of(row) for row in _open(place, draft, ids)])


def edit(place: Workplace, draft: Draft, ids: Sequence[int], change: bulk.Change, why: str = "operator") -> int:
    """Save an edit; how many rows it changed. Raises Faults or BadValue, and saves nothing then."""
    with place.store.transaction():
        chosen = {row.mac: row for row in _open(place, draft, ids)}
        outcome = change(place, [device_of(row) for row in chosen.values()])
        changed = [_said(chosen[device.mac], device, why) for device in outcome.devices]
        place.store.drafts.change(changed)
        recheck(place, draft)
    return len(changed)


def edit_seen(place: Workplace, draft: Draft, ids: Sequence[int], change: bulk.Change, seen: bulk.Outcome) -> int:
    """Save an edit as it was seen; how many rows it changed. Raises ChangedMeanwhile."""
    with place.store.transaction():
        try:
            now = preview(place, draft, ids, change)
        except (BadValue, Faults) as error:
            raise ChangedMeanwhile(f"the site was changed meanwhile: {error}") from None
        if now != seen:
            raise ChangedMeanwhile("the site was changed meanwhile, and this would come out otherwise: look again")
        return edit(place, draft, ids, change)


def _said(row: DraftRow, device: Device, why: str) -> DraftRow:
    new = row_of(row, device)
    return new if (new.vendor, new.model) == (row.vendor, row.model) else new._replace(why=why, said="")


def _open(place: Workplace, draft: Draft, ids: Sequence[int]) -> list[DraftRow]:
    if place.store.drafts.by_id(draft.id).finished:
        raise BadValue("this list is finished: begin another one")
    rows = [row for row in place.store.drafts.read(draft.id, ids) if row.state in OPEN]
    if not rows:
        raise BadValue("none of these rows can become a device: mark others")
    return rows


def series(place: Workplace, draft: Draft, text: str, *, renew: bool = False) -> bulk.Change:
    """Give rows the next free extensions of a series (`101..148`); other rows of the draft keep theirs.

    Raises BadValue for what is no series.
    """
    wanted = bulk.parse_series(text)

    def change(place: Workplace, devices: Sequence[Device]) -> bulk.Outcome:
        marked = {device.mac for device in devices}
        claimed = {(row.tenant, row.extension) for row in place.store.drafts.rows(draft.id)
                   if row.extension and row.state in OPEN and row.mac not in marked}  # fmt: skip
        claimed |= {(one.tenant, line.extension) for one in devices for line in one.lines if line.number > 1}
        if not renew:
            claimed |= {(one.tenant, line.extension) for one in devices for line in one.lines}
        return bulk.give_extensions(wanted, renew=renew, claimed=claimed)(place, devices)

    return change


def tenant(name: str) -> bulk.Change:
    """Give rows a tenant. Those that had none keep the extensions that the list says, others' come off."""
    moved = bulk.set_tenant(name)

    def change(place: Workplace, devices: Sequence[Device]) -> bulk.Outcome:
        outcome = moved(place, [device for device in devices if device.tenant])
        after = {device.mac: device for device in outcome.devices}
        new = [after.get(one.mac, one) if one.tenant else replace(one, tenant=name) for one in devices]
        return bulk.compared(devices, new, outcome.notes, outcome.shown)

    return change


def label(pattern: str) -> bulk.Change:
    """Give rows a label by a pattern (`{extension} {name}`), which line 1 shows too. Raises BadValue."""
    named = bulk.label_devices(pattern)

    def change(place: Workplace, devices: Sequence[Device]) -> bulk.Outcome:
        outcome = named(place, devices)
        shown = {device.mac: device.label for device in outcome.devices}
        after = [_shown(device, shown.get(device.mac, device.label)) for device in devices]
        return bulk.compared(devices, after, outcome.notes, outcome.shown)

    return change


def _shown(device: Device, text: str) -> Device:
    lines = tuple(replace(line, label=text) if line.number == 1 else line for line in device.lines)
    return replace(device, label=text, lines=lines)


def as_above(place: Workplace, draft: Draft, ids: Sequence[int], above: int) -> int:
    """Give rows the model, the tenant and the template of another row; how many it changed. Raises BadValue, Faults."""
    found = place.store.drafts.read(draft.id, [above])
    if not found or not found[0].model:
        raise BadValue("the row above has no model yet")
    model = device_of(found[0])

    def change(place: Workplace, devices: Sequence[Device]) -> bulk.Outcome:
        after = list(devices)
        steps = [bulk.set_model(model.vendor, model.model)]
        steps += [bulk.set_tenant(model.tenant)] if model.tenant else []
        steps += [bulk.set_template(model.template, model.template_tenant)] if model.template else []
        notes: list[str] = []
        for step in steps:
            outcome = step(place, after)
            new = {device.mac: device for device in outcome.devices}
            after = [new.get(device.mac, device) for device in after]
            notes += outcome.notes
        return bulk.compared(devices, after, notes, [])

    return edit(place, draft, ids, change, "row above")


def apply_rules(place: Workplace, draft: Draft) -> int:
    """Give rows without a model what the prefix rules say now; how many got one."""
    with place.store.transaction():
        known = matcher(place)
        rows = place.store.drafts.rows(draft.id)
        after = check(place, [_by_rule(row, known) for row in rows], known).rows
        store(place, rows, after)
    return sum(new.model != old.model for old, new in zip(rows, after, strict=True))


def _by_rule(row: DraftRow, known: Matcher) -> DraftRow:
    rule = known.rule_of(row.mac) if row.state in (NO_MODEL, UNSUPPORTED) and not row.said else None
    return row._replace(vendor=rule.vendor, model=rule.model, why="rule") if rule else row


def candidates(place: Workplace, draft: Draft, ids: Sequence[int]) -> list[Candidate]:
    """The models that rows could be of: what their texts may mean, then their vendors' models, then all others."""
    known = matcher(place)
    rows = place.store.drafts.read(draft.id, ids)
    near = {key: None for row in rows if row.said for key in known.match(row.mac, "", row.said).choices}
    first = {row.vendor for row in rows if row.vendor}
    vendors = sorted(place.packs.vendors.values(), key=lambda one: (one.slug not in first, one.name.lower()))
    every = {f"{vendor.slug}/{name}": f"{vendor.name} {name}" for vendor in vendors for name in vendor.models}
    return [Candidate(key, every[key], key in near) for key in (*near, *(key for key in every if key not in near))]


def templates(place: Workplace, draft: Draft, ids: Sequence[int]) -> list[Template]:
    """The templates that fit every one of these rows: of their one model, global or of their one tenant."""
    rows = place.store.drafts.read(draft.id, ids)
    kinds = {(row.vendor, row.model) for row in rows}
    tenants = sorted({row.tenant for row in rows})
    if len(kinds) != 1:
        return []
    found = place.store.templates.fitting(*next(iter(kinds)), tenants[0])
    return found if len(tenants) == 1 else [one for one in found if one.tenant is None]
