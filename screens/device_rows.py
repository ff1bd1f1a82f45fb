"""The rows and columns of the list of devices."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from aps_tui.screens.desk import Desk
from aps_tui.services.views import View, kept_view
from aps_tui.widgets.pages import Row
from aps_tui.widgets.row_list import Column

STATES = {"N": "new", "C": "changed", "O": "ok", "W": "withdrawn", "U": "unprovisioned", "X": "orphaned"}
"""State letters and their words."""
LEGEND = (
    "State: N new, never committed; C changed since the last commit; O ok, as committed; W ok, and its files are "
    "withdrawn (o opens them); U unprovisioned, no line "
    "yet; X orphaned, a line's extension is gone from the PBX.\n"
    'Filter: words narrow the list; !word leaves out; column:value looks in one column; template:"T46 sales" keeps '
    "blanks together; state:c takes a state letter. The same marks by pattern (+ and -). Esc closes the filter; "
    "n and N then go from match to match.\n"
    "What is done is done to the marked devices, or else to the one under the cursor; z takes it back."
)

_COLOURS = {"N": "cyan", "C": "yellow", "O": "green", "W": "blue", "U": "magenta", "X": "red"}

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
        every = tuple(column.name for column in COLUMNS)
        self.names, self.sort, self.descending = kept_view(desk.place, "devices", every) or View(every, "mac", False)

    @property
    def view(self) -> View:
        """The columns and the order."""
        return View(self.names, self.sort, self.descending)

    @property
    def columns(self) -> list[Column]:
        """The chosen columns."""
        return [column for column in COLUMNS if column.name in self.names]

    def count(self) -> int:
        """How many devices the filter lets through."""
        if self.text:
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
        return self._macs(self.text)

    def ordered(self, chosen: Collection[str]) -> Sequence[str]:
        """Some MACs in the list's order; those that the filter hides come in the same order."""
        wanted = set(chosen)
        return [mac for mac in self._macs("") if mac in wanted] if len(wanted) > 1 else list(chosen)

    def matching(self, text: str) -> Sequence[str]:
        """The MACs of the list's devices that a pattern matches."""
        return self._macs(f"{self.text} {text}")

    def count_matching(self, text: str) -> int:
        """How many they are."""
        return self.devices.count(f"{self.text} {text}", stale_vendors=self.desk.now.stale)

    def next_match(self, sought: str, start: int, step: int) -> int | None:
        """The place of the nearest device that a pattern matches."""
        return self.devices.next_match(
            sought, start, step, self.text, self.sort, descending=self.descending, stale_vendors=self.desk.now.stale
        )  # fmt: skip

    def _macs(self, text: str) -> Sequence[str]:
        return self.devices.macs(text, self.sort, descending=self.descending, stale_vendors=self.desk.now.stale)
