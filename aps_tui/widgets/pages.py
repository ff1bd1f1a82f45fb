"""Rows by number from a source that gives pages: only what is looked at is ever fetched."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple, Protocol, runtime_checkable

PAGE = 128
"""Rows of one page."""
KEPT = 16
"""Pages in memory."""


class Row(NamedTuple):
    """A row as it is shown."""

    key: str
    """What the row is, however the list is filtered and sorted."""
    cells: Sequence[str]
    kind: str = ""
    """Empty for cells in columns; `group` or `line` for one text across them."""


class Source(Protocol):
    """Where a list gets its rows. Raises ApsError when it cannot say."""

    def count(self) -> int:
        """How many rows there are."""

    def page(self, offset: int, limit: int) -> Sequence[Row]:
        """Some of the rows, in order; fewer when others are removing them meanwhile."""


@runtime_checkable
class Placing(Protocol):
    """A source that knows where each row is, so that a cursor finds its row again however far it went."""

    def place_of(self, key: str) -> int | None:
        """The row's place; None for one that is not in the list."""


class Fixed:
    """A source of rows that are all at hand."""

    def __init__(self, rows: Sequence[Row] = ()) -> None:
        self.rows = rows

    def count(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    def page(self, offset: int, limit: int) -> Sequence[Row]:
        """Some of the rows."""
        return self.rows[offset : offset + limit]


class Pages:
    """The pages of a source that were used last."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._pages: OrderedDict[int, Sequence[Row]] = OrderedDict()

    def row(self, index: int) -> Row | None:
        """One row; None past the end."""
        number, place = divmod(index, PAGE)
        page = self._pages.get(number)
        if page is None:
            page = self._pages[number] = self.source.page(number * PAGE, PAGE)
            if len(self._pages) > KEPT:
                self._pages.popitem(last=False)
        self._pages.move_to_end(number)
        return page[place] if 0 <= place < len(page) else None

    def clear(self) -> None:
        """Forget every page."""
        self._pages.clear()
