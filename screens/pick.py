"""One of many: a list that narrows as you type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, TypeAlias

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from aps_tui.widgets.keys import key
from aps_tui.widgets.pages import Fixed, Row, Source
from aps_tui.widgets.plain import plain
from aps_tui.widgets.row_list import Column, RowList

Option: TypeAlias = tuple[str, str]
"""What is taken, and how it is shown."""

Find: TypeAlias = Callable[[str], Source]
"""The rows for what was typed: for lists too long to hold."""


def among(options: Sequence[Option]) -> Find:
    """Find options by the words in them; those that begin with what was typed come first."""

    def find(typed: str) -> Source:
        words = typed.casefold().split()
        found = [one for one in options if all(word in one[1].casefold() for word in words)]
        if words:
            found.sort(key=lambda one: not one[1].casefold().startswith(words[0]))
        return Fixed([Row(name, [text]) for name, text in found])

    return find


class Pick(ModalScreen[str | None]):
    """Asks for one of the options; gives its key, or None.

    `typed` fills the filter, as when a letter was pressed on a closed list.
    """

    CSS_PATH = "pick.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "take", "Take", "Take the one under the cursor", first=True),
        key("up", "move(-1)", "Up", "Go to the one above", first=True),
        key("down", "move(1)", "Down", "Go to the one below", first=True),
        key("pageup", "page(-2)", "Page up", "Move up by one page", first=True),
        key("pagedown", "page(2)", "Page down", "Move down by one page", first=True),
        key("escape", "dismiss(None)", "Cancel", "Leave everything as it is"),
    ]

    def __init__(self, title: str, options: Sequence[Option] | Find, current: str = "", typed: str = "") -> None:
        super().__init__()
        self.title_text = title
        self.find = options if callable(options) else among(options)
        self.start = current
        self.typed = typed

    def compose(self) -> ComposeResult:
        """The title, what is typed, the list."""
        with VerticalGroup(classes="dialog"):
            yield Static(Content(plain(self.title_text)))
            yield Input(self.typed, placeholder="type to narrow the list", compact=True, select_on_focus=False)
            yield RowList([Column("text", "", 10, 1)], self.find(self.typed), header=False)
            yield Static(Content("Enter takes, Esc cancels"), classes="hint")

    @property
    def rows(self) -> RowList:
        """The list."""
        return self.query_one(RowList)

    def on_mount(self) -> None:
        """Begin at the present choice, ready to type; where something is typed already, at the best match."""
        self.query_one(Input).focus()
        if not self.typed:
            self.call_after_refresh(self.rows.go_to, self.start)

    @on(Input.Changed)
    def narrow(self, event: Input.Changed) -> None:
        """Narrow the list."""
        if event.value != self.typed:
            self.typed = event.value
            self.rows.show(self.find(event.value))

    @on(RowList.Opened)
    def action_take(self) -> None:
        """Take the one under the cursor."""
        if self.rows.current is not None:
            self.dismiss(self.rows.current.key)

    def action_move(self, rows: int) -> None:
        """Move the list's cursor."""
        self.rows.action_move(rows)

    def action_page(self, halves: int) -> None:
        """Move the list's cursor by half pages."""
        self.rows.action_page(halves)
