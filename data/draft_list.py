"""The rows of a draft as the console lists them: filtered, sorted and paged in SQL."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from typing import Any, NamedTuple

from aps_tui.data.database import Database, Row, listed
from aps_tui.data.filter_line import filtered
from aps_tui.data.lean import SQL, Asc, Case, Desc, fn
from aps_tui.data.models import ImportRow
from aps_tui.data.roles import refuse_others_list
from aps_tui.domain.errors import BadValue

_MAC = re.compile(r"[0-9a-f][0-9a-f:.-]*\Z", re.IGNORECASE)
_SEPARATORS = str.maketrans("", "", ":-.")


class DraftRow(NamedTuple):
    """One row of a draft. Its texts come from a file or the network: hostile until they are checked."""

    id: int
    """0: not stored yet."""
    state: str
    """R ready, W ready with a doubt, M without a model, P with another problem, K known (a device already),
    U of no supported vendor, D repeated, B bad (no MAC in it)."""
    line: int
    """The line of the input; of a scan, the order in which it was found."""
    mac: str
    """12 lower-case hex digits; empty for a bad line."""
    vendor: str = ""
    model: str = ""
    tenant: str = ""
    template: str = ""
    extension: str = ""
    """Line 1's."""
    label: str = ""
    line_label: str = ""
    """What line 1 shows."""
    address: str = ""
    """Where it was seen."""
    said: str = ""
    """The model as it was written, where it is not understood; a bad line's text."""
    why: str = ""
    """What gave the model: file, rule, template, operator."""
    reason: str = ""
    """What is wrong or in doubt."""
    template_tenant: str = ""
    """The tenant that owns the template, or All (Global); empty: it was not looked up yet."""
    more: str = ""
    """JSON of what the columns do not hold."""


class DraftList:
    """Questions of the list; of another operator's, an admin alone has answers.

    `text` is a filter line (`domain/filterline.py`).
    """

    def __init__(self, db: Database) -> None:
        self.db = db
        self._last: tuple[Row, array[int]] = ((), array("q"))

    def ids(self, draft: int, text: str = "", sort: str = "line", *, descending: bool = False) -> array[int]:
        """The ids of the rows that match, in order; kept while the database does not change."""
        refuse_others_list(self.db, draft)
        key = (self.db.state(), draft, text, sort, descending)
        if self._last[0] == key:
            return self._last[1]
        if sort not in _SORTS:
            raise BadValue(f"there is no column {sort!r}: sort by {', '.join(_SORTS)}")
        order = [Desc(one) if descending else Asc(one) for one in (*_SORTS[sort], ImportRow.line, ImportRow.id)]
        where = (ImportRow.draft == draft) & filtered(text, _LOOKS, ImportRow.state)
        found = array(
            "q", (id for (id,) in self.db.found(ImportRow.select(ImportRow.id).where(where).order_by(*order)))
        )
        if not self.db.in_transaction():  # what a transaction shows may be rolled back
            self._last = (key, found)
        return found

    def read(self, draft: int, ids: Sequence[int]) -> list[DraftRow]:
        """The rows of these ids, in their order; those that are no more are left out."""
        refuse_others_list(self.db, draft)
        among = ImportRow.id.in_(SQL("(SELECT value FROM json_each(?))", (listed(ids),)))
        query = ImportRow.select(*_COLUMNS).where((ImportRow.draft == draft) & among)
        found = {row[0]: DraftRow(*row) for row in self.db.found(query)}
        return [found[id] for id in ids if id in found]

    def states(self, draft: int) -> dict[str, int]:
        """State letter to the number of rows in it."""
        refuse_others_list(self.db, draft)
        query = ImportRow.select(ImportRow.state, fn.COUNT(ImportRow.id)).where(ImportRow.draft == draft)
        return dict(self.db.found(query.group_by(ImportRow.state)))


def _mac(word: str) -> Any:
    return ImportRow.mac.contains(word.translate(_SEPARATORS) if _MAC.match(word) else word)


_COLUMNS = [getattr(ImportRow, name) for name in DraftRow._fields]
_LOOKS: dict[str, Any] = {
    "mac": _mac,
    **{
        name: getattr(ImportRow, name).contains
        for name in ("vendor", "model", "tenant", "template", "extension", "label", "address", "reason", "said")
    },
    "line": lambda word: ImportRow.line == (int(word) if word.isdecimal() and len(word) < 10 else -1),
}
_SORTS: dict[str, list[Any]] = {
    "line": [],
    "extension": [ImportRow.extension.cast("INTEGER"), ImportRow.extension],
    "state": [Case(ImportRow.state, [(letter, n) for n, letter in enumerate("MPWRUKDB")], 9)],
    **{
        name: [getattr(ImportRow, name)]
        for name in ("mac", "vendor", "model", "tenant", "template", "label", "address", "reason")
    },
}
