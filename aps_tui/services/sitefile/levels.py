"""Checks of what one level says: settings by the catalogue and the model, raw parameters by the vendor's format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aps_tui.domain.catalogue import check, warnings_for
from aps_tui.domain.errors import BadValue
from aps_tui.domain.setting import Level
from aps_tui.domain.site import Raw, Settings, Value
from aps_tui.services.sitefile.bymodel import check_raw, lacking, misfits
from aps_tui.services.sitefile.notes import Notes, shown
from aps_tui.services.sitefile.scope import Scope
from aps_tui.vendors.pack import Facts, Model, Vendor


def settings_of(raw: Mapping[str, Any], level: Level, place: str, notes: Notes) -> dict[str, Value]:
    """The settings that a level says, checked; recommendations that they do not follow warn."""
    found: dict[str, Value] = {}
    for id, value in raw.items():
        if isinstance(value, Mapping):
            notes.fault(place, f'settings: {shown(id)}: write the whole name in quotes, as in "time.zone" = …')
        elif (checked := notes.tried(place, check, id, value, level)) is not None:
            found[id] = checked
    for warning in warnings_for(found):
        notes.warn(place, warning)
    return found


def facts_of(model: Model, said: Settings, place: str, notes: Notes | None) -> Facts:
    """The model's facts for the firmware in force; the newest's where there is no such firmware.

    That is noted as a fault, unless another place has said it already (`notes` is None).
    """
    firmware = said.get("general.firmware")
    try:
        return model.facts(str(firmware) if firmware else None)
    except BadValue as error:
        if notes:
            notes.fault(place, f"general.firmware: {error}")
        return model.facts()


def judge_by_model(own: Settings, vendor: Vendor, model: Model, facts: Facts, place: str, notes: Notes) -> None:
    """Note expansion modules that the model does not take, and settings that its files do not carry."""
    for fault in misfits(own, model, facts):
        notes.fault(place, fault)
    for warning in lacking(own, vendor, model, facts):
        notes.warn(place, warning)


def raw_of(raw: Mapping[str, Any], vendor: Vendor, model: Model | None, place: str, scope: Scope, level: Level) -> Raw:
    """The vendor parameters that a level says, checked against the format of the vendor's first per-MAC file.

    `model` is None where they are for all of the vendor's models.
    """
    tried = (
        (name, scope.notes.tried(place, check_raw, name, value, vendor, model, level)) for name, value in raw.items()
    )
    return {name: value for name, value in tried if value is not None}


def raw_by_vendor(raw: Mapping[str, Any], place: str, scope: Scope, level: Level) -> dict[str, Raw]:
    """The raw parameters of the site or of a tenant: a table for each vendor."""
    found: dict[str, Raw] = {}
    for slug, parameters in raw.items():
        vendor = scope.notes.tried(f"{place}, raw", scope.vendor, slug)
        if vendor is None:
            continue
        if not isinstance(parameters, Mapping):
            scope.notes.fault(
                place, f"raw: a table for each vendor is needed, as in raw = {{ {vendor.slug} = {{ … }} }}"
            )
        elif said := raw_of(parameters, vendor, None, f"{place}, raw {vendor.slug}", scope, level):
            found[vendor.slug] = said
    return found
