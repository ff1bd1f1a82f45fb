"""The whitelist of auto-create: its entries, what waits in the queue for each, and edits one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from aps_tui.data.errors import ChangedMeanwhile
from aps_tui.domain.autocreate import warnings_of
from aps_tui.domain.errors import BadValue
from aps_tui.domain.whitelist import MAC, MAC_PREFIX, Entry, admits, parse_entry
from aps_tui.services.workplace import Workplace

__all__ = ["Entry", "EntryRow", "Whitelist", "add_entry", "change_entry", "check_entry", "remove_entry", "whitelist"]


Save: TypeAlias = Callable[[str], object]
"""Stores a typed entry, or raises ApsError."""


class EntryRow(NamedTuple):
    """An entry, and what it does."""

    entry: Entry
    waiting: int
    """Devices of the queue that it lets in."""
    note: str
    """What the operator should know of it."""


class Whitelist(NamedTuple):
    """The whitelist as it stands."""

    rows: list[EntryRow]
    waiting: int
    """Devices in the queue."""
    admitted: int
    """How many of them some entry lets in."""
    auto_create: bool
    warnings: list[str]


def whitelist(place: Workplace) -> Whitelist:
    """The entries in their order, with the queue counted for each."""
    with place.store.snapshot():
        settings = place.store.provisioning.get()
        seen: dict[str, set[str]] = defaultdict(set)
        for sighting in place.store.sightings.queue():
            seen[sighting.mac].add(sighting.address)
    entries = [parse_entry(text) for text in settings.whitelist]

    def count(*some: Entry) -> int:
        return sum(any(admits(some, mac, address) for address in places) for mac, places in seen.items())

    rows = [EntryRow(one, count(one), _note(place, one, entries[:at])) for at, one in enumerate(entries)]
    return Whitelist(rows, len(seen), count(*entries), settings.auto_create, warnings_of(settings))


def check_entry(text: str) -> Entry:
    """Read an entry. Raises BadValue."""
    return parse_entry(text)


def add_entry(place: Workplace, text: str) -> str:
    """Add an entry; it as it is stored. Raises BadValue, also for one that means the same as one that is there."""
    return _put(place, None, text)


def change_entry(place: Workplace, old: str, text: str) -> str:
    """Put another entry in the place of one. Raises BadValue, ChangedMeanwhile when it is gone."""
    return _put(place, old, text)


def remove_entry(place: Workplace, old: str) -> list[str]:
    """Take an entry out; what the operator should know then. Raises ChangedMeanwhile when it is gone."""
    with place.store.transaction():
        settings = place.store.provisioning.get()
        _refuse_gone(place, settings.whitelist, old)
        settings = replace(settings, whitelist=tuple(text for text in settings.whitelist if text != old))
        place.store.provisioning.save(settings)
    return warnings_of(settings)


def _put(place: Workplace, old: str | None, text: str) -> str:
    new = parse_entry(text)
    with place.store.transaction():
        settings = place.store.provisioning.get()
        present = list(settings.whitelist)
        if old is not None:
            _refuse_gone(place, settings.whitelist, old)
        for other in present:
            if other != old and parse_entry(other).meaning == new.meaning:
                raise BadValue(f"{new.text} is in the whitelist already{'' if other == new.text else f', as {other}'}")
        if old is None:
            present.append(new.text)
        else:
            present[present.index(old)] = new.text
        place.store.provisioning.save(replace(settings, whitelist=tuple(present)))
    return new.text


def _refuse_gone(place: Workplace, entries: tuple[str, ...], old: str) -> None:
    if old not in entries:
        who = place.store.audit.who("provisioning", "")
        raise ChangedMeanwhile(f"{old} is in the whitelist no longer: it was changed by {who}")


def _note(place: Workplace, entry: Entry, before: list[Entry]) -> str:
    if entry.is_open:
        return "lets every address in: no protection"
    if any(other.meaning == entry.meaning for other in before):
        return "is there twice"
    if entry.kind not in (MAC, MAC_PREFIX):
        return ""
    makers = [
        vendor.name
        for vendor in place.packs.vendors.values()
        if any(entry.meaning.startswith(prefix) or prefix.startswith(entry.meaning) for prefix in vendor.mac_prefixes)
    ]
    return ", ".join(makers) or "of no vendor that is known here"
