"""How each vendor says seven time zones, kept for people to read and for a test to compare.

`python -m tests.conformance.zones` writes `tests/zones/<slug>.txt`: for each zone the lines that it adds to or changes
in a phone's file, by one model of each dialect of time that the vendor has.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from aps_tui.vendors.engine import GroupRenderer
from aps_tui.vendors.pack import Model, Vendor
from aps_tui.vendors.support import supported
from tests.conformance.phones import PACKS, Sample, dialects, minimal

ZONES = (
    "America/Toronto", "Europe/Paris", "Asia/Kolkata", "Australia/Sydney", "America/Sao_Paulo", "America/Regina",
    "Asia/Kathmandu",
)  # fmt: skip
FOLDER = Path(__file__).parents[1] / "zones"


def _files(sample: Sample, zone: str | None) -> dict[str, list[str]]:
    settings = {name: value for name, value in sample.group.settings.items() if name != "time.zone"}
    if zone:
        settings["time.zone"] = zone
    files = GroupRenderer(replace(sample.group, settings=settings)).plain(sample.phone).files
    return {file.path: file.text.splitlines() for file in files}


def _added(vendor: Vendor, model: Model, generation: str | None, zone: str) -> list[str]:
    """The lines that a zone brings into the model's files."""
    sample = minimal(vendor, model, generation)
    without, with_zone = _files(sample, None), _files(sample, zone)
    return [
        line.strip() for path, lines in with_zone.items() for line in lines if line not in set(without.get(path, ()))
    ]


def text(vendor: Vendor) -> str:
    """The vendor's page: each different way of saying the zones once, under the models that say it so."""
    ways: dict[str, list[str]] = {}
    for model, generation in dialects(vendor):
        if "time.zone" in supported(vendor, model, generation or None):
            said = "\n".join(_page(vendor, model, generation))
            ways.setdefault(said, []).append(f"{model.name}@{generation}" if generation else model.name)
    return "\n\n".join(f"## {', '.join(models)}\n{said}" for said, models in ways.items()) + "\n"


def _page(vendor: Vendor, model: Model, generation: str | None) -> Iterator[str]:
    for zone in ZONES:
        yield f"{zone}:"
        yield from (f"  {line}" for line in _added(vendor, model, generation, zone))


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for slug in sys.argv[1:] or PACKS.vendors:
        (FOLDER / f"{slug}.txt").write_text(text(PACKS.vendor(slug)), encoding="utf-8")
