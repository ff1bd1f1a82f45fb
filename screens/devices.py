"""The list of devices: filter, sort, mark, look into, plan, delete."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.getters import query_one
from textual.widget import Widget
from textual.widgets import Input, Static

from aps_tui.screens.area import AreaScreen
from aps_tui.screens.desk import Desk, PlanDevices, Wrote
from aps_tui.screens.device_rows import COLUMNS, LEGEND, STATES, DeviceRows
from aps_tui.screens.device_texts import summary_of
from aps_tui.screens.dialogs import Choose, Confirm, first_few
from aps_tui.screens.reader import Reader
from aps_tui.services.console import counted
from aps_tui.widgets.keys import key
from aps_tui.widgets.mark_list import MarkList
from aps_tui.widgets.plain import plain
from aps_tui.widgets.row_list import RowList
from aps_tui.widgets.text_view import TextView

NOTHING_YET = """No device yet.

Load a site:          aps-tui load FILE
Look at a sample:     aps-tui demo --into DIR"""


class FilterLine(Input):
    """The live filter; Enter goes back to the list, Esc clears."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape", "screen.clear_filter", "Clear", "Clear the filter and go back to the list", footer=True),
        key("down", "screen.to_list", "List", "Go to the list and keep the filter"),
    ]


class DevicesScreen(AreaScreen):
    """All devices of the site."""

    TITLE = "Devices"
    LEGEND = LEGEND
    CSS_PATH = "devices.tcss"
    WRITES = frozenset({"delete"})
    BINDINGS: ClassVar[list[BindingType]] = [
        key("slash", "filter", "Filter", "Narrow the list as you type", footer=True),
        key("escape", "clear_filter", "Clear", "Clear the filter"),
        key("less_than_sign", "sort(-1)", "Sort left", "Sort by the column to the left"),
        key("greater_than_sign", "sort(1)", "Sort", "Sort by the column to the right"),
        key("I", "invert_sort", "Turn", "Turn the order round"),
        key("c", "columns", "Columns", "Choose the columns"),
        key("P", "plan", "Plan", "Show what a commit would change for the marked devices", footer=True),
        key("d", "delete", "Delete", "Delete the marked devices, after a question", footer=True),
        key("r", "reload", "Refresh", "Read the list again"),
    ]

    rows = query_one("#devices", MarkList)
    line = query_one(FilterLine)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.source = DeviceRows(desk)

    def body(self) -> Iterable[Widget]:
        """The filter, the list with its detail, and the line that counts."""
        yield FilterLine(placeholder="words, !word, column:value", id="filter", compact=True)
        yield Horizontal(MarkList(self.source.columns, self.source, id="devices"), TextView(id="detail"))
        yield Static(Content(NOTHING_YET), id="nothing")
        yield Static(id="count")

    def on_mount(self) -> None:
        """Begin in the list."""
        self.reader = Reader(self.query_one("#detail", TextView), self.desk.place, partial(summary_of, self.desk.place))
        self.rows.mark_sort(self.source.sort, self.source.descending)
        self.rows.focus()

    def show_site(self) -> None:
        """Show the list again."""
        super().show_site()
        self.set_class(self.desk.now.devices == 0, "-empty")
        with self.complaints():
            there = self.desk.place.store.devices.existing(list(self.rows.marks))
            self.rows.unmark(set(self.rows.marks) - there.keys())
        self.rows.reload()

    @on(RowList.Moved)
    @on(MarkList.Marked)
    def show_row(self) -> None:
        """Count, and show the device under the cursor beside the list."""
        rows, source = self.rows, self.source
        marked = f", {len(rows.marks):,} marked" if rows.marks else ""
        order = f"sorted by {source.sort}{', turned' if source.descending else ''}"
        at = f"{rows.cursor + 1:,} of " if rows.total else ""
        state = rows.current.cells[0] if rows.current and "state" in source.names else ""
        word = f", {STATES.get(state, '')}" if state else ""
        shown = f" (of {self.desk.now.devices:,})" if source.text else ""
        said = rows.fault or f" {at}{rows.total:,}{shown}{word}{marked}, {order}"
        self.query_one("#count", Static).update(Content(plain(said)))
        if self.has_class("-wide"):
            self.reader.want(rows.current.key if rows.current else None)

    @on(Input.Changed)
    def narrow(self, event: Input.Changed) -> None:
        """Filter as it is typed."""
        self.source.text = event.value
        self.rows.reload()

    @on(Input.Submitted)
    def action_to_list(self) -> None:
        """Go to the list and keep the filter."""
        self.rows.focus()
        self.line.set_class(bool(self.line.value), "-used")

    def action_filter(self) -> None:
        """Type a filter."""
        self.line.add_class("-used")
        self.line.focus()

    def action_clear_filter(self) -> None:
        """Show all again."""
        self.line.value = ""
        self.action_to_list()

    def action_sort(self, step: int) -> None:
        """Sort by the next column shown."""
        names = self.source.names
        at = names.index(self.source.sort) if self.source.sort in names else 0
        self._sort_by(names[(at + step) % len(names)], False)

    def action_invert_sort(self) -> None:
        """Turn the order round."""
        self._sort_by(self.source.sort, not self.source.descending)

    @on(RowList.HeaderClicked)
    def sort_clicked(self, event: RowList.HeaderClicked) -> None:
        """Sort by the title that was clicked; again: turn round."""
        name = event.column.name
        self._sort_by(name, name == self.source.sort and not self.source.descending)

    def _sort_by(self, name: str, descending: bool) -> None:
        self.source.sort, self.source.descending = name, descending
        self.rows.mark_sort(name, descending)
        self.rows.reload()

    def action_columns(self) -> None:
        """Choose the columns."""
        names = [(column.title if column.name != "state" else "State", column.name) for column in COLUMNS]
        self.app.push_screen(Choose("Columns to show", names, self.source.names), self._take_columns)

    def _take_columns(self, names: list[str] | None) -> None:
        if names:
            self.source.names = tuple(names)
            self.rows.arrange_columns(self.source.columns)

    def action_reload(self) -> None:
        """Read again."""
        self.post_message(Wrote())

    def action_plan(self) -> None:
        """Show what a commit would change for the chosen devices."""
        if chosen := self.rows.chosen():
            self.post_message(PlanDevices(chosen))

    @on(RowList.Opened)
    def open_device(self, event: RowList.Opened) -> None:
        """Look into a device."""
        if event.rows.current is not None:
            from aps_tui.screens.device import DeviceScreen

            self.app.push_screen(DeviceScreen(self.desk, event.rows.current.key))

    def action_delete(self) -> None:
        """Ask, then delete the chosen devices."""
        chosen = self.rows.chosen()
        if not chosen:
            return
        many = counted(len(chosen), "device")
        question = [f"Delete {many}?", first_few(chosen), "", "Their files stay until the next commit removes them."]
        self.app.push_screen(Confirm(question, f"Delete {many}"), partial(self._delete, chosen))

    def _delete(self, macs: list[str], sure: bool | None) -> None:
        if not sure:
            return
        with self.complaints():
            gone = self.desk.place.store.devices.delete(macs)
            self.rows.unmark(macs)
            self.notify(f"{gone:,} deleted; the next commit removes their files", markup=False)
            self.post_message(Wrote())
