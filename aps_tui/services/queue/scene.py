"""What `why` looks at: a phone's evidence, its files on the disk, and the names that its model asks for."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from aps_tui.data.arrivals import Arrival
from aps_tui.data.resyncs import Resync
from aps_tui.data.rows import DiskFile
from aps_tui.domain.errors import BadValue
from aps_tui.services.queue.evidence import Evidence, evidence
from aps_tui.services.tree import Tree, TreeError
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.loader import Packs
from aps_tui.vendors.pack import Model, PackFault, Vendor, file_name


class OnDisk(NamedTuple):
    """A file of a phone under the root."""

    path: str
    state: str
    """written: as we wrote it; changed: someone edited it; gone; other: a link or a folder has its name."""
    size: int
    mode: int
    """Permission bits; 0 where it is gone."""


class Names(NamedTuple):
    """The names that a phone of some model may ask for."""

    own: frozenset[str]
    """Written for it alone."""
    shared: frozenset[str]
    """Written for all of its model or vendor."""


@dataclass(frozen=True)
class Scene:
    """One phone, looked at once."""

    evidence: Evidence
    arrival: Arrival | None
    """What its evidence says it is, even where it is a device of another model."""
    written: float
    """When the newest of its files was written (Unix seconds); 0 for never."""
    files: list[OnDisk]
    names: Names
    makers: Mapping[str, str]
    """A name that it asked for to the vendor and model whose phones ask so, where that is not its own."""
    root: str
    group: bool
    """Whether the files have a group of their own, for the servers."""
    resync: Resync | None
    under_root: frozenset[str] = frozenset()
    """Names that it asked for and that stand under the root."""
    problem: str = field(default="")
    """Why the root could not be looked at."""


def scene_of(place: Workplace, mac: str) -> Scene:
    """Look at a phone. Raises BadValue for a MAC that was never seen and is no device."""
    store = place.store
    with store.snapshot():
        found = evidence(place, mac)
        row = found.row
        files, problem, under = _on_disk(place, store.files.of([row.mac]), [one.path for one in found.requests])
        names = names_of(place.packs, row.vendor, row.model, row.mac)
        asked = {one.path for one in found.requests} - names.own - names.shared
        return Scene(
            found, store.arrivals.get(row.mac), store.resyncs.written([row.mac]).get(row.mac, 0.0), files, names,
            _makers(place.packs, row.mac, asked), str(place.root), place.gid is not None,
            store.resyncs.of([row.mac]).get(row.mac), under, problem,
        )  # fmt: skip


def names_of(packs: Packs, vendor: str, model: str, mac: str) -> Names:
    """The names that a phone asks for; without a model, those that any of its vendor's models does."""
    found = packs.vendors.get(vendor)
    if found is None:
        return Names(frozenset(), frozenset())
    models = [found.models[model]] if model in found.models else list(found.models.values())
    own = {name for one in models for name in _file_names(found, one, mac, shared=False)}
    shared = {name for one in models for name in _file_names(found, one, mac, shared=True)}
    return Names(frozenset(own), frozenset(shared))


def _file_names(vendor: Vendor, model: Model, mac: str, *, shared: bool) -> Iterator[str]:
    for generation in model.generations or (None,):
        facts = model.facts(generation)
        for spec in vendor.files:
            if spec.shared is shared:
                with suppress(PackFault, KeyError, BadValue):
                    if name := file_name(spec, facts, mac):
                        yield name


def _makers(packs: Packs, mac: str, asked: set[str]) -> dict[str, str]:
    """Whose own files are called like what was asked for and is not known."""
    found: dict[str, str] = {}
    for vendor in packs.vendors.values() if asked else ():
        for model in vendor.models.values():
            for name in _file_names(vendor, model, mac, shared=False):
                if name in asked:
                    found.setdefault(name, f"{vendor.name} phones, such as the {model.name},")
    return found


def _on_disk(
    place: Workplace, rows: list[DiskFile], asked: list[str]
) -> tuple[list[OnDisk], str, frozenset[str]]:  # fmt: skip
    try:
        with place.tree() as tree:
            under = frozenset(path for path in asked if _plain(path) and tree.signature(path) is not None)
            return [_file(tree, row) for row in rows], "", under
    except TreeError as error:
        return [], str(error), frozenset()


def _plain(path: str) -> bool:
    """Whether a name that was asked for may be looked up: it comes from the network."""
    parts = path.split("/")
    return path.isprintable() and len(path) <= 200 and not any(part.startswith(".") or not part for part in parts)


def _file(tree: Tree, row: DiskFile) -> OnDisk:
    now, mode = tree.signature(row.path), tree.mode(row.path)
    if now is None:
        return OnDisk(row.path, "other" if mode else "gone", 0, 0)
    same = (now.size, now.inode, now.mtime_ns) == (row.size, row.inode, row.mtime_ns)
    state = "written" if same or tree.hash_of(row.path) == row.hash else "changed"
    return OnDisk(row.path, state, now.size, stat.S_IMODE(mode))
