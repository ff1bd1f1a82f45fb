"""A short menu: one letter takes an entry, or the cursor and Enter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from aps_tui.screens.bulk_entries import Entry
from aps_tui.widgets.keys import key
from aps_tui.widgets.pages import Fixed, Row
from aps_tui.widgets.plain import plain
from aps_tui.widgets.row_list import Column, RowList


class Menu(ModalScreen[str | None]):
    """Asks for one of a few entries; gives its name, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape,q", "dismiss(None)", "Cancel", "Leave everything as it is", first=True)
    ]
    DEFAULT_CSS = "Menu { RowList { height: auto; max-height: 60vh; margin-top: 1; } }"

    def __init__(self, title: str, entries: Sequence[Entry]) -> None:
        super().__init__()
        self.title_text = title
        self.entries = entries

    def compose(self) -> ComposeResult:
        """The title and the entries with their letters."""
        width = max(len(entry.title) for entry in self.entries)
        rows = [Row(one.name, [f"{one.letter}  {one.title:<{width}}  {one.help}"]) for one in self.entries]
        with VerticalGroup(classes="dialog"):
            yield Static(Content(plain(self.title_text)))
            yield RowList([Column("entry", "", 10, 1)], Fixed(rows), header=False)
            yield Static(Content("A letter or Enter takes, Esc cancels"), classes="hint")

    def on_mount(self) -> None:
        """Ready for a letter."""
        self.query_one(RowList).focus()

    def on_key(self, event: events.Key) -> None:
        """Take the entry of a letter."""
        found = next((entry.name for entry in self.entries if entry.letter == event.character), None)
        if found is not None:
            event.stop()
            self.dismiss(found)

    @on(RowList.Opened)
    def opened(self, event: RowList.Opened) -> None:
        """Take the entry under the cursor."""
        if event.rows.current is not None:
            self.dismiss(event.rows.current.key)
