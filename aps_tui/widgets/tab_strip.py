"""A line of tabs that scrolls so that the one in front is seen."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

GAP = 2
"""Cells between two names; the one in front fills them with brackets."""


class TabStrip(Static):
    """`< General [Server] Network >`: the tab in front in brackets, signs at the ends where there is more."""

    DEFAULT_CSS = "TabStrip { height: 1; width: 1fr; text-wrap: nowrap; overflow: hidden; }"

    current: reactive[str] = reactive("", init=False)
    """The tab in front."""

    def __init__(self, tabs: Sequence[str], *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self.tabs = tuple(tabs)
        self.set_reactive(TabStrip.current, self.tabs[0])

    def on_resize(self, event: events.Resize) -> None:
        """Show as many as fit."""
        self._say()

    def watch_current(self) -> None:
        """Show the new one in front."""
        self._say()

    def rename(self, tabs: Sequence[str]) -> None:
        """Call the same tabs otherwise, as when they say how much is in them."""
        at = self.tabs.index(self.current)
        self.tabs = tuple(tabs)
        self.set_reactive(TabStrip.current, self.tabs[at])
        self._say()

    def turn_to(self, at: int) -> None:
        """Put a tab in front by its place."""
        self.current = self.tabs[at]

    def _say(self) -> None:
        first, last = visible([len(tab) for tab in self.tabs], self.tabs.index(self.current), self.size.width - 2)
        parts: list[str | tuple[str, str]] = ["<" if first else " "]
        for tab in self.tabs[first:last]:
            parts.append((f"[{tab}]", "bold reverse") if tab == self.current else f" {tab} ")
        parts.append(">" if last < len(self.tabs) else " ")
        self.update(Content.assemble(*parts))


def visible(widths: Sequence[int], current: int, room: int) -> tuple[int, int]:
    """The first of the tabs that fit into `room` cells and the one past the last, the current one among them.

    `widths` are the names' cells. It grows from the current tab to both sides, so that neighbours are seen.
    """
    first, last = current, current + 1
    left = room - widths[current] - GAP
    while True:
        before = widths[first - 1] + GAP if first else room + 1
        after = widths[last] + GAP if last < len(widths) else room + 1
        if after <= left and (last - current <= current - first or before > left):
            last, left = last + 1, left - after
        elif before <= left:
            first, left = first - 1, left - before
        elif after <= left:
            last, left = last + 1, left - after
        else:
            return first, last
