"""What became of one device: who changed what, and which commits wrote its files."""

from __future__ import annotations

from typing import NamedTuple

from aps_tui.data.generations import FileChange
from aps_tui.services.diffs import open_diffs
from aps_tui.services.workplace import Workplace

_LIMIT = 200


class Event(NamedTuple):
    """A change of the device, or a commit that wrote one of its files."""

    at: float
    """Unix seconds."""
    operator: str
    words: str
    """`change: line 1, network.lldp`, `commit 12 changed 805ec0123456.cfg`."""
    file: tuple[int, str] | None = None
    """The commit and the file, whose difference `past_diff` shows."""


def events(place: Workplace, mac: str) -> list[Event]:
    """The latest events of a device, newest first. A device that was given another MAC begins anew."""
    store = place.store
    found = [Event(row.at, row.operator, f"{row.action}: {row.detail}".rstrip(": "))
             for row in store.audit.of("device", mac, _LIMIT)]  # fmt: skip
    for generation, file in store.generations.of_device(mac, _LIMIT):
        words = f"{generation.kind} {generation.id} {_verb(file)} {file.path}"
        found.append(Event(generation.at, generation.operator, words, (generation.id, file.path)))
    return sorted(found, key=lambda event: -event.at)[:_LIMIT]


def _verb(file: FileChange) -> str:
    return "added" if file.old_hash is None else "removed" if file.new_hash is None else "changed"


def past_diff(place: Workplace, generation: int, path: str) -> list[str]:
    """The lines of what a commit changed in a file, secrets masked. Raises TreeError for bytes no longer kept."""
    change = next(file for file in place.store.generations.files(generation) if file.path == path)
    with open_diffs(place) as diffs:
        return diffs.past(change).splitlines()
