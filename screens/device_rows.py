"""The rows and columns of the list of devices."""

from __future__ import annotations

from collections.abc import Sequence

from aps_tui.screens.desk import Desk
from aps_tui.widgets.pages import Row
from aps_tui.widgets.row_list import Column

STATES = {"N": "new", "C": "changed", "O": "ok", "U": "unprovisioned", "X": "orphaned"}
"""State letters and their words."""
LEGEND = (
    "State: N new, never committed; C changed since the last commit; O ok, as committed; U unprovisioned, no line "
    "yet; X orphaned, a line's extension is gone from the PBX.\n"
    'Filter: words narrow the list; !word leaves out; column:value looks in one column; template:"T46 sales" keeps '
    "blanks together; state:c takes a state letter."
)

_COLOURS = {"N": "cyan", "C": "yellow", "O": "green", "U": "magenta", "X": "red"}

COLUMNS: tuple[Column, ...] = (
    Column("state", "S", 2, colours=_COLOURS),
    Column("mac", "MAC", 12),
    Column("vendor", "Vendor", 8, 1),
    Column("model", "Model", 8, 1),
    Column("template", "Template", 11, 2),
    Column("extensions", "Extens.", 9, 2),
    Column("label", "Label", 9, 2),
    Column("tenant", "Tenant", 8, 1),
)
"""Every column, named as the list of devices names it."""


class DeviceRows:
    """The devices that the filter lets through, sorted."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.devices = desk.place.store.devices
        self.text = ""
        self.sort = "mac"
        self.descending = False
        self.names: tuple[str, ...] = tuple(column.name for column in COLUMNS)

    @property
    def columns(self) -> list[Column]:
        """The chosen columns."""
        return [column for column in COLUMNS if column.name in self.names]

    def count(self) -> int:
        """How many devices the filter lets through."""
        self.page(0, 0)  # the order that the first page needs as well: then counting costs nothing
        return self.devices.count(self.text, stale_vendors=self.desk.now.stale)

    def page(self, offset: int, limit: int) -> Sequence[Row]:
        """Some of them."""
        rows = self.devices.page(
            self.text, self.sort, descending=self.descending, offset=offset, limit=limit,
            stale_vendors=self.desk.now.stale,
        )  # fmt: skip
        return [Row(row.mac, [getattr(row, name) for name in self.names]) for row in rows]

    def keys(self) -> Sequence[str]:
        """The MACs of all of them."""
        return self.devices.macs(
            self.text, self.sort, descending=self.descending, stale_vendors=self.desk.now.stale
        )  # fmt: skip
