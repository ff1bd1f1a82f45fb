"""A scan's finds as a list of new devices: the same list, with the same edits, that an import makes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from ipaddress import ip_address
from typing import NamedTuple

from aps_tui.data.draft_list import DraftRow
from aps_tui.data.drafts import Draft
from aps_tui.data.settings import Level
from aps_tui.domain.errors import BadValue
from aps_tui.domain.mac import with_colons
from aps_tui.domain.site import Device, Template
from aps_tui.services import bulk, importing
from aps_tui.services.discovery.service import SOURCE, Result
from aps_tui.services.importing.check import BAD, DOUBT, KNOWN, NO_MODEL, PROBLEM, READY, check
from aps_tui.services.importing.device import checked_more
from aps_tui.services.importing.draft import stored
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.pack import Model

REGISTRAR = "server.1.host"


def registrar_of(place: Workplace, tenant: str) -> tuple[str, str]:
    """Where a new device of a tenant registers when it says nothing itself, and who says so; ("", "") for nobody."""
    levels = [(Level("site"), "the site")]
    if tenant and place.store.tenants.get(tenant):
        levels.insert(0, (Level("tenant", tenant), f"tenant {tenant}"))
    for level, who in levels:
        if said := place.store.settings.get(level).get(REGISTRAR):
            return str(said), who
    address = place.store.provisioning.get().sip_server_address
    return (address, "the provisioning settings") if address else ("", "")


def own_registrar(place: Workplace, tenant: str, server: str) -> str:
    """The address that each new device must say itself to register with `server`; "" where it does so anyway.

    Raises BadValue for what is no IP address.
    """
    if not server.strip():
        return ""
    try:
        address = str(ip_address(server.strip()))
    except ValueError:
        raise BadValue(f"SIP server: {server[:40]!r} is no IP address, such as 192.0.2.1") from None
    return "" if registrar_of(place, tenant)[0] == address else address


class Wanted(NamedTuple):
    """What new devices are to become."""

    tenant: str
    server: str = ""
    """The IP address where they register, unless their template says one; empty: as the tenant or the site says."""
    model: Model | None = None
    """For those of its vendor."""


def wanted_of(place: Workplace, tenant: str, server: str = "", model: str = "") -> Wanted:
    """Check what new devices are to become, before anything is scanned. Raises BadValue."""
    known = place.store.tenants.get(tenant) if tenant else None
    if known is None:
        raise BadValue(f"there is no tenant {tenant!r}" if tenant else "choose a tenant: a device is never global")
    own_registrar(place, known.name, server)
    vendor, slash, name = model.partition("/")
    if model and not slash:
        raise BadValue(f"model {model[:40]!r}: write VENDOR/MODEL, such as yealink/T46U")
    return Wanted(known.name, server, place.packs.model(vendor, name) if model else None)


def keep(place: Workplace, result: Result, wanted: Wanted) -> Draft:
    """Put what a scan found into the operator's list of finds: into the one there is, or a new one."""
    tenant, own = wanted.tenant, own_registrar(place, wanted.tenant, wanted.server)
    more = checked_more({"settings": {REGISTRAR: own}}) if own else ""
    with place.store.transaction():
        old = importing.current(place, SOURCE)
        there = place.store.drafts.rows(old.id) if old and not old.finished else []
        read = _read(result, tenant, more, len(there), {row.said for row in there if row.state == BAD})
        if old and not old.finished:
            return importing.extend(place, old, read)
        return importing.start(place, read, kind=SOURCE, title=f"scan of {result.range}", tenant=tenant)


def _read(result: Result, tenant: str, more: str, start: int, told: set[str]) -> importing.Read:
    """The finds as a list, their lines counted from `start`; MACs of nobody are lines that are rejected."""
    entries = tuple(
        importing.Entry(start + number, one.mac, tenant=tenant, address=one.address, more=more)
        for number, one in enumerate(result.seen, 1)
    )
    odd = [(f"{one.address}  {with_colons(one.mac)}", one.reason) for one in result.strange]
    after = start + len(entries)
    rejected = (importing.Rejected(after + n, text, why) for n, (text, why) in enumerate(odd, 1) if text not in told)
    return importing.Read(entries, tuple(rejected), (result.words, *result.notes))


def add_ready(place: Workplace, draft: Draft, among: Collection[str] | None = None) -> importing.Done:
    """Store the devices of all rows that are ready, in one transaction that can be taken back; the others wait.

    `among`: only these MACs. The list is finished when nothing waits any more. Raises BadValue when nothing is ready.
    """
    with place.store.edits.recording(f"add what the {draft.title} found"):
        if place.store.drafts.by_id(draft.id).finished:
            raise BadValue("this list is finished: scan again")
        rows = place.store.drafts.rows(draft.id)
        checked = check(place, rows, importing.matcher(place))
        now = {row.id for row in checked.of(READY, DOUBT) if among is None or row.mac in among}
        waits = [row for row in checked.of(READY, DOUBT, NO_MODEL, PROBLEM) if row.id not in now]
        if not now:
            raise BadValue(f"nothing is ready to be added: {len(waits):,} wait for a model or have a problem")
        late = {row.id for row in waits}
        done = stored(place, replace(checked, rows=[row for row in checked.rows if row.id not in late]), draft.title)
        _yield_to_templates(place, done.macs)
        place.store.drafts.change(
            row._replace(state=KNOWN, reason="added") if row.id in now else row for row in checked.rows
        )
        if not waits:
            place.store.drafts.mark_finished(draft.id)
    return done


def _yield_to_templates(place: Workplace, macs: tuple[str, ...]) -> None:
    """Take the registrar that the scan's form said off devices whose template says one."""
    templates: dict[tuple[str, str | None], Template | None] = {}
    before, after = {}, []
    for device in place.store.devices.get_many(macs):
        if device.template is None or REGISTRAR not in device.settings:
            continue
        key = (device.template, device.template_tenant)
        if key not in templates:
            templates[key] = place.store.templates.get(*key)
        template = templates[key]
        if template is not None and REGISTRAR in template.settings:
            before[device.mac] = device
            after.append(_without_registrar(device))
    place.store.devices.save_many(after, before)


def _without_registrar(device: Device) -> Device:
    return replace(device, settings={name: said for name, said in device.settings.items() if name != REGISTRAR})


def add_found(place: Workplace, result: Result, wanted: Wanted) -> tuple[importing.Done | None, list[DraftRow]]:
    """Add the new devices of a scan whose model is known, and say which wait for theirs in the operator's list.

    None: there was nothing to add.
    """
    with place.store.transaction():
        draft = keep(place, result, wanted)
        here = {one.mac for one in result.new}
        if wanted.model is not None:
            ids = importing.wanting(place, draft, wanted.model.vendor)
            found = [row.id for row in importing.rows(place, draft, ids) if row.mac in here]
            if found:
                importing.edit(place, draft, found, bulk.set_model(wanted.model.vendor, wanted.model.name))
        rows = [row for row in place.store.drafts.rows(draft.id) if row.mac in here]
        ready = {row.mac for row in rows if row.state in (READY, DOUBT)}
        done = add_ready(place, draft, ready) if ready else None
    return done, [row for row in rows if row.state in (NO_MODEL, PROBLEM)]
