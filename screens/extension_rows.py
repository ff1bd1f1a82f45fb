"""The rows and columns of the list of extensions, and what is said of one."""

from __future__ import annotations

from collections.abc import Sequence

from aps_tui.services.extensions import STATES, details
from aps_tui.services.workplace import Workplace
from aps_tui.widgets.pages import Row
from aps_tui.widgets.row_list import Column
from aps_tui.widgets.text_view import Text

_COLOURS = {"F": "green", "G": "yellow", "H": "magenta", "X": "red"}

COLUMNS: tuple[Column, ...] = (
    Column("state", "S", 2, colours=_COLOURS),
    Column("number", "Number", 8, 1),
    Column("name", "Name", 12, 3),
    Column("account", "Account", 8, 1),
    Column("tenant", "Tenant", 8, 1),
    Column("used", "Used by", 16),
    Column("mailbox", "Mailbox", 7, 1),
    Column("source", "Source", 7, 1),
)
"""Every column, named as the list of extensions names it."""

LEGEND = (
    f"State: {'; '.join(f'{letter} {words}' for letter, words in STATES.items())}.\n"
    "Filter: words narrow the list; !word leaves out; column:value looks in one column, as used:805ec0; "
    "state:f takes a state letter."
)
FREE, ORPHANS = "state:f", "state:x"
"""The filters behind the keys for unassigned and orphaned extensions."""


class ExtensionRows:
    """The extensions that the filter lets through, sorted."""

    def __init__(self, place: Workplace) -> None:
        self.extensions = place.store.extensions
        self.text = ""
        self.sort = "number"
        self.descending = False

    def count(self) -> int:
        """How many extensions the filter lets through."""
        return self.extensions.count(self.text, self.sort, descending=self.descending)

    def page(self, offset: int, limit: int) -> Sequence[Row]:
        """Some of them. The holder's MAC is the first word of its cell."""
        found = self.extensions.page(
            self.text, self.sort, descending=self.descending, offset=offset, limit=limit
        )  # fmt: skip
        return [
            Row(
                str(one.id),
                [one.state, one.number, one.name, one.account, one.tenant, f"{one.mac} L{one.line}" if one.mac else "",
                 one.mailbox, one.source],
            )
            for one in found
        ]  # fmt: skip


def holder(row: Row) -> str:
    """The MAC of the device that a row's extension is on; empty without one."""
    return row.cells[5].partition(" ")[0]


def details_of(place: Workplace, row: str) -> list[Text]:
    """Everything known of an extension but its secret."""
    pairs = list(details(place, int(row)))
    return [Text(f"{name:<11} {value}") for name, value in pairs if value]
