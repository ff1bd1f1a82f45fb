"""The list of devices: filter, search, sort, mark, look into, edit many, plan, delete."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType
from textual.getters import query_one

from aps_tui.screens.areas import AREAS
from aps_tui.screens.bulk_entries import ENTRIES, Entry
from aps_tui.screens.desk import Desk, OpenDevice, PlanDevices, TellDevices, Wrote
from aps_tui.screens.device_rows import COLUMNS, LEGEND, STATES, DeviceRows
from aps_tui.screens.dialogs import Choose, Confirm, first_few
from aps_tui.screens.listing import ListingScreen
from aps_tui.services.console import counted
from aps_tui.services.views import keep_view
from aps_tui.widgets.keys import key
from aps_tui.widgets.mark_list import MarkList
from aps_tui.widgets.pages import Row
from aps_tui.widgets.row_list import RowList
from aps_tui.widgets.text_view import Text

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


class DevicesScreen(ListingScreen):
    """All devices of the site."""

    TITLE = "Devices"
    LEGEND = LEGEND
    CSS_PATH: ClassVar[str | list[str | PurePath]] = ["listing.tcss", "devices.tcss"]
    WRITES = frozenset({"delete", "bulk", "menu", "add", "resync", "open_files"})
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
        key("c", "columns", "Columns", "Choose the columns"),
        key("P", "plan", "Plan", "Show what a commit would change for the marked devices", footer=True),
        key("F", "resync", "Fetch", "Tell the marked phones to fetch their files", footer=True),
        key(
            "o",
            "open_files",
            "Open files",
            "Open withdrawn files of the marked devices for a while, or close them",
        ),
        key("d", "delete", "Delete", "Delete the marked devices, after a question"),
    ]

    listed = query_one("#rows", MarkList)

    def __init__(self, desk: Desk) -> None:
        self.devices = DeviceRows(desk)
        super().__init__(desk, self.devices.columns, self.devices)
        self.sought = ""
        self.progress = ""

    def list_widget(self) -> MarkList:
        """The list, with marks."""
        return MarkList(self.columns, self.devices, id="rows")

    def detail_of(self, mac: str) -> list[Text]:
        """What is said of a device beside the list."""
        from aps_tui.screens.device_texts import summary_of  # not needed before the first row is up

        return summary_of(self.desk.place, mac)

    def nothing(self) -> str:
        """What an operator sees on the first day."""
        return nothing_yet()

    def show_rows(self) -> None:
        """Fetch the rows again; marks of devices that are no more go."""
        with self.complaints():
            there = self.desk.place.store.devices.existing(list(self.listed.marks))
            self.listed.unmark(set(self.listed.marks) - there.keys())
        super().show_rows()

    @on(MarkList.Marked)
    def count_marks(self) -> None:
        """Say how many are marked."""
        self.show_row()

    def counted_line(self, row: Row | None) -> str:
        """How many devices there are, are shown and are marked; while something is done, what."""
        rows, source = self.listed, self.devices
        marked = f", {len(rows.marks):,} marked" if rows.marks else ""
        order = f"sorted by {source.sort}{', turned' if source.descending else ''}"
        at = f"{rows.cursor + 1:,} of " if rows.total else ""
        state = row.cells[0] if row and "state" in source.names else ""
        word = f", {STATES.get(state, '')}" if state else ""
        shown = f" (of {self.desk.now.devices:,})" if source.text else ""
        search = f", n: next {self.sought!r}" if self.sought and not source.text else ""
        return self.progress or f"{at}{rows.total:,}{shown}{word}{marked}, {order}{search}"

    def action_clear_filter(self) -> None:
        """Show all again; what was looked for is kept for n and N."""
        self.sought = self.line.value.strip() or self.sought
        super().action_clear_filter()

    def action_faults(self) -> None:
        """Show only the devices on extensions that are gone, or all again."""
        self.filter_by(FAULTS)

    def action_search(self, step: int) -> None:
        """Go to the next device that was looked for."""
        sought = self.devices.text or self.sought
        if not sought:
            self.notify("Look for something first: / and a word, then Esc")
            return
        with self.complaints():
            found = self.devices.next_match(sought, self.listed.cursor, step)
            if found is None:
                self.notify(f"Nothing in the list matches {sought!r}", markup=False)
            else:
                self.listed.move_to(found)

    def action_mark_pattern(self, on: bool) -> None:
        """Ask for a pattern, and mark what it matches, or unmark it."""
        from aps_tui.screens.bulk import some_text
        from aps_tui.screens.form import Field, Form

        verb = "Mark" if on else "Unmark"

        def preview(said: dict[str, str]) -> str:
            return f"{verb}s {counted(self.devices.count_matching(said['pattern']), 'device')} of the list"

        field = Field("pattern", "Pattern", help="words, !word, column:value, as in the filter", check=some_text)
        form = Form(f"{verb} by pattern", [field], lambda _: None, does=verb.lower(), preview=preview)
        self.app.push_screen(form, partial(self._mark_pattern, on))

    def _mark_pattern(self, on: bool, said: dict[str, str] | None) -> None:
        if said:
            with self.complaints():
                found = self.devices.matching(said["pattern"])
                self.listed.mark(found) if on else self.listed.unmark(found)

    def _sort_by(self, name: str, descending: bool) -> None:
        super()._sort_by(name, descending)
        self._keep_view()

    def _keep_view(self) -> None:
        """Keep columns and order for the operator's next session."""
        if not self.desk.read_only:
            view, place = self.devices.view, self.desk.place

            def keep() -> None:
                with place.store.connection():
                    keep_view(place, "devices", view)

            self.run_worker(keep, group="view", exclusive=True, thread=True, exit_on_error=False)

    def action_columns(self) -> None:
        """Choose the columns."""
        names = [(column.title if column.name != "state" else "State", column.name) for column in COLUMNS]
        self.app.push_screen(Choose("Columns to show", names, self.devices.names), self._take_columns)

    def _take_columns(self, names: list[str] | None) -> None:
        if names:
            self.devices.names = tuple(names)
            self.listed.arrange_columns(self.devices.columns)
            self._keep_view()

    def action_plan(self) -> None:
        """Show what a commit would change for the chosen devices."""
        if chosen := self.listed.chosen():
            self.post_message(PlanDevices(chosen))

    def action_resync(self) -> None:
        """Show how the chosen devices are told to fetch."""
        if chosen := self.listed.chosen():
            self.post_message(TellDevices(chosen))

    def action_open_files(self) -> None:
        """Ask for how long the chosen devices' withdrawn files are opened."""
        from aps_tui.screens.open_files import OpenFiles

        if chosen := self.listed.chosen():
            OpenFiles(self, chosen, partial(self.devices.ordered, chosen), self.show_progress).ask()

    @on(RowList.Opened)
    def action_edit(self) -> None:
        """Open the device under the cursor."""
        if self.listed.current is not None:
            self.post_message(OpenDevice(self.listed.current.key, self.devices.keys))

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
            if edit := self._edit([*self.listed.marks] or self.devices.keys()):
                edit.write_to(file)

    def _edit(self, chosen: Sequence[str] | None = None) -> BulkEdit | None:
        from aps_tui.screens.bulk import BulkEdit

        chosen = self.listed.chosen() if chosen is None else chosen
        return BulkEdit(self, chosen, partial(self.devices.ordered, chosen), self.show_progress) if chosen else None

    def show_progress(self, text: str) -> None:
        """Say what is being done in the place of the count."""
        self.progress = text and f"{text} ..."
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
                edit.delete(partial(self.listed.unmark, edit.chosen))

        self.app.push_screen(Confirm(question, f"Delete {edit.many}"), answered)
