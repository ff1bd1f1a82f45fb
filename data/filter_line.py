"""The filter line over a list, as SQL; `%` and `_` mean themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from operator import and_, or_
from typing import Any

from aps_tui.data.lean import SQL
from aps_tui.domain.filterline import STATE, terms


def filtered(text: str, columns: Mapping[str, Callable[[str], Any]], state: Any) -> Any:
    """The SQL condition of a filter.

    `columns` give the condition for a word in each column; `state` is the expression of the state letter.
    """
    condition: Any = SQL("1")
    for term in terms(text, columns):
        if term.column == STATE:
            matches: Any = state == term.value.upper()
        else:
            looks = [columns[term.column]] if term.column else columns.values()
            matches = reduce(or_, (look(term.value) for look in looks))
        condition = and_(condition, ~matches if term.no else matches)
    return condition
