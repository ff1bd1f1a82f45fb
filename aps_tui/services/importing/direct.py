"""An import without a screen: read, matched, checked and stored at once, all or none."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from aps_tui.data.draft_list import DraftRow
from aps_tui.domain.errors import BadValue
from aps_tui.domain.site import Device
from aps_tui.services import bulk
from aps_tui.services.importing.check import OPEN, Checked, check, problems, rows_of
from aps_tui.services.importing.device import device_of, row_of
from aps_tui.services.importing.draft import Done, report, stored
from aps_tui.services.importing.entry import Read, bounded
from aps_tui.services.importing.matching import matcher
from aps_tui.services.importing.pausing import collector_paused
from aps_tui.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Wanted:
    """What holds for the rows that say nothing else."""

    tenant: str = ""
    model: str = ""
    """`vendor/model`: for MACs of that vendor."""
    template: str = ""
    extensions: str = ""
    """A series: the next free one for each row that names none."""
    title: str = ""
    """Where the list came from: a file's name."""


@dataclass(frozen=True, slots=True)
class Result:
    """How an import went."""

    checked: Checked
    done: Done
    problems: tuple[str, ...]
    """Why nothing was stored; empty when all was."""
    seconds: float

    @property
    def devices(self) -> list[Device]:
        """The new devices."""
        return [self.checked.devices[mac] for mac in self.done.macs]


def run(place: Workplace, found: Read, wanted: Wanted, *, dry_run: bool = False) -> Result:
    """Import what was read. Nothing is stored in a dry run, and while a row has a problem.

    Raises BadValue for an unknown tenant, model or template and where there is nothing to import; Faults where the
    series has too few extensions.
    """
    started = time.perf_counter()
    with collector_paused(), place.store.snapshot() if dry_run else place.store.transaction():
        known = matcher(place)
        fill = _judged(place, wanted)
        rows = rows_of(found.entries, found.rejected, known, fill.tenant)
        checked = check(place, [_filled(row, fill) for row in rows], known)
        if wanted.extensions:
            checked = check(place, _numbered(place, checked, wanted.extensions), known)
        faults = tuple(problems(checked.rows))
        done = report(checked) if dry_run or faults else stored(place, checked, bounded(wanted.title))
    return Result(checked, done, faults, time.perf_counter() - started)


def _judged(place: Workplace, wanted: Wanted) -> Wanted:
    """What is wanted, with names as they are written here. Raises BadValue."""
    if wanted.tenant:
        tenant = place.store.tenants.get(wanted.tenant)
        if tenant is None:
            raise BadValue(f"there is no tenant {wanted.tenant!r}")
        wanted = replace(wanted, tenant=tenant.name)
    if wanted.model:
        vendor, slash, name = wanted.model.partition("/")
        if not slash:
            raise BadValue(f"--model {wanted.model!r}: write VENDOR/MODEL, as in yealink/T46U")
        model = place.packs.model(vendor, name)
        wanted = replace(wanted, model=f"{model.vendor}/{model.name}")
    if wanted.template and not any(one.name.lower() == wanted.template.lower() for one in place.store.templates.rows()):
        raise BadValue(f"there is no template {wanted.template!r}")
    return wanted


def _filled(row: DraftRow, wanted: Wanted) -> DraftRow:
    """A row with what it does not say itself."""
    vendor, _, model = wanted.model.partition("/")
    if model and row.vendor == vendor and not row.model and not row.said:
        row = row._replace(model=model, why="operator")
    return row._replace(template=wanted.template) if wanted.template and row.mac and not row.template else row


def _numbered(place: Workplace, checked: Checked, text: str) -> list[DraftRow]:
    """The rows with extensions of a series. Raises Faults where there are too few."""
    tenants = place.store.tenants.names()
    open_rows = [row for row in checked.rows if row.state in OPEN and row.vendor and row.tenant in tenants]
    wanting = [device_of(row) for row in open_rows if not row.extension]
    claimed = {(row.tenant, row.extension) for row in open_rows if row.extension}
    claimed |= {(row.tenant, line.extension) for row in open_rows if row.more for line in device_of(row).lines}
    outcome = bulk.give_extensions(bulk.parse_series(text), claimed=claimed)(place, wanting)
    given = {device.mac: device for device in outcome.devices}
    return [row_of(row, given[row.mac]) if row.mac in given and row.state in OPEN else row for row in checked.rows]
