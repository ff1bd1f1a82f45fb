"""Checks of the keys of a template or a device."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from aps_tui.domain.keytypes import BANKS, KEY_TYPES, VALUE_TYPES
from aps_tui.domain.site import Key, Settings
from aps_tui.services.sitefile.notes import Notes, shown
from aps_tui.services.sitefile.scope import Scope
from aps_tui.services.sitefile.shape import KeyIn
from aps_tui.services.sitefile.words import printable, word
from aps_tui.vendors.banks import takes
from aps_tui.vendors.pack import Facts, Model, Vendor

_CODES = ("*", "#")


def keys_from(tables: Iterable[tuple[str, KeyIn]], owner: str, notes: Notes) -> tuple[list[Key], dict[Key, str]]:
    """The keys as the file says them, and the place of each. Words, texts and doubles are judged here."""
    keys: list[Key] = []
    places: dict[Key, str] = {}
    taken: set[tuple[str, int]] = set()
    for place, table in tables:
        key = _key(table, place, notes)
        if key is None:
            continue
        if (key.bank, key.position) in taken:
            notes.fault(place, f"{key.bank} key {key.position} is named twice")
        taken.add((key.bank, key.position))
        keys.append(key)
        places[key] = place
    return keys, places


def _key(table: KeyIn, place: str, notes: Notes) -> Key | None:
    """The key; None when its bank, type or position is at fault, which was noted."""
    bank = notes.tried(place, word, "bank", table.bank, BANKS) if table.bank else None
    type_ = notes.tried(place, word, "type", table.type, KEY_TYPES) if table.type else None
    for field in ("value", "label", "pickup"):
        notes.tried(place, printable, field, getattr(table, field))
    if not (bank and type_ and table.position):
        return None
    if type_ in VALUE_TYPES and not table.value.strip():
        notes.fault(place, f"value: a key of type {type_} does nothing without a value")
    return Key(bank, table.position, type_, table.line, table.value, table.label, table.pickup)


def judge_keys(keys: dict[Key, str], said: Settings, vendor: Vendor, model: Model, facts: Facts, notes: Notes) -> None:
    """Note the keys that the model has not; `said` is what is in force, `keys` each key's place."""
    count = int(str(said.get("keys.expansion_count") or 0))
    module = str(said.get("keys.expansion_type") or next(iter(facts["expansion"]), ""))
    positions = {bank: model.keys_in(bank, facts, module, count) for bank in {key.bank for key in keys}}
    for key, place in keys.items():
        if key.position not in positions[key.bank]:
            notes.fault(place, _lacking(key, len(positions[key.bank]), count, model, facts))
        if key.line is not None and key.line > int(facts["lines"]):
            notes.fault(place, f"line: {model.name} has {facts['lines']} lines, there is no line {key.line}")
        if not takes(vendor, facts, key.bank, key.type):
            notes.warn(place, f"type {key.type} is not known to {_owner(key, vendor)}: its devices cannot be committed")
        if key.type == "feature" and not said.get("keys.enhanced"):
            notes.warn(place, "type feature is meant for templates with keys.enhanced = true")


def _owner(key: Key, vendor: Vendor) -> str:
    """Whose types the key's is none of: the vendor's, or those of the model's bank alone."""
    return f"this model's {key.bank} keys" if key.type in vendor.words.get("key", {}) else vendor.slug


def _lacking(key: Key, there: int, count: int, model: Model, facts: Facts) -> str:
    start = f"position: {model.name} has no {key.bank} key {key.position}"
    if not key.bank.startswith("expansion"):
        return f"{start}, only {there}" if key.bank == "dss" else start
    if there:
        return f"{start}, only {there}"
    return f"{start}: keys.expansion_count is {count}, {model.name} takes at most {facts['expansion_max']}"


def second_line_keys(keys: Iterable[Key], has_dss: bool) -> list[int]:
    """The lines that have more than one key; DSS key 1, when nothing is said of it, is line 1's."""
    said = list(keys)
    counted = Counter(key.line or 1 for key in said if key.type == "line")
    if has_dss and not any((key.bank, key.position) == ("dss", 1) for key in said):
        counted[1] += 1
    return sorted(line for line, keys_of_it in counted.items() if keys_of_it > 1)


def warn_of_strangers(keys: dict[Key, str], tenant: str | None, scope: Scope) -> None:
    """Warn of BLF and speed-dial keys for an extension that does not exist.

    A speed dial counts as one only when it is as long as an extension's number; codes (`*97`) never do.
    """
    for key, place in keys.items():
        number = key.value.strip()
        if key.type not in ("blf", "speed-dial") or number.startswith(_CODES):
            continue
        numbers, lengths = scope.numbers(tenant)
        if key.type == "speed-dial" and not (number.isdigit() and len(number) in lengths):
            continue
        if number not in numbers:
            where = f"tenant {tenant}" if tenant else "any tenant"
            scope.notes.warn(place, f"value: there is no extension {shown(number)} in {where}")
