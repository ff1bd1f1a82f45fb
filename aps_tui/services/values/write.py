"""Saying settings at a place, and taking them back: checked, in one transaction, refused where it changed meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aps_tui.data.convert import scoped
from aps_tui.data.settings import Level as Spot
from aps_tui.domain.catalogue import check, cross_check, find, warnings_for
from aps_tui.domain.errors import BadValue, Faults
from aps_tui.domain.setting import Level
from aps_tui.domain.site import Settings, Value
from aps_tui.services.sitefile.bymodel import ill_matched, lacking, misfits, offered, wordless
from aps_tui.services.sitefile.keys import judge_keys
from aps_tui.services.sitefile.notes import Notes
from aps_tui.services.values.scene import Scene, scene, stamp
from aps_tui.services.workplace import Workplace

_SHAPES_KEYS = frozenset({"keys.expansion_count", "keys.expansion_type", "general.firmware"})
"""Settings that decide which keys there are."""


def put(place: Workplace, spot: Spot, id: str, value: object | None, expected: str | None = None) -> tuple[str, ...]:
    """Say a setting at a place, from a text as typed or a value; None takes it back.

    `expected` is the row's `stamp`: ChangedMeanwhile is raised when it is another by now. Raises BadValue for what
    the setting, the model or the other settings do not take. Returns what the operator should know: warnings.
    """
    return put_many(place, spot, {id: value}, None if expected is None else {id: expected})


def put_many(
    place: Workplace, spot: Spot, changes: Mapping[str, object | None], expected: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """Say several settings at a place, all or none; see `put`. Raises Faults where several are wrong."""
    with place.store.transaction():
        before = scene(place, spot)
        for id in changes:
            refuse_stale(place, spot, (expected or {}).get(id), before.own.get(id))
        checked = _checked(changes, before.level)
        own = {id: value for id, value in {**before.own, **checked}.items() if value is not None}
        said = {id: value for id, value in checked.items() if value is not None}
        _refuse([*_faults(before, own, said)])
        for id, value in checked.items():
            if value is not None or id in before.own:
                place.store.settings.set(spot, id, value)
        return tuple(_warnings(scene(place, spot), said))


def refuse_stale(place: Workplace, spot: Spot, expected: str | None, now: Value | str | None) -> None:
    """Raise ChangedMeanwhile, naming who, when what is said is not what was seen (`expected` None: whatever)."""
    if expected is not None and expected != stamp(now):
        place.store.audit.refuse_stale(spot.kind, scoped(spot.tenant, spot.name), 1, 0)


def reveal(place: Workplace, spot: Spot, id: str) -> str:
    """The text of a secret that is in force at a place; "" for none. Leaves an audit row. Raises StoreError."""
    with place.store.transaction():
        here = scene(place, spot)
        value = here.written(id, here.resolved()).value
        note_reveal(place, spot, id)
    return str(value or "")


def note_reveal(place: Workplace, spot: Spot, name: str) -> None:
    """Record that a secret was shown."""
    place.store.audit.add(spot.kind, scoped(spot.tenant, spot.name), "reveal", name)


def _checked(changes: Mapping[str, object | None], level: Level) -> dict[str, Value | None]:
    """The changes as values; what is taken back may be anything that was ever said."""
    checked: dict[str, Value | None] = {}
    faults = []
    for id, value in changes.items():
        try:
            checked[id] = None if value is None else check(id, value, level)
        except BadValue as error:
            faults.append(str(error))
    _refuse(faults)
    return checked


def _refuse(faults: list[str]) -> None:
    if len(faults) == 1:
        raise BadValue(faults[0])
    if faults:
        raise Faults(faults)


def _faults(before: Scene, own: Settings, said: Settings) -> Iterator[str]:
    """What keeps a change from being stored: what it brings about, not what was wrong already."""
    then = {id: one.value for id, one in before.resolved().items()}
    now = {id: one.value for id, one in before.resolved(own).items()}
    if before.level is Level.DEVICE:
        yield from ill_matched(now, then)
    if before.vendor is None or before.model is None:
        return
    firmware = now.get("general.firmware")
    try:
        facts = before.model.facts(str(firmware) if firmware else None)
    except BadValue as error:
        if "general.firmware" in said:
            yield f"general.firmware: {error}"
        return
    yield from misfits(said, before.model, facts)
    if not _SHAPES_KEYS.isdisjoint({*said, *(before.own.keys() - own.keys())}):
        places = {key: f"{key.bank} key {key.position}" for key in before.keys}
        old, new = Notes(), Notes()
        judge_keys(places, then, before.vendor, before.model, before.facts, old)
        judge_keys(places, now, before.vendor, before.model, facts, new)
        yield from (fault for fault in new.faults if fault not in old.faults)


def _warnings(after: Scene, said: Settings) -> Iterator[str]:
    """What the operator should know of what was just said."""
    yield from warnings_for(said)
    if after.level is not Level.DEVICE:
        settings = {id: one.value for id, one in after.resolved().items()}
        yield from (fault for fault in cross_check(settings) if fault.partition(": ")[0] in said)
    if after.vendor is None or after.model is None:
        return
    yield from lacking(said, after.vendor, after.model, after.facts)
    for id, value in said.items():
        words = wordless(find(id), value, offered(find(id), after.vendor, after.model, after.facts))
        if words:
            yield f"{id}: {after.vendor.slug}/{after.model.name} has no word for {', '.join(words)}: it is left out"
