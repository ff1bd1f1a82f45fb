"""The word about a window that is too small: it covers the whole screen."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

WIDTH, HEIGHT = 80, 24
"""The least window."""


class TooSmall(Static):
    """Lies over a screen while its window is too small (app.tcss); keys still go to what is below."""

    DEFAULT_CSS = """
    TooSmall {
        display: none; layer: over; width: 100%; height: 100%; content-align: center middle; background: $background;
    }
    """

    def render(self) -> Content:
        """How large the window would have to be."""
        size = self.app.size
        return Content(f"APS TUI needs a window of {WIDTH}x{HEIGHT}; this one is {size.width}x{size.height}")
