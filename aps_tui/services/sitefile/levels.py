"""Checks of what one level says: settings by the catalogue and the model, raw parameters by the vendor's format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aps_tui.domain.catalogue import check, warnings_for
from aps_tui.domain.errors import BadValue
from aps_tui.domain.setting import Level
from aps_tui.domain.site import Raw, Settings, Value
from aps_tui.services.sitefile.notes import Notes, shown
from aps_tui.services.sitefile.ports import names_a_port, port_names
from aps_tui.services.sitefile.scope import Scope
from aps_tui.vendors.formats import Format, Refused
from aps_tui.vendors.pack import Facts, Model, Vendor
from aps_tui.vendors.support import unsupported


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
    count, kind = own.get("keys.expansion_count"), own.get("keys.expansion_type")
    if isinstance(count, int) and count > int(facts["expansion_max"]):
        notes.fault(place, f"keys.expansion_count: {model.name} takes at most {facts['expansion_max']} modules")
    if kind and kind not in facts["expansion"]:
        known = ", ".join(facts["expansion"]) or "none"
        notes.fault(place, f"keys.expansion_type: {model.name} takes no module {kind!r} (known: {known})")
    lacking = unsupported(own, vendor, model, facts["firmware"] or None)
    if lacking:
        notes.warn(place, f"not supported by {vendor.slug}/{model.name}: {', '.join(lacking)}")


def raw_of(raw: Mapping[str, Any], vendor: Vendor, model: Model | None, place: str, scope: Scope, level: Level) -> Raw:
    """The vendor parameters that a level says, checked against the format of the vendor's first per-MAC file.

    `model` is None where they are for all of the vendor's models.
    """
    form = next((spec.form for spec in vendor.files if not spec.shared), None)
    found: dict[str, str] = {}
    for name, value in raw.items():
        if scope.notes.tried(place, _parameter, name, value, form, vendor):
            found[name] = value
            if level is not Level.DEVICE and _is_port(name, vendor, model, scope):
                text = "this is the local SIP port, which belongs to a device's line: local_sip_port"
                scope.notes.fault(place, f"raw {name}: {text}")
    return found


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


def _parameter(name: str, value: object, form: Format | None, vendor: Vendor) -> bool:
    """True for a name and a value that the format carries; the value is never in a message."""
    if form is None or not form.raw_name.match(name):
        raise BadValue(f"raw {shown(name)!r} is no name of a parameter in {vendor.slug}'s files")
    if not isinstance(value, str):
        raise BadValue(f"raw {name}: a text in quotes is needed")
    try:
        form.escape(value)
    except Refused as error:
        raise BadValue(f"raw {name}: {error}") from None
    return True


def _is_port(name: str, vendor: Vendor, model: Model | None, scope: Scope) -> bool:
    if names_a_port(name):
        return True
    key = (vendor.slug, model.name if model else "")
    if key not in scope.port_names:
        scope.port_names[key] = port_names(vendor, [model] if model else vendor.models.values())
    return name.lower() in scope.port_names[key]
