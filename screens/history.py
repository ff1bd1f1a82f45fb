"""The generations: what each commit did, and the way back to one of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from aps_tui.domain.errors import ApsError
from aps_tui.screens.desk import Desk
from aps_tui.screens.dialogs import Confirm, first_few
from aps_tui.screens.reader import Reader
from aps_tui.services.console import ComesBack, comes_back, counted, when
from aps_tui.services.undo import history
from aps_tui.widgets.keys import key
from aps_tui.widgets.pages import Fixed, Row
from aps_tui.widgets.row_list import Column, RowList
from aps_tui.widgets.text_view import Text, TextView

COLUMNS = (
    Column("number", "No", 4),
    Column("when", "When", 18),
    Column("who", "Who", 10, 1),
    Column("files", "Files", 16),
    Column("note", "Note", 16, 4),
)
BEGINNING = "0"
"""The row that stands for the time before the first commit."""


class HistoryScreen(ModalScreen[int | None]):
    """The history; gives the generation to go back to."""

    CSS_PATH = "history.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape", "dismiss(None)", "Back", "Go back to the plan", footer=True),
        key("q,H", "dismiss(None)", "Back", "Go back to the plan"),
        key("U", "undo", "Undo to here", "Bring the files back as they were after this commit", footer=True),
        key("question_mark,f1", "app.help", "Help", "Show the keys"),
    ]

    rows = query_one("#generations", RowList)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk

    def compose(self) -> ComposeResult:
        """The list, and the files of the commit under the cursor."""
        yield Static(Content(" History: newest first"), id="name")
        yield RowList(COLUMNS, opens=False, id="generations")
        yield TextView(id="files")
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Begin at the newest."""
        self.reader = Reader[str](self.query_one("#files", TextView), self.desk.place, self._files)
        self.rows.focus()
        self._load()

    @work(thread=True, group="history", exit_on_error=False)
    def _load(self) -> None:
        with self.desk.place.store.connection(), self._complaints():
            rows = self._generations()
            self.call_later(self._show, rows)

    def _show(self, rows: list[Row]) -> None:
        if not rows:
            self.query_one("#name", Static).update(Content(" History: nothing was committed yet"))
        self.rows.show(Fixed(rows))

    @contextmanager
    def _complaints(self) -> Iterator[None]:
        """Show what goes wrong inside, from any thread."""
        try:
            yield
        except ApsError as error:
            self.call_later(self.notify, str(error), severity="error", markup=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A read-only console brings nothing back."""
        return not (action == "undo" and self.desk.read_only)

    @on(RowList.Moved)
    def show_files(self) -> None:
        """Say which files the commit under the cursor changed."""
        self.reader.want(self.rows.current.key if self.rows.current else None)

    def action_undo(self) -> None:
        """Show what would come back, and ask."""
        if self.rows.current is not None:
            self._preview(int(self.rows.current.key))

    @work(thread=True, group="preview", exclusive=True, exit_on_error=False)
    def _preview(self, generation: int) -> None:
        with self.desk.place.store.connection(), self._complaints():
            self.call_later(self._ask, comes_back(self.desk.place, generation))

    def _ask(self, found: ComesBack) -> None:
        if not (found.back or found.removed):
            self.notify("The files are as they were then: nothing would come back", markup=False)
            return
        then = f"after commit {found.target}" if found.target else "before the first commit"
        question = [
            f"Bring the files back as they were {then}?",
            f"{counted(len(found.back), 'file')} to bring back, {counted(len(found.removed), 'file')} to remove:",
            first_few([*found.back, *found.removed]),
            "",
            "The settings stay as they are: the next plan shows the difference again.",
        ]
        self.app.push_screen(Confirm(question, "Bring back"), partial(self._leave_with, found.target))

    def _leave_with(self, target: int, sure: bool | None) -> None:
        if sure:
            self.dismiss(target)

    def _generations(self) -> list[Row]:
        found = history(self.desk.place)
        rows = []
        for generation, added, changed, removed in found:
            files = f"+{added:,} ~{changed:,} -{removed:,}"
            cells = [str(generation.id), when(generation.at), generation.operator, files, generation.note]
            rows.append(Row(str(generation.id), cells))
        if found and found[-1].generation.id == 1:
            rows.append(Row(BEGINNING, ["0", "", "", "", "before the first commit"]))
        return rows

    def _files(self, number: str) -> list[Text]:
        if number == BEGINNING:
            return [Text("Nothing was committed yet.")]
        said = []
        for file in self.desk.place.store.generations.files(int(number)):
            kind = "add" if file.old_hash is None else "remove" if file.new_hash is None else "plain"
            said.append(Text(f"{ {'add': '+', 'remove': '-', 'plain': '~'}[kind] } {file.path}", kind))
        return said
