"""Fills a text view from a thread, for a cursor that may already be elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

from aps_tui.domain.errors import ApsError
from aps_tui.services.workplace import Workplace
from aps_tui.widgets.text_view import Text, TextView

T = TypeVar("T")


class Reader(Generic[T]):
    """Shows what `say` tells of the latest wish: one thread at a time, wishes that are overtaken are never read.

    `say` runs in a thread with a connection of its own; an ApsError becomes its text.
    """

    def __init__(self, view: TextView, place: Workplace, say: Callable[[T], list[Text]]) -> None:
        self.view = view
        self.place = place
        self.say = say
        self._wish: T | None = None
        self._busy = False

    def want(self, wish: T | None) -> None:
        """Show this next; None shows nothing."""
        self._wish = wish
        if wish is None:
            self.view.show([])
        elif not self._busy:
            self._start(wish)

    def _start(self, wish: T) -> None:
        self._busy = True
        self.view.run_worker(partial(self._read, wish), group="reader", thread=True, exit_on_error=False)

    def _read(self, wish: T) -> None:
        try:
            with self.place.store.connection():
                lines = self.say(wish)
        except ApsError as error:
            lines = [Text(line, "fault") for line in str(error).splitlines()]
        except Exception as error:  # a fault of ours is shown in its place; the console goes on
            lines = [Text(f"unexpected {type(error).__name__}: {error}", "fault")]
        self.view.call_later(self._read_done, wish, lines)

    def _read_done(self, wish: T, lines: list[Text]) -> None:
        self._busy = False
        if self._wish == wish:
            self.view.show(lines)
        elif self._wish is not None:
            self._start(self._wish)
