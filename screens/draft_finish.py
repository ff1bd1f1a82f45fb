"""The end of a list of new devices: the summary, one transaction, the report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from aps_tui.domain.errors import BadValue, Faults
from aps_tui.screens.desk import Wrote
from aps_tui.screens.draft_edits import DraftEdit
from aps_tui.screens.draft_texts import left_out, summed
from aps_tui.screens.review import Review
from aps_tui.screens.told import Told
from aps_tui.services import importing
from aps_tui.services.console import counted
from aps_tui.services.importing import Done, Draft, Summary
from aps_tui.widgets.text_view import Text


class Summed(Review):
    """What finishing would come to; gives whether to do it. Not strict: what waits for a model is left to wait."""

    def __init__(self, found: Summary, *, strict: bool) -> None:
        can = bool(found.done.macs) and not (strict and found.problems)
        super().__init__(f"Add {counted(len(found.done.macs), 'device')}?" if can else "Nothing can be added yet", ())
        self.summary, self.strict = found, strict
        self.can_save = can

    def _lines(self) -> Iterator[Text]:
        return summed(self.summary, strict=self.strict)


class Finish(DraftEdit):
    """Finishes a draft."""

    def sum_up(self, store: Callable[[Draft], Done], *, strict: bool) -> None:
        """Sum it up, ask, and have it stored within an edit."""
        self._thread(partial(self._sum_up, store, strict))

    def _sum_up(self, store: Callable[[Draft], Done], strict: bool) -> None:
        self._progress("checking the list")
        found = importing.summary(self.place, self.draft)
        self._later(self.changed)

        def answered(sure: bool | None) -> None:
            if sure:
                self._thread(partial(self._finish, store))

        self._later(self.screen.app.push_screen, Summed(found, strict=strict), answered)

    def _finish(self, store: Callable[[Draft], Done]) -> None:
        self._progress("storing")
        words = f"import {self.draft.title}".rstrip()
        try:
            with self.desk.edits.edit(words, partial(importing.reopen, self.place, self.draft)):
                done = store(self.draft)
        except (Faults, BadValue) as error:
            faults = error.faults if isinstance(error, Faults) else [str(error)]
            self._later(self.screen.app.push_screen, Review("Nothing was stored: the site is another one now", faults))
        else:
            self._later(self.screen.post_message, Wrote())
            self._later(self.tell, words, done)
        self._later(self.changed)

    def tell(self, words: str, done: Done) -> None:
        """Say what was stored."""
        self.screen.app.push_screen(Told(self.place, words.capitalize(), partial(_report, done)))


def _report(done: Done) -> list[Text]:
    lines = [Text(f"{counted(len(done.macs), 'device')} added. z takes it back; 9 commits them.")]
    return [*lines, *left_out(done)]
