"""Every place looks as it did when somebody last looked at it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.screens.snapshots import KEPT, SIZES, seen, settled_site


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_every_place_looks_as_it_did(tmp_path: Path, size: tuple[int, int]) -> None:
    with settled_site(tmp_path) as place:
        now = await seen(place, size)
    kept = {name: (KEPT / name).read_text() for name in now if (KEPT / name).exists()}
    assert now == kept, "look at what changed; if it is right: python -m tests.screens.snapshots"


def test_no_snapshot_of_a_place_that_is_no_more() -> None:
    names = {path.name.rpartition(".")[0].rpartition(".")[0] for path in KEPT.iterdir()}
    assert len([*KEPT.iterdir()]) == len(names) * len(SIZES)
