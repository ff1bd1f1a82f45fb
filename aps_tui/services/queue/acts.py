"""What is done with MACs of the queue: kept out, forgotten, let go, taken into a list of new devices."""

from __future__ import annotations

from collections.abc import Sequence

from aps_tui.data.drafts import Draft
from aps_tui.data.queue_list import QueueRow
from aps_tui.domain.errors import BadValue
from aps_tui.services import importing
from aps_tui.services.queue.listing import stale_vendors
from aps_tui.services.workplace import Workplace

KIND = "queue"
"""The kind of the list into which phones of the queue are taken."""


def ignore(place: Workplace, macs: Sequence[str]) -> int:
    """Keep those of the MACs that are no devices out of the queue; how many. Raises BadValue where all are devices."""
    with place.store.transaction():
        new = _no_devices(place, macs, "ignored")
        place.store.arrivals.ignore(new)
    return len(new)


def heed(place: Workplace, macs: Sequence[str]) -> int:
    """Take ignored MACs into the queue again; how many."""
    place.store.arrivals.heed(macs)
    return len(macs)


def forget(place: Workplace, macs: Sequence[str]) -> int:
    """Forget all that was seen of those of the MACs that are no devices; how many. Raises BadValue as `ignore` does."""
    with place.store.transaction():
        return place.store.arrivals.forget(_no_devices(place, macs, "forgotten"))


def clear(place: Workplace, macs: Sequence[str]) -> list[str]:
    """Let those of the MACs go out of the queue that are synced; which they are."""
    with place.store.transaction():
        done = [row.mac for row in place.store.queue.of(macs, stale_vendors(place)) if row.state == "O"]
        place.store.arrivals.follow(done, followed=False)
    return done


def know_alarm(place: Workplace, id: int) -> None:
    """Say that an alarm is known; the audit trail keeps who said so."""
    place.store.alarms.know(id)


def take_in(place: Workplace, macs: Sequence[str]) -> tuple[Draft, list[int]]:
    """Put phones that are no devices yet into the operator's list of them, and give it with the ids of their rows.

    A model that the evidence tells without contradiction is filled in. A list that is not finished grows. Raises
    BadValue where all of them are devices already.
    """
    with place.store.transaction():
        rows = place.store.queue.of(_no_devices(place, macs, "added"))
        old = importing.current(place, KIND)
        there = place.store.drafts.rows(old.id) if old and not old.finished else []
        read = importing.Read(tuple(_entry(row, len(there) + number) for number, row in enumerate(rows, 1)))
        if old and not old.finished:
            draft = importing.extend(place, old, read)
        else:
            draft = importing.start(place, read, kind=KIND, title="queue", tenant=_tenant(place))
        wanted = {row.mac for row in rows}
        ids = {row.mac: row.id for row in place.store.drafts.rows(draft.id) if row.mac in wanted}
    return draft, [ids[row.mac] for row in rows]


def _entry(row: QueueRow, line: int) -> importing.Entry:
    vendor, model = (row.vendor, row.model) if row.model and not row.conflict else ("", "")
    return importing.Entry(line, row.mac, vendor, model, address=row.address, why=row.why)


def _tenant(place: Workplace) -> str:
    """Whose phones they are unless the operator says another: the only tenant, or the one of auto-create."""
    names = place.store.tenants.names()
    return names[0] if len(names) == 1 else place.store.provisioning.get().auto_create_tenant


def _no_devices(place: Workplace, macs: Sequence[str], done: str) -> list[str]:
    devices = place.store.devices.existing(macs)
    new = [mac for mac in macs if mac not in devices]
    if not new:
        raise BadValue(
            f"{'it is a device' if len(macs) == 1 else 'all of them are devices'} already and cannot be {done}"
        )
    return new
