"""The tab Rendered: the device's files as a commit would write them, and why the line under the cursor is as it is."""

from __future__ import annotations

from typing import NamedTuple

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.getters import query_one
from textual.message import Message
from textual.widgets import Static
from textual.worker import get_current_worker

from aps_tui.domain.errors import ApsError
from aps_tui.screens.desk import Desk
from aps_tui.screens.device_pane import NO_DEVICE, DevicePane, line_row
from aps_tui.services.console import masked_files
from aps_tui.services.provenance import origins
from aps_tui.widgets.pages import Fixed, Row
from aps_tui.widgets.plain import plain
from aps_tui.widgets.row_list import Column, RowList


class _Line(NamedTuple):
    """A line of a file."""

    path: str
    number: int
    text: str


class RenderedPane(DevicePane):
    """The tab Rendered."""

    DEFAULT_CSS = """
    RenderedPane > RowList { height: 1fr; }
    RenderedPane > #why { height: 5; border-top: solid $primary; padding: 0 1; }
    """
    rows = query_one("#rendered", RowList)

    class Rendered(Message):
        """The files, secrets masked, or why there are none."""

        def __init__(self, mac: str, lines: list[_Line], fault: str = "") -> None:
            super().__init__()
            self.mac = mac
            self.lines = lines
            self.fault = fault

    class Explained(Message):
        """Why each line of each file is as it is."""

        def __init__(self, mac: str, why: dict[str, list[str]]) -> None:
            super().__init__()
            self.mac = mac
            self.why = why

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.lines: list[_Line] = []
        self.why: dict[str, list[str]] = {}

    def compose(self) -> ComposeResult:
        """The files, and the why."""
        yield RowList([Column("line", "", 20, 1)], header=False, opens=False, id="rendered")
        yield Static(id="why")

    def load(self) -> None:
        """Render in a thread."""
        if self.mac:
            self._read(self.mac)
        else:
            self.rows.replace(Fixed([line_row(NO_DEVICE)]))

    @work(thread=True, group="rendered", exclusive=True, exit_on_error=False)
    def _read(self, mac: str) -> None:
        """Show the files at once; then find out why they are as they are, which takes longer."""
        place, worker = self.desk.place, get_current_worker()
        with place.store.connection():
            try:
                files = masked_files(place, mac)
                lines = [_Line(path, number, line) for path, text in files for number, line in enumerate(_split(text))]
                self.post_message(self.Rendered(mac, lines))
                why = origins(place, mac, lambda: not worker.is_cancelled)
                self.post_message(self.Explained(mac, why))
            except ApsError as error:
                self.post_message(self.Rendered(mac, [], str(error)))

    @on(Rendered)
    def take(self, event: Rendered) -> None:
        """Show the files, unless another device is wanted by now."""
        if event.mac != self.mac:
            return
        self.lines, self.why = event.lines, {}
        rows, path = [], ""
        for index, line in enumerate(self.lines):
            if line.path != path:
                path = line.path
                rows.append(Row(f"={path}", [f"=== {path}"], "group"))
            rows.append(Row(str(index), [line.text.replace("\t", "    ")]))
        self.rows.replace(Fixed(rows or [line_row(event.fault or "This model reads no file of its own.")]))

    @on(Explained)
    def explain(self, event: Explained) -> None:
        """The why is known now."""
        if event.mac == self.mac:
            self.why = event.why
            self.tell()

    @on(RowList.Moved, "#rendered")
    def tell(self) -> None:
        """Say why the line under the cursor is as it is."""
        row = self.rows.current
        said = ""
        if row is not None and row.key.isdecimal() and int(row.key) < len(self.lines):
            line = self.lines[int(row.key)]
            found = self.why.get(line.path, ())
            why = found[line.number] if line.number < len(found) else "looking ..."
            said = f"{line.text.strip()}\n{why}"
        self.query_one("#why", Static).update(Content("\n".join(plain(one) for one in said.split("\n"))))


def _split(text: str) -> list[str]:
    """The lines of a file as `origins` counts them."""
    return text.replace("\r\n", "\n").removesuffix("\n").split("\n")
