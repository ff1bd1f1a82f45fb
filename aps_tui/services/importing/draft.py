"""A list of new devices on its way into the site: kept in the database, so that it outlives a dropped connection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aps_tui.data.draft_list import DraftRow
from aps_tui.data.drafts import Draft
from aps_tui.domain.errors import BadValue, Faults
from aps_tui.services.console import counted
from aps_tui.services.importing.check import (
    BAD,
    DOUBT,
    KNOWN,
    NO_MODEL,
    READY,
    REPEATED,
    UNSUPPORTED,
    Checked,
    check,
    counts,
    problems,
    rows_of,
)
from aps_tui.services.importing.entry import Read, bounded
from aps_tui.services.importing.matching import matcher
from aps_tui.services.importing.pausing import collector_paused
from aps_tui.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Done:
    """What was stored, and what was left out."""

    macs: tuple[str, ...]
    """The new devices."""
    known: int
    unsupported: int
    repeated: int
    rejected: int
    warnings: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """`48 devices added; 2 known already, 1 line rejected`."""
        left = (
            (self.known, "known already"), (self.unsupported, "of no supported vendor"), (self.repeated, "repeated"),
            (self.rejected, "rejected"),
        )  # fmt: skip
        said = ", ".join(f"{number:,} {what}" for number, what in left if number)
        return f"{counted(len(self.macs), 'device')} added" + (f"; {said}" if said else "")


def current(place: Workplace, kind: str = "import") -> Draft | None:
    """This operator's draft of a kind (import, scan); one whose devices are stored stays until the next is begun."""
    return place.store.drafts.get(place.store.db.operator, kind)


def start(
    place: Workplace, read: Read, *, kind: str = "import", title: str = "", tenant: str = "", instead: bool = False
) -> Draft:
    """Begin a draft with what was read; `tenant` is for rows that name none.

    Raises BadValue where one that is not finished is there, unless it is to be replaced (`instead`), and for an unknown
    tenant.
    """
    with collector_paused(), place.store.transaction():
        old = current(place, kind)
        if old is not None and not old.finished and not instead:
            raise BadValue(f"{old.title or 'a list'} is not finished: go on with it, or give it up first")
        if tenant and place.store.tenants.get(tenant) is None:
            raise BadValue(f"there is no tenant {tenant!r}")
        draft = place.store.drafts.make(kind, bounded(title), tenant, read.notes)
        _add(place, draft, read)
    return draft


def extend(place: Workplace, draft: Draft, read: Read) -> Draft:
    """Put more into a draft, as what a scan finds does; a MAC that it has already is not put in again."""
    with place.store.transaction():
        now = place.store.drafts.by_id(draft.id)
        if now.finished:
            raise BadValue("this list is finished: begin another one")
        there = {row.mac for row in place.store.drafts.rows(draft.id)}
        new = tuple(entry for entry in read.entries if entry.mac not in there)
        notes = tuple(dict.fromkeys((*now.notes, *read.notes)))
        place.store.drafts.remark(draft.id, notes)
        _add(place, now, Read(new, read.rejected))
        return place.store.drafts.by_id(draft.id)


def _add(place: Workplace, draft: Draft, read: Read) -> None:
    known = matcher(place)
    rows = rows_of(read.entries, read.rejected, known, draft.tenant)
    stored = place.store.drafts.rows(draft.id)
    checked = check(place, [*stored, *rows], known).rows
    store(place, stored, checked[: len(stored)])
    place.store.drafts.add(draft.id, checked[len(stored) :])


def store(place: Workplace, before: Sequence[DraftRow], after: Sequence[DraftRow]) -> int:
    """Write the rows that changed; how many. Take it within a transaction."""
    changed = [new for old, new in zip(before, after, strict=True) if new != old]
    place.store.drafts.change(changed)
    return len(changed)


def recheck(place: Workplace, draft: Draft) -> Checked:
    """Say anew of each row what is wrong with it: others work on the same site."""
    with place.store.transaction():
        place.store.drafts.by_id(draft.id)
        rows = place.store.drafts.rows(draft.id)
        checked = check(place, rows, matcher(place))
        store(place, rows, checked.rows)
    return checked


def discard(place: Workplace, draft: Draft) -> None:
    """Give a draft up; nothing of the site changes."""
    place.store.drafts.delete(draft.id)


def drop(place: Workplace, draft: Draft, ids: Sequence[int]) -> int:
    """Take rows out; how many."""
    with place.store.transaction():
        number = place.store.drafts.remove(draft.id, ids)
        recheck(place, draft)
    return number


def finish(place: Workplace, draft: Draft) -> Done:
    """Store the devices of all rows that are ready, in one transaction that can be taken back.

    Rows of known devices, unsupported vendors, repeated and rejected lines are left out and counted. Raises Faults
    that name each row without a model or with another problem, as the site is now; nothing is stored then. The draft
    stays, finished, until the next is begun.
    """
    with collector_paused(), place.store.edits.recording(f"import {draft.title}".rstrip()):
        if place.store.drafts.by_id(draft.id).finished:
            raise BadValue("this list is finished already")
        rows = place.store.drafts.rows(draft.id)
        checked = check(place, rows, matcher(place))
        done = stored(place, checked, draft.title)
        after = [row if row.state not in (READY, DOUBT) else row._replace(state=KNOWN, reason="added")
                 for row in checked.rows]  # fmt: skip
        store(place, rows, after)
        place.store.drafts.mark_finished(draft.id)
    return done


def stored(place: Workplace, checked: Checked, title: str) -> Done:
    """Store what is ready; what was. The audit trail keeps where the list came from, beside each device.

    Raises Faults where rows are not ready, BadValue where there is nothing to store.
    """
    faults = list(problems(checked.rows))
    if faults:
        raise Faults(faults)
    done = report(checked)
    if not done.macs and not done.known:
        raise BadValue(f"there is nothing to import: {done.words}")
    place.store.devices.save_many([checked.devices[mac] for mac in done.macs], judged=checked.judged)
    if done.macs:
        place.store.audit.add("import", title, "add", counted(len(done.macs), "device"))
    return done


def report(checked: Checked) -> Done:
    """What storing it would come to."""
    number = counts(checked.rows)
    ready = checked.of(READY, DOUBT)
    warnings = tuple(f"line {row.line}, {row.mac}: {row.reason}" for row in ready if row.state == DOUBT)
    return Done(
        tuple(row.mac for row in ready), number.get(KNOWN, 0), number.get(UNSUPPORTED, 0), number.get(REPEATED, 0),
        number.get(BAD, 0), warnings,
    )  # fmt: skip


def wanting(place: Workplace, draft: Draft, vendor: str = "") -> list[int]:
    """The ids of the rows without a model, of one vendor or all."""
    rows = place.store.drafts.rows(draft.id)
    return [row.id for row in rows if row.state == NO_MODEL and vendor in ("", row.vendor)]
