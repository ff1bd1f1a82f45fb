"""IP/DNS mappings: listed with what they touch, checked before they are saved, added, changed, removed."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from aps_tui.domain.errors import BadValue
from aps_tui.domain.mapping import check_mapping
from aps_tui.domain.site import GLOBAL, AddressMapping
from aps_tui.services.addresses import Census
from aps_tui.services.console import counted
from aps_tui.services.workplace import Workplace

MOST_NOTE = 200
"""Characters of a mapping's note."""


class MappingRow(NamedTuple):
    """A mapping as the list shows it."""

    mapping: AddressMapping
    devices: int | None
    """How many devices it touches, or would if it were on; None while that is not known."""


def rows_of(place: Workplace, counts: Census | None) -> list[MappingRow]:
    """Every mapping: global ones first, then tenant by tenant."""
    mappings = place.store.mappings.all()
    owners = _owners(mappings)
    return [MappingRow(one, None if counts is None else len(_touched(counts, owners, one))) for one in mappings]


def _owners(mappings: Sequence[AddressMapping]) -> dict[str, set[str]]:
    """Address to the tenants with a mapping of their own for it."""
    found: dict[str, set[str]] = {}
    for one in mappings:
        if one.enabled and one.tenant:
            found.setdefault(one.source, set()).add(one.tenant)
    return found


def _touched(counts: Census, owners: Mapping[str, set[str]], mapping: AddressMapping) -> set[int]:
    """Ids of the devices in whose files a mapping replaces its address, or would if it were on."""
    if mapping.tenant:
        return counts.holders(mapping.source, mapping.tenant)
    hidden = owners.get(mapping.source, set())
    held = counts.held.get(mapping.source, {}).items()
    return set().union(*(ids for tenant, ids in held if tenant not in hidden))


def macs_touched(place: Workplace, counts: Census, mapping: AddressMapping) -> list[str]:
    """The MACs of the devices that a mapping touches."""
    ids = _touched(counts, _owners(place.store.mappings.all()), mapping)
    return place.store.render.macs_of(array("q", sorted(ids)))


def mapping_of(said: Mapping[str, str]) -> AddressMapping:
    """The mapping that a form says: fields source, hostname, tenant (empty: global), note, enabled (yes or no).

    Raises BadValue.
    """
    source, hostname = check_mapping(said["source"], said["hostname"])
    note = said["note"].strip()
    if not note.isprintable() or len(note) > MOST_NOTE:
        raise BadValue(f"note: one line of at most {MOST_NOTE} characters")
    return AddressMapping(source, hostname, said["tenant"] or None, note, said["enabled"] == "yes")


def foretold(
    mappings: Sequence[AddressMapping], counts: Census | None, old: AddressMapping | None, new: AddressMapping
) -> list[str]:
    """What saving would do and what to mind, in lines: the devices that change, what is hidden, that none chains."""
    others = [one for one in mappings if old is None or one.id != old.id]
    lines = ["counting the devices ..."]
    if counts is not None:
        many = len(counts.changed(mappings, [*others, new]))
        lines = [f"{counted(many, 'device')} would change at the next commit" if many else "No device would change"]
        if counts.shared_changed(mappings, [*others, new]):
            lines.append("Files that all phones of a model read would change too")
    return [*lines, *_warnings(others, new)]


def _warnings(others: Sequence[AddressMapping], new: AddressMapping) -> Iterator[str]:
    same = [one for one in others if one.source == new.source and one.enabled]
    for one in same:
        if one.tenant == new.tenant:
            yield f"This address is mapped already for {new.tenant or GLOBAL}: edit that one"
        elif one.tenant is None:
            yield f"Hides the global mapping to {one.hostname} for tenant {new.tenant}"
    if new.tenant is None and (owners := [one.tenant or "" for one in same if one.tenant]):
        yield f"Not for {', '.join(owners)}: a mapping of their own hides it"
    for one in others:
        if one.source == new.hostname and one.enabled and one.tenant in (None, new.tenant):
            yield f"{one.source} is itself mapped to {one.hostname}, but none is chained: phones get {one.source}"
        if one.hostname == new.source and one.enabled and new.tenant in (None, one.tenant):
            yield f"{one.source} becomes {new.source} and stays so: no mapping is chained"


def add_mapping(place: Workplace, mapping: AddressMapping) -> None:
    """Add a mapping. Raises StoreError when this address is mapped already in its scope."""
    place.store.mappings.add(mapping)


def change_mapping(place: Workplace, old: AddressMapping, new: AddressMapping) -> None:
    """Change a mapping as it was read. Raises ChangedMeanwhile when somebody else changed it since."""
    place.store.mappings.change(old, replace(new, id=old.id))


def switched(mapping: AddressMapping) -> AddressMapping:
    """The same mapping, on if it is off and off if it is on."""
    return replace(mapping, enabled=not mapping.enabled)


def remove_mapping(place: Workplace, mapping: AddressMapping) -> None:
    """Remove a mapping as it was read. Raises ChangedMeanwhile, StoreError."""
    place.store.mappings.delete(mapping.source, mapping.tenant, expected=mapping)
