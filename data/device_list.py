"""The console's list of devices: filtered, sorted and paged in SQL."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any, NamedTuple

from aps_tui.data.database import Database, Row, listed
from aps_tui.data.device_filter import condition
from aps_tui.data.lean import SQL, Asc, Case, Desc, Expression, fn
from aps_tui.data.models import Clock, Device, Extension, FileWindow, Line, Template, Tenant
from aps_tui.domain.errors import BadValue


class DeviceRow(NamedTuple):
    """A device as the list shows it."""

    mac: str
    vendor: str
    model: str
    template: str
    """Empty without a template."""
    extensions: str
    """Numbers in the order of the lines, with blanks between."""
    label: str
    tenant: str
    state: str
    """N new (never committed), C changed since, O ok, W ok and withdrawn, U without a line, X on an extension that is
    gone."""


COLUMNS = DeviceRow._fields


class DeviceList:
    """Questions of the list. `text` is a filter line (`domain/filterline.py`).

    `stale_vendors`: vendors whose pack changed since the last full commit; their devices
    count as changed.
    """

    def __init__(self, db: Database) -> None:
        self.db = db
        self._last: tuple[Row, array[int]] = ((), array("q"))
        self._whole: tuple[Row, array[int]] = ((), array("q"))

    def count(self, text: str = "", *, stale_vendors: Sequence[str] = ()) -> int:
        """How many devices match."""
        known, ids = self._last
        if known[:3] == self._seen(text, stale_vendors):
            return len(ids)
        where = condition(text, _columns(stale_vendors)["state"])
        return int(self.db.found(Device.select(fn.COUNT(Device.id)).where(where))[0][0])

    def macs(
        self, text: str = "", sort: str = "mac", *, descending: bool = False, stale_vendors: Sequence[str] = ()
    ) -> list[str]:
        """The MACs of the matching devices, in the list's order."""
        query = _ordered(Device.mac, text, sort, descending, stale_vendors)
        return [mac for (mac,) in self.db.found(query)]

    def page(
        self,
        text: str = "",
        sort: str = "mac",
        *,
        descending: bool = False,
        offset: int = 0,
        limit: int = 128,
        stale_vendors: Sequence[str] = (),
    ) -> list[DeviceRow]:
        """A page of the list; sorted by a column of DeviceRow, then by MAC.

        The order is found once and kept while the database does not change, so that scrolling
        costs the page alone.
        """
        ids: Sequence[int]
        if (text, sort, descending, offset) == (
            "",
            "mac",
            False,
            0,
        ):  # what a new console shows first costs itself alone
            ids = [id for (id,) in self.db.rows("SELECT id FROM device ORDER BY mac LIMIT ?", limit)]
        else:
            ids = self._ids(text, sort, descending, stale_vendors)[offset : offset + limit]
        columns = _columns(stale_vendors)
        rows = Device.select(Device.id, *(columns[name] for name in COLUMNS)).where(_among(ids))
        found = {id: DeviceRow(*row) for id, *row in self.db.found(rows)}
        return [found[id] for id in ids if id in found]

    def next_match(
        self,
        sought: str,
        start: int,
        step: int,
        text: str = "",
        sort: str = "mac",
        *,
        descending: bool = False,
        stale_vendors: Sequence[str] = (),
    ) -> int | None:
        """The place in the list of the nearest device that matches `sought`, from the place `start` on, round the end.

        `step` 1 looks downwards, -1 upwards; the place itself counts last. None where no device of the list matches.
        """
        ids = self._ids(text, sort, descending, stale_vendors)
        matching = self._matching(sought, stale_vendors)
        places = ((start + step * far) % len(ids) for far in range(1, len(ids) + 1))
        return next((place for place in places if ids[place] in matching), None)

    def states(self, *, stale_vendors: Sequence[str] = ()) -> dict[str, int]:
        """State letter to the number of devices in it."""
        state = _columns(stale_vendors)["state"].alias("state")
        return dict(self.db.found(Device.select(state, fn.COUNT(Device.id)).group_by(SQL("state"))))

    def _ids(self, text: str, sort: str, descending: bool, stale_vendors: Sequence[str]) -> array[int]:
        key = (*self._seen(text, stale_vendors), sort, descending)
        known, ids = self._last
        if known == key:
            return ids
        ids = self._order(sort, descending, stale_vendors)
        if text.strip():  # filtering an order that is known is quicker than ordering what a filter finds
            matching = self._matching(text, stale_vendors)
            ids = array("q", (id for id in ids if id in matching))
        if not self.db.in_transaction():  # what a transaction shows may be rolled back
            self._last = (key, ids)
        return ids

    def _order(self, sort: str, descending: bool, stale_vendors: Sequence[str]) -> array[int]:
        """Every device in an order."""
        key = (*self._seen("", stale_vendors), sort, descending)
        known, ids = self._whole
        if known == key:
            return ids
        query = _ordered(Device.id, "", sort, descending, stale_vendors)
        ids = array("q", (id for (id,) in self.db.found(query)))
        if not self.db.in_transaction():
            self._whole = (key, ids)
        return ids

    def _matching(self, text: str, stale_vendors: Sequence[str]) -> set[int]:
        where = condition(text, _columns(stale_vendors)["state"])
        return {id for (id,) in self.db.found(Device.select(Device.id).where(where))}

    def _seen(self, text: str, stale_vendors: Sequence[str]) -> Row:
        return self.db.state(), text, tuple(stale_vendors)


def _ordered(what: Any, text: str, sort: str, descending: bool, stale_vendors: Sequence[str]) -> Any:
    columns = _columns(stale_vendors)
    if sort not in columns:
        raise BadValue(f"there is no column {sort!r}: sort by {', '.join(COLUMNS)}")
    keys = _SORT_KEYS.get(sort, [columns[sort]])
    order = [Desc(key) if descending else Asc(key) for key in (*keys, Device.mac)]
    return Device.select(what).where(condition(text, columns["state"])).order_by(*order)


def _among(ids: Sequence[int]) -> Expression:
    return Device.id.in_(SQL("(SELECT value FROM json_each(?))", (listed(ids),)))


def _lines() -> Any:
    """The extensions on the device's lines."""
    return Line.select().join(Extension).where(Line.device == Device.id)


def _tenant(column: Any) -> Any:
    return Tenant.select(column).where(Tenant.id == Device.tenant)


def _template(column: Any) -> Any:
    return Template.select(column).where(Template.id == Device.template)


def _columns(stale_vendors: Sequence[str]) -> dict[str, Any]:
    return {
        "mac": Device.mac,
        "vendor": Device.vendor,
        "model": Device.model,
        "template": fn.COALESCE(_template(Template.name), ""),
        "extensions": fn.COALESCE(_lines().select(fn.GROUP_CONCAT(Extension.number, " ")), ""),
        "label": Device.label,
        "tenant": _tenant(Tenant.name),
        "state": _state(stale_vendors),
    }


def _state(stale_vendors: Sequence[str]) -> Any:
    dirty = (
        (Device.stamp > Device.done)
        | (_tenant(Tenant.stamp) > Device.done)
        | (fn.COALESCE(_template(Template.stamp), -1) > Device.done)
        | (Clock.select(Clock.site_stamp) > Device.done)
        | Device.vendor.in_(list(stale_vendors))
    )
    states = (
        (Device.id.in_(Line.select(Line.device).join(Extension).where(Extension.gone)), "X"),
        (~fn.EXISTS(Line.select(SQL("1")).where(Line.device == Device.id)), "U"),
        (Device.done < 0, "N"),
        (dirty, "C"),
        (Device.mac.in_(FileWindow.select(FileWindow.mac).where(FileWindow.withdrawn > 0)), "W"),
    )
    return Case(None, states, "O")


_FIRST = _lines().order_by(Line.number).limit(1)
_SORT_KEYS: dict[str, list[Any]] = {
    "extensions": [_FIRST.select(Extension.number.cast("INTEGER")), _FIRST.select(Extension.number)],
}
"""Columns that are not sorted by the text they show: extensions count up, by the first line's."""
