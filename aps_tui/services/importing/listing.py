"""The rows of a draft as a screen lists them."""

from __future__ import annotations

from collections.abc import Sequence

from aps_tui.data.draft_list import DraftRow
from aps_tui.data.drafts import Draft
from aps_tui.services.workplace import Workplace

STATES = {
    "M": "needs a model", "P": "has a problem", "W": "ready, with a doubt", "R": "ready", "U": "unsupported",
    "K": "known already", "D": "repeated", "B": "rejected",
}  # fmt: skip
"""State letter to what it means; those that ask for something first."""


def page(
    place: Workplace, draft: Draft, text: str = "", sort: str = "line", *, descending: bool = False, offset: int = 0,
    limit: int = 128,
) -> list[DraftRow]:  # fmt: skip
    """Some of the rows that a filter line lets through, sorted by a column."""
    found = place.store.drafts.ids(draft.id, text, sort, descending=descending)
    return place.store.drafts.read(draft.id, found[offset : offset + limit])


def count(place: Workplace, draft: Draft, text: str = "", sort: str = "line", *, descending: bool = False) -> int:
    """How many rows match; it costs nothing when the same list is paged next."""
    return len(place.store.drafts.ids(draft.id, text, sort, descending=descending))


def ids(place: Workplace, draft: Draft, text: str = "", sort: str = "line", *, descending: bool = False) -> list[int]:
    """The ids of all rows that match, in the list's order."""
    return list(place.store.drafts.ids(draft.id, text, sort, descending=descending))


def rows(place: Workplace, draft: Draft, chosen: Sequence[int]) -> list[DraftRow]:
    """The rows of these ids, in their order."""
    return place.store.drafts.read(draft.id, chosen)


def states(place: Workplace, draft: Draft) -> dict[str, int]:
    """State letter to the number of rows in it."""
    return place.store.drafts.states(draft.id)
