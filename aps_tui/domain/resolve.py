"""One value, and where it came from: default, global, tenant, template, device; the last to say it wins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from aps_tui.domain.catalogue import CATALOGUE, find, numbered
from aps_tui.domain.setting import Level
from aps_tui.domain.site import Settings, Value


class Resolved(NamedTuple):
    """The value in force and the level that gave it."""

    value: Value
    level: Level


class Explanation(NamedTuple):
    """Every level with what it says (None: nothing), lowest first, and who wins (None: unset)."""

    steps: list[tuple[Level, Value | None]]
    winner: Resolved | None


def _always() -> dict[str, Resolved]:
    """The defaults that always hold: a list's first member (`server.1`) has its own."""
    return {
        numbered(setting)[0]: Resolved(setting.default, Level.DEFAULT)
        for setting in CATALOGUE.values()
        if setting.default is not None
    }


def _brought() -> dict[str, dict[str, Resolved]]:
    """The defaults that come with an id of a list's further members: `server.2.host` brings a port."""
    listed = [setting for setting in CATALOGUE.values() if setting.listed]
    members: dict[str, dict[str, Resolved]] = {}
    for setting in listed:
        if setting.default is None:
            continue
        for id in numbered(setting)[1:]:
            members.setdefault(_member(id), {})[id] = Resolved(setting.default, Level.DEFAULT)
    ids = (id for setting in listed for id in numbered(setting)[1:])
    return {id: members[_member(id)] for id in ids if _member(id) in members}


def _member(id: str) -> str:
    """`server.2` of `server.2.port`."""
    return id.rpartition(".")[0]


_ALWAYS = _always()
_BROUGHT = _brought()


def resolve(levels: Sequence[tuple[Level, Settings]]) -> dict[str, Resolved]:
    """Return every setting that has a value, by id, with the level it comes from.

    Takes what is said at each level, checked, in any order; a level left out says nothing.
    """
    said: dict[str, Resolved] = {}
    for level, settings in sorted(levels, key=itemgetter(0)):
        for id, value in settings.items():
            said[id] = Resolved(value, level)
    found = _ALWAYS.copy()
    for id in said:
        if id in _BROUGHT:
            found.update(_BROUGHT[id])
    found.update(said)
    return found


def values(resolved: Mapping[str, Resolved]) -> dict[str, Value]:
    """The values alone, as `cross_check` and `warnings_for` take them."""
    return {id: one.value for id, one in resolved.items()}


def explain(levels: Sequence[tuple[Level, Settings]], id: str) -> Explanation:
    """Say level by level what is said of a setting and which level wins.

    The default's step comes first; it is None where the default does not hold (`server.2.port`
    while nothing of server 2 is said). Raises BadValue for an unknown id.
    """
    default, resolved = find(id).default, resolve(levels)
    steps = [(Level.DEFAULT, default if id in resolved else None)]
    steps += [(level, settings.get(id)) for level, settings in sorted(levels, key=itemgetter(0))]
    return Explanation(steps, resolved.get(id))
