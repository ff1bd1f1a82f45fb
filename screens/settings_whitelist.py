"""The whitelist: which phones auto-create may make a device for."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.message import Message
from textual.widgets import Static

from aps_tui.screens.desk import Desk
from aps_tui.screens.dialogs import Confirm
from aps_tui.screens.settings_pane import SettingsPane
from aps_tui.screens.value_dialog import Ask
from aps_tui.services import whitelist as service
from aps_tui.services.console import counted
from aps_tui.widgets.keys import key
from aps_tui.widgets.pages import Fixed, Row
from aps_tui.widgets.plain import plain
from aps_tui.widgets.row_list import Column, RowList

COLUMNS = (
    Column("entry", "Entry", 20, 1),
    Column("kind", "Kind", 10),
    Column("waiting", "Waiting", 8),
    Column("note", "Note", 20, 2),
)
HELP = (
    "An address (192.0.2.7), a network (192.0.2.0/24), a maker's MAC prefix (80:5e:c0, 6 to 11 hex digits) or a whole "
    "MAC. Addresses are those that the phone was seen with."
)


class Whitelist(SettingsPane):
    """Every entry, and how many phones of the queue it lets in."""

    WRITES = frozenset({"add", "edit", "delete"})
    ADMINS = WRITES
    BINDINGS: ClassVar[list[BindingType]] = [
        key("A", "add", "Add", "Add an entry", footer=True),
        key("e", "edit", "Edit", "Change the entry under the cursor (Enter too)"),
        key("d", "delete", "Delete", "Delete the entry, after a question", footer=True),
    ]

    rows = query_one(RowList)

    class Read(Message):
        """The whitelist was read."""

        def __init__(self, found: service.Whitelist) -> None:
            super().__init__()
            self.found = found

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.auto_create = False

    def compose(self) -> ComposeResult:
        """What it is for, the list, the word about an open door."""
        yield Static(Content("Whitelist: whom auto-create lets in"), classes="heading")
        yield Static(classes="fault")
        yield RowList(COLUMNS, id="whitelist", opens=self.desk.admin)
        yield Static(classes="count")

    def load(self) -> None:
        """Read the entries, and count the queue for each."""
        self._read()

    @work(thread=True, group="whitelist", exclusive=True, exit_on_error=False)
    def _read(self) -> None:
        with self.desk.place.store.connection():
            self.post_message(self.Read(service.whitelist(self.desk.place)))

    @on(Read)
    def take(self, event: Read) -> None:
        """Show what was read."""
        found = event.found
        self.auto_create = found.auto_create
        self.rows.replace(Fixed([_row(one) for one in found.rows]))
        warning = "\n".join(plain(f"! {text}") for text in found.warnings)
        self.query_one(".fault", Static).update(Content(warning))
        self.query_one(".fault").display = bool(warning)
        state = "on" if found.auto_create else "off"
        queue = f"{counted(found.waiting, 'phone')} in the queue, {found.admitted:,} let in"
        empty = "" if found.rows else "  No entry: A adds one."
        self.query_one(".count", Static).update(Content(f" Auto-create is {state}; {queue}.{empty}"))

    @property
    def here(self) -> str | None:
        """The entry under the cursor."""
        return self.rows.current.key if self.rows.current else None

    def action_add(self) -> None:
        """Ask for an entry."""
        self._ask("Add to the whitelist", "", self._add)

    def _add(self, text: str) -> None:
        with self.desk.edit(f"whitelist: {text} added"):
            service.add_entry(self.desk.place, text)

    @on(RowList.Opened)
    def action_edit(self) -> None:
        """Ask for another entry in place of the one under the cursor."""
        if (old := self.here) is not None:
            self._ask(f"Whitelist entry {old}", old, partial(self._change, old))

    def _change(self, old: str, text: str) -> None:
        with self.desk.edit(f"whitelist: {old} becomes {text}"):
            service.change_entry(self.desk.place, old, text)

    def _ask(self, title: str, text: str, save: service.Save) -> None:
        dialog = Ask(title, text, save, check=service.check_entry, help=HELP, example="192.0.2.0/24")
        self.app.push_screen(dialog, lambda said: self.wrote() if said is not None else None)

    def action_delete(self) -> None:
        """Ask, then delete the entry under the cursor."""
        if (old := self.here) is not None:
            opens = self.auto_create and self.rows.total == 1
            effect = "IT IS THE LAST ENTRY, AND AUTO-CREATE IS ON: any device that asks would be created."
            question = [f"Delete {old} from the whitelist?", effect if opens else "Devices that were created stay."]
            self.app.push_screen(Confirm(question, "Delete"), partial(self._delete, old))

    def _delete(self, old: str, sure: bool | None) -> None:
        if sure:
            with self.complaints():
                with self.desk.edit(f"whitelist: {old} deleted"):
                    warnings = service.remove_entry(self.desk.place, old)
                self.wrote(warnings)


def _row(one: service.EntryRow) -> Row:
    entry = one.entry
    return Row(entry.text, [entry.text, entry.kind, f"{one.waiting:,}", one.note])
