"""Phones of the queue on their way into the site: the same list, with the same keys, that an import makes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType

from aps_tui.screens.desk import Desk
from aps_tui.screens.draft_finish import Finish
from aps_tui.screens.draft_rows import SCAN_COLUMNS
from aps_tui.screens.draft_screen import DraftScreen
from aps_tui.services.importing import Done, Draft
from aps_tui.widgets.keys import key
from aps_tui.widgets.plain import plain

NOTHING = "No new phones are on their way in. Esc goes back to the queue: mark some there, and press m, x or F."


class FinishNew(Finish):
    """Finishes the list; then there is nothing more to do in it."""

    def tell(self, words: str, done: Done) -> None:
        """Say what was stored, and go back to the queue."""
        assert isinstance(self.screen, NewPhones)
        self.screen.app.notify(plain(f"{done.words}. z takes it back; C commits"), markup=False)
        self.screen.leave()


class NewPhones(DraftScreen):
    """The list of the queue's new phones. `begin`: the edit of the rows `ids` that is begun at once, or `finish`."""

    TITLE = "New phones"
    KIND = "queue"
    COLUMNS = SCAN_COLUMNS
    FINISH = FinishNew
    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape", "back", "Back", "Show all again; then: go back to the queue, the list is kept", footer=True),
    ]

    def __init__(self, desk: Desk, draft: Draft | None, ids: Sequence[int] = (), begin: str = "") -> None:
        super().__init__(desk)
        self.drafted.draft = draft
        self._ids, self._begin = [str(id) for id in ids], begin
        self._offered = True

    def nothing(self) -> str:
        """How to go on."""
        return NOTHING

    def on_mount(self) -> None:
        """Mark what was brought, and begin what is to be done with it."""
        self.call_after_refresh(self._start)

    def _start(self) -> None:
        self.listed.mark(self._ids)
        if self._begin == "finish":
            self.action_finish()
        elif self._begin:
            self.action_bulk(self._begin)

    def action_back(self) -> None:
        """Show all again, or go back to the queue."""
        if self.line.value:
            self.action_clear_filter()
        else:
            self.leave()

    def leave(self) -> None:
        """Go back to the queue."""
        if self.is_current:
            self.app.pop_screen()
