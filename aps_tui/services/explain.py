"""Says where a device's setting comes from: every level, who wins, and what becomes of it in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from aps_tui.data.rows import Candidate
from aps_tui.domain.catalogue import find, show, warnings_for
from aps_tui.domain.errors import BadValue
from aps_tui.domain.http_auth import without_password
from aps_tui.domain.mac import parse_mac
from aps_tui.domain.mapping import compile_mappings
from aps_tui.domain.resolve import explain
from aps_tui.domain.setting import Level, Setting
from aps_tui.domain.site import AddressMapping, Value
from aps_tui.services.diffs import masker
from aps_tui.services.fleet import Fleet
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.spaces import HTTP_PASSWORD, HTTP_USER, PROVISIONING_URL
from aps_tui.vendors.support import unsupported

_OF_HTTP = (HTTP_USER, HTTP_PASSWORD, PROVISIONING_URL)


@dataclass(frozen=True, slots=True)
class Step:
    """What one level says. Secrets are masked; `value` is None where nothing is said."""

    level: str
    """default, global, tenant, template, device; or provisioning, line: what stands in where no level says it."""
    name: str
    """The tenant, template or device that says it; empty for default and global."""
    value: Value | None


@dataclass(frozen=True, slots=True)
class Explained:
    """One setting of one device."""

    mac: str
    setting: Setting
    id: str
    steps: tuple[Step, ...]
    """Lowest level first."""
    winner: Step | None
    """None: the setting is unset, and nothing is written."""
    rendered: str | None
    """The text that is written instead, when a mapping changes it."""
    mappings: tuple[AddressMapping, ...]
    """The mappings that change it."""
    supported: bool | None
    """Whether the model's files carry it; None when its vendor's pack is not loaded."""
    warnings: tuple[str, ...]


def explain_setting(place: Workplace, mac: str, id: str) -> Explained:
    """Explain a setting of a device. Raises BadValue for an unknown MAC or setting."""
    setting = find(id)
    if setting.listed and setting.id == id:
        raise BadValue(f"{id}: write a number from 1 to {setting.count} for N")
    with place.store.snapshot():
        fleet = Fleet(place.store.render, place.packs)
        row = device_row(fleet, mac)
        steps, winner = _steps(fleet, row, id)
        mask = masker(place).mask if setting.secret or setting.url else None
        said = winner.value if winner is not None and not setting.secret else None
        mapped = fleet.mapped(row.tenant_id)(said) if isinstance(said, str) else said
        return Explained(
            mac=row.mac,
            setting=setting,
            id=id,
            steps=tuple(_masked(step, setting, mask) for step in steps),
            winner=_masked(winner, setting, mask) if winner is not None else None,
            rendered=_hidden(str(mapped), setting, mask) if mapped != said else None,
            mappings=tuple(_used(fleet, row, said)) if mapped != said else (),
            supported=_supported(fleet, row, id, winner),
            warnings=_warnings(id, winner),
        )


def device_row(fleet: Fleet, mac: str) -> Candidate:
    """The device of a MAC in any notation. Raises BadValue."""
    wanted = parse_mac(mac)
    row = next(fleet.render.candidates(macs=[wanted]), None)
    if row is None:
        raise BadValue(f"there is no device {wanted}")
    return row


def as_text(setting: Setting, value: Value | None) -> str:
    """A value as people read it; a mask stays the mask it is."""
    return str(value) if (setting.secret or setting.url) and value else show(setting, value)


def winner_of(fleet: Fleet, row: Candidate, id: str) -> Step | None:
    """What gives a setting its value on a device, not masked; None where it is unset."""
    return _steps(fleet, row, id)[1]


def _steps(fleet: Fleet, row: Candidate, id: str) -> tuple[list[Step], Step | None]:
    found = explain(fleet.levels(row.tenant_id, row.template_id, row.settings), id)
    names = {"tenant": fleet.tenants[row.tenant_id].name, "template": template_name(fleet, row), "device": row.mac}
    steps = [Step(level.word, names.get(level.word, ""), value) for level, value in found.steps]
    winner = next((step for step in steps if found.winner and step.level == found.winner.level.word), None)
    login = fleet.written_login(row).get(id) if id in _OF_HTTP else None
    if login is not None:
        written = Step("provisioning", "HTTP authentication", login)
        return [written, *steps], written
    stand_in = _stand_in(fleet, row, id)
    if stand_in is not None:
        steps.insert(0, stand_in)
        said_by_device = steps[-1].value is not None
        if not (said_by_device if stand_in.level == "line" else winner is not None and winner.value):
            winner = stand_in
    return steps, winner


def _stand_in(fleet: Fleet, row: Candidate, id: str) -> Step | None:
    """What `Fleet` takes where the levels say nothing of a setting."""
    address = fleet.site.provisioning.sip_server_address
    if id == "server.1.host" and address:
        return Step("provisioning", "SIP server address", address)
    if id == "services.extension" and row.lines:
        return Step("line", f"line {row.lines[0][0]}", row.lines[0][1])
    return None


def template_name(fleet: Fleet, row: Candidate) -> str:
    """A device's template, `acme/Sales` when it is a tenant's own; empty without one."""
    template = fleet.templates.get(row.template_id or -1)
    if template is None:
        return ""
    return template.name if template.tenant_id is None else f"{fleet.tenants[template.tenant_id].name}/{template.name}"


def _warnings(id: str, winner: Step | None) -> tuple[str, ...]:
    if winner is None or winner.value is None:
        return ()
    return tuple(warnings_for({id: winner.value}))


def _masked(step: Step, setting: Setting, mask: Callable[[str], str] | None) -> Step:
    if not isinstance(step.value, str):
        return step
    return Step(step.level, step.name, _hidden(step.value, setting, mask))


def _hidden(text: str, setting: Setting, mask: Callable[[str], str] | None) -> str:
    """A secret as its mask; of a URL, its password alone."""
    if mask is None:
        return text
    return without_password(text, mask) if setting.url else mask(text)


def _used(fleet: Fleet, row: Candidate, said: object) -> Iterator[AddressMapping]:
    """The mappings in force whose address stands in the value."""
    tenant = fleet.tenants[row.tenant_id]
    for source, hostname in {**fleet.site.mappings, **tenant.mappings}.items():
        mapping = AddressMapping(source, hostname, tenant.name if source in tenant.mappings else None)
        if compile_mappings([mapping], [])(str(said)) != said:
            yield mapping


def _supported(fleet: Fleet, row: Candidate, id: str, said: Step | None) -> bool | None:
    """Whether the model's files carry the value that wins; a file of several phones carries the site's alone."""
    vendor = fleet.packs.vendors.get(row.vendor)
    if vendor is None:
        return None
    levels = fleet.levels(row.tenant_id, row.template_id, row.settings)
    winner = explain(levels, "general.firmware").winner
    firmware = str(winner.value) if winner else None
    site = said is None or said.level in (Level.DEFAULT.word, Level.GLOBAL.word)
    return not unsupported([id], vendor, vendor.model(row.model), firmware, site=site)
