r"""The filter line over the list of devices.

Words narrow the list, all of them: `alice` matches any column, `!snom` leaves out,
`vendor:yealink` looks in one column, `template:"T46 sales"` keeps blanks together. Case does
not matter, `%` and `_` mean themselves, and a MAC may be written with or without separators.
`state:` takes one letter; a word that is no column's name before a colon is a plain word.
"""

from __future__ import annotations

import re
from functools import reduce
from operator import and_, or_
from typing import Any

from peewee import SQL

from aps_tui.data.models import Device, Extension, Line, Template, Tenant

_TERM = re.compile(r'(?P<no>!?)(?:(?P<column>[a-z]+):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>\S+))?', re.IGNORECASE)
_MAC = re.compile(r"[0-9a-f][0-9a-f:.-]*\Z", re.IGNORECASE)
_SEPARATORS = str.maketrans("", "", ":-.")


def condition(text: str, state: Any) -> Any:
    """The SQL condition of a filter; `state` is the expression of the state letter."""
    terms = (_term(found, state) for found in _TERM.finditer(text))
    return reduce(and_, (term for term in terms if term is not None), SQL("1"))


def _term(found: re.Match[str], state: Any) -> Any:
    column = (found["column"] or "").lower()
    known = column == "state" or column in _COLUMNS
    value = found["phrase"] or found["word"] or ""
    if not value and (known or not column):  # half typed, as in "!" or "vendor:"
        return None
    if column == "state":
        matches: Any = state == value.upper()
    elif column in _COLUMNS:
        matches = _COLUMNS[column](value)
    else:
        word = f"{found['column']}:{value}" if column else value
        matches = reduce(or_, (look(word) for look in _COLUMNS.values()))
    return ~matches if found["no"] else matches


def _mac(word: str) -> Any:
    return Device.mac.contains(word.translate(_SEPARATORS) if _MAC.match(word) else word)


def _template(word: str) -> Any:
    named = Template.select(Template.id).where(Template.name.contains(word))
    return Device.template.is_null(False) & Device.template.in_(named)


def _tenant(word: str) -> Any:
    return Device.tenant.in_(Tenant.select(Tenant.id).where(Tenant.name.contains(word)))


def _extensions(word: str) -> Any:
    numbered = Line.select(Line.device).join(Extension).where(Extension.number.contains(word))
    return Device.id.in_(numbered)


_COLUMNS = {
    "mac": _mac,
    "vendor": Device.vendor.contains,
    "model": Device.model.contains,
    "template": _template,
    "extensions": _extensions,
    "label": Device.label.contains,
    "tenant": _tenant,
}
