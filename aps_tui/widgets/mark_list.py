"""A virtual list whose rows can be marked; marks are kept by key and survive filtering and sorting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Protocol

from textual.binding import BindingType
from textual.message import Message

from aps_tui.domain.errors import ApsError
from aps_tui.widgets.keys import key
from aps_tui.widgets.pages import Source
from aps_tui.widgets.plain import plain
from aps_tui.widgets.row_list import Column, RowList


class KeyedSource(Source, Protocol):
    """A source that can also list the keys of all its rows."""

    def keys(self) -> Sequence[str]:
        """Every key, in the order of the rows."""


class MarkList(RowList):
    """A list with marks. What is done is done to the marked rows, or else to the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("space", "mark", "Mark", "Mark or unmark the row and go on to the next", footer=True),
        key("v", "range", "Range", "Begin a range here; again: mark all from there to here"),
        key("a", "mark_all", "All", "Mark every row that the filter lets through"),
        key("u", "unmark", "Unmark", "Clear all marks, those out of sight too"),
        key("asterisk", "invert_marks", "Invert", "Marked rows of the list become unmarked, and the others marked"),
    ]

    class Marked(Message):
        """The marks are others."""

    def __init__(self, columns: Sequence[Column], source: KeyedSource, *, id: str | None = None) -> None:
        super().__init__(columns, source, id=id)
        self.keyed = source
        self._anchor: str | None = None

    def chosen(self) -> list[str]:
        """The keys to act on: the marks if there are any, else the row under the cursor."""
        if self.marks:
            return list(self.marks)
        return [self.current.key] if self.current else []

    def mark(self, keys: Iterable[str]) -> None:
        """Mark some rows besides those that are."""
        self.marks |= dict.fromkeys(keys)
        self._marked()

    def unmark(self, gone: Iterable[str]) -> None:
        """Forget some marks."""
        for name in gone:
            self.marks.pop(name, None)
        self._marked()

    def action_mark(self) -> None:
        """Mark or unmark the row under the cursor and go on."""
        if self.current is not None:
            self._toggle([self.current.key])
            self.action_move(1)

    def action_range(self) -> None:
        """Begin a range, or end it and mark what lies between."""
        here = self.current
        if here is None:
            return
        if self._anchor is None:
            self._anchor = here.key
            self.notify("Range begun: go to its other end and press v again", timeout=3)
            return
        anchor, self._anchor = self._anchor, None
        keys = self._all()
        if anchor in keys:
            first, last = sorted((keys.index(anchor), keys.index(here.key)))
            self.marks |= dict.fromkeys(keys[first : last + 1])
        self._marked()

    def action_mark_all(self) -> None:
        """Mark every row of the list."""
        self.marks |= dict.fromkeys(self._all())
        self._marked()

    def action_unmark(self) -> None:
        """Clear all marks."""
        self.marks.clear()
        self._anchor = None
        self._marked()

    def action_invert_marks(self) -> None:
        """Invert the marks of the list's rows; marks of rows that are filtered away stay."""
        self._toggle(self._all())

    def _all(self) -> Sequence[str]:
        """The keys of all rows; none, and a word about it, when the source cannot say."""
        try:
            return self.keyed.keys()
        except ApsError as error:
            self.notify(plain(str(error)), severity="error", markup=False)
            return ()

    def _toggle(self, keys: Iterable[str]) -> None:
        for name in keys:
            if name in self.marks:
                del self.marks[name]
            else:
                self.marks[name] = None
        self._marked()

    def _marked(self) -> None:
        self.refresh()
        self.post_message(self.Marked())
