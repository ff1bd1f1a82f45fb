"""The devices on a template, to go to one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from aps_tui.domain.mac import with_colons
from aps_tui.services.console import counted
from aps_tui.services.templates import TemplateRow, title_of, users
from aps_tui.services.workplace import Workplace
from aps_tui.widgets.keys import key
from aps_tui.widgets.pages import Row
from aps_tui.widgets.plain import plain
from aps_tui.widgets.row_list import Column, RowList

COLUMNS = (
    Column("mac", "MAC", 17),
    Column("tenant", "Tenant", 12, 1),
    Column("extensions", "Ext", 12, 1),
    Column("label", "Label", 12, 1),
)


class _Users:
    """The devices of one template, page by page."""

    def __init__(self, place: Workplace, row: TemplateRow) -> None:
        self.place = place
        self.row = row

    def count(self) -> int:
        """How many there are."""
        return self.row.devices

    def page(self, offset: int, limit: int) -> Sequence[Row]:
        """Some of them, by MAC."""
        found = users(self.place, self.row, offset, limit)
        return [Row(one.mac, [with_colons(one.mac), one.tenant, one.extensions, one.label]) for one in found]


class Used(ModalScreen[str | None]):
    """Where a template is used; gives the MAC that was chosen, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [key("escape,q", "dismiss(None)", "Back", "Close this")]
    DEFAULT_CSS = """
    Used {
        .dialog { width: 76; height: 80%; padding: 0 1; }
        .title { text-style: bold; }
        RowList { height: 1fr; margin-top: 1; }
    }
    """

    def __init__(self, place: Workplace, row: TemplateRow) -> None:
        super().__init__()
        self.place = place
        self.row = row

    def compose(self) -> ComposeResult:
        """The devices."""
        with VerticalGroup(classes="dialog"):
            title = f"{title_of(self.row)} is used by {counted(self.row.devices, 'device')}"
            yield Static(Content(plain(title)), classes="title")
            yield RowList(COLUMNS, _Users(self.place, self.row))
            yield Static(Content("Enter opens the device, Esc closes"), classes="hint")

    def on_mount(self) -> None:
        """Begin in the list."""
        self.query_one(RowList).focus()

    @on(RowList.Opened)
    def take(self, event: RowList.Opened) -> None:
        """Give the device under the cursor."""
        if event.rows.current is not None:
            self.dismiss(event.rows.current.key)
