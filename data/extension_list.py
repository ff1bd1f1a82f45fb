"""The console's list of extensions: filtered, sorted and paged in SQL. No secret is in it."""

from __future__ import annotations

import re
from array import array
from typing import Any, NamedTuple

from aps_tui.data.database import Database, Row, listed
from aps_tui.data.filter_line import filtered
from aps_tui.data.lean import SQL, Asc, Case, Desc, fn
from aps_tui.data.models import Device, Extension, Line, Tenant
from aps_tui.domain.errors import BadValue

_MAC = re.compile(r"[0-9a-f][0-9a-f:.-]*\Z", re.IGNORECASE)
_SEPARATORS = str.maketrans("", "", ":-.")


class ExtensionRow(NamedTuple):
    """An extension as the list shows it."""

    id: int
    state: str
    """F free, U used, H held but not to be assigned (no usable secret), G gone, X gone but still on a line."""
    number: str
    name: str
    account: str
    tenant: str
    mac: str
    """The device that holds it; empty without one."""
    line: int
    """The device's line that holds it; 0 without one."""
    mailbox: str
    source: str


_SORTS = ("state", "number", "name", "account", "tenant", "used", "mailbox", "source")


class ExtensionList:
    """Questions of the list. `text` is a filter line (`domain/filterline.py`); `used` looks at MACs."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self._last: tuple[Row, array[int]] = ((), array("q"))

    def count(self, text: str = "", sort: str = "number", *, descending: bool = False) -> int:
        """How many extensions match; it costs nothing when the same list is paged next."""
        return len(self._ids(text, sort, descending))

    def page(
        self, text: str = "", sort: str = "number", *, descending: bool = False, offset: int = 0, limit: int = 128
    ) -> list[ExtensionRow]:
        """A page of the list, sorted by a column, then by number and tenant.

        The order is found once and kept while the database does not change.
        """
        ids = self._ids(text, sort, descending)[offset : offset + limit]
        among = Extension.id.in_(SQL("(SELECT value FROM json_each(?))", (listed(ids),)))
        found = {row[0]: ExtensionRow(*row) for row in self.db.found(Extension.select(*_COLUMNS).where(among))}
        return [found[id] for id in ids if id in found]

    def states(self) -> dict[str, int]:
        """State letter to the number of extensions in it."""
        query = Extension.select(_STATE.alias("state"), fn.COUNT(Extension.id)).group_by(SQL("state"))
        return dict(self.db.found(query))

    def given_by(self) -> dict[tuple[str, str], int]:
        """(source, tenant) to the number of its extensions that are not gone."""
        query = Extension.select(Extension.source, Tenant.name, fn.COUNT(Extension.id)).join(Tenant)
        grouped = query.where(~Extension.gone).group_by(Extension.source, Tenant.name)
        return {(source, tenant): count for source, tenant, count in self.db.found(grouped)}

    def _ids(self, text: str, sort: str, descending: bool) -> array[int]:
        key = (self.db.state(), text, sort, descending)
        if self._last[0] == key:
            return self._last[1]
        if sort not in _SORTS:
            raise BadValue(f"there is no column {sort!r}: sort by {', '.join(_SORTS)}")
        first = [] if sort == "number" else [_SORT_KEYS[sort] if sort in _SORT_KEYS else getattr(Extension, sort)]
        keys = (*first, Extension.number.cast("INTEGER"), Extension.number, Extension.tenant)
        order = [Desc(one) if descending else Asc(one) for one in keys]
        query = Extension.select(Extension.id).where(filtered(text, _LOOKS, _STATE)).order_by(*order)
        ids = array("q", (id for (id,) in self.db.found(query)))
        if not self.db.in_transaction():  # what a transaction shows may be rolled back
            self._last = (key, ids)
        return ids


def _line(*what: Any) -> Any:
    """Of the line that holds the extension."""
    return Line.select(*what).where(Line.extension == Extension.id)


def _tenant(word: str) -> Any:
    return Extension.tenant.in_(Tenant.select(Tenant.id).where(Tenant.name.contains(word)))


def _used(word: str) -> Any:
    mac = word.translate(_SEPARATORS) if _MAC.match(word) else word
    return Extension.id.in_(Line.select(Line.extension).join(Device).where(Device.mac.contains(mac)))


_HELD = fn.EXISTS(_line(SQL("1")))
_STATE = Case(None, ((Extension.gone & _HELD, "X"), (Extension.gone, "G"), (~Extension.usable, "H"), (_HELD, "U")), "F")
_HOLDER = fn.COALESCE(_line(Device.mac).join(Device), "")
_OWNER = Tenant.select(Tenant.name).where(Tenant.id == Extension.tenant)
_COLUMNS = (
    Extension.id, _STATE, Extension.number, Extension.name, Extension.account, _OWNER, _HOLDER,
    fn.COALESCE(_line(Line.number), 0), Extension.mailbox, Extension.source,
)  # fmt: skip
_SORT_KEYS = {"state": _STATE, "tenant": _OWNER, "used": _HOLDER}
"""Columns of the list that are not the extension's own."""
_LOOKS = {
    "number": Extension.number.contains,
    "name": Extension.name.contains,
    "account": Extension.account.contains,
    "tenant": _tenant,
    "used": _used,
    "mailbox": Extension.mailbox.contains,
    "source": Extension.source.contains,
}
