"""One new device, by hand: what can be said of it, and storing it."""

from __future__ import annotations

from collections.abc import Sequence

from aps_tui.domain.errors import BadValue
from aps_tui.domain.mac import parse_mac
from aps_tui.domain.site import Device, Line
from aps_tui.services.sitefile.words import printable
from aps_tui.services.workplace import Workplace


def vendor_of(place: Workplace, text: str) -> str:
    """The vendor whose phones have a MAC like this one, however far it is typed; "" where none is known."""
    digits = "".join(char for char in text.lower() if char in "0123456789abcdef")
    found = place.packs.by_mac(digits) if len(digits) >= 6 else None
    return found.slug if found else ""


def models_of(place: Workplace, first: str = "") -> list[tuple[str, str]]:
    """Every `vendor/model` and how it is shown; the models of one vendor come first."""
    vendors = sorted(place.packs.vendors.values(), key=lambda vendor: (vendor.slug != first, vendor.name.lower()))
    return [(f"{vendor.slug}/{name}", f"{vendor.name} {name}") for vendor in vendors for name in vendor.models]


def templates_of(place: Workplace, tenant: str, model: str) -> list[tuple[str, str]]:
    """The templates that a device could take, each as a key and how it is shown."""
    vendor, _, name = model.partition("/")
    found = place.store.templates.fitting(vendor, name, tenant)
    return [(template_key(one.name, one.tenant), template_title(one.name, one.tenant)) for one in found]


def template_key(name: str, tenant: str | None) -> str:
    """A template's scope and name as one text."""
    return f"{'t' if tenant else 'g'}{name}"


def template_title(name: str, tenant: str | None) -> str:
    """`Sales`, `Sales (of acme)`."""
    return f"{name} (of {tenant})" if tenant else name


def extensions_of(place: Workplace, tenant: str) -> list[tuple[str, str]]:
    """The extensions that a line could take: number, and number with name."""
    return [(one.number, f"{one.number}  {one.name}".rstrip()) for one in place.store.extensions.unassigned(tenant)]


def add_device(
    place: Workplace, mac: str, tenant: str, model: str, template: str = "", extension: str = "", label: str = ""
) -> str:
    """Store a new device; its MAC. `model` is `vendor/model`, `template` a `template_key`; both as the lists give them.

    Raises BadValue for what is missing or not known, Faults for what does not go together.
    """
    digits = parse_mac(mac)
    printable("label", label)
    if not tenant:
        raise BadValue("choose a tenant: a device is never global")
    vendor, _, name = model.partition("/")
    if not name:
        raise BadValue("choose a model")
    kind = place.packs.model(vendor, name)
    lines: Sequence[Line] = [Line(1, extension)] if extension else []
    owner = tenant if template.startswith("t") else None
    device = Device(digits, tenant, kind.vendor, kind.name, template[1:] or None, owner, label, tuple(lines))
    with place.store.transaction():
        known = place.store.devices.existing([digits])
        if known:
            raise BadValue(f"{digits} is a device of tenant {known[digits]} already")
        place.store.devices.save(device)
    return digits
