"""Changes of one device: itself, its lines, its MAC. Each is checked by the site file's rules and saved at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from aps_tui.data.errors import StoreError
from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.domain.keytypes import CALLER_ID_SOURCES, SRTP_MODES, TRANSPORTS
from aps_tui.domain.mac import parse_mac, with_colons
from aps_tui.domain.site import Device, Line
from aps_tui.services.sitefile.one import new_faults
from aps_tui.services.workplace import Workplace

Said = Mapping[str, str]
"""What a form says: field to text."""

LINE_CHOICES: Mapping[str, tuple[str, ...]] = {
    "caller_id_source": CALLER_ID_SOURCES, "srtp": SRTP_MODES, "transport": ("", *TRANSPORTS),
    "auto_answer": ("no", "yes"),
}  # fmt: skip
"""The fields of a line that are one of a few words; an empty transport is the server's."""


FOUND = 500
"""Extensions that are found at once; to see others one types more."""


@dataclass(frozen=True)
class Opened:
    """A device as it was read; what is saved over it is refused when someone else wrote since."""

    device: Device
    version: int
    lines: int
    """How many the model has; as many as are used where its pack is not loaded."""
    names: Mapping[str, str]
    """Number to name, of the extensions on its lines."""
    gone: frozenset[str]
    """Numbers on its lines that the PBX no longer has."""

    def line(self, number: int) -> Line | None:
        """A line in use."""
        return next((line for line in self.device.lines if line.number == number), None)

    @property
    def title(self) -> str:
        """How the device is called in words for the operator."""
        return f"device {with_colons(self.device.mac)}"


def opened(place: Workplace, mac: str) -> Opened | None:
    """The device of a MAC, to be changed; None when there is none."""
    store = place.store
    with store.snapshot():
        device = store.devices.get(mac)
        if device is None:
            return None
        version = store.devices.version(mac) or 0
        found = {line.extension: store.extensions.find(device.tenant, line.extension) for line in device.lines}
    names = {number: one.name for number, one in found.items() if one is not None}
    gone = frozenset(number for number, one in found.items() if one is None or one.gone)
    return Opened(device, version, _line_count(place, device), names, gone)


def _line_count(place: Workplace, device: Device) -> int:
    used = max((line.number for line in device.lines), default=0)
    try:
        facts = place.packs.vendor(device.vendor).model(device.model).facts(_firmware(place, device))
    except ApsError:
        return used
    return max(used, int(facts["lines"]))


def _firmware(place: Workplace, device: Device) -> str | None:
    template = place.store.templates.get(device.template, device.template_tenant) if device.template else None
    said = {**(template.settings if template else {}), **device.settings}.get("general.firmware")
    return str(said) if said else None


def check(place: Workplace, before: Opened, after: Device) -> list[str]:
    """What a change would warn of. Raises Faults when it cannot be stored."""
    return new_faults(place.store, place.packs, before.device, after)


def save(place: Workplace, before: Opened, after: Device) -> list[str]:
    """Store a changed device; the warnings. Raises Faults, ChangedMeanwhile."""
    with place.store.transaction():
        warnings = check(place, before, after)
        place.store.devices.save(after, expected_version=before.version)
    return warnings


def with_line(before: Opened, number: int, said: Said) -> Device:
    """The device with a line as a form says it. Raises BadValue."""
    if not said["extension"]:
        raise BadValue("extension: choose one; d takes a line off")
    port = said["local_sip_port"].strip()
    if port and not port.isdecimal():
        raise BadValue("local SIP port: a number such as 12034, or nothing for the model's own")
    line = Line(
        number, said["extension"], said["label"], said["caller_id_source"], int(port) if port else None, said["srtp"],
        said["transport"], said["auto_answer"] == "yes",
    )  # fmt: skip
    return _with_lines(before, [*(one for one in before.device.lines if one.number != number), line])


def without_line(before: Opened, number: int) -> Device:
    """The device without a line; the lines that follow keep their numbers."""
    return _with_lines(before, [one for one in before.device.lines if one.number != number])


def moved_line(before: Opened, number: int, step: int) -> Device:
    """The device with a line one place up (-1) or down (1); what stands there changes places with it."""
    to = number + step
    if not 1 <= to <= before.lines:
        raise BadValue(f"line {number} cannot go further: this model has lines 1 to {before.lines}")
    places = {number: to, to: number}
    return _with_lines(before, [replace(one, number=places.get(one.number, one.number)) for one in before.device.lines])


def _with_lines(before: Opened, lines: Sequence[Line]) -> Device:
    return replace(before.device, lines=tuple(sorted(lines, key=lambda line: line.number)))


def with_base(place: Workplace, before: Opened, said: Said) -> Device:
    """The device with the tenant, vendor, model, template and label that a form says. Raises BadValue.

    `template` is a key of `templates`. Another tenant takes the lines off, whose extensions are the old one's.
    """
    template, owner = templates(place, said["vendor"], said["model"], said["tenant"]).get(
        said["template"], (None, None)
    )
    if said["template"] and template is None:
        raise BadValue("template: choose one that fits the vendor, model and tenant, or none")
    changed = replace(before.device, tenant=said["tenant"], vendor=said["vendor"], model=said["model"],
                      template=template, template_tenant=owner, label=said["label"])  # fmt: skip
    return changed if said["tenant"] == before.device.tenant else replace(changed, lines=())


def templates(place: Workplace, vendor: str, model: str, tenant: str) -> dict[str, tuple[str, str | None]]:
    """The templates that would fit, by a key for forms, as (name, tenant); the tenant is None for a global one."""
    found = place.store.templates.fitting(vendor, model, tenant)
    return {template_key(one.name, one.tenant): (one.name, one.tenant) for one in found}


def template_key(name: str | None, tenant: str | None) -> str:
    """A template's key in a form: `Sales (of acme)`; empty for none."""
    return "" if name is None else f"{name} (of {tenant})" if tenant else name


def models(place: Workplace, vendor: str) -> list[str]:
    """The models of a vendor; none where its pack is not loaded."""
    found = place.packs.vendors.get(vendor)
    return sorted(found.models) if found else []


def replace_mac(place: Workplace, before: Opened, text: str) -> str:
    """Give the device the MAC of the set that takes its place; the new MAC. Raises BadValue, StoreError."""
    mac = parse_mac(text)
    with place.store.transaction():
        if place.store.devices.version(before.device.mac) is None:
            raise StoreError(f"{before.title} is no more")
        place.store.devices.replace_mac(before.device.mac, mac)
    return mac


def free_extensions(place: Workplace, tenant: str, own: str = "") -> Callable[[str], list[tuple[str, str]]]:
    """Finds the first FOUND (number, name) that a line may take, by words; `own` is the line's present extension."""
    return lambda typed: place.store.extensions.free(tenant, typed, own, FOUND)


def neighbour(macs: Sequence[str], mac: str, step: int) -> str:
    """The device before (-1) or after (1) one in a list; the same at its ends."""
    if mac not in macs:
        return macs[0] if macs else mac
    return macs[max(0, min(macs.index(mac) + step, len(macs) - 1))]
