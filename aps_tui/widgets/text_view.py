"""Lines of text to read: a diff, a rendered file, an explanation. Any number of lines, never markup."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import wrap
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual.binding import BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from aps_tui.widgets.keys import key
from aps_tui.widgets.plain import plain


class Text(NamedTuple):
    """One line and what it is: plain, title, add, remove, hunk, fault or warning."""

    text: str
    kind: str = "plain"


_SIGNS = (("+++", "title"), ("---", "title"), ("@@", "hunk"), ("+", "add"), ("-", "remove"))


def diff_lines(lines: Iterable[str]) -> list[Text]:
    """The lines of a unified diff, told apart by how they begin."""
    return [Text(line, next((kind for sign, kind in _SIGNS if line.startswith(sign)), "plain")) for line in lines]


MOST_FOLDED = 20
"""Cells below which nothing is folded any further."""


def _made_plain(lines: Iterable[Text]) -> list[Text]:
    return [Text(plain(line.text.replace("\t", "    ")), line.kind) for line in lines]


def _folded(line: Text, width: int) -> list[Text]:
    """A fault or a warning is folded to be read as a whole; other lines are as they are in their file."""
    if line.kind not in ("fault", "warning") or len(line.text) <= width:
        return [line]
    return [Text(part, line.kind) for part in wrap(line.text, width)]


class TextView(ScrollView, can_focus=True):
    """Text that scrolls both ways."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("k", "scroll_up", "Up", "Scroll up"),
        key("j", "scroll_down", "Down", "Scroll down"),
        key("g", "scroll_home", "Start", "Go to the first line"),
        key("G", "scroll_end", "End", "Go to the last line"),
        key("ctrl+u", "page_up", "Page up", "Scroll up by one page"),
        key("ctrl+d", "page_down", "Page down", "Scroll down by one page"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"text-view--{kind}" for kind in ("plain", "title", "add", "remove", "hunk", "fault", "warning")
    }
    DEFAULT_CSS = """
    TextView {
        scrollbar-size: 1 1;
        & .text-view--title { text-style: bold; }
        & .text-view--add { color: $success; }
        & .text-view--remove { color: $error; }
        & .text-view--hunk { color: $secondary; }
        & .text-view--fault { color: $error; text-style: bold; }
        & .text-view--warning { color: $warning; }
    }
    """

    def __init__(self, lines: Iterable[Text] = (), *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._given = _made_plain(lines)
        self.lines = self._given

    def show(self, lines: Iterable[Text]) -> None:
        """Show other lines, from the top."""
        self._given = _made_plain(lines)
        self._lay_out()

    def on_resize(self) -> None:
        """Fold anew what does not fit."""
        self._lay_out()

    def _lay_out(self) -> None:
        width = max(self.size.width - 1, MOST_FOLDED)
        self.lines = [part for line in self._given for part in _folded(line, width)]
        self.virtual_size = Size(max((cell_len(line.text) for line in self.lines), default=0), len(self.lines))
        self.scroll_to(0, 0, animate=False)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the widget."""
        left, top = self.scroll_offset
        width = self.scrollable_content_region.width
        if y + top >= len(self.lines):
            return Strip.blank(width, self.rich_style)
        line = self.lines[y + top]
        strip = Strip([Segment(line.text, self.get_component_rich_style(f"text-view--{line.kind}"))])
        return strip.crop_extend(left, left + width, self.rich_style)

    def action_page_up(self) -> None:
        """Scroll up by one page."""
        self.scroll_page_up(animate=False)

    def action_page_down(self) -> None:
        """Scroll down by one page."""
        self.scroll_page_down(animate=False)
