"""A screen that is one list: filter line, sort, a detail pane where it fits, a line that counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import ClassVar, Protocol

from textual import on
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.getters import query_one
from textual.widget import Widget
from textual.widgets import Input, Static

from aps_tui.screens.area import AreaScreen
from aps_tui.screens.desk import Desk, Wrote
from aps_tui.screens.reader import Reader
from aps_tui.widgets.keys import key
from aps_tui.widgets.pages import Row, Source
from aps_tui.widgets.plain import plain
from aps_tui.widgets.row_list import Column, RowList
from aps_tui.widgets.text_view import Text, TextView


class ListedSource(Source, Protocol):
    """Rows that a filter line narrows and a column sorts."""

    text: str
    """The filter line."""
    sort: str
    """The column's name."""
    descending: bool


class FilterEntry(Input):
    """The live filter; Enter goes back to the list, Esc clears."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape", "screen.clear_filter", "Clear", "Clear the filter and go back to the list", footer=True),
        key("down", "screen.to_list", "List", "Go to the list and keep the filter"),
    ]

    def allow_focus(self) -> bool:
        """Only while it is shown: a list that is hidden, being empty, would else give it the keys."""
        return super().allow_focus() and self.has_class("-used")


class ListingScreen(AreaScreen):
    """One list. A screen of it gives its columns and source, says what its rows are, and adds its own keys."""

    CSS_PATH: ClassVar[str | list[str | PurePath]] = "listing.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("slash", "filter", "Filter", "Narrow the list as you type", footer=True),
        key("escape", "clear_filter", "Clear", "Clear the filter"),
        key("less_than_sign", "sort(-1)", "Sort left", "Sort by the column to the left"),
        key("greater_than_sign", "sort(1)", "Sort", "Sort by the column to the right"),
        key("I", "invert_sort", "Turn", "Turn the order round"),
        key("r", "reload", "Refresh", "Read the list again"),
    ]

    rows = query_one("#rows", RowList)
    line = query_one(FilterEntry)

    def __init__(self, desk: Desk, columns: Sequence[Column], source: ListedSource) -> None:
        super().__init__(desk)
        self.columns = tuple(columns)
        self.source = source

    def body(self) -> Iterable[Widget]:
        """The filter, the list with its detail, and the line that counts."""
        yield FilterEntry(placeholder="words, !word, column:value", id="filter", compact=True)
        yield Horizontal(self.list_widget(), TextView(id="detail"))
        yield Static(id="nothing")
        yield Static(id="count")

    def list_widget(self) -> RowList:
        """The list, `#rows`."""
        return RowList(self.columns, self.source, id="rows")

    def on_mount(self) -> None:
        """Begin in the list."""
        view = self.query_one("#detail", TextView)
        self.reader = Reader[str](view, self.desk.place, self.detail_of)
        self.rows.mark_sort(self.source.sort, self.source.descending)
        self.rows.focus()

    def detail_of(self, row: str) -> list[Text]:
        """What the pane beside the list says of a row; runs in a thread."""
        return []

    def nothing(self) -> str:
        """What is said while there is no row at all, filter or not."""
        return ""

    def said_of(self, row: Row) -> str:
        """A word about the row under the cursor, for the line that counts."""
        return ""

    def show_site(self) -> None:
        """Show the list again."""
        super().show_site()
        self.show_rows()

    def show_rows(self) -> None:
        """Fetch the rows again."""
        self.rows.reload()
        empty = not (self.rows.total or self.source.text or self.rows.fault)
        self.set_class(empty, "-empty")
        if empty:
            self.query_one("#nothing", Static).update(Content(self.nothing()))
        elif self.focused is None:
            self.rows.focus()

    @on(RowList.Moved)
    def show_row(self) -> None:
        """Count, and show the row under the cursor beside the list."""
        row = self.rows.current
        self.query_one("#count", Static).update(Content(plain(self.rows.fault or f" {self.counted_line(row)}")))
        if self.has_class("-wide"):
            self.reader.want(row.key if row else None)

    def counted_line(self, row: Row | None) -> str:
        """Where the cursor is, how many rows there are, and how they are narrowed and sorted."""
        rows, source = self.rows, self.source
        at = f"{rows.cursor + 1:,} of " if rows.total else ""
        word = f", {said}" if row and (said := self.said_of(row)) else ""
        order = f"sorted by {source.sort}{', turned' if source.descending else ''}"
        narrowed = f", filter {source.text}" if source.text else ""
        return f"{at}{rows.total:,}{word}, {order}{narrowed}"

    @on(Input.Changed, "#filter")
    def narrow(self, event: Input.Changed) -> None:
        """Filter as it is typed."""
        self.source.text = event.value
        self.rows.reload()

    @on(Input.Submitted, "#filter")
    def action_to_list(self) -> None:
        """Go to the list and keep the filter."""
        self.rows.focus()
        self.line.set_class(bool(self.line.value), "-used")

    def action_filter(self) -> None:
        """Type a filter."""
        self.line.add_class("-used")
        self.line.focus()

    def action_clear_filter(self) -> None:
        """Show all again."""
        self.line.value = ""
        self.action_to_list()

    def put_filter(self, text: str) -> None:
        """Filter the list by a text."""
        self.line.value = text
        self.action_to_list()

    def filter_by(self, text: str) -> None:
        """Put a filter into the line; the same one again takes it out."""
        self.put_filter("" if self.line.value == text else text)

    def action_sort(self, step: int) -> None:
        """Sort by the next column on show."""
        names = [column.name for column in self.rows.columns]
        at = names.index(self.source.sort) if self.source.sort in names else 0
        self._sort_by(names[(at + step) % len(names)], False)

    def action_invert_sort(self) -> None:
        """Turn the order round."""
        self._sort_by(self.source.sort, not self.source.descending)

    @on(RowList.HeaderClicked)
    def sort_clicked(self, event: RowList.HeaderClicked) -> None:
        """Sort by the title that was clicked; again: turn round."""
        name = event.column.name
        self._sort_by(name, name == self.source.sort and not self.source.descending)

    def _sort_by(self, name: str, descending: bool) -> None:
        self.source.sort, self.source.descending = name, descending
        self.rows.mark_sort(name, descending)
        self.rows.reload()

    def action_reload(self) -> None:
        """Read again."""
        self.post_message(Wrote())
