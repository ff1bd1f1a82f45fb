"""The edits of many devices, as data: the menu, the keys of the list, the help."""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """One line of a menu."""

    name: str
    letter: str
    title: str
    help: str


ENTRIES: tuple[Entry, ...] = (
    Entry("model", "m", "Model", "Vendor and model; what no longer fits is said"),
    Entry("template", "t", "Template", "One that fits all of them, or none"),
    Entry("tenant", "T", "Tenant", "Their lines come off"),
    Entry("extensions", "x", "Extensions", "A series: 101..148, the next free ones"),
    Entry("line_labels", "l", "Line labels", "By a pattern: {extension} {name}"),
    Entry("device_labels", "L", "Device label", "By a pattern: {name} {mac4}"),
    Entry("setting", "s", "Setting", "Any setting, said for each of them"),
    Entry("export", "w", "Export", "Write them to a CSV file"),
)
"""Every edit of many devices: its action and its letter, here and on the list."""
