"""Prefix rules: MACs from here to there are this model. The narrowest counts; import, scan and queue go by them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from aps_tui.data.prefix_rules import Hits, Rule
from aps_tui.domain.errors import BadValue
from aps_tui.services.importing.matching import BLOCK
from aps_tui.services.sitefile.words import printable
from aps_tui.services.workplace import Workplace

_DIGITS = re.compile(r"[0-9a-f]{6,12}\Z")
_SEPARATORS = str.maketrans("", "", ":-. ")


class RuleRow(NamedTuple):
    """A rule as the list shows it."""

    rule: Rule
    hits: Hits
    known: bool
    """False: no pack has its model, so it is passed over."""


def rules(place: Workplace) -> list[RuleRow]:
    """Every rule by its first MAC, with how many MACs fall in."""
    store = place.store
    with store.snapshot():
        found = store.rules.all()
        hits = store.rules.hits(found)
    return [RuleRow(rule, hit, _known(place, rule)) for rule, hit in zip(found, hits, strict=True)]


def _known(place: Workplace, rule: Rule) -> bool:
    vendor = place.packs.vendors.get(rule.vendor)
    return vendor is not None and rule.model in vendor.models


def judged(place: Workplace, first: str, last: str, vendor: str, model: str, note: str = "") -> Rule:
    """A rule as it would be stored. An end may be a whole MAC or how it begins; no last one: the first's whole range.

    Raises BadValue saying what is wrong.
    """
    low, high = _end("first MAC", first, "0"), _end("last MAC", last or first, "f")
    if low[:BLOCK] != high[:BLOCK]:
        raise BadValue("both ends of a range begin with the same six digits: a maker's block")
    if low > high:
        raise BadValue("the last MAC of the range is below the first")
    kind = place.packs.model(vendor, model)
    return Rule(0, low, high, kind.vendor, kind.name, printable("note", note.strip()))


def _end(field: str, text: str, filler: str) -> str:
    digits = text.strip().translate(_SEPARATORS).lower()
    if not _DIGITS.match(digits):
        raise BadValue(f"{field}: 6 to 12 hex digits are needed, as in 80:5e:c0:12")
    return digits.ljust(12, filler)


def add_rule(place: Workplace, first: str, last: str, vendor: str, model: str, note: str = "") -> int:
    """Store a rule; its id. Raises BadValue, and StoreError where it crosses another one."""
    return place.store.rules.add(judged(place, first, last, vendor, model, note))


def change_rule(
    place: Workplace, old: Rule, first: str, last: str, vendor: str, model: str, note: str = ""
) -> None:  # fmt: skip
    """Change a rule as it was read. Raises ChangedMeanwhile, and what `add_rule` does."""
    place.store.rules.replace(old, judged(place, first, last, vendor, model, note)._replace(id=old.id))


def delete_rule(place: Workplace, old: Rule) -> None:
    """Remove a rule as it was read; devices keep their models. Raises ChangedMeanwhile."""
    place.store.rules.delete(old)


def proposed(macs: Sequence[str]) -> tuple[str, str] | None:
    """The narrowest range that holds all of these MACs; None where they are of several blocks."""
    if not macs or len({mac[:BLOCK] for mac in macs}) != 1:
        return None
    return min(macs), max(macs)
