"""What makes a device unstorable, found for a whole batch at once and said by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from aps_tui.data.convert import nocase, scoped
from aps_tui.data.database import Database, listed
from aps_tui.domain.errors import BadValue
from aps_tui.domain.mac import parse_mac
from aps_tui.domain.site import Device, Line

_T = TypeVar("_T")


class _Extension(NamedTuple):
    id: int
    usable: int
    gone: int


class _Template(NamedTuple):
    id: int
    vendor: str
    model: str


class _Holder(NamedTuple):
    mac: str
    line: int


@dataclass(frozen=True)
class References:
    """The ids behind the names that a batch of devices uses."""

    tenants: dict[str, int]
    templates: dict[tuple[int | None, str], _Template]
    extensions: dict[tuple[int, str], _Extension]
    holders: dict[int, _Holder]
    """Extension id to the line that has it in the database now."""

    @classmethod
    def load(cls, db: Database, devices: Sequence[Device]) -> References:
        """Read what the devices refer to, in four queries."""
        tenants = {nocase(name): id for id, name in db.rows("SELECT id, name FROM tenant")}
        templates = {
            (tenant, nocase(name)): _Template(*row)
            for tenant, name, *row in db.rows("SELECT tenant, name, id, vendor, model FROM template")
        }
        numbers = listed({line.extension for device in devices for line in device.lines})
        used = listed({id for device in devices if (id := tenants.get(nocase(device.tenant)))})
        extensions = {
            (tenant, number): _Extension(*row) for tenant, number, *row in db.rows(_EXTENSIONS, used, numbers)
        }
        holders = {
            extension: _Holder(mac, line)
            for extension, mac, line in db.rows(_HOLDERS, listed(e.id for e in extensions.values()))
        }
        return cls(tenants, templates, extensions, holders)

    def tenant(self, device: Device) -> int:
        """The device's tenant's id; KeyError without one."""
        return self.tenants[nocase(device.tenant)]

    def template(self, device: Device) -> int | None:
        """The device's template's id; KeyError when it names one that is not there."""
        found = self.template_of(device)
        return found.id if found else None

    def template_of(self, device: Device) -> _Template | None:
        """The template a device names, in exactly the scope it names."""
        if device.template is None:
            return None
        scope = None if device.template_tenant is None else self.tenants[nocase(device.template_tenant)]
        return self.templates[scope, nocase(device.template)]

    def extension(self, device: Device, line: Line) -> _Extension:
        """The extension of a line; KeyError without one."""
        return self.extensions[self.tenant(device), line.extension]


_EXTENSIONS = """
SELECT tenant, number, id, usable, gone FROM extension
WHERE tenant IN (SELECT value FROM json_each(?)) AND number IN (SELECT value FROM json_each(?))
"""
_HOLDERS = """
SELECT l.extension, d.mac, l.number FROM line AS l JOIN device AS d ON d.id = l.device
WHERE l.extension IN (SELECT value FROM json_each(?))
"""


class Judged(NamedTuple):
    """What was found of a batch of devices; it holds within the transaction or snapshot in which it was found."""

    references: References
    faults: list[str]

    @classmethod
    def of(cls, db: Database, devices: Sequence[Device]) -> Judged:
        """Judge devices as they would be stored."""
        references = References.load(db, devices)
        return cls(references, faults_of(devices, references))

    def by_mac(self) -> dict[str, list[str]]:
        """MAC to its faults; of two devices that want the same the later one is at fault."""
        found: dict[str, list[str]] = {}
        for fault in self.faults:
            found.setdefault(fault[:12], []).append(fault[12:].lstrip(":, "))
        return found


def faults_of(devices: Sequence[Device], references: References) -> list[str]:
    """One line for each thing that cannot be stored, in the devices' order."""
    batch = {device.mac for device in devices}
    faults = [f"{mac}: named {n} times" for mac, n in Counter(d.mac for d in devices).items() if n > 1]
    taken = {id: holder for id, holder in references.holders.items() if holder.mac not in batch}
    for device in devices:
        faults += (f"{device.mac}: {fault}" for fault in _device_faults(device, references))
        if nocase(device.tenant) in references.tenants:
            faults += _line_faults(device, references, taken)
    return faults


def _device_faults(device: Device, references: References) -> Iterator[str]:
    try:
        if parse_mac(device.mac) != device.mac:
            yield "a MAC is stored as 12 lower-case hex digits"
    except BadValue as error:
        yield str(error)
    if nocase(device.tenant) not in references.tenants:
        yield f"there is no tenant {device.tenant!r}: a device belongs to one, it is never global"
    yield from _template_faults(device, references)
    if len(device.lines) > 1:
        for number in _twice(line.number for line in device.lines):
            yield f"line {number} is named twice"
        for port in _twice(line.local_sip_port for line in device.lines if line.local_sip_port is not None):
            yield f"local SIP port {port} is used by two lines"
    if len(device.keys) > 1:
        for bank, position in _twice((key.bank, key.position) for key in device.keys):
            yield f"{bank} key {position} is named twice"
    for key in device.keys:
        if key.position < 1:
            yield f"{key.bank} key {key.position}: positions are numbered from 1"


def _template_faults(device: Device, references: References) -> Iterator[str]:
    if device.template is None:
        return
    name = scoped(device.template_tenant, device.template)
    try:
        template = references.template_of(device)
    except KeyError:
        yield f"there is no template {name!r}"
        return
    if template and (template.vendor, template.model) != (device.vendor, device.model):
        made_for = f"{template.vendor} {template.model}"
        yield f"template {name!r} is for {made_for}, the device is {device.vendor} {device.model}"
    if device.template_tenant is not None and nocase(device.template_tenant) != nocase(device.tenant):
        yield f"template {name!r} belongs to another tenant"


def _line_faults(device: Device, references: References, taken: dict[int, _Holder]) -> Iterator[str]:
    """The first fault of each line; `taken` grows with the extensions they take."""
    for line in device.lines:
        fault = _line_fault(device, line, references, taken)
        if fault:
            yield f"{device.mac}, line {line.number}: {fault}"


def _line_fault(device: Device, line: Line, references: References, taken: dict[int, _Holder]) -> str | None:
    if line.number < 1:
        return "lines are numbered from 1"
    if line.local_sip_port is not None and not 1 <= line.local_sip_port <= 65535:
        return f"local SIP port {line.local_sip_port} is not between 1 and 65535"
    found = references.extensions.get((references.tenant(device), line.extension))
    if found is None:
        return f"there is no extension {line.extension} in tenant {device.tenant}"
    said = f"extension {line.extension} of tenant {device.tenant}"
    if holder := taken.get(found.id):
        return f"{said} is already on {f'line {holder.line}' if holder.mac == device.mac else holder.mac}"
    taken[found.id] = _Holder(device.mac, line.number)
    held = references.holders.get(found.id)
    if (found.gone or not found.usable) and (held is None or held.mac != device.mac):
        return f"{said} {'is gone from the PBX' if found.gone else 'cannot be assigned: its secret is not known'}"
    return None


def _twice(values: Iterable[_T]) -> list[_T]:
    every = list(values)
    if len(set(every)) == len(every):  # nearly always, and ten thousand times
        return []
    return [value for value, count in Counter(every).items() if count > 1]
