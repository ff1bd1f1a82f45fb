"""The filter line over a list: what its words mean, and how rows at hand are matched.

Words narrow the list, all of them: `alice` matches any column, `!snom` leaves out,
`vendor:yealink` looks in one column, `template:"T46 sales"` keeps blanks together. Case does
not matter. `state:` takes one letter; a word that is no column's name before a colon is a plain
word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

_TERM = re.compile(r'(?P<no>!?)(?:(?P<column>[a-z]+):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>\S+))?', re.IGNORECASE)

STATE = "state"
"""The column that is compared whole."""


class Term(NamedTuple):
    """One condition of a filter."""

    no: bool
    """True: leave out what matches."""
    column: str
    """Empty: any column but the state."""
    value: str


def terms(text: str, columns: Collection[str]) -> list[Term]:
    """The conditions of a filter line over these columns; half a word, as in `!` or `vendor:`, is none yet."""
    found = []
    for part in _TERM.finditer(text):
        column, value = (part["column"] or "").lower(), part["phrase"] or part["word"] or ""
        known = column == STATE or column in columns
        if value and (known or not column):
            found.append(Term(bool(part["no"]), column, value))
        elif column and not known:
            found.append(Term(bool(part["no"]), "", f"{part['column']}:{value}"))
    return found


def matcher(text: str, columns: Collection[str]) -> Callable[[Mapping[str, str]], bool]:
    """Whether a row (column to text) is let through by a filter line."""
    wanted = [one._replace(value=one.value.casefold()) for one in terms(text, columns)]

    def matches(row: Mapping[str, str]) -> bool:
        """Whether the row meets every condition."""
        return all(_holds(one, row) != one.no for one in wanted)

    return matches


def _holds(term: Term, row: Mapping[str, str]) -> bool:
    if term.column == STATE:
        return row.get(STATE, "").casefold() == term.value
    if term.column:
        return term.value in row[term.column].casefold()
    return any(term.value in text.casefold() for column, text in row.items() if column != STATE)
