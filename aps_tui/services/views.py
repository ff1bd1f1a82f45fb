"""How an operator likes a list: columns and order, kept in the database from one session to the next."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from aps_tui.services.workplace import Workplace


class View(NamedTuple):
    """A list's columns from left to right, and its order."""

    columns: tuple[str, ...]
    sort: str
    descending: bool


def kept_view(place: Workplace, list_: str, known: Sequence[str]) -> View | None:
    """The view that this operator left for a list of these columns; None when there is none that still fits."""
    text = place.store.install.note(_name(place, list_))
    if text is None:
        return None
    try:
        columns, sort, descending = json.loads(text)
        view = View(tuple(name for name in known if name in columns), str(sort), bool(descending))
    except (ValueError, TypeError):
        return None
    return view if view.columns and view.sort in known else None


def keep_view(place: Workplace, list_: str, view: View) -> None:
    """Leave a view for this operator's next session."""
    place.store.install.keep(_name(place, list_), json.dumps(view))


def _name(place: Workplace, list_: str) -> str:
    return f"view {list_} {place.store.db.operator}"
