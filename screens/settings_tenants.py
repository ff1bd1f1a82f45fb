"""The tenants: what each has, added, renamed, removed; Enter edits the settings of one."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Static

from aps_tui.screens.desk import Wrote
from aps_tui.screens.dialogs import Confirm
from aps_tui.screens.settings_pane import SettingsPane
from aps_tui.screens.value_dialog import Ask
from aps_tui.services.tenants import (
    TenantRow,
    add_tenant,
    goes_with,
    remove_tenant,
    rename_tenant,
    tenant_name,
    tenant_rows,
)
from aps_tui.widgets.keys import key
from aps_tui.widgets.pages import Fixed, Row
from aps_tui.widgets.row_list import Column, RowList

COLUMNS = (
    Column("name", "Tenant", 16, 1),
    Column("devices", "Devices", 8),
    Column("templates", "Templates", 9),
    Column("extensions", "Extensions", 10),
    Column("mappings", "Mappings", 8),
    Column("sources", "Sources", 7),
)
NONE_YET = "No tenant yet. A adds one: every device and every extension belongs to a tenant."


class Tenants(SettingsPane):
    """Every tenant."""

    WRITES = frozenset({"add", "rename", "delete"})
    ADMINS = WRITES
    BINDINGS: ClassVar[list[BindingType]] = [
        key("A", "add", "Add", "Add a tenant", footer=True),
        key("R", "rename", "Rename", "Give the tenant another name, everywhere", footer=True),
        key("d", "delete", "Delete", "Delete the tenant, after a question; refused while devices use it", footer=True),
    ]

    rows = query_one(RowList)

    def compose(self) -> ComposeResult:
        """The list, or a word on how to begin."""
        yield Static(Content("Tenants: Enter edits the settings of one"), classes="heading")
        yield Static(Content(NONE_YET), classes="nothing")
        yield RowList(COLUMNS, id="tenants")

    def load(self) -> None:
        """Read the tenants."""
        found = tenant_rows(self.desk.place)
        self.query_one(".nothing").display = not found
        self.rows.replace(Fixed([_row(one) for one in found]))

    @property
    def here(self) -> str | None:
        """The tenant under the cursor."""
        return self.rows.current.key if self.rows.current else None

    @on(RowList.Opened)
    def open_tenant(self) -> None:
        """Edit the settings of the tenant under the cursor."""
        if self.here is not None:
            self.post_message(self.Wanted("tenant", self.here))

    def action_add(self) -> None:
        """Ask for a name."""
        help = "Any name, such as acme; a tenant is a customer or a site of the PBX."
        self.app.push_screen(Ask("Add a tenant", "", self._add, check=tenant_name, help=help), self._named)

    def _add(self, text: str) -> None:
        with self.desk.edit(f"tenant {text}: added"):
            add_tenant(self.desk.place, text)

    def action_rename(self) -> None:
        """Ask for another name."""
        if (old := self.here) is not None:
            help = "The name changes everywhere; the files change where it is written in them."
            dialog = Ask(f"Rename tenant {old}", old, partial(self._rename, old), check=tenant_name, help=help)
            self.app.push_screen(dialog, self._named)

    def _rename(self, old: str, text: str) -> None:
        with self.desk.edit(f"tenant {old}: renamed to {text}"):
            rename_tenant(self.desk.place, old, text)

    def _named(self, name: str | None) -> None:
        if name is not None:
            with self.complaints():
                self.load()
            self.rows.go_to(name)
            self.wrote()

    def action_delete(self) -> None:
        """Ask, naming what goes with it, then delete the tenant under the cursor."""
        if (name := self.here) is not None:
            goes = ", ".join(goes_with(self.desk.place, name))
            also = f"With it go {goes}, and its settings." if goes else "It has nothing but its settings."
            self.app.push_screen(Confirm([f"Delete tenant {name}?", also], "Delete"), partial(self._delete, name))

    def _delete(self, name: str, sure: bool | None) -> None:
        if sure:
            self._remove(name)

    @work(thread=True, group="remove", exit_on_error=False)
    def _remove(self, name: str) -> None:
        """Delete a tenant: its extensions may be many."""
        with self.desk.place.store.connection(), self.desk.edit(f"tenant {name}: deleted"):
            remove_tenant(self.desk.place, name)
        self.post_message(Wrote())


def _row(one: TenantRow) -> Row:
    return Row(one.name, [one.name, *(f"{count:,}" for count in one[1:])])
