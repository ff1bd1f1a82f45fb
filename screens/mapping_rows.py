"""The rows and columns of the list of IP/DNS mappings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address

from aps_tui.domain.filterline import matcher
from aps_tui.domain.site import GLOBAL, AddressMapping
from aps_tui.services.mappings import MappingRow
from aps_tui.widgets.pages import Row
from aps_tui.widgets.row_list import Column

COLUMNS: tuple[Column, ...] = (
    Column("source", "Address", 15),
    Column("hostname", "Becomes", 20, 2),
    Column("tenant", "Tenant", 12, 1),
    Column("state", "On", 3, colours={"on": "green", "off": "yellow"}),
    Column("devices", "Devices", 8),
    Column("note", "Note", 10, 2),
)
LEGEND = (
    "On: off leaves the address as it is. Devices: how many say the address, at any level, where this mapping "
    "applies to them.\n"
    "A tenant's mapping beats a global one of the same address. Whole addresses alone are replaced, once: what a "
    "mapping gives is never mapped again.\n"
    "Filter: words narrow the list; !word leaves out; column:value looks in one column, as tenant:acme; state:off."
)
_FILTERED = ("source", "hostname", "tenant", "devices", "note")


def key_of(mapping: AddressMapping) -> str:
    """What a row is: its scope and its address."""
    return f"{mapping.tenant or ''}/{mapping.source}"


def _cells(row: MappingRow) -> dict[str, str]:
    one = row.mapping
    return {
        "source": one.source,
        "hostname": one.hostname,
        "tenant": one.tenant or GLOBAL,
        "state": "on" if one.enabled else "off",
        "devices": "..." if row.devices is None else f"{row.devices:,}",
        "note": one.note,
    }


class MappingRows:
    """The mappings that the filter lets through, sorted; all are at hand."""

    def __init__(self) -> None:
        self.all: Sequence[MappingRow] = ()
        self.text = ""
        self.sort = "tenant"
        self.descending = False
        self._shown: Sequence[Row] = ()

    def at(self, row: str) -> MappingRow | None:
        """The mapping of a row."""
        return next((one for one in self.all if key_of(one.mapping) == row), None)

    def count(self) -> int:
        """How many mappings the filter lets through."""
        matches = matcher(self.text, _FILTERED)
        found = [(one, cells) for one in self.all if matches(cells := _cells(one))]
        found.sort(key=lambda pair: _order(self.sort, *pair), reverse=self.descending)
        self._shown = [Row(key_of(one.mapping), [*cells.values()]) for one, cells in found]
        return len(self._shown)

    def page(self, offset: int, limit: int) -> Sequence[Row]:
        """Some of them."""
        return self._shown[offset : offset + limit]


def _order(sort: str, row: MappingRow, cells: Mapping[str, str]) -> tuple[object, ...]:
    """By a column, then by scope (global first) and address; numbers and addresses count up."""
    scope = (row.mapping.tenant is not None, row.mapping.tenant or "", int(IPv4Address(row.mapping.source)))
    by = {"source": scope[2], "devices": row.devices or 0, "tenant": scope[:2]}
    return (by.get(sort, cells[sort].casefold()), scope)
