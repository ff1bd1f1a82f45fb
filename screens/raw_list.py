"""The raw parameters of one place: a vendor's own parameters, written as they stand."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.message import Message

from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.screens.desk import Desk, Wrote
from aps_tui.screens.dialogs import Confirm
from aps_tui.screens.pick import Pick
from aps_tui.screens.value_dialog import Ask
from aps_tui.services.values import Level, RawRow, put_raw, raw_rows, reveal_raw
from aps_tui.widgets.keys import key
from aps_tui.widgets.pages import Fixed, Row
from aps_tui.widgets.plain import plain
from aps_tui.widgets.row_list import Column, RowList

COLUMNS = (
    Column("state", "", 1, colours={"o": "green"}),
    Column("vendor", "Vendor", 11),
    Column("name", "Parameter", 26, 2),
    Column("value", "Value", 16, 2),
    Column("source", "From", 8),
)
HELP = "Written into the phone's file as it stands; not checked but for what the file's format cannot carry."


class RawList(RowList):
    """Raw parameters. Every edit is saved at once and posts Wrote.

    A value whose parameter is named like a secret is masked; editing it shows it, which is recorded.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        key("A", "add", "Add", "Add a parameter", footer=True),
        key("e", "edit", "Edit", "Change the value here (Enter too)", footer=True),
        key("d,x", "remove", "Remove", "Take back what is said here: an inherited value shows again", footer=True),
    ]

    class Loaded(Message):
        """The parameters were read."""

        def __init__(self, level: Level, rows: list[RawRow]) -> None:
            super().__init__()
            self.level = level
            self.rows = rows

    def __init__(self, desk: Desk, level: Level, *, id: str | None = None) -> None:
        super().__init__(COLUMNS, id=id)
        self.desk = desk
        self.level = level
        self.found: dict[str, RawRow] = {}

    def on_mount(self) -> None:
        """Read the parameters."""
        self.load()

    @work(thread=True, group="raw", exclusive=True, exit_on_error=False)
    def load(self) -> None:
        """Read the parameters again."""
        with self.desk.place.store.connection():
            try:
                found = raw_rows(self.desk.place, self.level)
            except ApsError as error:
                self.app.call_from_thread(self._complain, error)
            else:
                self.post_message(self.Loaded(self.level, found))

    @on(Loaded)
    def take(self, event: Loaded) -> None:
        """Show what was read, unless another place is wanted by now."""
        if event.level == self.level:
            self.found = {row.key: row for row in event.rows}
            rows = [Row(one.key, ["o" if one.said else "", one.vendor, one.name, one.shown, one.source])
                    for one in event.rows]  # fmt: skip
            self.replace(Fixed(rows))

    def go(self, level: Level) -> None:
        """Show another place."""
        self.level = level
        self.load()

    @property
    def here(self) -> RawRow | None:
        """The parameter under the cursor."""
        return self.found.get(self.current.key) if self.current else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A read-only console changes nothing."""
        writes = {"add", "edit", "remove", "open"}
        return self.desk.may(action, writes) and super().check_action(action, parameters)

    def action_add(self) -> None:
        """Ask for the vendor where that counts, then for `name = value`."""
        if self.level.kind in ("template", "device"):
            self._ask_new("")
            return
        vendors = [(one.slug, one.name) for one in self.desk.place.packs.vendors.values()]
        self.app.push_screen(Pick("Whose parameter?", vendors), lambda slug: self._ask_new(slug) if slug else None)

    def _ask_new(self, vendor: str) -> None:
        title = f"Add a raw parameter{' of ' + vendor if vendor else ''}: name = value"
        self.app.push_screen(Ask(title, "", partial(self._add, vendor), help=HELP, example="name = value"))

    def _add(self, vendor: str, text: str) -> None:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise BadValue("write name = value")
        self._put(vendor, name.strip(), value.strip(), "")

    @on(RowList.Opened)
    def action_edit(self) -> None:
        """Ask for the value of the parameter under the cursor."""
        row = self.here
        if row is None:
            return
        try:
            text = reveal_raw(self.desk.place, self.level, row.vendor, row.name)
        except ApsError as error:
            self._complain(error)
            return
        save = partial(self._put, row.vendor, row.name, expected=row.stamp)
        self.app.push_screen(Ask(f"raw {row.name}", text, save, help=HELP))

    def action_remove(self) -> None:
        """Take back what is said here, after a question."""
        row = self.here
        if row is None:
            return
        if not row.said:
            self.notify(f"{row.name} is said by the {row.source} level: take it back there", markup=False)
            return
        self.app.push_screen(Confirm([f"Remove the raw parameter {row.name}?"], "Remove"), partial(self._remove, row))

    def _remove(self, row: RawRow, sure: bool | None) -> None:
        if sure:
            try:
                self._put(row.vendor, row.name, None, row.stamp)
            except ApsError as error:
                self._complain(error)

    def _put(self, vendor: str, name: str, value: str | None, expected: str) -> None:
        """Store a value; None takes it back. Raises ApsError."""
        with self.desk.edit(f"raw {name}"):
            put_raw(self.desk.place, self.level, vendor, name, value, expected)
        self.post_message(Wrote())
        self.load()

    def _complain(self, error: ApsError) -> None:
        self.notify(plain(str(error)), severity="error", markup=False, timeout=10)
