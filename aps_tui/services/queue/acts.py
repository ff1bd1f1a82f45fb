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
        place.store.audit.add_many(("device", mac, "clear", "out of the queue") for mac in done)
    return done


def know_alarm(place: Workplace, id: int) -> None:
    """Say that an alarm is known; the audit trail keeps who said so."""
    place.store.alarms.know(id)


def tenant_of_new(place: Workplace) -> str:
    """Whose the new phones become unless an operator says otherwise; "" where that has to be asked.

    The tenant of the list that is begun, the only one that there is, or auto-create's.
    """
    draft = _open_list(place)
    names = place.store.tenants.names()
    return (draft and draft.tenant) or (
        names[0] if len(names) == 1 else place.store.provisioning.get().auto_create_tenant
    )


def take_in(place: Workplace, macs: Sequence[str], tenant: str) -> tuple[Draft, list[int]]:
    """Put phones that are no devices yet into the operator's list of them, and give it with the ids of their rows.

    A model that the evidence tells without contradiction is filled in. A list that is not finished grows; `tenant`
    is for the new rows. Raises BadValue where all of them are devices already, and for an unknown tenant.
    """
    with place.store.transaction():
        rows = place.store.queue.of(_no_devices(place, macs, "added"))
        old = _open_list(place)
        there = len(place.store.drafts.rows(old.id)) if old else 0
        read = importing.Read(tuple(_entry(row, there + number, tenant) for number, row in enumerate(rows, 1)))
        if old:
            draft = importing.extend(place, old, read)
        else:
            draft = importing.start(place, read, kind=KIND, title="from the queue", tenant=tenant)
        wanted = {row.mac for row in rows}
        ids = {row.mac: row.id for row in place.store.drafts.rows(draft.id) if row.mac in wanted}
    return draft, [ids[row.mac] for row in rows]


def _open_list(place: Workplace) -> Draft | None:
    draft = importing.current(place, KIND)
    return draft if draft and not draft.finished else None


def _entry(row: QueueRow, line: int, tenant: str) -> importing.Entry:
    vendor, model = (row.vendor, row.model) if row.model and not row.conflict else ("", "")
    return importing.Entry(line, row.mac, vendor, model, tenant=tenant, address=row.address, why=row.why)


def _no_devices(place: Workplace, macs: Sequence[str], done: str) -> list[str]:
    devices = place.store.devices.existing(macs)
    new = [mac for mac in macs if mac not in devices]
    if not new:
        raise BadValue(
            f"{'it is a device' if len(macs) == 1 else 'all of them are devices'} already and cannot be {done}"
        )
    return new
