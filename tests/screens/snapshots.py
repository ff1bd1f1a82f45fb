"""What every place of the console shows, kept as text. Rewrite after looking: python -m tests.screens.snapshots"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path

import pytest

from aps_tui.services.commit import commit
from aps_tui.services.workplace import Workplace
from tests.screens.console import console
from tests.screens.ways import WAYS, go
from tests.unit.services.arrived import AT, arrive
from tests.unit.services.small_site import MACS, make_pack, open_site
from tests.unit.services.this_machine import pretend

KEPT = Path(__file__).with_name("kept")
SIZES = ((80, 24), (120, 40))
_MASK = re.compile(r"\([0-9a-f]{4}\)")
"""The sign of a secret is another in every installation."""
_HOUR = re.compile(r"(?<=November 2023 )[0-9]{2}:[0-9]{2}")
"""When it was noon in London."""
_CLOCK = re.compile(r"(?:today|yesterday) [0-9]{2}:[0-9]{2}( *)")
"""A slow run sees times where a quick one sees `just now`."""


@contextmanager
def settled_site(folder: Path) -> Iterator[Workplace]:
    """The small site with one commit and one change after it, under a name that is the same everywhere."""
    make_pack(folder / "packs")
    with chdir(folder), open_site(Path()) as place:
        commit(place, note="first")
        place.store.devices.delete([MACS[4]])
        arrive(place.store, [MACS[5], *(f"0011220000a{n}" for n in range(4))])
        arrive(place.store, ["0011220000a1"], conflict="http says T2")
        arrive(place.store, ["00e0b5000001"], AT - 60, vendor="", model="", score=0, why="")
        place.store.arrivals.ignore(["0011220000a3"])
        place.store.alarms.raise_("harvest", "10.0.0.66", "asks for the files of many MACs that nobody knows")
        yield place


def timeless(text: str) -> str:
    """A screen's text without what differs from run to run."""

    def said(found: re.Match[str]) -> str:
        padded = len(found[1]) > 1  # a column keeps its width
        return "just now" + " " * (len(found[0]) - len("just now") if padded else len(found[1]))

    lines = _CLOCK.sub(said, _HOUR.sub("12:00", _MASK.sub("(....)", text))).splitlines()
    return "\n".join(line.rstrip() for line in lines) + "\n"


async def seen(place: Workplace, size: tuple[int, int]) -> dict[str, str]:
    """Every place by its name, as it looks in a window of this size."""
    found = {}
    for name, way in WAYS.items():
        async with console(place, size=size) as hand:
            await go(hand, way)
            found[f"{name.replace(' ', '-').lower()}.{size[0]}x{size[1]}.txt"] = timeless(hand.look())
    return found


def main() -> None:
    """Write what is seen now."""
    with pytest.MonkeyPatch.context() as patch:
        pretend(patch)
        for size in SIZES:
            with tempfile.TemporaryDirectory() as folder, settled_site(Path(folder)) as place:
                for name, text in asyncio.run(seen(place, size)).items():
                    (KEPT / name).write_text(text)
    sys.stdout.write(f"wrote {len(WAYS) * len(SIZES)} files in {KEPT}\n")


if __name__ == "__main__":
    KEPT.mkdir(exist_ok=True)
    main()
