"""The live list: read again in a thread whenever the database changes, held still on demand, nothing ever lost."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import ClassVar, NamedTuple

from textual import on, work
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.widget import Widget
from textual.widgets import Static

from aps_tui.domain.errors import ApsError
from aps_tui.screens.desk import Desk
from aps_tui.screens.listing import ListingScreen
from aps_tui.screens.queue_rows import Prepared, QueueRows, changed
from aps_tui.services import queue
from aps_tui.services.queue import Alarm, Queue
from aps_tui.services.queue.listening import listening
from aps_tui.widgets.keys import key
from aps_tui.widgets.mark_list import MarkList
from aps_tui.widgets.pages import Row
from aps_tui.widgets.plain import plain

LOOK_EVERY = 0.25
"""Seconds between two looks whether the database changed."""
REST = 2.0
"""Times as long as a read took nothing is read after it: a flood leaves the processor to others."""
LISTEN_EVERY = 2.0
"""Seconds between two looks who listens."""
IGNORED = "state:i"
"""The filter that shows the ignored ones."""


class Look(NamedTuple):
    """The queue as it was at one moment."""

    queue: Queue
    prepared: Prepared
    alarms: list[Alarm]
    took: float
    """Seconds."""


class LiveQueue(ListingScreen):
    """The queue, live."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("p", "pause", "Pause", "Hold the list still; what comes meanwhile is counted, and shown by p", footer=True),
        key("f", "follow", "Follow", "Keep the cursor on the newest, until it is moved; again: leave it"),
        key("exclamation_mark", "ignored", "Ignored", "Show only the ignored ones; again: the others"),
    ]  # fmt: skip

    listed = query_one("#rows", MarkList)

    def __init__(self, desk: Desk) -> None:
        self.shown = QueueRows()
        super().__init__(desk, self.shown.columns, self.shown)
        self.alarms: list[Alarm] = []
        self.held: Queue | None = None
        """What came while the list is held still."""
        self.paused = self.following = False
        self.progress = ""
        self.news = ""
        """What changed last."""
        self._seen: object = None
        self._listening = ""
        self._reading = self._own = False
        self._quiet_until = self._listen_next = 0.0

    def body(self) -> Iterable[Widget]:
        """What looks like an attack, who listens, the list."""
        yield Static(id="alarm")
        yield Static(id="alarm-do")
        yield Static(id="listens")
        yield from super().body()

    def list_widget(self) -> MarkList:
        """The list, with marks."""
        return MarkList(self.columns, self.shown, id="rows")

    def on_mount(self) -> None:
        """Look from now on."""
        self.set_interval(LOOK_EVERY, self.look)

    def on_resize(self) -> None:
        """Show the columns that there is room for."""
        if self.shown.fit(self.size.width):
            self.columns = self.shown.columns
            self.listed.arrange_columns(self.columns)

    def show_rows(self) -> None:
        """Look at once."""
        self.look()

    def look(self) -> None:
        """Read the queue again if something changed; it is read once at a time, and not all the time."""
        if self not in self.app.screen_stack:
            return
        now = time.monotonic()
        if now >= self._listen_next:
            self._listen_next = now + LISTEN_EVERY
            self._say_who_listens()
        if self.shown.age():
            self.listed.reload()
        if self._reading or now < self._quiet_until:
            return
        with self.complaints():
            seen = self.desk.place.store.state(), self.desk.now.stale
            if seen != self._seen:
                self._seen, self._reading = seen, True
                self._read(self.desk.now.stale)

    @work(thread=True, group="queue", exit_on_error=False)
    def _read(self, stale: tuple[str, ...]) -> None:
        began, place = time.monotonic(), self.desk.place
        found: Look | ApsError
        try:
            with place.store.connection(), place.store.snapshot():
                rows, alarms = queue.rows(place, stale), place.store.alarms.open()
            now = Queue(rows)
            found = Look(now, self.shown.prepared(now), alarms, time.monotonic() - began)
        except ApsError as error:
            found = error
        self.call_later(self._looked, found)

    def _looked(self, found: Look | ApsError) -> None:
        self._reading = False
        if isinstance(found, ApsError):
            self.complain(found)
            return
        self._quiet_until = time.monotonic() + REST * found.took
        self._show_alarms(found.alarms)
        own, self._own = self._own, False
        if not self.paused:
            self.take(found.queue, found.prepared)
            return
        self.held = found.queue
        if own:  # what the operator did is seen at once, what came meanwhile is not
            there = self.shown.queue.by_mac
            self.shown.queue = Queue([row for row in found.queue.rows if row.mac in there])
            self._redraw()
        self.show_row()

    def take(self, found: Queue, prepared: Prepared | None = None) -> None:
        """Show the queue as it is by now."""
        leave = self.following and self.listed.cursor != 0
        self.following = self.following and not leave
        self.news = self.shown.take(found, prepared) or self.news
        self._redraw()
        if self.following:
            self.listed.move_to(0)

    def _redraw(self) -> None:
        self.listed.unmark(set(self.listed.marks) - self.shown.queue.by_mac.keys())
        super().show_rows()

    def _say_who_listens(self) -> None:
        watcher = self.desk.watcher
        said = watcher.words() if watcher is not None else listening(self.desk.place)
        if said != self._listening:
            self._listening = said
            self.query_one("#listens", Static).update(Content(plain(f" {said}")))

    def _show_alarms(self, alarms: list[Alarm]) -> None:
        if alarms != self.alarms:
            self.alarms = alarms
            self.set_class(bool(alarms), "-alarm")
            self.refresh_bindings()
            if alarms:
                from aps_tui.screens.queue_texts import banner

                for name, text in zip(("#alarm", "#alarm-do"), banner(alarms), strict=True):
                    self.query_one(name, Static).update(Content(plain(text)))

    def did(self) -> None:
        """The operator changed something: show it at once."""
        self._own, self._quiet_until = True, 0.0
        self.look()

    @on(MarkList.Marked)
    def count_marks(self) -> None:
        """Say how many are marked."""
        self.show_row()

    def counted_line(self, row: Row | None) -> str:
        """Where the cursor is and what is meant by it, how the list is narrowed, and what changed last."""
        if self.progress:
            return self.progress
        rows, source = self.listed, self.shown
        said = [f"{rows.cursor + 1:,} of {rows.total:,}" if rows.total else "none"]
        said += [f"{len(rows.marks):,} marked"] if rows.marks else []
        said += [queue.told_state(found) for found in source.get([row.key])] if row else []
        newest = source.sort == "seen" and source.descending
        said += [] if newest else [f"sorted by {source.sort}{', turned' if source.descending else ''}"]
        said += [f"filter {source.text}"] if source.text else []
        held = "PAUSED" + (f", {more} since" if (more := self._held_words()) else "") + ": p shows all; "
        lately = f"; {self.news}" if self.news and not self.paused else ""
        return (held if self.paused else "FOLLOWING; " if self.following else "") + ", ".join(said) + lately

    def _held_words(self) -> str:
        if self.held is None:
            return ""
        before = self.shown.queue
        other = [row for row in self.held.rows if row.state != "I" and changed(before, row)]
        new = sum(row.mac not in before.by_mac for row in other)
        said = [f"{new:,} new"] if new else []
        return ", ".join([*said, f"{len(other) - new:,} changed"] if len(other) > new else said)

    def action_pause(self) -> None:
        """Hold the list still, or show what came meanwhile."""
        self.paused = not self.paused
        held, self.held = self.held, None
        if not self.paused and held is not None:
            self.take(held)
        self.show_row()

    def action_follow(self) -> None:
        """Keep the cursor on the newest, or leave it."""
        self.following = not self.following
        if self.following:
            if self.paused:
                self.action_pause()
            self._sort_by("seen", True)
            self.listed.move_to(0)
        self.show_row()

    def action_ignored(self) -> None:
        """Show only the ignored ones, or the others again."""
        self.filter_by(IGNORED)

    def action_reload(self) -> None:
        """Read again."""
        self._seen = None
        self._quiet_until = 0.0
        self.look()
