"""Takes edits of a draft back, and opens a finished one again when its devices were taken back."""

from __future__ import annotations

from collections.abc import Sequence

from aps_tui.data.draft_list import DraftRow
from aps_tui.data.drafts import Draft
from aps_tui.data.errors import ChangedMeanwhile
from aps_tui.services.importing.draft import current, recheck
from aps_tui.services.workplace import Workplace


def restore(place: Workplace, draft: Draft, rows: Sequence[DraftRow]) -> None:
    """Make rows what they were, those that were taken out too, and check the list.

    Raises ChangedMeanwhile where the list is finished or no more.
    """
    with place.store.transaction():
        now = current(place, draft.kind)
        if now is None or now.id != draft.id or now.finished:
            raise ChangedMeanwhile("this list of new devices is finished or no more, so its edits stay as they are")
        there = {row.id for row in place.store.drafts.read(draft.id, [row.id for row in rows])}
        place.store.drafts.change(row for row in rows if row.id in there)
        place.store.drafts.add(draft.id, (row for row in rows if row.id not in there))
        recheck(place, draft)


def reopen(place: Workplace, draft: Draft) -> None:
    """Go on with a finished list whose devices are no more; nothing happens where another one was begun."""
    with place.store.transaction():
        now = current(place, draft.kind)
        if now is not None and now.id == draft.id:
            place.store.drafts.mark_unfinished(draft.id)
            recheck(place, draft)
