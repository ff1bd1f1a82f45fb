"""Holds a configuration that a real unit exported against what a pack writes for its model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aps_tui.services.learning.export import read_export
from aps_tui.services.learning.learn import formats, split_target
from aps_tui.services.learning.names import neutral, words
from aps_tui.services.learning.probe import ask
from aps_tui.vendors.loader import Packs


@dataclass(frozen=True, slots=True)
class Comparison:
    """Names, with `N` for the numbers that count; no value is ever part of it."""

    model: str
    firmware: str
    """The dialect whose names fit the unit's best; empty where the vendor has but one."""
    file: str
    format: str
    unknown_to_unit: tuple[str, ...]
    never_set: tuple[str, ...]
    common: int

    @property
    def groups(self) -> dict[str, list[str]]:
        """`never_set` by the first word of the names, the largest group first."""
        found: dict[str, list[str]] = defaultdict(list)
        for name in self.never_set:
            found[words(name).partition(" ")[0] or name].append(name)
        return dict(sorted(found.items(), key=lambda one: (-len(one[1]), one[0])))


def compare(packs: Packs, file: Path, target: str) -> Comparison:
    """Which names the pack writes that the unit's file lacks, and which of the unit's it never sets.

    Raises BadValue for a vendor or model that is not known and for a file that is no phone's configuration.
    """
    slug, name = split_target(target)
    vendor = packs.vendor(slug)
    model = vendor.model(name)
    export = read_export(file, formats(vendor, model))
    units = {neutral(parameter.key) for parameter in export.parameters}
    dialects = {
        firmware: _neutral(ask(vendor, model, firmware or None).names) for firmware in model.generations or ("",)
    }
    newest_first = sorted(dialects, key=list(dialects).index, reverse=True)
    firmware = min(newest_first, key=lambda one: len(dialects[one] - units))
    packs_own = dialects[firmware]
    return Comparison(
        model=f"{vendor.slug}/{model.name}",
        firmware=firmware,
        file=export.name,
        format=export.form.name,
        unknown_to_unit=tuple(sorted(packs_own - units)),
        never_set=tuple(sorted(units - packs_own)),
        common=len(packs_own & units),
    )


def described(one: Comparison) -> dict[str, Any]:
    """A comparison as plain data."""
    return {
        "model": one.model,
        "firmware": one.firmware,
        "file": one.file,
        "format": one.format,
        "unknown_to_unit": list(one.unknown_to_unit),
        "never_set": [{"group": group, "count": len(names), "names": names} for group, names in one.groups.items()],
        "common": one.common,
    }


def _neutral(names: Iterable[str]) -> set[str]:
    return set(map(neutral, names))
