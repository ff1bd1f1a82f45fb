"""How long devices' files stand open, as an operator handles it: where each stands, opened again, closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from aps_tui.data.windows import Window
from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.services.commit import commit
from aps_tui.services.console import counted
from aps_tui.services.upkeep import Rules
from aps_tui.services.workplace import Workplace

LONGEST = 24 * 31
"""Hours for which files may be opened."""


class Standing(NamedTuple):
    """Where the files of one device stand."""

    mac: str
    state: str
    """open: as long as nobody has fetched them; closing: at `until`; withdrawn: since `since`; kept: they are never
    withdrawn, as nothing says so, the vendor's phones need them, or there is no line."""
    since: float = 0
    """Unix seconds, 0 for nothing to say; so `until`."""
    until: float = 0
    fetched: float = 0
    """When the phone first fetched what they say."""


class Changed(NamedTuple):
    """What became of opening or closing."""

    done: list[str]
    left: list[str]
    """Those that it did not apply to."""
    generation: int | None
    """The commit that put files on the disk, or took them off."""


def standings(place: Workplace, macs: Iterable[str] = ()) -> list[Standing]:
    """Where devices' files stand, of all or of those named, by MAC. Raises BadValue for one that is no device."""
    wanted = place.known(macs)
    with place.store.snapshot():
        rules, devices = Rules.of(place), place.store.windows.devices(wanted)
    return [_standing(one, rules, withdrawable=bound and vendor not in rules.never) for one, vendor, bound in devices]


def _standing(window: Window, rules: Rules, *, withdrawable: bool) -> Standing:
    """Where the files of a device stand."""
    if window.withdrawn:
        return Standing(window.mac, "withdrawn", since=window.withdrawn, fetched=window.fetched)
    if not (withdrawable and rules.withdraw_hours):
        return Standing(window.mac, "kept", fetched=window.fetched)
    until = window.closes(rules.withdraw_hours)
    return Standing(window.mac, "closing" if until else "open", until=until, fetched=window.fetched)


def open_files(place: Workplace, macs: Iterable[str], hours: float | None) -> Changed:
    """Put withdrawn files of devices on the disk again, at once, for some hours; None: until they are fetched.

    They are written as the devices are set up now. Files that are to be withdrawn later stay as long. Those of devices
    whose files are not withdrawn anyhow are left. Raises ApsError; then nothing was opened.
    """
    if hours is not None and not 0 < hours <= LONGEST:
        raise BadValue(f"more than 0 and at most {LONGEST} hours are needed")
    reached = list(place.within(place.known(macs)) or ())
    until = place.store.db.now() + hours * 3600 if hours is not None else 0.0
    with place.store.transaction():
        before = {one.mac: one for one in place.store.windows.of(reached).values() if one.fetched}
        chosen = [mac for mac in reached if mac in before and _fits(place, before[mac])]
        place.store.windows.open(chosen, until)
        said = f"for {hours:g} h" if hours is not None else "until it is fetched"
        place.store.audit.add_many(("device", mac, "open", said) for mac in chosen)
    try:
        generation = _commit(place, chosen, f"opened {said}")
    except ApsError:
        place.store.windows.put_back(before[mac] for mac in chosen)
        raise
    return Changed(sorted(chosen), sorted({*reached} - {*chosen}), generation)


def close_files(place: Workplace, macs: Iterable[str]) -> Changed:
    """End what was opened: files that were fetched long enough ago are withdrawn, at once. Raises ApsError."""
    reached = list(place.within(place.known(macs)) or ())
    with place.store.transaction():
        windows = place.store.windows.of(reached)
        chosen = [mac for mac, one in windows.items() if one.open_until]
        place.store.windows.close(chosen)
        place.store.audit.add_many(("device", mac, "close", "") for mac in chosen)
    rules = Rules.of(place)
    due = {*place.store.windows.due(rules.withdraw_hours, rules.never)}.intersection(chosen)
    generation = _commit(place, sorted(due), "closed", upkeep=True)
    return Changed(sorted(chosen), sorted({*reached} - {*chosen}), generation)


def _fits(place: Workplace, window: Window) -> bool:
    """Whether opening changes anything."""
    return bool(window.withdrawn or place.store.provisioning.get().withdraw_hours)


def _commit(place: Workplace, macs: Sequence[str], note: str, *, upkeep: bool = False) -> int | None:
    if not macs:
        return None
    outcome = commit(place, macs, note=note, upkeep=upkeep)
    if outcome.refused:
        what = outcome.found.problems[0] if outcome.found.problems else f"{outcome.conflicts[0]} was edited by hand"
        text = what if isinstance(what, str) else f"{what.mac}: {what.problem}"
        raise ApsError(f"{counted(len(macs), 'device')}: nothing was written: {text}")
    return outcome.generation
