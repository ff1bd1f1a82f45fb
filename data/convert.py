"""Between rows and domain objects: values as JSON, settings, raw parameters, keys."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from aps_tui.data.database import Row
from aps_tui.domain.keytypes import BANKS
from aps_tui.domain.site import Key, Raw, Settings, Value

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
_BANK_ORDER = {bank: order for order, bank in enumerate(BANKS)}


def to_json(value: Value) -> str:
    """A setting's value as it is stored; a tuple becomes a list."""
    return _encode(value)


def from_json(text: str) -> Value:
    """A stored value; a list becomes a tuple."""
    value = json.loads(text)
    return tuple(value) if isinstance(value, list) else value


def setting_rows(owner: int, settings: Settings, raw: Mapping[str, Raw]) -> Iterator[Row]:
    """Rows of a `*_setting` table; `raw` is by vendor, with '' for an owner of one vendor."""
    for name, value in settings.items():
        yield owner, "setting", "", name, to_json(value)
    for vendor, parameters in raw.items():
        for name, text in parameters.items():
            yield owner, "raw", vendor, name, text


def settings_of(rows: Iterable[Row]) -> dict[str, Value]:
    """The settings among `*_setting` rows."""
    return {name: from_json(value) for _, kind, _, name, value in rows if kind == "setting"}


def raw_of(rows: Iterable[Row]) -> dict[str, dict[str, str]]:
    """The raw parameters among `*_setting` rows, by vendor."""
    found: dict[str, dict[str, str]] = {}
    for _, kind, vendor, name, value in rows:
        if kind == "raw":
            found.setdefault(vendor, {})[name] = value
    return found


def key_rows(owner: int, keys: Iterable[Key]) -> Iterator[Row]:
    """Rows of a `*_key` table."""
    for key in keys:
        yield owner, key.bank, key.position, key.type, key.line, key.value, key.label, key.pickup


def keys_of(rows: Iterable[Row]) -> tuple[Key, ...]:
    """Keys from `*_key` rows: bank by bank as the console shows them, then by position."""
    return tuple(sorted((Key(*row[1:]) for row in rows), key=_key_order))


def by_owner(rows: Iterable[Row]) -> dict[int, list[Row]]:
    """Rows grouped by the owner they start with, in their order."""
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found


def scoped(tenant: str | None, name: str) -> str:
    """How an object of a tenant (or a global one) is named in audit rows: `acme/T46 sales`."""
    return name if tenant is None else f"{tenant}/{name}"


@lru_cache
def nocase(name: str) -> str:
    """A name as SQLite's NOCASE compares it: ASCII letters only."""
    return name.translate(_ASCII_LOWER)


def summary(details: Sequence[str], most: int = 12) -> str:
    """The first names of what changed, and how many more there are."""
    more = len(details) - most
    return ", ".join(details[:most]) + (f" and {more} more" if more > 0 else "")


def _key_order(key: Key) -> tuple[int, str, int]:
    return _BANK_ORDER.get(key.bank, len(_BANK_ORDER)), key.bank, key.position
