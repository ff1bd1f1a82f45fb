"""What finishing a draft would come to: counts to read before it is done, and what keeps it from being done."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from aps_tui.data.drafts import Draft
from aps_tui.services.importing.check import DOUBT, NO_MODEL, READY, problems
from aps_tui.services.importing.draft import Done, recheck, report
from aps_tui.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Summary:
    """A draft as it is now."""

    done: Done
    """What would be added, and what left out."""
    kinds: tuple[tuple[str, str, str, int], ...]
    """`vendor/model`, template and tenant of what would be added, with the number of each; the most first."""
    without_extension: int
    wanting: int
    """Rows without a model."""
    problems: tuple[str, ...]
    """A line for each row that keeps the list from being finished."""


def summary(place: Workplace, draft: Draft) -> Summary:
    """Check a draft against the site and sum it up. Raises StoreError when it is no more."""
    checked = recheck(place, draft)
    ready = checked.of(READY, DOUBT)
    kinds = Counter((f"{row.vendor}/{row.model}", row.template, row.tenant) for row in ready)
    ranked = sorted(kinds.items(), key=lambda one: (-one[1], one[0]))
    return Summary(
        report(checked),
        tuple((*kind, number) for kind, number in ranked),
        sum(not row.extension for row in ready),
        len(checked.of(NO_MODEL)),
        tuple(problems(checked.rows)),
    )
