"""Labels by a pattern: `{extension} {name}`."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from aps_tui.domain.errors import BadValue
from aps_tui.domain.site import Device, Line
from aps_tui.services.bulk.work import Change, Outcome, compared, refuse
from aps_tui.services.sitefile.words import printable
from aps_tui.services.workplace import Workplace

FIELDS: Mapping[str, str] = {
    "extension": "the line's extension (of line 1 for a device's label)",
    "name": "the extension's name",
    "n": "1, 2, 3 … in the list's order; {n:03} counts 001, 002",
    "mac": "the MAC",
    "mac4": "its last four digits",
    "vendor": "the vendor",
    "model": "the model",
    "template": "the template",
    "tenant": "the tenant",
    "label": "the label it has now",
}
"""What a pattern may name."""

_Parts: TypeAlias = list[tuple[str, str | None, str]]


def parts_of(pattern: str) -> _Parts:
    """A pattern as (text, field, width) pieces. Raises BadValue naming what is wrong with it."""
    try:
        pieces = list(string.Formatter().parse(pattern))
    except ValueError:
        raise BadValue("a { or } is alone: write {extension}, or {{ for a brace") from None
    parts: _Parts = []
    for text, field, spec, conversion in pieces:
        if field is not None and (field not in FIELDS or conversion):
            raise BadValue(f"{{{field}}} is not known: use {', '.join(f'{{{name}}}' for name in FIELDS)}")
        if spec and not (field == "n" and spec.isdigit() and int(spec) <= 9):
            raise BadValue(f"{{{field}:{spec}}}: only a number has a width, as in {{n:03}}")
        parts.append((text, field, spec or ""))
    return parts


def _written(parts: _Parts, fields: Mapping[str, str | int]) -> str:
    said = "".join(text + (format(fields[field], spec) if field else "") for text, field, spec in parts)
    return printable("label", " ".join(said.split()))


class _Names:
    """Names of extensions, each tenant's read once."""

    def __init__(self, place: Workplace) -> None:
        self.place = place
        self._known: dict[str, dict[str, str]] = {}

    def of(self, tenant: str, number: str) -> str:
        if tenant not in self._known:
            self._known[tenant] = self.place.store.extensions.names(tenant)
        return self._known[tenant].get(number, "")


def _fields(device: Device, line: Line | None, n: int, names: _Names) -> dict[str, str | int]:
    return {
        "extension": line.extension if line else "",
        "name": names.of(device.tenant, line.extension) if line else "",
        "n": n,
        "mac": device.mac,
        "mac4": device.mac[-4:],
        "vendor": device.vendor,
        "model": device.model,
        "template": device.template or "",
        "tenant": device.tenant,
    }


def label_devices(pattern: str) -> Change:
    """Give devices a label by a pattern; an empty one takes it off. Raises BadValue for a faulty pattern."""
    parts = parts_of(pattern)

    def change(place: Workplace, devices: Sequence[Device]) -> Outcome:
        names, faults = _Names(place), []
        after = []
        for n, device in enumerate(devices, 1):
            fields = _fields(device, next(iter(device.lines), None), n, names)
            try:
                after.append(replace(device, label=_written(parts, {**fields, "label": device.label})))
            except BadValue as error:
                faults.append(f"{device.mac}: {error}")
        refuse(faults)
        said = [f"{new.mac}  {new.label}" for new in after]
        return compared(devices, after, [], said)

    return change


def label_lines(pattern: str, line: int = 1) -> Change:
    """Give a line of devices a label by a pattern; an empty one lets the phone show its own.

    Devices without the line are left out. Raises BadValue for a faulty pattern, and where none has the line.
    """
    parts = parts_of(pattern)

    def change(place: Workplace, devices: Sequence[Device]) -> Outcome:
        names, faults, said = _Names(place), [], []
        after = []
        n = 0
        for device in devices:
            found = next((one for one in device.lines if one.number == line), None)
            if found is None:
                after.append(device)
                continue
            n += 1
            try:
                text = _written(parts, {**_fields(device, found, n, names), "label": found.label})
            except BadValue as error:
                faults.append(f"{device.mac}: {error}")
                continue
            said.append(f"{device.mac}  {found.extension}  {text}")
            new = replace(found, label=text)
            after.append(replace(device, lines=tuple(new if one is found else one for one in device.lines)))
        refuse(faults)
        without = len(devices) - n
        if not n:
            raise BadValue(f"none of these devices has a line {line}: give them extensions first")
        notes = [f"{without:,} without a line {line}: left as they are"] if without else []
        return compared(devices, after, notes, said)

    return change
