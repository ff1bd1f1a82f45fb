"""The import wizard: a list of MACs is entered, its phones are given models, and become devices all at once."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import work
from textual.binding import BindingType

from aps_tui.screens.bulk_entries import Entry
from aps_tui.screens.draft_rows import IMPORT_COLUMNS
from aps_tui.screens.draft_screen import DraftScreen
from aps_tui.screens.enter_list import Entered, EnterList
from aps_tui.screens.menu import Menu
from aps_tui.services import importing
from aps_tui.widgets.keys import key

NOTHING = """No list of new devices.

  A   enter one: paste it, type it, or name a file or a folder
  p   prefix rules: MACs from here to there are this model

What is entered is kept: a list that was begun outlives a dropped connection.
From the shell: aps-tui import FILE --tenant T"""
_MORE = (
    Entry("more", "a", "Add to it", "Enter more into this list"),
    Entry("instead", "n", "New list", "Give this list up, and begin another one"),
)


class ImportScreen(DraftScreen):
    """The list that is being imported."""

    TITLE = "Import"
    KIND = "import"
    COLUMNS = IMPORT_COLUMNS
    WRITES = DraftScreen.WRITES | {"enter"}
    BINDINGS: ClassVar[list[BindingType]] = [
        key("A", "enter", "List", "Enter a list of MACs: paste it, type it, or name a file", footer=True),
    ]

    def nothing(self) -> str:
        """How to begin."""
        return NOTHING

    def action_enter(self) -> None:
        """Ask for a list; where one is not finished, whether it is for that one."""
        if self.draft is not None and not self.draft.finished:
            self.app.push_screen(Menu("A list is not finished yet", _MORE), self._ask)
        else:
            self._ask("new")

    def _ask(self, how: str | None) -> None:
        if how is not None:
            tenant = self.draft.tenant if self.draft is not None else ""
            title = "More devices for the list" if how == "more" else "New SIP devices"
            self.app.push_screen(EnterList(self.desk.place, title, tenant), partial(self._entered, how))

    def _entered(self, how: str, entered: Entered | None) -> None:
        if entered is not None:
            self._take(how, entered)

    @work(thread=True, group="enter", exit_on_error=False)
    def _take(self, how: str, entered: Entered) -> None:
        """Match, check and keep what was entered."""
        place, draft = self.desk.place, self.draft
        self.call_later(self.show_progress, f"checking {len(entered.read.entries):,} MACs")
        try:
            with place.store.connection():
                if how == "more" and draft is not None:
                    draft = importing.extend(place, draft, entered.read)
                else:
                    read, title, tenant = entered
                    draft = importing.start(place, read, title=title, tenant=tenant, instead=how == "instead")
            self.call_later(self.take_draft, draft)
        finally:
            self.call_later(self.show_progress, "")
