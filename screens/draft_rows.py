"""The rows and columns of a list of new devices."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from aps_tui.screens.desk import Desk
from aps_tui.services import importing
from aps_tui.services.importing import Draft, DraftRow
from aps_tui.widgets.pages import Row
from aps_tui.widgets.row_list import Column

LEGEND = (
    "State: M needs a model, P has a problem, W ready with a doubt, R ready; U of no supported vendor; K known "
    "already, D repeated, B a line without a MAC. The line under the list says why.\n"
    "What is done is done to the marked rows, or else to the one under the cursor, and is kept at once: the list "
    "outlives a dropped connection. Nothing becomes a device before F finishes, all or none; z takes back an edit of "
    "the list, and what F did.\n"
    "Models come from the list itself, from prefix rules, or from you: V marks all phones of a vendor that need one, "
    "m gives it; R makes a rule of the marked MACs, for the next time too.\n"
    "Filter: words narrow the list; !word leaves out; column:value looks in one column; state:m takes a state letter."
)

_COLOURS = {"M": "yellow", "P": "red", "W": "cyan", "R": "green", "U": "magenta", "K": "blue", "B": "red"}
_STATE = Column("state", "S", 2, colours=_COLOURS)
_WHAT = (
    Column("mac", "MAC", 12),
    Column("model", "Model", 13, 2),
    Column("template", "Template", 9, 2),
    Column("extension", "Ext", 6, 1),
    Column("label", "Label", 9, 2),
    Column("tenant", "Tenant", 8, 1),
)
IMPORT_COLUMNS = (_STATE, Column("line", "Line", 5), *_WHAT)
SCAN_COLUMNS = (_STATE, Column("address", "Address", 13), *_WHAT)
"""Columns by where the rows come from; the second one says it."""
_WHY = (Column("mac", "MAC", 12), Column("reason", "Why", 30, 3), Column("said", "As written", 10, 1))


class Tab(NamedTuple):
    """A part of the list."""

    title: str
    states: str
    """The letters of its rows."""

    @property
    def text(self) -> str:
        """The filter that lets only its rows through."""
        return " ".join(f"!state:{letter}" for letter in importing.STATES if letter not in self.states)


TABS = (
    Tab("To add", "MPWR"),
    Tab("Unsupported", "U"),
    Tab("Left out", "KDB"),
)
UNREADY = "!state:r !state:w"
"""The filter of rows that keep a list from being finished."""


class DraftRows:
    """The rows of a draft that the tab and the filter let through, sorted."""

    def __init__(self, desk: Desk, columns: Sequence[Column], sort: str) -> None:
        self.place = desk.place
        self.to_add = tuple(columns)
        """The columns of the first tab."""
        self.draft: Draft | None = None
        self.tab = TABS[0]
        self.text = ""
        self.sort = sort
        self.descending = False

    @property
    def columns(self) -> tuple[Column, ...]:
        """Those of the tab: what is left out needs a reason and nothing else."""
        return self.to_add if self.tab is TABS[0] else (*self.to_add[:2], *_WHY)

    @property
    def sorts(self) -> tuple[Column, ...]:
        """The columns that it can be sorted by."""
        return tuple(column for column in self.columns if column.name != "said")

    def count(self) -> int:
        """How many there are."""
        return (
            importing.count(self.place, self.draft, self._text(), sort=self.sort, descending=self.descending)
            if self.draft
            else 0
        )

    def page(self, offset: int, limit: int) -> Sequence[Row]:
        """Some of them."""
        if self.draft is None:
            return ()
        found = importing.page(
            self.place, self.draft, self._text(), sort=self.sort, descending=self.descending, offset=offset, limit=limit
        )
        names = [column.name for column in self.columns]
        return [Row(str(row.id), [_cell(row, name) for name in names]) for row in found]

    def keys(self) -> Sequence[str]:
        """The keys of all of them."""
        return self._keys(self._text())

    def ordered(self, chosen: Collection[str]) -> Sequence[str]:
        """Some rows in the list's order; those that the tab or the filter hides come in the same order."""
        wanted = set(chosen)
        return [one for one in self._keys("") if one in wanted]

    def matching(self, text: str) -> Sequence[str]:
        """The keys of the list's rows that a pattern matches."""
        return self._keys(f"{self._text()} {text}")

    def lacking(self) -> Sequence[str]:
        """The keys of all rows that a prefix rule may serve."""
        return [*self._keys("state:m"), *self._keys("state:u")]

    def read(self, chosen: Sequence[str]) -> list[DraftRow]:
        """The rows themselves."""
        return importing.rows(self.place, self.draft, [int(one) for one in chosen]) if self.draft else []

    def _keys(self, text: str) -> Sequence[str]:
        return (
            [str(id) for id in importing.ids(self.place, self.draft, text, sort=self.sort, descending=self.descending)]
            if self.draft
            else ()
        )

    def _text(self) -> str:
        return f"{self.tab.text} {self.text}"


def _cell(row: DraftRow, name: str) -> str:
    if name == "line":
        return f"{row.line:,}"
    if name == "model":
        return f"{row.vendor}/{row.model or '?'}" if row.vendor else ""
    return str(getattr(row, name))
