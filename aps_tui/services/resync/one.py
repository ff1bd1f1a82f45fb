"""Telling one phone now, as when it has just been bound."""

from __future__ import annotations

from aps_tui.data.resyncs import Resync
from aps_tui.domain.errors import ApsError
from aps_tui.services.resync.orders import orders_for
from aps_tui.services.resync.ways import open_way
from aps_tui.services.resync.words import FAILED, SENT, Order, Result, Way
from aps_tui.services.workplace import Workplace


def tell_one(place: Workplace, mac: str, contact: str = "", *, restart: bool = False, way: Way | None = None) -> Result:
    """Tell one device to fetch, by its `contact` (a SIP address) where that is known, and store how it went.

    It never goes to the endpoint that unprovisioned phones share. Call it in a thread: it takes up to seconds. What
    goes wrong with the PBX or the phone is in the result; raises BadValue for a MAC that is no device.
    """
    try:
        opened = way or open_way(place.resync)
    except ApsError as error:
        orders_for(place, [mac], restart=restart)
        return Result(mac, FAILED, str(error))
    try:
        plan = orders_for(place, [mac], restart=restart, needs_uri=opened.needs_uri, contact=contact)
        return told(place, opened, plan.orders[0]) if plan.orders else plan.unable[0]
    finally:
        if way is None:
            opened.close()


def told(place: Workplace, way: Way, order: Order) -> Result:
    """Tell one device and store how it went."""
    at = place.store.db.now()
    try:
        state, detail = SENT, way.tell(order.notice, order.target)
    except ApsError as error:
        state, detail = FAILED, str(error)
    result = Result(order.mac, state, detail, order.notice.event, str(order.target))
    place.store.resyncs.record([Resync(order.mac, at, result.event, result.target, state, detail)])
    return result
