"""The keys of a template or a device as its phone has them: bank by bank, each with where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from aps_tui.data.errors import StoreError
from aps_tui.data.settings import Level
from aps_tui.domain.errors import BadValue
from aps_tui.domain.keytypes import VALUE_TYPES
from aps_tui.domain.site import Device, Key, Template
from aps_tui.services.sitefile.one import new_faults
from aps_tui.services.values.scene import Scene, scene
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.banks import key_types

__all__ = [
    "ORIGINS", "VALUE_TYPES", "At", "Bank", "Board", "Cell", "Key", "Level", "board", "dropped", "filled", "placed",
    "save", "warnings",
]  # fmt: skip

At: TypeAlias = tuple[str, int]
"""Bank and position."""

ORIGINS: Mapping[str, str] = {"D": "device", "T": "template", "-": "phone's own"}
"""The letter of where a key comes from, and its word."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One key of the phone."""

    bank: str
    position: int
    key: Key | None
    """What is said for it; None: the phone's own default."""
    origin: str
    """A letter of ORIGINS."""
    default: str
    """What the phone does with it where nothing is said: a key type."""
    here: bool
    """Whether it is said at the level that is edited."""

    @property
    def words(self) -> str:
        """`BLF 101 Reception`, `line 1`, `free`."""
        if self.key is None:
            return {"line": "line 1", "none": "free"}.get(self.default, self.default)
        if self.key.type == "none":
            return "off"
        line = f"{self.key.line or 1}" if self.key.type in ("line", "shared-line") else ""
        kind = "BLF" if self.key.type == "blf" else self.key.type
        return " ".join(filter(None, (kind, line, self.key.value, self.key.label)))


@dataclass(frozen=True, slots=True)
class Bank:
    """The keys in one place of the phone."""

    name: str
    title: str
    """`Keys`, `Programmable`, `Module 1 EXP43`."""
    cells: tuple[Cell, ...]
    types: tuple[str, ...]
    """The key types that it takes now."""


@dataclass(frozen=True)
class Board:
    """All keys of a template or a device; what is saved over it is refused when someone else wrote since."""

    level: Level
    owner: Device | Template
    version: int
    title: str
    model: str
    lines: int
    banks: tuple[Bank, ...]
    inherited: Mapping[At, Key]
    """The keys of a device's template, replaced or not."""
    notes: tuple[str, ...]
    """What is to be known of the whole: enhanced keys, modules, second keys of a line."""

    def cell(self, at: At) -> Cell | None:
        """One key of the phone; None where it has none."""
        return next((cell for bank in self.banks for cell in bank.cells if (cell.bank, cell.position) == at), None)

    def bank(self, name: str) -> Bank:
        """One bank of the phone."""
        return next(bank for bank in self.banks if bank.name == name)


def board(place: Workplace, level: Level) -> Board:
    """The keys of a template or a device. Raises StoreError when it is no more, BadValue without its model's pack."""
    with place.store.snapshot():
        found = scene(place, level)
        owner, version = _owner(place, level)
        inherited = _inherited(place, owner)
    if found.model is None or found.vendor is None:
        raise BadValue(found.model_fault or f"{found.title} has no model")
    settings = {id: one.value for id, one in found.resolved().items()}
    enhanced = bool(settings.get("keys.enhanced"))
    module = str(settings.get("keys.expansion_type") or next(iter(found.facts["expansion"]), ""))
    modules = min(int(str(settings.get("keys.expansion_count") or 0)), int(found.facts["expansion_max"]))
    firmware = found.facts["firmware"] or None
    names = ["dss", "programmable", *(f"expansion-{n}" for n in range(1, modules + 1))]
    positions = {name: found.model.keys_in(name, found.facts, module, modules) for name in names}
    own = {(key.bank, key.position): key for key in owner.keys}
    letter = "D" if isinstance(owner, Device) else "T"
    banks = tuple(
        Bank(
            name, _title(name, module),
            tuple(_cell((name, n), own, inherited, letter, found) for n in positions[name]),
            tuple(one for one in key_types(found.vendor, found.model, name, firmware) if enhanced or one != "feature"),
        )
        for name in names if positions[name]
    )  # fmt: skip
    model, notes = f"{found.vendor.slug}/{found.model.name}", tuple(_notes(banks, enhanced, found, modules))
    return Board(level, owner, version, found.title, model, int(found.facts["lines"]), banks, inherited, notes)


def _owner(place: Workplace, level: Level) -> tuple[Device | Template, int]:
    """The device or template of exactly this scope, and its version. Raises StoreError when it is no more."""
    store = place.store
    owner: Device | Template | None
    if level.kind == "device":
        owner, version = store.devices.get(level.name), store.devices.version(level.name)
    else:
        owner, version = (
            store.templates.get(level.name, level.tenant),
            store.templates.version(level.name, level.tenant),
        )
    if owner is None or version is None:
        raise StoreError(f"{level.kind} {level.name} is no more")
    return owner, version


def _inherited(place: Workplace, owner: Device | Template) -> dict[At, Key]:
    """The keys of a device's template."""
    if isinstance(owner, Template) or owner.template is None:
        return {}
    template = place.store.templates.get(owner.template, owner.template_tenant)
    return {(key.bank, key.position): key for key in template.keys} if template else {}


def _title(bank: str, module: str) -> str:
    number = bank.rpartition("-")[2]
    return {"dss": "Keys", "programmable": "Programmable"}.get(bank, f"Module {number} {module}".rstrip())


def _cell(at: At, own: Mapping[At, Key], inherited: Mapping[At, Key], letter: str, found: Scene) -> Cell:
    key = own.get(at) or inherited.get(at)
    origin = letter if at in own else "T" if at in inherited else "-"
    return Cell(*at, key, origin, _default(at, found), at in own)


def _default(at: At, found: Scene) -> str:
    """What the phone does with a key of which nothing is said."""
    bank, position = at
    if bank == "programmable":
        return str(found.facts["programmable_defaults"].get(str(position), "none"))
    return "line" if at == ("dss", 1) else "none"


def _notes(banks: Iterable[Bank], enhanced: bool, found: Scene, modules: int) -> Iterable[str]:
    yield f"enhanced keys (EDK) {'on: PBX features can be chosen' if enhanced else 'off'}"
    if found.facts["expansion_max"]:
        yield f"{modules} of {found.facts['expansion_max']} expansion modules (DSS Keys of Settings)"
    cells = [cell for bank in banks for cell in bank.cells]
    for word, places in _twice(cells).items():
        yield _doubled(word, places)


def _doubled(word: str, places: Sequence[str]) -> str:
    return f"{word} has {len(places)} keys: {', '.join(places)}"


def _twice(cells: Iterable[Cell]) -> dict[str, list[str]]:
    """Lines and extensions that more than one key is for."""
    found: dict[str, list[str]] = {}
    for cell in cells:
        kind = cell.key.type if cell.key else cell.default
        if kind == "line":
            word = f"line {cell.key.line or 1}" if cell.key else "line 1"
        elif kind == "blf" and cell.key:
            word = f"extension {cell.key.value}"
        else:
            continue
        found.setdefault(word, []).append(f"{cell.bank} {cell.position}")
    return {word: places for word, places in found.items() if len(places) > 1}


def placed(seen: Board, *keys: Key) -> tuple[Key, ...]:
    """The owner's keys with some said anew."""
    taken = {(key.bank, key.position) for key in keys}
    kept = (key for key in seen.owner.keys if (key.bank, key.position) not in taken)
    return tuple(sorted((*kept, *keys), key=lambda key: (key.bank, key.position)))


def dropped(seen: Board, at: At) -> tuple[Key, ...]:
    """The owner's keys without what is said of one: the template's shows, or the phone's own."""
    return tuple(key for key in seen.owner.keys if (key.bank, key.position) != at)


def filled(
    seen: Board, start: At, first: str, last: str, *, type: str = "blf", line: int | None = 1
) -> tuple[Key, ...]:
    """The owner's keys with a series: one key of a type for each number from `first` to `last`, from `start` on.

    Raises BadValue for what is no series, or one that is longer than the bank has keys.
    """
    if not (first.isdecimal() and last.isdecimal() and len(first) == len(last) and int(first) <= int(last)):
        raise BadValue("a series goes from one number up to another of the same length, as 201 to 215")
    bank, position = start
    free = [cell.position for cell in seen.bank(bank).cells if cell.position >= position]
    count = int(last) - int(first) + 1
    if count > len(free):
        raise BadValue(f"{count:,} numbers, and {len(free)} keys from {bank} key {position} on")
    numbers = (str(number).zfill(len(first)) for number in range(int(first), int(last) + 1))
    return placed(seen, *(Key(bank, at, type, line, number) for at, number in zip(free, numbers, strict=False)))


def changed(seen: Board, keys: Sequence[Key]) -> Device | Template:
    """The owner with other keys."""
    return replace(seen.owner, keys=tuple(keys))


def warnings(place: Workplace, seen: Board, keys: Sequence[Key]) -> list[str]:
    """What other keys would warn of. Raises Faults when they cannot be stored, or an unknown type."""
    before = {(key.bank, key.position): key for key in seen.owner.keys}
    names = {bank.name: bank for bank in seen.banks}
    for key in keys:
        bank = names.get(key.bank)
        if key != before.get((key.bank, key.position)) and bank and bank.types and key.type not in bank.types:
            why = "needs keys.enhanced" if key.type == "feature" else f"is none of this model's {bank.title} types"
            raise BadValue(f"{key.bank} key {key.position}: type {key.type} {why}")
    found = new_faults(place.store, place.packs, seen.owner, changed(seen, keys))
    cells = [cell for bank in seen.banks for cell in bank.cells]
    after = {**seen.inherited, **{(key.bank, key.position): key for key in keys}}
    old, new = _twice(cells), _twice(replace(cell, key=after.get((cell.bank, cell.position))) for cell in cells)
    more = {word: places for word, places in new.items() if len(places) > len(old.get(word, ()))}
    return found + [_doubled(word, places) for word, places in more.items() if word.startswith("extension")]


def save(place: Workplace, seen: Board, keys: Sequence[Key]) -> list[str]:
    """Store other keys; the warnings. Raises Faults, BadValue, ChangedMeanwhile."""
    store, owner = place.store, changed(seen, keys)
    with store.transaction():
        found = warnings(place, seen, keys)
        if isinstance(owner, Device):
            store.devices.save(owner, expected_version=seen.version)
        else:
            store.templates.save(owner, expected_version=seen.version)
    return found
