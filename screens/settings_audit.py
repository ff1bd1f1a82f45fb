"""The audit trail: who changed what and when, narrowed by a filter line, exported as CSV."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.message import Message
from textual.widgets import Input, Static
from textual.worker import Worker, WorkerState

from aps_tui.screens.desk import Desk, OpenDevice
from aps_tui.screens.settings_pane import SettingsPane
from aps_tui.screens.told import Told
from aps_tui.screens.value_dialog import Ask
from aps_tui.services.audit import AuditRow, device_of, explained, export_trail, when
from aps_tui.services.console import counted
from aps_tui.services.workplace import Workplace
from aps_tui.widgets.keys import key
from aps_tui.widgets.pages import Row
from aps_tui.widgets.plain import plain
from aps_tui.widgets.row_list import Column, RowList
from aps_tui.widgets.text_view import Text

COLUMNS = (
    Column("when", "When", 18),
    Column("who", "Who", 8, 1),
    Column("kind", "Kind", 12),
    Column("name", "Name", 13, 2),
    Column("action", "Did", 7),
    Column("detail", "Detail", 12, 3),
)
FILTER_HELP = "words, !word, who: kind: name: action: detail:"


class TrailRows:
    """The changes of some ids, newest first; read as they are looked at."""

    def __init__(self, place: Workplace, ids: array[int]) -> None:
        self.place = place
        self.ids = ids

    def count(self) -> int:
        """How many there are."""
        return len(self.ids)

    def page(self, offset: int, limit: int) -> Sequence[Row]:
        """Some of them."""
        return [_row(one) for one in self.place.store.audit.read(self.ids[offset : offset + limit])]


def _row(one: AuditRow) -> Row:
    return Row(str(one.id), [when(one.at), one.operator, one.kind, one.name, one.action, one.detail])


class AuditTrail(SettingsPane):
    """Every change. The filter is looked up in a thread, one at a time, the latest wish next."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("slash", "filter", "Filter", "Narrow the trail as you type: who:alice kind:device", footer=True),
        key("down", "to_rows", "List", "Go from the filter to the list"),
        key("i", "details", "Details", "Everything known of the change"),
        key("E", "export", "Export", "Write what the filter lets through to a CSV file", footer=True),
    ]

    rows = query_one(RowList)
    line = query_one(Input)

    class Found(Message):
        """A filter was looked up."""

        def __init__(self, ids: array[int]) -> None:
            super().__init__()
            self.ids = ids

    class Exported(Message):
        """A file was written."""

        def __init__(self, said: str) -> None:
            super().__init__()
            self.said = said

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._busy = self._again = False

    def compose(self) -> ComposeResult:
        """The filter, the list, the line that counts."""
        yield Static(
            Content("Audit trail: Enter opens the device, or says everything of the change"), classes="heading"
        )
        yield Input(placeholder=FILTER_HELP, compact=True, classes="filter")
        yield RowList(COLUMNS, TrailRows(self.desk.place, array("q")), id="trail")
        yield Static(classes="count")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The arrow goes to the list from the filter alone."""
        return (action != "to_rows" or self.line.has_focus) and super().check_action(action, parameters)

    def load(self) -> None:
        """Look the filter up again."""
        self._again = self._busy
        if not self._busy:
            self._busy = True
            self._find(self.line.value)

    @work(thread=True, group="trail", exit_on_error=False)
    def _find(self, text: str) -> None:
        with self.desk.place.store.connection():
            self.post_message(self.Found(self.desk.place.store.audit.find(text)))

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """What could not be looked up may be tried again."""
        if event.state is WorkerState.ERROR and event.worker.group == "trail":
            self._busy = False
        super().on_worker_state_changed(event)

    @on(Found)
    def take(self, event: Found) -> None:
        """Show what the filter let through."""
        self._busy = False
        self.rows.replace(TrailRows(self.desk.place, event.ids))
        if self._again:
            self.load()

    @on(RowList.Moved)
    def tell(self) -> None:
        """Count."""
        at = f"{self.rows.cursor + 1:,} of " if self.rows.total else ""
        narrowed = f", filter {self.line.value}" if self.line.value else ""
        said = self.rows.fault or f" {at}{counted(self.rows.total, 'change')}, newest first{narrowed}"
        self.query_one(".count", Static).update(Content(plain(said)))

    @on(Input.Changed)
    def narrow(self) -> None:
        """Filter as it is typed."""
        self.load()

    def action_filter(self) -> None:
        """Type a filter."""
        self.line.add_class("-used")
        self.line.focus()

    @on(Input.Submitted)
    def action_to_rows(self) -> None:
        """Go to the list and keep the filter."""
        self.rows.focus()
        self.line.set_class(bool(self.line.value), "-used")

    def action_leave(self) -> None:
        """Show all again; without a filter, go back."""
        if self.line.value or self.line.has_focus:
            self.line.value = ""
            self.action_to_rows()
        else:
            super().action_leave()

    def _here(self) -> AuditRow | None:
        row = self.rows.current
        found = self.desk.place.store.audit.read([int(row.key)]) if row else []
        return found[0] if found else None

    @on(RowList.Opened)
    def open_change(self) -> None:
        """Open the device that the change is about; say everything of any other."""
        with self.complaints():
            row = self._here()
            if row is not None and (mac := device_of(self.desk.place, row)):
                self.post_message(OpenDevice(mac))
            else:
                self.action_details()

    def action_details(self) -> None:
        """Say everything of the change under the cursor."""
        with self.complaints():
            if (row := self._here()) is not None:
                said = [Text(line) for line in explained(row)]
                self.app.push_screen(Told(self.desk.place, "One change", lambda: said))

    def action_export(self) -> None:
        """Ask for a file, then write."""
        help = f"Writes the {counted(self.rows.total, 'change')} of this list on this machine, readable by you alone."
        dialog = Ask("Export as CSV to which file?", "", self.desk.place.files.new, help=help, example="~/audit.csv")
        self.app.push_screen(dialog, self._export)

    def _export(self, name: str | None) -> None:
        if name is not None:
            self._write(self.desk.place.files.new(name), self.line.value)

    @work(thread=True, group="export", exit_on_error=False)
    def _write(self, path: Path, text: str) -> None:
        with self.desk.place.store.connection():
            rows = export_trail(self.desk.place.store, path, text)
        self.post_message(self.Exported(f"{counted(rows, 'change')} written to {path}"))

    @on(Exported)
    def say_exported(self, event: Exported) -> None:
        """Say what was written."""
        self.notify(plain(event.said), markup=False, timeout=10)
