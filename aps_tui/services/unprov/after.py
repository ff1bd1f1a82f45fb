"""After the call: the phone's own file is written, and that phone alone is told to fetch it."""

from __future__ import annotations

import time
from typing import Protocol

from aps_tui.domain.errors import ApsError
from aps_tui.services.commit import Outcome, commit
from aps_tui.services.lock import Busy
from aps_tui.services.resync.one import tell_one
from aps_tui.services.resync.words import BY_HAND, SENT
from aps_tui.services.unprov.binding import Bound
from aps_tui.services.unprov.caller import Caller
from aps_tui.services.workplace import Workplace

PATIENCE = 120.0
"""Seconds to wait for another commit to end."""
_PAUSE = 0.5


class Tell(Protocol):
    """Tells one phone to fetch its files."""

    def __call__(self, place: Workplace, mac: str, contact: str) -> str:
        """Tell the phone of a MAC by its own SIP URI, never by the endpoint that unprovisioned phones share.

        Returns what was done, in a few words. Raises ApsError.
        """


def told_to_restart(place: Workplace, mac: str, contact: str) -> str:
    """Tell a phone to restart, which reads its files on the way, or at least to fetch them. Raises ApsError."""
    result = tell_one(place, mac, contact, restart=True)
    if result.state == BY_HAND:
        result = tell_one(place, mac, contact)
    if result.state != SENT:
        raise ApsError(result.detail)
    return f"told to fetch its file ({result.event})"


def finished(place: Workplace, caller: Caller, bound: Bound, tell: Tell) -> str:
    """Commit this device and tell the phone; what came of it, in one line. Raises ApsError, Busy."""
    mac, number = bound.mac, bound.number
    outcome = _committed(place, bound)
    if outcome.refused:
        why = [one.problem for one in outcome.found.problems] + [
            f"{path} was edited by hand" for path in outcome.conflicts
        ]
        return f"phone {mac} has extension {number}, but its file was not written: {'; '.join(why)}"
    if not caller.contact:
        return f"phone {mac} has extension {number}; not told, its contact is not known: restart it to fetch its file"
    try:
        told = tell(place, mac, caller.contact)
    except ApsError as error:
        return f"phone {mac} has extension {number}; it was not told to fetch its file: {error}"
    return f"phone {mac} has extension {number}; {told}"


def _committed(place: Workplace, bound: Bound) -> Outcome:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return commit(place, [bound.mac], note=f"UNPROV: extension {bound.number}")
        except Busy:
            if time.monotonic() > end:
                raise
            time.sleep(_PAUSE)
