"""Says of every row of a draft whether it can become a device, and what is wrong with it if not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from aps_tui.data.device_faults import Judged
from aps_tui.data.draft_list import DraftRow
from aps_tui.domain.errors import BadValue
from aps_tui.domain.site import GLOBAL, Device
from aps_tui.services.importing.device import device_of
from aps_tui.services.importing.entry import LONGEST_TEXT, Entry, Rejected
from aps_tui.services.importing.matching import Matcher, registered
from aps_tui.services.sitefile.devices import devices_from
from aps_tui.services.sitefile.dump import device_table
from aps_tui.services.sitefile.notes import Notes
from aps_tui.services.sitefile.scope import Scope, Stored, folded
from aps_tui.services.sitefile.shape import DocumentIn
from aps_tui.services.sitefile.words import printable
from aps_tui.services.workplace import Workplace

READY, DOUBT, NO_MODEL, PROBLEM, KNOWN, UNSUPPORTED, REPEATED, BAD = "RWMPKUDB"
OPEN = frozenset((READY, DOUBT, NO_MODEL, PROBLEM, UNSUPPORTED))
"""States of rows that can still be edited."""

_PLACE = re.compile(r"device (?P<n>\d+)(?: \([^)]*\))?(?:, (?P<part>[^:]*))?(?:: )?(?P<text>.*)", re.DOTALL)


@dataclass
class Checked:
    """Rows with their states, and the devices that they come to."""

    rows: list[DraftRow]
    devices: dict[str, Device] = field(default_factory=dict)
    """MAC to device, of rows that are ready."""
    judged: Judged | None = None
    """What the store found of them, within the snapshot or transaction of the check."""
    known: dict[str, str] = field(default_factory=dict)
    """MAC to tenant, of those that are devices already."""

    def of(self, *states: str) -> list[DraftRow]:
        """The rows in these states."""
        return [row for row in self.rows if row.state in states]


def rows_of(entries: Iterable[Entry], rejected: Iterable[Rejected], known: Matcher, tenant: str) -> list[DraftRow]:
    """The rows of what was read, matched and not yet checked; `tenant` is for those that name none."""
    rows = [DraftRow(0, BAD, one.line, "", said=one.text, reason=one.reason) for one in rejected]
    for one in entries:
        found = known.match(one.mac, one.vendor, one.model)
        said = "" if found.model else one.model[:LONGEST_TEXT]
        owner = GLOBAL if '"template_global":true' in one.more else ""
        row = DraftRow(0, READY, one.line, one.mac, found.vendor, found.model, one.tenant or tenant, one.template,
                       one.extension, one.label, one.line_label, one.address, said,
                       (found.model and one.why) or found.why)  # fmt: skip
        row = row if not one.more else row._replace(template_tenant=owner, more=one.more)
        rows.append(row)
    rows.sort(key=lambda row: row.line)
    return rows


def check(place: Workplace, rows: Sequence[DraftRow], known: Matcher) -> Checked:
    """The rows as they are now, in their order. Take it within a snapshot or a transaction."""
    return _Check(place, known).check(rows)


class _Check:
    def __init__(self, place: Workplace, known: Matcher) -> None:
        self.store, self.packs, self.known = place.store, place.packs, known
        self._templates = {(one.tenant and folded(one.tenant), folded(one.name)): one
                           for one in place.store.templates.rows()}  # fmt: skip
        self._tenants = {folded(name): name for name in place.store.tenants.names()}
        self._doubts: dict[tuple[str, str], str] = {}

    def check(self, rows: Sequence[DraftRow]) -> Checked:
        """Judge them all."""
        existing = self.store.devices.existing([row.mac for row in rows if row.mac])
        seen: dict[str, int] = {}
        judged = []
        for row in rows:
            if row.state == BAD:
                judged.append(row)
            elif row.mac in existing:
                reason = f"is a device of tenant {existing[row.mac]} already"
                judged.append(row._replace(state=KNOWN, reason=reason))
            elif row.mac in seen:
                judged.append(row._replace(state=REPEATED, reason=f"the same MAC as in line {seen[row.mac]}"))
            else:
                judged.append(self._row(row))
            seen.setdefault(row.mac, row.line)
        return self._together(judged, existing)

    def _row(self, row: DraftRow) -> DraftRow:
        """A row by itself."""
        row = self._named(row)
        if fault := _unprintable(row):
            return row._replace(state=PROBLEM, reason=fault)
        if not row.vendor:
            return row._replace(state=UNSUPPORTED, reason=f"unsupported: {registered(row.mac)}")
        if not row.model:
            return row._replace(state=NO_MODEL, reason=self._which(row))
        if not self.known.has(row.vendor, row.model):
            return row._replace(state=PROBLEM, reason=f"there is no model {row.vendor}/{row.model}")
        if not row.tenant:
            return row._replace(state=PROBLEM, reason="choose a tenant: a device is never global")
        doubt = self._doubt(row)
        return row._replace(state=DOUBT if doubt else READY, reason=doubt)

    def _named(self, row: DraftRow) -> DraftRow:
        """The row with its names as they are written here, and the model that its template is made for."""
        tenant = self._tenants.get(folded(row.tenant), row.tenant)
        if tenant != row.tenant:
            row = row._replace(tenant=tenant)
        if not row.template:
            return row
        said = {"": (folded(tenant), None), GLOBAL: (None,)}.get(row.template_tenant, (folded(row.template_tenant),))
        found = next((one for scope in said if (one := self._templates.get((scope, folded(row.template))))), None)
        if found is None:
            return row
        row = row._replace(template=found.name, template_tenant=found.tenant or GLOBAL)
        if not row.model and not row.said and row.vendor == found.vendor:
            row = row._replace(model=found.model, why="template")
        return row

    def _which(self, row: DraftRow) -> str:
        if not row.said:
            return "choose a model"
        near = self.known.match(row.mac, "", row.said).choices
        models = [one.partition("/")[2] if one.startswith(f"{row.vendor}/") else one for one in near]
        return f"{row.said[:40]!r} is no model: " + (f"{' or '.join(models[:4])}?" if models else "choose one")

    def _doubt(self, row: DraftRow) -> str:
        if self.known.by_prefix(row.mac) == row.vendor:
            return ""
        key = (row.mac if self.known.rule_of(row.mac) else row.mac[:9], row.vendor)
        if key not in self._doubts:
            self._doubts[key] = self.known.doubt(row.mac, row.vendor)
        return self._doubts[key]

    def _together(self, rows: list[DraftRow], existing: dict[str, str]) -> Checked:
        """Rows against the database and each other."""
        devices = {row.mac: device_of(row) for row in rows if row.state in (READY, DOUBT)}
        judged = self.store.devices.judge(list(devices.values()))
        faults = judged.by_mac()
        full = [devices[row.mac] for row in rows if row.more and row.mac in devices and row.mac not in faults]
        doubts: dict[str, list[str]] = {}
        if full:
            faults |= self._by_site_file(full, devices, doubts)
        for at, row in enumerate(rows):
            if row.state not in (READY, DOUBT):
                continue
            if found := faults.get(row.mac):
                devices.pop(row.mac, None)
                rows[at] = row._replace(state=PROBLEM, reason="; ".join(dict.fromkeys(found)))
            elif more := doubts.get(row.mac):
                reason = "; ".join(filter(None, (row.reason, *more)))
                rows[at] = row._replace(state=DOUBT, reason=reason)
        return Checked(rows, devices, judged, existing)

    def _by_site_file(
        self, full: Sequence[Device], devices: dict[str, Device], doubts: dict[str, list[str]]
    ) -> dict[str, list[str]]:
        """Faults of rows that have more than the columns, by the rules of site files; their values are checked."""
        notes = Notes()
        scope = Scope(self.packs, Stored.read(self.store), notes)
        both: set[tuple[str | None, str]] = {
            (one.tenant, folded(one.name)) for one in self._templates.values() if one.tenant
        }
        tables = [json.loads(json.dumps(device_table(one, True, _hidden(one, both)))) for one in full]
        found = devices_from(DocumentIn(1, device=tables), scope, {})
        devices.update((one.mac, one) for one in found)
        for text in notes.warnings:
            _by_mac(text, full, doubts)
        faults: dict[str, list[str]] = {}
        for text in notes.faults:
            _by_mac(text, full, faults)
        return faults


def _hidden(device: Device, both: set[tuple[str | None, str]]) -> set[tuple[str, str]]:
    """What `device_table` takes: names that both the tenant and all have."""
    key = (device.tenant, folded(device.template or ""))
    return {(device.tenant, key[1])} if device.template_tenant is None and key in both else set()


def _by_mac(text: str, devices: Sequence[Device], found: dict[str, list[str]]) -> None:
    """Put a note of the site file's rules to the device that it is about."""
    match = _PLACE.match(text)
    if match and int(match["n"]) <= len(devices):
        said = ": ".join(filter(None, (match["part"], match["text"])))
        found.setdefault(devices[int(match["n"]) - 1].mac, []).append(said)


def _unprintable(row: DraftRow) -> str:
    """What is wrong with the texts of a row; "" when a phone can show them."""
    together = f"{row.label}{row.line_label}{row.extension}{row.template}{row.tenant}"
    if len(together) <= LONGEST_TEXT and together.isprintable():
        return ""
    for name in ("label", "line_label", "extension", "template", "tenant"):
        try:
            printable(name, getattr(row, name))
        except BadValue as error:
            return str(error)
    return ""


def counts(rows: Iterable[DraftRow]) -> Mapping[str, int]:
    """State letter to the number of rows in it."""
    found: dict[str, int] = {}
    for row in rows:
        found[row.state] = found.get(row.state, 0) + 1
    return found


def problems(rows: Iterable[DraftRow]) -> Iterator[str]:
    """A line for each row that keeps its list from being stored."""
    for row in rows:
        if row.state in (NO_MODEL, PROBLEM):
            yield f"line {row.line}, {row.mac}: {row.reason}"
