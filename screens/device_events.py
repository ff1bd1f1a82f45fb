"""The tab History: who changed the device, and which commits wrote its files."""

from __future__ import annotations

from functools import partial

from textual import on, work
from textual.app import ComposeResult
from textual.getters import query_one
from textual.message import Message

from aps_tui.domain.errors import ApsError
from aps_tui.screens.desk import Desk
from aps_tui.screens.device_pane import NO_DEVICE, DevicePane, line_row
from aps_tui.screens.told import Told
from aps_tui.services.console import when
from aps_tui.services.device_history import Event, events, past_diff
from aps_tui.widgets.pages import Fixed, Row
from aps_tui.widgets.row_list import Column, RowList
from aps_tui.widgets.text_view import Text, diff_lines

COLUMNS = (Column("when", "When", 18), Column("who", "Who", 10, 1), Column("what", "What", 30, 5))


class EventsPane(DevicePane):
    """The tab History. Enter on a commit shows what it changed in the file."""

    rows = query_one("#events", RowList)

    class Read(Message):
        """The events were read."""

        def __init__(self, mac: str, found: list[Event]) -> None:
            super().__init__()
            self.mac = mac
            self.found = found

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.found: list[Event] = []

    def compose(self) -> ComposeResult:
        """The list."""
        yield RowList(COLUMNS, id="events")

    def load(self) -> None:
        """Read the events in a thread: the history may be long."""
        if self.mac:
            self._read(self.mac)
        else:
            self.rows.replace(Fixed([line_row(NO_DEVICE)]))

    @work(thread=True, group="events", exclusive=True, exit_on_error=False)
    def _read(self, mac: str) -> None:
        with self.desk.place.store.connection():
            try:
                self.post_message(self.Read(mac, events(self.desk.place, mac)))
            except ApsError as error:
                self.app.call_from_thread(self.complain, error)

    @on(Read)
    def take(self, event: Read) -> None:
        """Show the events, unless another device is wanted by now."""
        if event.mac == self.mac:
            self.found = event.found
            rows = [Row(str(n), [when(one.at), one.operator, one.words]) for n, one in enumerate(self.found)]
            self.rows.replace(Fixed(rows or [line_row("Nothing is known of it.")]))

    @on(RowList.Opened, "#events")
    def open(self) -> None:
        """Show what a commit changed."""
        row = self.rows.current
        file = self.found[int(row.key)].file if row is not None and row.key else None
        if file is not None:
            title = f"commit {file[0]}: {file[1]}"
            self.app.push_screen(Told(self.desk.place, title, partial(self._diff, *file)))

    def _diff(self, generation: int, path: str) -> list[Text]:
        return diff_lines(past_diff(self.desk.place, generation, path)) or [Text("Only what is masked differs.")]
