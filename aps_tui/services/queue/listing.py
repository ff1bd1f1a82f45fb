"""The rows of the queue: read at once in a thread, then filtered and sorted as they are at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from aps_tui.data.queue_list import QueueRow
from aps_tui.domain.errors import BadValue
from aps_tui.domain.filterline import STATE, matcher, terms
from aps_tui.domain.mac import with_colons
from aps_tui.domain.upkeep import SOON
from aps_tui.services.console import when
from aps_tui.services.workplace import Workplace

STATES = {
    "S": "seen", "X": "rejected", "U": "unprovisioned", "R": "registered", "B": "bound", "C": "committed",
    "O": "synced", "I": "ignored",
}  # fmt: skip
"""State letter to its word, in the order in which a phone goes through them."""
ORDER = {letter: place for place, letter in enumerate("XSURBCOI")}
"""State letter to its place when the queue is sorted by it."""
SURE = 80
"""From this score on a guess is shown as if it were known."""
_SAID = {
    "S": "seen, no device yet", "X": "rejected: no entry of the whitelist lets it in",
    "U": "unprovisioned: its file is written, it has no line", "R": "registered: it shows UNPROV, it has no line",
    "B": "bound: it has a line, which a commit has to write", "C": "committed: it has not fetched its file since",
    "O": "synced: it fetched what was committed", "I": "ignored",
}  # fmt: skip
COLUMNS = (
    "mac", "vendor", "model", "address", "agent", "firmware", "host", "sources", "tenant", "extensions", "label",
)  # fmt: skip
"""Columns that a filter looks in."""
_TEXTS = frozenset({"mac", "agent", "firmware", "sources", "tenant"})
_KEYS: Mapping[str, Callable[[QueueRow], Any]] = {
    "state": lambda row: ORDER[row.state],
    "phone": lambda row: (row.vendor, row.model),
    "address": lambda row: [int(part) if part.isdecimal() else 0 for part in row.address.split(".")[:4]],
    "extensions": lambda row: (int(first) if (first := row.extensions.partition(" ")[0]).isdecimal() else 0, first),
    "seen": lambda row: row.last_seen,
    "first": lambda row: row.first_seen,
    "label": lambda row: (row.label or row.host).casefold(),
}
"""Columns that are not sorted by their text alone."""


def rows(place: Workplace, stale: Sequence[str] = ()) -> list[QueueRow]:
    """Every MAC of the queue, the ignored ones too. Call it in a thread: ten thousand take a third of a second."""
    return place.store.queue.rows(stale)


def listed(place: Workplace, *, ignored: bool = False) -> list[QueueRow]:
    """The queue, the newest first; the ignored ones where they are asked for."""
    with place.store.snapshot():
        found = rows(place, stale_vendors(place))
    return Queue(found).arranged(ignored=ignored)


def stale_vendors(place: Workplace) -> tuple[str, ...]:
    """The vendors whose pack changed since the last full commit."""
    fingerprints = {vendor.slug: vendor.fingerprint for vendor in place.packs.vendors.values()}
    return tuple(place.store.packs.changed(fingerprints))


class Queue:
    """The rows as they were read at one moment, ready to be filtered and sorted while nobody waits."""

    def __init__(self, rows: Sequence[QueueRow] = ()) -> None:
        self.rows = rows
        self.by_mac = {row.mac: row for row in rows}
        self._said = [_said(row) for row in rows]

    def arranged(
        self, text: str = "", sort: str = "seen", *, descending: bool = True, ignored: bool = False
    ) -> list[QueueRow]:
        """The rows that a filter line lets through, in order, then by MAC.

        The ignored ones only where they are asked for, by the filter `state:i` too. Raises BadValue for an unknown
        column.
        """
        if sort not in _KEYS and sort not in _TEXTS:
            raise BadValue(f"there is no column {sort!r}: sort by {', '.join((*_KEYS, *sorted(_TEXTS)))}")
        found: Iterable[QueueRow] = self.rows
        if text.strip():
            matches = matcher(text, COLUMNS)
            found = [row for row, said in zip(self.rows, self._said, strict=True) if matches(said)]
        if not ignored and not any(one.column == STATE and one.value.upper() == "I" for one in terms(text, COLUMNS)):
            found = [row for row in found if row.state != "I"]
        by = _KEYS.get(sort) or attrgetter(sort)
        return sorted(sorted(found, key=attrgetter("mac")), key=by, reverse=descending)


def _said(row: QueueRow) -> dict[str, str]:
    """What a filter looks at; a MAC is found with or without separators."""
    said = {
        "mac": f"{row.mac} {with_colons(row.mac)}", "vendor": row.vendor, "model": row.model, "address": row.address,
        "agent": row.agent, "firmware": row.firmware, "host": row.host, "sources": row.sources, "tenant": row.tenant,
        "extensions": row.extensions, "label": row.label, STATE: row.state,
    }  # fmt: skip
    return {name: text.casefold() for name, text in said.items()}


def told_state(row: QueueRow) -> str:
    """A row's state in words, and what becomes of it by itself."""
    said = "added, waits for the commit" if row.device and row.state == "S" else _SAID[row.state]
    if row.withdrawn:
        said += f"; its files are withdrawn since {when(row.withdrawn)}"
    return f"{said}; it expires {when(row.expires)}" if row.expires else said


def expires_soon(row: QueueRow, now: float) -> bool:
    """Whether a device is about to be removed, as nobody claims it."""
    return bool(row.expires) and row.expires - now < SOON


def guess(row: QueueRow) -> str:
    """`yealink/T46U`, a guess with a `?`, where the sources contradict each other with a `!` too; "" for nothing."""
    if not row.vendor:
        return ""
    if row.device:
        return f"{row.vendor}/{row.model}"
    doubt = "?!" if row.conflict else "?" if row.model and row.score < SURE else ""
    return f"{row.vendor}/{row.model or '?'}{doubt}"
