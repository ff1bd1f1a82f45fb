"""The provisioning settings, each with what a check on this machine says of it."""

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

from aps_tui.domain.autocreate import OPEN_DOOR
from aps_tui.screens.desk import Desk
from aps_tui.screens.dialogs import Confirm
from aps_tui.screens.pick import Pick
from aps_tui.screens.settings_pane import SettingsPane
from aps_tui.screens.value_dialog import Arrange, Ask, Tell
from aps_tui.services import provisioning as service
from aps_tui.services.provisioning import FieldRow, Finding
from aps_tui.widgets.keys import key
from aps_tui.widgets.pages import Fixed, Row
from aps_tui.widgets.plain import plain
from aps_tui.widgets.row_list import Column, RowList

STATES = {"ok": "ok", "warn": "warn", "fault": "FAULT", "wait": "..."}
"""State of a finding to the word in the list."""

COLUMNS = (
    Column("label", "Setting", 22),
    Column("value", "Value", 18, 1),
    Column("check", "Check", 5, colours={"ok": "green", "warn": "yellow", "FAULT": "red"}),
    Column("text", "", 20, 2),
)


class Provisioning(SettingsPane):
    """Every provisioning setting. Each edit is checked and saved at once."""

    WRITES = frozenset({"edit", "switch", "clear", "make", "reveal"})
    ADMINS = WRITES
    BINDINGS: ClassVar[list[BindingType]] = [
        key("e", "edit", "Edit", "Change the setting under the cursor (Enter too)", footer=True),
        key("space", "switch", "Switch", "Turn a switch on or off"),
        key("x", "clear", "Clear", "Say nothing, or what is usual, for this setting", footer=True),
        key("N", "make", "New PIN", "Make a good PIN or password, store it and show it", footer=True),
        key("R", "reveal", "Reveal", "Show the PIN or password, after a question; it is recorded who did"),
    ]

    rows = query_one(RowList)

    class Read(Message):
        """The settings were read and judged; once more when DNS has answered."""

        def __init__(self, serial: int, rows: list[FieldRow], found: list[Finding]) -> None:
            super().__init__()
            self.serial = serial
            self.rows = rows
            self.found = found

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._serial = 0
        self.settings: dict[str, FieldRow] = {}
        self.found: dict[str, Finding] = {}

    def compose(self) -> ComposeResult:
        """The list, and what is to be known of the setting under the cursor."""
        yield Static(Content("Provisioning"), classes="heading")
        yield RowList(COLUMNS, id="provisioning", opens=self.desk.admin)
        yield Static(classes="about")

    def load(self) -> None:
        """Read and judge the settings."""
        self._serial += 1
        self._read(self._serial)

    @work(thread=True, group="checks", exit_on_error=False)
    def _read(self, serial: int) -> None:
        with self.desk.place.store.connection():
            rows, found = service.rows(self.desk.place), service.checks(self.desk.place, ask_dns=False)
            self.post_message(self.Read(serial, rows, found))
            if any(one.state == "wait" for one in found):
                self.post_message(self.Read(serial, rows, service.checks(self.desk.place)))

    @on(Read)
    def take(self, event: Read) -> None:
        """Show what was read, unless it is being read again by now."""
        if event.serial != self._serial:
            return
        self.settings = {row.name: row for row in event.rows}
        self.found = {one.field: one for one in event.found}
        self.rows.replace(Fixed([self._row(row) for row in event.rows]))

    def _row(self, row: FieldRow) -> Row:
        finding = self.found[row.name]
        return Row(row.name, [row.field.label, row.shown, STATES[finding.state], finding.text])

    @property
    def here(self) -> FieldRow | None:
        """The setting under the cursor."""
        return self.settings.get(self.rows.current.key) if self.rows.current else None

    @on(RowList.Moved)
    def tell(self) -> None:
        """Say everything of the setting under the cursor."""
        if (row := self.here) is not None:
            one = self.found[row.name]
            lines = [f"{STATES[one.state]}: {one.text}".rstrip(": "), *([f"To mend: {one.mend}"] if one.mend else [])]
            self.query_one(".about", Static).update(
                Content("\n".join(plain(line) for line in (*lines, row.field.help)))
            )

    @on(RowList.Opened)
    def action_edit(self) -> None:
        """Ask for a value, in the way that suits the setting."""
        if (row := self.here) is None:
            return
        title, kind = row.field.label, row.field.kind
        if kind == "link":
            self.post_message(self.Wanted("site"))
        elif kind == "switch":
            self.action_switch()
        elif kind == "tenant":
            options = [("", "none"), *((name, name) for name in self.desk.place.store.tenants.names())]
            self.app.push_screen(Pick(title, options, row.text), partial(self._take, row))
        elif kind == "vendors":
            options = [(one.slug, one.name) for one in self.desk.place.packs.vendors.values()]
            chosen = [slug for slug in row.text.split(", ") if slug in dict(options)]
            self.app.push_screen(Arrange(title, options, chosen, ordered=False), partial(self._take, row))
        else:
            self.app.push_screen(self._ask(row, title))

    def _ask(self, row: FieldRow, title: str) -> Ask:
        help = row.field.help
        if row.field.kind == "address":
            help += f" {service.own_addresses_said()}"
        check = partial(service.judge, self.desk.place, row.name)
        return Ask(title, row.text, partial(self._save, row), check=check, help=help, secret=row.field.secret)

    def action_switch(self) -> None:
        """Turn a switch; a door that would stand open is asked about first."""
        row = self.here
        if row is None or row.field.kind != "switch":
            self.action_edit()
            return
        value = row.text == "off"
        settings = self.desk.place.store.provisioning.get()
        if value and settings.auto_create_tenant and not settings.whitelist:
            question = ["TURN AUTO-CREATE ON WITH AN EMPTY WHITELIST?", f"{OPEN_DOOR}.", "Fill the whitelist first."]
            asked = partial(self._take_sure, row, value)
            self.app.push_screen(Confirm(question, "Turn on anyway"), asked)
        else:
            self._take(row, value)

    def _take_sure(self, row: FieldRow, value: object, sure: bool | None) -> None:
        if sure:
            self._take(row, value)

    def _take(self, row: FieldRow, value: object) -> None:
        """Store what a dialog gave."""
        if value is not None:
            with self.complaints():
                self._save(row, tuple(value) if isinstance(value, list) else value)

    def _save(self, row: FieldRow, value: object) -> None:
        """Store a value. Raises ApsError."""
        with self.desk.edit(f"provisioning: {row.field.label}"):
            warnings = service.save(self.desk.place, row.name, value, row.stamp)
        self.wrote(warnings)

    def action_clear(self) -> None:
        """Put the setting back; a PIN or password after a question."""
        row = self.here
        if row is None or row.field.kind == "link":
            return
        if row.field.secret and row.shown:
            question = Confirm([f"Remove the {row.field.label}?", "It cannot be read again."], "Remove")
            self.app.push_screen(question, lambda sure: self._clear(row) if sure else None)
        else:
            self._clear(row)

    def _clear(self, row: FieldRow) -> None:
        with self.complaints():
            with self.desk.edit(f"provisioning: {row.field.label} cleared"):
                warnings = service.clear(self.desk.place, row.name, row.stamp)
            self.wrote(warnings)

    def action_make(self) -> None:
        """Make a PIN or password; the one that is there is replaced after a question."""
        row = self.here
        if row is None or not row.field.secret:
            self.notify("Go to the PIN or the UNPROV password first", markup=False)
        elif row.shown:
            question = [f"Replace the {row.field.label} by a new one?", "Whoever uses the old one must be told."]
            self.app.push_screen(Confirm(question, "Replace"), lambda sure: self._make(row) if sure else None)
        else:
            self._make(row)

    def _make(self, row: FieldRow) -> None:
        with self.complaints():
            with self.desk.edit(f"provisioning: new {row.field.label}"):
                made = service.generate(self.desk.place, row.name, row.stamp)
            self.wrote()
            self.app.push_screen(Tell(f"The new {row.field.label}", made))

    def action_reveal(self) -> None:
        """Show the PIN or password, after a question."""
        row = self.here
        if row is None or not (row.field.secret and row.shown):
            self.notify("There is no secret in this row", markup=False)
            return
        question = [f"Show the {row.field.label}?", "It is recorded that you saw it."]
        self.app.push_screen(Confirm(question, "Show"), lambda sure: self._reveal(row) if sure else None)

    def _reveal(self, row: FieldRow) -> None:
        with self.complaints():
            self.app.push_screen(Tell(row.field.label, service.reveal(self.desk.place, row.name)))
            self.wrote()
