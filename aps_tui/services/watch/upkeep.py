"""The watcher's upkeep: files are withdrawn on time, and unclaimed devices expire, without anybody at a console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aps_tui.domain.errors import ApsError
from aps_tui.services.lock import Busy
from aps_tui.services.upkeep import Rules
from aps_tui.services.workplace import Workplace

if TYPE_CHECKING:
    from aps_tui.services.commit import Outcome

EVERY = 300.0
"""Seconds between two looks. Each that finds something is a commit, of which the history keeps so many."""
MOST = 1_000
"""Devices that one commit does, so that what is heard meanwhile does not wait for long."""
NOTE = "withdrawn or expired"


def upkeep(place: Workplace) -> str:
    """Do what is due, for devices of the operator's tenants; why that was not possible, if so."""
    from aps_tui.services.commit import commit

    rules = Rules.of(place)
    if not (rules.withdraw_hours or rules.expire_days):
        return ""
    due = place.store.windows.due(rules.withdraw_hours, rules.never)
    due += place.store.unclaimed.expired(rules.expire_days)
    mine = place.store.own_macs() if due else None
    if mine is not None:
        due = sorted({*due} & {*mine})
    said = ""
    try:
        while due:
            some, due = due[:MOST], due[MOST:]
            said = said or _left(commit(place, some, note=NOTE, keep_going=True, upkeep=True))
    except Busy:
        return "files that are due wait for a commit that is under way"
    except ApsError as error:
        return f"files that are due cannot be withdrawn: {error}"
    return said


def _left(outcome: Outcome) -> str:
    """What a commit left, and why."""
    if outcome.found.problems:
        one = outcome.found.problems[0]
        return f"files of {one.mac} cannot be withdrawn: {one.problem}"
    if outcome.conflicts:
        return f"{outcome.conflicts[0]} is not withdrawn: it was edited by hand; a commit asks what to do"
    return ""
