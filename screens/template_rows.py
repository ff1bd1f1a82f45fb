"""The rows and columns of the list of templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aps_tui.domain.filterline import matcher
from aps_tui.domain.site import GLOBAL
from aps_tui.services.templates import TemplateRow
from aps_tui.widgets.pages import Row
from aps_tui.widgets.row_list import Column

COLUMNS: tuple[Column, ...] = (
    Column("name", "Name", 16, 2),
    Column("model", "Model", 18, 1),
    Column("tenant", "Tenant", 12, 1),
    Column("devices", "Devices", 8),
    Column("said", "Said", 4),
    Column("keys", "Keys", 4),
    Column("notes", "Warn", 4),
)
LEGEND = (
    "Devices: how many are on it; a change changes each of them. Said: settings and raw parameters that it says; what "
    "it does not say comes from the tenant, the site, or the defaults.\n"
    "Warn: faults and warnings of what it says, as a load of a site file would tell them; i names them.\n"
    "Filter: words narrow the list; !word leaves out; column:value looks in one column, as tenant:acme or "
    "model:yealink/T46."
)
_FILTERED = ("name", "model", "tenant", "devices", "notes")


class TemplateRows:
    """The templates that the filter lets through, sorted; all are at hand."""

    def __init__(self) -> None:
        self.all: Sequence[TemplateRow] = ()
        self.notes: Mapping[int, Sequence[str]] | None = None
        """What is to be known of each; None while that is being found out."""
        self.text = ""
        self.sort = "name"
        self.descending = False
        self._shown: Sequence[Row] = ()

    def at(self, row: str) -> TemplateRow | None:
        """The template of a row."""
        return next((one for one in self.all if str(one.id) == row), None)

    def count(self) -> int:
        """How many templates the filter lets through."""
        matches = matcher(self.text, _FILTERED)
        found = [(one, cells) for one in self.all if matches(cells := self._cells(one))]
        found.sort(key=lambda pair: self._order(*pair), reverse=self.descending)
        self._shown = [Row(str(one.id), [*cells.values()]) for one, cells in found]
        return len(self._shown)

    def page(self, offset: int, limit: int) -> Sequence[Row]:
        """Some of them."""
        return self._shown[offset : offset + limit]

    def _cells(self, one: TemplateRow) -> dict[str, str]:
        return {
            "name": one.name,
            "model": f"{one.vendor}/{one.model}",
            "tenant": one.tenant or GLOBAL,
            "devices": f"{one.devices:,}",
            "said": str(one.settings),
            "keys": str(one.keys),
            "notes": "..." if self.notes is None else str(self._count(one) or ""),
        }

    def _count(self, one: TemplateRow) -> int:
        return len((self.notes or {}).get(one.id, ()))

    def _order(self, one: TemplateRow, cells: Mapping[str, str]) -> tuple[object, ...]:
        """By a column, then by name and scope (global first); numbers count up."""
        by = {"devices": one.devices, "said": one.settings, "keys": one.keys, "notes": self._count(one),
              "tenant": (one.tenant or "").casefold()}  # fmt: skip
        return (by.get(self.sort, cells[self.sort].casefold()), one.name.casefold(), one.tenant or "")
