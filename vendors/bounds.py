"""Judges what a model's fact `bounds` limits: numbers by themselves, texts by their length."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aps_tui.vendors.pack import Facts
from aps_tui.vendors.phone import Group, Phone

_MOST_PLACES = 9
"""Entries of a list setting that are looked at: no model takes more registrars."""


def bound_fault(group: Group, phone: Phone, bounds: Facts) -> str:
    """What the model cannot take, with its place, as in `line 1 secret: has 60 characters, LIP-6812 takes 0 to 50`.

    Empty when there is nothing. A text is never shown.
    """
    for field, (least, most) in bounds.items():
        for place, value in _said(field, group, phone):
            size = len(value) if isinstance(value, str) else value
            if value not in (None, "") and not least <= size <= most:
                what = f"has {size} characters" if isinstance(value, str) else f"is {size}"
                return f"{place}: {what}, {group.model.name} takes {least} to {most}"
    return ""


def _said(field: str, group: Group, phone: Phone) -> Iterator[tuple[str, Any]]:
    """Each place that a field stands for, with what is said there."""
    if field.startswith("line."):
        name = field.removeprefix("line.")
        for account in phone.accounts:
            yield f"line {account.n} {name.replace('_', ' ')}", getattr(account, name)
        return
    for n in range(1, _MOST_PLACES + 1) if ".N." in field else (0,):
        id = field.replace(".N.", f".{n}.")
        yield id, _value(id, phone.settings, group.settings)


def _value(id: str, own: Mapping[str, Any], shared: Mapping[str, Any]) -> Any:
    return own[id] if id in own else shared.get(id)
