"""Extensions for the console: their details, their secrets on request, and syncs that do just what was previewed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from aps_tui.data.errors import ChangedMeanwhile
from aps_tui.data.queue import Source
from aps_tui.data.store import Store
from aps_tui.domain.catalogue import MASK
from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.domain.mac import with_colons
from aps_tui.domain.site import Extension
from aps_tui.pbx import Reading
from aps_tui.services.sync import SyncPreview, apply, preview, read, why_unusable
from aps_tui.services.workplace import Workplace

__all__ = ["Source", "SyncPreview"]

STATES = {
    "F": "free, a line can take it",
    "U": "used by a line",
    "H": "held, not assignable: its secret is not known",
    "G": "gone from the PBX",
    "X": "orphaned: gone from the PBX, still on a line",
}
"""State letters and their words."""


def extension_of(place: Workplace, id: int) -> Extension:
    """The extension of a row of the list. Raises BadValue when it is no more."""
    found = place.store.extensions.by_id(id)
    if found is None:
        raise BadValue("this extension is no more")
    return found


def details(place: Workplace, id: int) -> Iterator[tuple[str, str]]:
    """Everything known of an extension but its secret, as (name, value). Raises BadValue."""
    one = extension_of(place, id)
    user = place.store.extensions.user(one.tenant, one.number)
    yield "number", one.number
    yield "name", one.name
    yield "tenant", one.tenant
    yield "state", why_unusable(one) or ("used" if user else "free")
    yield "used by", f"{with_colons(user.mac)} line {user.line}" if user else "no line"
    yield "SIP account", one.account
    yield "auth user", one.auth_user
    yield "secret", MASK if one.secret else "not known"
    yield "mailbox", one.mailbox
    yield "context", one.context
    yield "transport", one.transport
    yield "SRTP", one.srtp
    yield "source", one.source or "a site file"


def reveal(place: Workplace, id: int) -> str:
    """An extension's secret; leaves an audit row. Raises BadValue when there is none to show."""
    with place.store.transaction():
        one = extension_of(place, id)
        if not one.secret:
            raise BadValue(f"no secret of {one.number} is known: {why_unusable(one) or 'its source has none'}")
        place.store.audit.add("extension", f"{one.tenant}/{one.number}", "reveal", "secret")
    return one.secret


def forget_gone(place: Workplace) -> int:
    """Remove the extensions that are gone and on no line; how many they were."""
    return place.store.extensions.forget_gone()


class Trust(NamedTuple):
    """What a sync is told besides: believe a source that lost much; take numbers that another source has."""

    allow_removals: bool = False
    take_over: bool = False


CAREFUL = Trust()
"""Believe nothing strange, take nothing over."""


class Outcome(NamedTuple):
    """What a sync of one source does, or why it cannot be read."""

    source: Source
    found: SyncPreview | None
    error: str = ""

    @property
    def changes(self) -> bool:
        """Whether something would be stored."""
        found = self.found
        return found is not None and not found.refused and bool(found.wanted or found.removed)


class _Rehearsed(Exception):
    """Ends a rehearsal and takes it back; no error."""


def foresee(place: Workplace, sources: Sequence[Source], trust: Trust = CAREFUL) -> list[Outcome]:
    """What a sync of these sources, one after the other, would do; nothing is stored. Raises StoreError."""
    readings = [(one, _reading(one)) for one in sources]
    if len(readings) == 1:
        return list(_in_turn(place.store, readings, trust, preview))
    found: list[Outcome] = []
    try:
        with place.store.transaction():  # what one source brings decides what the next one may
            found.extend(_in_turn(place.store, readings, trust, apply))
            raise _Rehearsed
    except _Rehearsed:
        return found


def carry_out(place: Workplace, foreseen: Iterable[Outcome], trust: Trust = CAREFUL) -> list[Outcome]:
    """Read again and store, in one transaction, what was foreseen.

    Sources that could not be read, or were refused, are left out. Raises ChangedMeanwhile, and nothing is stored,
    when a source or the site no longer says what was foreseen.
    """
    wanted = [one for one in foreseen if one.found is not None and not one.found.refused]
    readings = [(one.source, _reading(one.source)) for one in wanted]
    with place.store.transaction():
        done = list(_in_turn(place.store, readings, trust, apply))
        if done != wanted:
            raise ChangedMeanwhile("the PBX or the site has changed since this preview: look at the new one")
    return done


_Run = Callable[..., SyncPreview]


def _in_turn(
    store: Store, readings: Iterable[tuple[Source, Reading | str]], trust: Trust, run: _Run
) -> Iterator[Outcome]:
    for source, reading in readings:
        if isinstance(reading, str):
            yield Outcome(source, None, reading)
            continue
        try:
            yield Outcome(source, run(store, source, reading=reading, **trust._asdict()))
        except ApsError as error:
            yield Outcome(source, None, str(error))


def _reading(source: Source) -> Reading | str:
    """What a source says, or why it cannot be read."""
    try:
        return read(source)
    except ApsError as error:
        return str(error)
