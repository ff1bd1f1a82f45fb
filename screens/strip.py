"""The line of screens: each with its key, the present one in brackets and reversed."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from aps_tui.screens.areas import AREAS, Area

_HERE = Style(bold=True, reverse=True)


class ScreenStrip(Static):
    """` 1Devices[2Device]3Templates `: short names where the whole ones do not fit. A click goes there."""

    DEFAULT_CSS = "ScreenStrip { height: 1; text-wrap: nowrap; text-overflow: clip; }"

    def __init__(self) -> None:
        super().__init__(markup=False)

    def on_resize(self, event: events.Resize) -> None:
        """Show the whole names if they fit."""
        self.update(strip_of(AREAS, self.app.current_mode, event.size.width))


def strip_of(areas: Sequence[Area], here: str | None, width: int) -> Content:
    """The line in at most `width` cells, as far as short names allow; `here` is the name of the present one."""
    names = [f"{area.key}{area.title}" for area in areas]
    if len(" ".join(names)) + 2 > width:
        names = [f"{area.key}{area.short or area.title}" for area in areas]
    at = next((number for number, area in enumerate(areas) if area.name == here), -1)
    gaps = [" "] * (len(names) + 1)
    if at >= 0:
        gaps[at : at + 2] = "[", "]"
    parts: list[str | tuple[str, Style]] = [gaps[0]]
    for number, (area, name) in enumerate(zip(areas, names, strict=True)):
        style = Style.from_meta({"@click": f"app.area('{area.name}')"})
        parts += [(name, style + _HERE if number == at else style), gaps[number + 1]]
    return Content.assemble(*parts)
