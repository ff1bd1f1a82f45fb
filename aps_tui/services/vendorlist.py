"""What the loaded vendor packs say of themselves: models, files, how their phones are known, what is unverified."""

from __future__ import annotations

from typing import Any

import msgspec

from aps_tui.vendors.banks import key_types
from aps_tui.vendors.contact import Contact
from aps_tui.vendors.loader import Packs
from aps_tui.vendors.pack import Model, Vendor
from aps_tui.vendors.support import supported


def summarised(packs: Packs) -> list[dict[str, Any]]:
    """One short row for each vendor: slug, name, models, files, MAC prefixes, unverified items (counted)."""
    return [
        {
            "vendor": vendor.slug,
            "name": vendor.name,
            "models": len(vendor.models),
            "files": [spec.path for spec in vendor.files],
            "mac_prefixes": list(vendor.mac_prefixes),
            "unverified": len(vendor.unverified),
        }
        for vendor in packs.vendors.values()
    ]


def described(vendor: Vendor) -> dict[str, Any]:
    """All that a pack says, as plain data; `supported` of each model is derived from its templates."""
    return {
        "vendor": vendor.slug,
        "name": vendor.name,
        "source": vendor.source,
        "mac_prefixes": list(vendor.mac_prefixes),
        "files": [
            {"path": spec.path, "format": spec.format, "scope": spec.scope, "only": spec.only} for spec in vendor.files
        ],
        "dhcp": msgspec.to_builtins(vendor.contact.dhcp),
        "notify": msgspec.to_builtins(vendor.contact.notify),
        "contacts": [_contact(way, places) for way, places in vendor.contacts()],
        "user_agents": [pattern.pattern for pattern in vendor.user_agents],
        "unverified": list(vendor.unverified),
        "models": [_model(vendor, model) for model in vendor.models.values()],
    }


def _contact(way: Contact, places: list[tuple[Model, str]]) -> dict[str, Any]:
    """How some of the vendor's phones are met, and which: models in the order of the pack, firmware generations."""
    return {
        "models": list(dict.fromkeys(model.name for model, _ in places)),
        "generations": list(dict.fromkeys(generation for _, generation in places if generation)),
        "dhcp": msgspec.to_builtins(way.dhcp),
        "notify": msgspec.to_builtins(way.notify),
        "default_passwords": dict(way.default_passwords),
    }


def _model(vendor: Vendor, model: Model) -> dict[str, Any]:
    facts = model.facts()
    return {
        "model": model.name,
        "family": model.family,
        "lines": facts["lines"],
        "keys": facts["keys"],
        "programmable": list(facts["programmable"]),
        "modules": dict(facts["expansion"]),
        "modules_max": facts["expansion_max"],
        "generations": list(model.generations),
        "key_types": {bank: list(key_types(vendor, model, bank)) for bank in ("dss", "programmable", "expansion")},
        "verified": facts["verified"],
        "note": facts["note"],
        "supported": sorted(supported(vendor, model)),
    }
