"""The plan as rows: what stops a commit, then the changes by reason; sections fold, and only what is seen is made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from aps_tui.services.console import Group, counted
from aps_tui.services.judge import Change, Findings, Problem
from aps_tui.widgets.pages import Row
from aps_tui.widgets.row_list import Column

Item = Change | Problem | str
"""A changed file, a problem or warning, or the path of a file edited by hand."""

SIGNS = {"add": "+", "change": "~", "remove": "-"}
COLUMNS = (
    Column("sign", "", 1, colours={"+": "green", "~": "yellow", "-": "red", "!": "red", "?": "yellow"}),
    Column("path", "File", 20, 3),
    Column("vendor", "Vendor", 8, 1),
)
FEW = 60
"""A plan with no more rows is shown unfolded."""


class Section(NamedTuple):
    """Rows under one title."""

    name: str
    title: str
    items: Sequence[Item]


def sections_of(found: Findings, groups: Sequence[Group]) -> list[Section]:
    """What stops a commit, the groups of changes, then the warnings."""
    every = [
        Section("problems", f"{counted(len(found.problems), 'problem')}: a commit stops here", found.problems),
        Section("edited", f"{counted(len(found.edited), 'file')} edited by hand", sorted(found.edited)),
        *(Section(group.title, group.title, group.changes) for group in groups),
        Section("warnings", counted(len(found.warnings), "warning"), found.warnings),
    ]
    return [section for section in every if section.items]


class PlanRows:
    """A source of the rows of a plan."""

    def __init__(self, sections: Sequence[Section] = (), open_ones: set[str] | None = None) -> None:
        self.sections = sections
        self.open_ones = open_ones if open_ones is not None else set()
        if sum(len(section.items) + 1 for section in sections) <= FEW:
            self.open_ones |= {section.name for section in sections}

    def count(self) -> int:
        """Titles, and what is unfolded below them."""
        return sum(self._size(section) for section in self.sections)

    def page(self, offset: int, limit: int) -> Sequence[Row]:
        """Some of the rows."""
        return [_row(section, item, section.name in self.open_ones) for section, item in self._slice(offset, limit)]

    def at(self, index: int) -> tuple[Section, Item | None] | None:
        """The section and item of a row; no item on a title."""
        return next(self._slice(index, 1), None)

    def start_of(self, name: str) -> int | None:
        """The row of a section's title."""
        row = 0
        for section in self.sections:
            if section.name == name:
                return row
            row += self._size(section)
        return None

    def fold(self, name: str) -> None:
        """Fold a section, or unfold it."""
        self.open_ones ^= {name}

    def _size(self, section: Section) -> int:
        return 1 + (len(section.items) if section.name in self.open_ones else 0)

    def _slice(self, offset: int, limit: int) -> Iterator[tuple[Section, Item | None]]:
        for section in self.sections:
            size = self._size(section)
            if offset < size and limit > 0:
                if offset == 0:
                    yield section, None
                first = max(offset - 1, 0)
                items = section.items[first : min(offset + limit, size) - 1] if size > 1 else ()
                yield from ((section, item) for item in items)
                limit -= min(size - offset, limit)
            offset = max(offset - size, 0)


def _row(section: Section, item: Item | None, is_open: bool) -> Row:
    if item is None:
        return Row(section.name, ["v" if is_open else ">", section.title], "group")
    if isinstance(item, Change):
        return Row(f"{section.name} {item.path}", [SIGNS[item.kind], item.path, item.vendor])
    if isinstance(item, Problem):
        sign = "!" if section.name == "problems" else "?"
        key = f"{section.name} {item.mac} {item.problem}"
        return Row(key, [sign, f"{item.mac} {item.problem}".strip()], "line")
    return Row(f"{section.name} {item}", ["!", item, ""])
