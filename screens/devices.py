"""The list of devices: filter, search, sort, mark, look into, edit many, plan, delete."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.getters import query_one
from textual.widget import Widget
from textual.widgets import Input, Static

from aps_tui.screens.area import AreaScreen
from aps_tui.screens.areas import AREAS
from aps_tui.screens.bulk_entries import ENTRIES, Entry
from aps_tui.screens.desk import Desk, OpenDevice, PlanDevices, Wrote
from aps_tui.screens.device_rows import COLUMNS, LEGEND, STATES, DeviceRows
from aps_tui.screens.dialogs import Choose, Confirm, first_few
from aps_tui.screens.reader import Reader
from aps_tui.services.console import counted
from aps_tui.services.views import keep_view
from aps_tui.widgets.keys import key
from aps_tui.widgets.mark_list import MarkList
from aps_tui.widgets.plain import plain
from aps_tui.widgets.row_list import RowList
from aps_tui.widgets.text_view import Text, TextView

if TYPE_CHECKING:
    from aps_tui.screens.bulk import BulkEdit

FIRST_STEPS = ("import", "scan", "queue")
"""Screens by which devices come in."""


def nothing_yet() -> str:
    """What an operator sees on the first day."""
    ways = [("A", "add one device by hand")]
    ways += [(area.key, f"{area.title}: {area.help}") for area in AREAS if area.name in FIRST_STEPS]
    ways += [("?", "every key")]
    return "\n".join([
        "No device yet. Press", "", *(f"  {key}  {what}" for key, what in ways),
        "", "or, from the shell:", "",
        "  aps-tui load FILE             the whole site as one file",
        "  aps-tui extensions sync ...   the extensions of the PBX",
        "  aps-tui demo --into DIR       a sample site to look at",
    ])  # fmt: skip


def _action(entry: Entry) -> str:
    """An edit's action; an export is none that a read-only console would hide."""
    return entry.name if entry.name == "export" else f"bulk('{entry.name}')"


FAULTS = "state:x"
"""The filter of devices that lost their extension."""


class FilterLine(Input):
    """The live filter; Enter goes back to the list, Esc clears."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape", "screen.clear_filter", "Clear", "Clear the filter and go back to the list", footer=True),
        key("down", "screen.to_list", "List", "Go to the list and keep the filter"),
    ]

    def allow_focus(self) -> bool:
        """Only while it is shown: a list that is hidden, being empty, would else give it the keys."""
        return super().allow_focus() and self.has_class("-used")


class DevicesScreen(AreaScreen):
    """All devices of the site."""

    TITLE = "Devices"
    LEGEND = LEGEND
    CSS_PATH = "devices.tcss"
    WRITES = frozenset({"delete", "bulk", "menu", "add"})
    BINDINGS: ClassVar[list[BindingType]] = [
        key("b", "menu", "Bulk", "Edit the marked devices: model, template, extensions ...", footer=True),
        *(
            key(one.letter, _action(one), one.title, f"{one.title} of the marked devices. {one.help}")
            for one in ENTRIES
        ),
        key("A", "add", "Add", "Add a device"),
        key("e", "edit", "Edit", "Open the device under the cursor (Enter too)"),
        key("plus", "mark_pattern(True)", "Mark by", "Mark the devices of the list that a pattern matches"),
        key("minus", "mark_pattern(False)", "Unmark by", "Unmark the devices of the list that a pattern matches"),
        key("n", "search(1)", "Next match", "Go to the next device that the last filter matches"),
        key("N", "search(-1)", "Match before", "Go to the one before that the last filter matches"),
        key("exclamation_mark", "faults", "Orphans", "Show only devices on extensions that are gone; again: all"),
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
        self.sought = ""
        self.progress = ""

    def body(self) -> Iterable[Widget]:
        """The filter, the list with its detail, and the line that counts."""
        yield FilterLine(placeholder="words, !word, column:value", id="filter", compact=True)
        yield Horizontal(MarkList(self.source.columns, self.source, id="devices"), TextView(id="detail"))
        yield Static(Content(nothing_yet()), id="nothing")
        yield Static(id="count")

    def on_mount(self) -> None:
        """Begin in the list."""
        self.reader = Reader(self.query_one("#detail", TextView), self.desk.place, self._summary)
        self.rows.mark_sort(self.source.sort, self.source.descending)
        self.rows.focus()

    def _summary(self, mac: str) -> list[Text]:
        from aps_tui.screens.device_texts import summary_of  # not needed before the first row is up

        return summary_of(self.desk.place, mac)

    def show_site(self) -> None:
        """Show the list again."""
        super().show_site()
        self.set_class(self.desk.seen and self.desk.now.devices == 0, "-empty")
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
        search = f", n: next {self.sought!r}" if self.sought and not source.text else ""
        said = self.progress or rows.fault or f" {at}{rows.total:,}{shown}{word}{marked}, {order}{search}"
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
        """Show all again; what was looked for is kept for n and N."""
        self.sought = self.line.value.strip() or self.sought
        self.line.value = ""
        self.action_to_list()

    def action_faults(self) -> None:
        """Show only the devices on extensions that are gone, or all again."""
        self.put_filter("" if self.line.value == FAULTS else FAULTS)

    def put_filter(self, text: str) -> None:
        """Filter the list by a text."""
        self.line.value = text
        self.action_to_list()

    def action_search(self, step: int) -> None:
        """Go to the next device that was looked for."""
        sought = self.source.text or self.sought
        if not sought:
            self.notify("Look for something first: / and a word, then Esc")
            return
        with self.complaints():
            found = self.source.next_match(sought, self.rows.cursor, step)
            if found is None:
                self.notify(f"Nothing in the list matches {sought!r}", markup=False)
            else:
                self.rows.move_to(found)

    def action_mark_pattern(self, on: bool) -> None:
        """Ask for a pattern, and mark what it matches, or unmark it."""
        from aps_tui.screens.bulk import some_text
        from aps_tui.screens.form import Field, Form

        verb = "Mark" if on else "Unmark"

        def preview(said: dict[str, str]) -> str:
            return f"{verb}s {counted(self.source.count_matching(said['pattern']), 'device')} of the list"

        field = Field("pattern", "Pattern", help="words, !word, column:value, as in the filter", check=some_text)
        form = Form(f"{verb} by pattern", [field], lambda _: None, does=verb.lower(), preview=preview)
        self.app.push_screen(form, partial(self._mark_pattern, on))

    def _mark_pattern(self, on: bool, said: dict[str, str] | None) -> None:
        if said:
            with self.complaints():
                found = self.source.matching(said["pattern"])
                self.rows.mark(found) if on else self.rows.unmark(found)

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
        self._keep_view()

    def _keep_view(self) -> None:
        """Keep columns and order for the operator's next session."""
        if not self.desk.read_only:
            view, place = self.source.view, self.desk.place

            def keep() -> None:
                with place.store.connection():
                    keep_view(place, "devices", view)

            self.run_worker(keep, group="view", exclusive=True, thread=True, exit_on_error=False)

    def action_columns(self) -> None:
        """Choose the columns."""
        names = [(column.title if column.name != "state" else "State", column.name) for column in COLUMNS]
        self.app.push_screen(Choose("Columns to show", names, self.source.names), self._take_columns)

    def _take_columns(self, names: list[str] | None) -> None:
        if names:
            self.source.names = tuple(names)
            self.rows.arrange_columns(self.source.columns)
            self._keep_view()

    def action_reload(self) -> None:
        """Read again."""
        self.post_message(Wrote())

    def action_plan(self) -> None:
        """Show what a commit would change for the chosen devices."""
        if chosen := self.rows.chosen():
            self.post_message(PlanDevices(chosen))

    @on(RowList.Opened)
    def action_edit(self) -> None:
        """Open the device under the cursor."""
        if self.rows.current is not None:
            self.post_message(OpenDevice(self.rows.current.key, self.source.keys))

    def action_add(self) -> None:
        """Ask for a new device."""
        from aps_tui.screens.add_device import add_form

        with self.complaints():
            self.app.push_screen(add_form(self.desk), self._added)

    def _added(self, said: dict[str, str] | None) -> None:
        if said:
            self.notify(f"{said['mac']} added", markup=False)
            self.post_message(Wrote())

    def action_menu(self) -> None:
        """Ask what is to be done to the chosen devices."""
        if edit := self._edit():
            edit.menu()

    def action_bulk(self, name: str) -> None:
        """Begin one edit of the chosen devices."""
        if edit := self._edit():
            edit.begin(name)

    def action_export(self) -> None:
        """Write the chosen devices to a file."""
        self.action_bulk("export")

    def export_to(self, file: str) -> None:
        """Write the marked devices, or else all of the list, to a file."""
        with self.complaints():
            if edit := self._edit([*self.rows.marks] or self.source.keys()):
                edit.write_to(file)

    def _edit(self, chosen: Sequence[str] | None = None) -> BulkEdit | None:
        from aps_tui.screens.bulk import BulkEdit

        chosen = self.rows.chosen() if chosen is None else chosen
        return BulkEdit(self, chosen, partial(self.source.ordered, chosen), self.show_progress) if chosen else None

    def show_progress(self, text: str) -> None:
        """Say what is being done in the place of the count."""
        self.progress = text and f" {text} ..."
        self.show_row()

    def action_delete(self) -> None:
        """Ask, then delete the chosen devices."""
        edit = self._edit()
        if edit is None:
            return
        question = [f"Delete {edit.many}?", first_few(edit.chosen), "",
                    "Their files stay until the next commit removes them."]  # fmt: skip

        def answered(sure: bool | None) -> None:
            if sure:
                edit.delete(partial(self.rows.unmark, edit.chosen))

        self.app.push_screen(Confirm(question, f"Delete {edit.many}"), answered)
