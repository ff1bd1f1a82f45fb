"""The virtual list: any number of rows in constant time and memory, by pages from a source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from aps_tui.domain.errors import ApsError
from aps_tui.widgets.keys import key
from aps_tui.widgets.pages import PAGE, Fixed, Pages, Placing, Row, Source
from aps_tui.widgets.plain import fitted

GUTTER = 2
"""Cells before the first column: the mark and a blank."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: at least `width` cells, and `grow` shares of the cells that are left over."""

    name: str
    title: str
    width: int
    grow: int = 0
    colours: Mapping[str, str] | None = None
    """Cell text to a terminal colour; the text itself says the same without it."""


class RowList(ScrollView, can_focus=True, inherit_bindings=False):
    """A list with a cursor. Texts are shown as they are: no markup, controls escaped."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("up,k", "move(-1)", "Up", "Move the cursor up"),
        key("down,j", "move(1)", "Down", "Move the cursor down"),
        key("g,home", "to(0)", "First", "Go to the first row"),
        key("G,end", "to(-1)", "Last", "Go to the last row"),
        key("pageup", "page(-2)", "Page up", "Move up by one page"),
        key("pagedown", "page(2)", "Page down", "Move down by one page"),
        key("ctrl+u", "page(-1)", "Half up", "Move up by half a page"),
        key("ctrl+d", "page(1)", "Half down", "Move down by half a page"),
        key("enter", "open", "Open", "Open the row under the cursor", footer=True),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "row-list--header", "row-list--row", "row-list--cursor", "row-list--group", "row-list--line",
        "row-list--fault",
    }  # fmt: skip
    DEFAULT_CSS = """
    RowList {
        overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1;
        & .row-list--header { text-style: bold underline; }
        & .row-list--cursor { text-style: bold; }
        &:focus .row-list--cursor { text-style: reverse; }
        & .row-list--group { text-style: bold; }
        & .row-list--fault { color: $error; text-style: bold; }
    }
    """

    class Said(Message):
        """Something about the row under the cursor."""

        def __init__(self, rows: RowList) -> None:
            super().__init__()
            self.rows = rows

        @property
        def control(self) -> RowList:
            """The list."""
            return self.rows

    class Moved(Said):
        """The cursor is on another row, or on none."""

        def can_replace(self, message: Message) -> bool:
            """Only the latest place matters."""
            return isinstance(message, RowList.Moved) and message.rows is self.rows

    class Opened(Said):
        """Enter was pressed on a row, or it was clicked twice."""

    class HeaderClicked(Message):
        """The title of a column was clicked."""

        def __init__(self, column: Column) -> None:
            super().__init__()
            self.column = column

    def __init__(
        self,
        columns: Sequence[Column],
        source: Source | None = None,
        *,
        header: bool = True,
        opens: bool = True,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.opens = opens
        self.columns = tuple(columns)
        self.header = int(header)
        self.sort = ""
        self.descending = False
        self.cursor = 0
        self.marks: dict[str, None] = {}
        self.total = 0
        self.fault = ""
        self._pages = Pages(source or Fixed())
        self._widths: tuple[int, list[int]] = (-1, [])

    @property
    def source(self) -> Source:
        """Where the rows come from."""
        return self._pages.source

    def show(self, source: Source) -> None:
        """Take rows from another source; the cursor goes to the top."""
        self._pages = Pages(source)
        self.cursor = 0
        self.scroll_to(y=0, animate=False)
        self.reload()

    def replace(self, source: Source) -> None:
        """Take rows from a source like the one before; the cursor stays on its row where that is still near."""
        before = self.current
        self._pages = Pages(source)
        self._fetch(before)

    def reload(self) -> None:
        """Fetch again; the cursor stays on its row where that is still near."""
        before = self.current
        self._pages.clear()
        self._fetch(before)

    def _fetch(self, before: Row | None) -> None:
        self._guarded_count()
        was, self.cursor = self.cursor, self._place_of(before.key if before else None)
        self.virtual_size = Size(0, self.total + self.header)
        if self.scroll_offset.y and isinstance(self.source, Placing):  # the rows in sight stay in sight
            self.scroll_to(y=self.scroll_offset.y + self.cursor - was, animate=False)
        self._follow()
        self.refresh()
        self.post_message(self.Moved(self))

    def arrange_columns(self, columns: Sequence[Column]) -> None:
        """Show these columns."""
        self.columns = tuple(columns)
        self._widths = (-1, [])
        self.reload()

    def mark_sort(self, name: str, descending: bool) -> None:
        """Show by which column the source sorts."""
        self.sort, self.descending = name, descending
        self.refresh()

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        return self.row(self.cursor) if self.total else None

    def row(self, index: int) -> Row | None:
        """One row; None where there is none (any more)."""
        try:
            return self._pages.row(index)
        except ApsError as error:
            self.fault = str(error)
            return None

    def move_to(self, index: int) -> None:
        """Put the cursor on a row, as near as there is one."""
        before, self.cursor = self.cursor, max(0, min(index, self.total - 1))
        if before != self.cursor:
            self._repaint(before)
            self._follow()
            self._repaint(self.cursor)
            self.post_message(self.Moved(self))

    def go_to(self, wanted: str) -> None:
        """Put the cursor on the row of this key, if it is near the top or the cursor."""
        self.move_to(self._place_of(wanted))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to open rows only where there is something behind them."""
        return self.opens or action != "open"

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        self.move_to(self.cursor + rows)

    def action_to(self, index: int) -> None:
        """Go to the first row (0) or the last (-1)."""
        self.move_to(index if index >= 0 else self.total - 1)

    def action_page(self, halves: int) -> None:
        """Move by half pages."""
        self.move_to(self.cursor + halves * max(self._height // 2, 1))

    def action_open(self) -> None:
        """Say that the row under the cursor is wanted."""
        if self.current is not None:
            self.post_message(self.Opened(self))

    def on_mount(self) -> None:
        """Fetch the first rows."""
        self.reload()

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        self._follow()

    def on_click(self, event: events.Click) -> None:
        """A title sorts, a row takes the cursor, twice opens it."""
        place = event.get_content_offset(self)
        if place is None:
            return
        if place.y < self.header:
            self._header_clicked(place.x)
            return
        index = place.y - self.header + self.scroll_offset.y
        if index < self.total:
            self.move_to(index)
            if event.chain == 2:
                self.action_open()

    def _header_clicked(self, x: int) -> None:
        edge = GUTTER
        for column, width in zip(self.columns, self._column_widths(), strict=True):
            if edge <= x < edge + width + 1:
                self.post_message(self.HeaderClicked(column))
            edge += width + 1

    def render_line(self, y: int) -> Strip:
        """One line of the widget."""
        width = self.scrollable_content_region.width
        if y < self.header:
            return self._strip([(self._titles(), self.get_component_rich_style("row-list--header"))], width)
        index = y - self.header + self.scroll_offset.y
        found = self.row(index) if index < self.total else None
        if found is None:
            text = self.fault if y == self.header and self.fault else ""
            return self._strip([(fitted(text, width), self.get_component_rich_style("row-list--fault"))], width)
        return self._strip(self._cells(found, index == self.cursor, width), width)

    def _strip(self, parts: Sequence[tuple[str, Style]], width: int) -> Strip:
        return Strip([Segment(text, style) for text, style in parts]).adjust_cell_length(width, self.rich_style)

    def _titles(self) -> str:
        titles = []
        for column, width in zip(self.columns, self._column_widths(), strict=True):
            sign = ("▼" if self.descending else "▲") if column.name == self.sort else ""
            titles.append(fitted(fitted(column.title, min(len(column.title), width - len(sign))) + sign, width))
        return " " * GUTTER + " ".join(titles)

    def _cells(self, row: Row, here: bool, width: int) -> list[tuple[str, Style]]:
        kind = "cursor" if here else row.kind or "row"
        base = self.get_component_rich_style(f"row-list--{kind}")
        parts = [(("*" if row.key in self.marks else " ") + " ", base)]
        if row.kind:  # one text across all columns
            return [*parts, (fitted(" ".join(row.cells), width - GUTTER), base)]
        for column, cell, cells in zip(self.columns, row.cells, self._column_widths(), strict=False):
            colour = None if here else (column.colours or {}).get(cell)
            parts.append((fitted(cell, cells), base + Style(color=colour) if colour else base))
            parts.append((" ", base))
        return parts

    def _column_widths(self) -> list[int]:
        """Cells of each column; found again when the widget's width changes."""
        available = self.scrollable_content_region.width
        if self._widths[0] != available:
            widths = [column.width for column in self.columns]
            left = available - GUTTER - sum(widths) - len(widths) + 1
            shares = sum(column.grow for column in self.columns)
            for at, column in enumerate(self.columns):  # what is left is shared out to the last cell
                if left > 0 and column.grow:
                    more = left * column.grow // shares
                    widths[at], left, shares = widths[at] + more, left - more, shares - column.grow
            self._widths = (available, widths)
        return self._widths[1]

    @property
    def _height(self) -> int:
        """Rows that fit."""
        return max(self.scrollable_content_region.height - self.header, 1)

    def _follow(self) -> None:
        """Scroll so that the cursor is in view."""
        top = self.scroll_offset.y
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False)
        elif self.cursor >= top + self._height:
            self.scroll_to(y=self.cursor - self._height + 1, animate=False)

    def _repaint(self, index: int) -> None:
        line = index - self.scroll_offset.y + self.header
        if line >= self.header:
            self.refresh(Region(0, line, self.size.width, 1))

    def _guarded_count(self) -> None:
        self.fault = ""
        try:
            self.total = self.source.count()
        except ApsError as error:
            self.total, self.fault = 0, str(error)

    def _place_of(self, wanted: str | None) -> int:
        """Where a row is now, if it is on the page around the cursor or on the first one; else the same place."""
        place: int = max(0, min(self.cursor, self.total - 1))
        if wanted is None or not self.total:
            return place
        if isinstance(self.source, Placing):
            found_at = self.source.place_of(wanted)
            return place if found_at is None else found_at
        around = place // PAGE * PAGE
        for index in chain([place], range(around, min(around + PAGE, self.total)), range(min(PAGE, self.total))):
            found = self.row(index)
            if found is not None and found.key == wanted:
                return index
        return place
