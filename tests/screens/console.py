"""The real app on a site, driven by keys."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from textual import events
from textual.pilot import Pilot
from textual.widgets import Static
from textual.worker import WorkerCancelled, WorkerFailed

from aps_tui.app import ApsApp
from aps_tui.domain.errors import ApsError
from aps_tui.services.workplace import Workplace
from aps_tui.widgets.mark_list import MarkList
from aps_tui.widgets.row_list import RowList
from aps_tui.widgets.text_view import TextView

CALM = 3
"""Looks in a row that find nothing under way."""


class Hand:
    """Presses keys and reads the screen."""

    def __init__(self, pilot: Pilot[None], app: ApsApp) -> None:
        self.pilot = pilot
        self.app = app

    async def press(self, *keys: str) -> None:
        """Press keys, each when the work of the one before is done, as an operator does who looks."""
        for name in keys:
            await self.pilot.press(name)
            if any(not worker.is_finished for worker in self.app.workers):
                await self.settle()
        await self.settle()

    async def burst(self, *keys: str) -> None:
        """Press keys as a slow line gives them: all at once, faster than anything can be done about them."""
        for name in keys:
            event = events.Key(name, name if len(name) == 1 else None)
            event.set_sender(self.app)
            self.app.post_message(event)
        await self.settle()

    async def type(self, text: str) -> None:
        """Type a text."""
        names = {" ": "space", ":": "colon", "!": "exclamation_mark"}
        await self.press(*(names.get(char, char) for char in text))

    async def settle(self) -> None:
        """Wait for messages and threads, and for those that they set off in turn, until nothing is under way."""
        calm = 0
        while calm < CALM:
            await self.pilot.pause()
            busy = any(not worker.is_finished for worker in self.app.workers)
            with suppress(WorkerCancelled):
                try:
                    await self.app.workers.wait_for_complete()
                except WorkerFailed as failed:
                    if not isinstance(failed.error, ApsError):  # what was foreseen, the console tells
                        raise
            calm = 0 if busy else calm + 1

    @property
    def rows(self) -> RowList:
        """The list of the screen in front."""
        return self.app.screen.query(RowList).first()

    @property
    def marks(self) -> list[str]:
        """The marked keys."""
        return sorted(self.app.screen.query_one(MarkList).marks)

    def keys(self) -> list[str]:
        """The keys of all rows."""
        rows = (self.rows.row(index) for index in range(self.rows.total))
        return [row.key for row in rows if row is not None]

    def said(self, selector: str) -> str:
        """The text of a widget."""
        widget = self.app.screen.query_one(selector)
        if isinstance(widget, TextView):
            return "\n".join(line.text for line in widget.lines)
        assert isinstance(widget, Static)
        return str(widget.content)

    def look(self) -> str:
        """What the whole screen shows, as text."""
        return "\n".join(strip.text for strip in self.app.screen._compositor.render_strips())

    def told(self) -> list[str]:
        """The notifications that are up."""
        return [note.message for note in self.app._notifications]


@asynccontextmanager
async def console(
    place: Workplace, *, size: tuple[int, int] = (100, 30), read_only: bool = False, screen: str | None = None
) -> AsyncIterator[Hand]:
    """The console on a site."""
    app = ApsApp(place, read_only=read_only, screen=screen)
    async with app.run_test(size=size) as pilot:
        hand = Hand(pilot, app)
        await hand.settle()
        yield hand
