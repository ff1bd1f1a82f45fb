"""Withdrawn files of the chosen devices are opened again for a while, or closed."""

from __future__ import annotations

from functools import partial

from aps_tui.screens.bulk import BulkEdit
from aps_tui.screens.bulk_entries import Entry
from aps_tui.screens.menu import Menu
from aps_tui.services.console import counted
from aps_tui.services.windows import Changed, close_files, open_files

CLOSE = "close"
_HOURS: dict[str, float | None] = {"hour": 1.0, "day": 24.0, "fetch": None}
_ENTRIES = (
    Entry("hour", "h", "One hour", "For a phone that is restarted now"),
    Entry("day", "d", "A day", "For one that comes back later"),
    Entry("fetch", "f", "Until fetched", "And as long after it as is usual"),
    Entry(CLOSE, "c", "Close", "What is open: withdrawn at once"),
)


class OpenFiles(BulkEdit):
    """The question for how long, and the thread that opens or closes."""

    def ask(self) -> None:
        """Ask for how long."""
        self._push(Menu(f"Withdrawn files of {self.many}, where there are any: open them?", _ENTRIES), self._begin)

    def _begin(self, name: str) -> None:
        self._thread(partial(self._change, name))

    def _change(self, name: str) -> None:
        self._progress(f"{'closing' if name == CLOSE else 'opening'} files of {self.many}")
        macs = self.ordered()
        if name == CLOSE:
            found, said, not_so = close_files(self.place, macs), "closed", "nobody keeps them open"
        else:
            found = open_files(self.place, macs, _HOURS[name])
            said, not_so = "open, their files are on the disk", "their files are not withdrawn"
        self._later(self._tell, _words(found, said, not_so))
        self._later(self.wrote)


def _words(found: Changed, said: str, not_so: str) -> str:
    parts = [f"{counted(len(found.done), 'device')} {said}"] if found.done else []
    parts += [f"{counted(len(found.left), 'device')} left: {not_so}"] if found.left else []
    return "; ".join(parts)
