"""A phone's keys as they stand on the phone: bank by bank, two columns, beside its screen where that fits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from aps_tui.widgets.keys import key
from aps_tui.widgets.plain import fitted

SCREEN = 20
"""Cells of the phone's screen between its keys."""
LEAST = 26
"""Cells of a key below which the screen is left out."""


class GridCell(NamedTuple):
    """One key."""

    number: int
    letter: str
    """Says where it comes from."""
    text: str


class GridBank(NamedTuple):
    """The keys in one place of the phone."""

    title: str
    cells: Sequence[GridCell]
    screen: Sequence[str] = ()
    """What stands between the columns: the phone's screen."""


class KeyGrid(Widget, can_focus=True):
    """The keys of one bank at a time, in pages where they do not fit, with a cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("up,k", "step(-1)", "Up", "Go to the key above"),
        key("down,j", "step(1)", "Down", "Go to the key below"),
        key("left,right,h,l", "across", "Across", "Go to the key in the other column"),
        key("g,home", "to(0)", "First", "Go to the first key"),
        key("G,end", "to(-1)", "Last", "Go to the last key"),
        key("b", "bank(1)", "Bank", "Go to the next bank of keys: keys, programmable keys, modules", footer=True),
        key("B", "bank(-1)", "Bank back", "Go to the bank before"),
        key("pageup", "page(-1)", "Page up", "Go to the page before, or the bank before"),
        key("pagedown", "page(1)", "Page down", "Go to the next page, or the next bank"),
        key("enter", "open", "Open", "Change the key under the cursor", footer=True),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "key-grid--title", "key-grid--front", "key-grid--device", "key-grid--template", "key-grid--plain",
        "key-grid--cursor",
    }  # fmt: skip
    DEFAULT_CSS = """
    KeyGrid {
        height: 1fr;
        & .key-grid--front { text-style: bold reverse; }
        & .key-grid--device { color: $success; }
        & .key-grid--template { color: $secondary; }
        & .key-grid--cursor { text-style: bold; }
        &:focus .key-grid--cursor { text-style: reverse; }
    }
    """

    class Moved(Message):
        """The cursor is on another key, or the keys are others."""

    class Opened(Message):
        """Enter was pressed on a key, or it was clicked twice."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.banks: Sequence[GridBank] = ()
        self.bank = 0
        self.cursor = 0

    def show(self, banks: Sequence[GridBank]) -> None:
        """Show other keys; the cursor stays where it is as far as there is such a key."""
        self.banks = banks
        self.bank = max(0, min(self.bank, len(banks) - 1))
        self._put(self.cursor)

    @property
    def cells(self) -> Sequence[GridCell]:
        """The keys of the bank in front."""
        return self.banks[self.bank].cells if self.banks else ()

    @property
    def rows(self) -> int:
        """Rows of keys that fit."""
        return max(self.size.height - 1, 1)

    @property
    def first(self) -> int:
        """The first key of the page."""
        return self.cursor // (2 * self.rows) * 2 * self.rows

    @property
    def half(self) -> int:
        """Keys in the left column of the page."""
        return (min(len(self.cells) - self.first, 2 * self.rows) + 1) // 2

    def _put(self, cursor: int) -> None:
        self.cursor = max(0, min(cursor, len(self.cells) - 1))
        self.refresh()
        self.post_message(self.Moved())

    def action_step(self, keys: int) -> None:
        """Go to a neighbour."""
        self._put(self.cursor + keys)

    def action_across(self) -> None:
        """Go to the other column."""
        here = self.cursor - self.first
        self._put(self.first + (here + self.half if here < self.half else here - self.half))

    def action_to(self, index: int) -> None:
        """Go to the first key (0) or the last (-1)."""
        self._put(index if index >= 0 else len(self.cells) - 1)

    def action_bank(self, step: int) -> None:
        """Go to another bank."""
        if self.banks:
            self.bank = (self.bank + step) % len(self.banks)
            self._put(0)

    def action_page(self, step: int) -> None:
        """Go to another page, and past the ends of the bank to the next one."""
        to = self.first + step * 2 * self.rows
        if 0 <= to < len(self.cells):
            self._put(to)
        elif 0 <= self.bank + step < len(self.banks):
            self.action_bank(step)

    def action_open(self) -> None:
        """Say that the key is wanted."""
        if self.cells:
            self.post_message(self.Opened())

    def on_resize(self) -> None:
        """Lay out anew."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Take the cursor to a key; twice opens it."""
        place = event.get_content_offset(self)
        if place is None or place.y < 1 or not self.cells:
            return
        left, _ = self._widths()
        index = self.first + place.y - 1 + (0 if place.x < left else self.half)
        if place.y <= self.half and index < len(self.cells):
            self._put(index)
            if event.chain == 2:
                self.action_open()

    def render_line(self, y: int) -> Strip:
        """One line of the widget."""
        width = self.size.width
        parts = self._titles() if y == 0 else self._row(y - 1)
        return Strip(parts).adjust_cell_length(width, self.rich_style).crop(0, width)

    def _titles(self) -> list[Segment]:
        parts = []
        for index, bank in enumerate(self.banks):
            name = "front" if index == self.bank else "title"
            text = f"[{bank.title}]" if index == self.bank else f" {bank.title} "
            parts.append(self._segment(text, name))
        pages = -(-len(self.cells) // (2 * self.rows))
        if pages > 1:
            parts.append(self._segment(f"   page {self.cursor // (2 * self.rows) + 1} of {pages}", "title"))
        return parts

    def _widths(self) -> tuple[int, int]:
        """Cells of a key, and of what stands between the columns."""
        wide = bool(self.banks and self.banks[self.bank].screen) and (self.size.width - SCREEN - 2) // 2 >= LEAST
        between = SCREEN + 2 if wide else 1
        return (self.size.width - between) // 2, between

    def _row(self, row: int) -> list[Segment]:
        width, between = self._widths()
        if row >= self.half and row > len(self._screen()) + 1:
            return []
        left, right = (self._key(self.first + row, width, row), self._key(self.first + self.half + row, width, row))
        return [left, self._segment(self._middle(row, between), "plain"), right]

    def _key(self, index: int, width: int, row: int) -> Segment:
        if row >= self.half or index >= len(self.cells) or index >= self.first + 2 * self.half:
            return self._segment(" " * width, "plain")
        cell = self.cells[index]
        name = {"D": "device", "T": "template"}.get(cell.letter, "plain")
        text = fitted(f"{cell.number:>3} {cell.letter} {cell.text}", width)
        return self._segment(text, "cursor" if index == self.cursor else name)

    def _screen(self) -> Sequence[str]:
        return self.banks[self.bank].screen if self.banks else ()

    def _middle(self, row: int, between: int) -> str:
        """A line of the phone's screen, in its frame."""
        lines = self._screen()
        if between < SCREEN or row > len(lines) + 1:
            return " " * between
        inner = SCREEN - 2
        if row in (0, len(lines) + 1):
            return f" +{'-' * inner}+ "
        return f" |{fitted(lines[row - 1], inner)}| "

    def _segment(self, text: str, name: str) -> Segment:
        return Segment(text, self.get_component_rich_style(f"key-grid--{name}"))
