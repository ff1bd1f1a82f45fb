"""The help: every key of the screen or dialog below, from the bindings themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import wrap
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Input, Static

from aps_tui.widgets.keys import Shown, key, shown_by
from aps_tui.widgets.text_view import Text, TextView

WIDTH = 72
"""Cells of a line of help."""
_KEYS, _TITLE = 10, 12
"""Cells of a line's keys and title."""
_NAMES = {
    "MarkList": "Marks",
    "RowList": "List",
    "TextView": "Text",
    "FilterEntry": "Filter line",
    "BaseList": "Fields",
}
"""Classes whose name says too little."""


def sections(screen: Screen[object]) -> Iterator[tuple[str, list[Shown]]]:
    """Title and keys of the screen, of each kind of widget that is seen on it, and of the whole console."""
    found: dict[str, list[Shown]] = {_title(screen): []}
    seen: set[type] = set()
    for node in (screen, *(widget for widget in screen.query("*") if _in_sight(widget))):
        for base, keys in shown_by(node):
            if base not in seen:
                seen.add(base)
                found.setdefault(_title(screen) if node is screen else _words(base), []).extend(keys)
    yield from ((title, keys) for title, keys in found.items() if keys)
    if not screen.is_modal:
        yield "Everywhere", [one for _, keys in shown_by(screen.app) for one in keys]


def _in_sight(widget: Widget) -> bool:
    """Whether a widget is shown; a filter line that waits to be opened counts too."""
    above = [node for node in widget.ancestors if isinstance(node, Widget)]
    return all(node.display for node in above) and (widget.display or isinstance(widget, Input))


def _title(node: DOMNode) -> str:
    return str(getattr(node, "TITLE", None) or _words(type(node)))


def _words(kind: type) -> str:
    """`KeyBoard` becomes `Key board`."""
    name = kind.__name__
    return _NAMES.get(name) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).removesuffix(" Screen").capitalize()


class HelpScreen(ModalScreen[None]):
    """All keys, to read."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [key("escape,q,question_mark", "dismiss", "Close", "Close the help")]

    def __init__(self, below: Screen[object]) -> None:
        super().__init__()
        self.below = below

    def compose(self) -> ComposeResult:
        """One text that scrolls."""
        with VerticalGroup(id="help"):
            yield Static(Content("Help: j k scroll, Esc closes"), id="help-title")
            yield TextView(self._lines())

    def _lines(self) -> Iterator[Text]:
        for line in getattr(self.below, "LEGEND", "").splitlines():
            yield from (Text(part) for part in wrap(line, WIDTH, subsequent_indent="  "))
            yield Text("")
        for title, keys in sections(self.below):
            yield Text(title, "title")
            for one in keys:
                yield from (Text(line) for line in _lines_of(one))
            yield Text("")


def _lines_of(one: Shown) -> Iterator[str]:
    """A key as the help says it, folded under its own words."""
    head = f"  {one.keys:<{_KEYS}} {one.title:<{_TITLE}} "
    first, *more = wrap(one.help, WIDTH - len(head)) or [""]
    yield head + first
    yield from (" " * len(head) + line for line in more)
