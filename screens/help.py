"""The help: every key of the screen below, from the bindings themselves."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from aps_tui.screens.area import AreaScreen
from aps_tui.widgets.keys import Shown, key, shown
from aps_tui.widgets.text_view import Text, TextView

WIDTH = 72
"""Cells of a line of help."""


def sections(screen: Screen[object]) -> Iterator[tuple[str, list[Shown]]]:
    """Title and keys of the screen, of each kind of widget on it, and of the whole console."""
    own = getattr(screen, "TITLE", "") or type(screen).__name__.removesuffix("Screen")
    yield str(own), shown(screen)
    seen = set()
    for widget in screen.query("*"):
        if widget.focusable and type(widget) not in seen and (keys := shown(widget)):
            seen.add(type(widget))
            yield (
                {"MarkList": "List", "RowList": "List", "TextView": "Text", "FilterLine": "Filter line"}.get(
                    type(widget).__name__, type(widget).__name__
                ),
                keys,
            )
    if not screen.is_modal:
        yield "Everywhere", shown(screen.app)


class HelpScreen(ModalScreen[None]):
    """All keys, to read."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [key("escape,q,question_mark,f1", "dismiss", "Close", "Close the help")]

    def __init__(self, below: Screen[object]) -> None:
        super().__init__()
        self.below = below

    def compose(self) -> ComposeResult:
        """One text that scrolls."""
        with VerticalGroup(id="help"):
            yield Static(Content("Help: j k scroll, Esc closes"), id="help-title")
            yield TextView(self._lines())

    def _lines(self) -> Iterator[Text]:
        for title, keys in sections(self.below):
            yield Text(title, "title")
            for one in keys:
                first, *more = wrap(one.help, WIDTH - 25) or [""]
                yield Text(f"  {one.keys:<10} {one.title:<11} {first}")
                yield from (Text(" " * 25 + line) for line in more)
            yield Text("")
        if isinstance(self.below, AreaScreen) and self.below.LEGEND:
            for line in self.below.LEGEND.splitlines():
                yield from (Text(part) for part in wrap(line, WIDTH, subsequent_indent="  "))
