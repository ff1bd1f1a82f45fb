"""Holding a unit's file against a pack: names only, numbers neutral."""

from __future__ import annotations

from pathlib import Path

import pytest

from aps_tui.domain.errors import BadValue
from aps_tui.services.compare import compare, described
from aps_tui.services.learning.probe import full_phone
from aps_tui.vendors.engine import GroupRenderer
from aps_tui.vendors.loader import load_packs

PACKS = load_packs()


def test_names_are_told_apart_and_values_never_shown(tmp_path: Path) -> None:
    (tmp_path / "unit.cfg").write_text(
        "account.7.user_name = 201\naccount.7.password = Unit-S3cret\n"
        "account.1.newer.option = 4\naccount.2.newer.option = 5\n"
        "zero_touch.enable = 1\nzero_touch.password = Other-S3cret\n"
    )
    found = described(compare(PACKS, tmp_path / "unit.cfg", "yealink/t46u"))
    assert found["model"] == "yealink/T46U" and found["common"] == 2
    assert "account.N.label" in found["unknown_to_unit"] and "account.N.password" not in found["unknown_to_unit"]
    assert found["never_set"] == [
        {"group": "zero", "count": 2, "names": ["zero_touch.enable", "zero_touch.password"]},
        {"group": "account", "count": 1, "names": ["account.N.newer.option"]},
    ]
    assert "S3cret" not in repr(found)


def test_the_dialect_that_fits_best_is_taken(tmp_path: Path) -> None:
    vendor = PACKS.vendor("yealink")
    group, phone, _ = full_phone(vendor, vendor.model("T46G"), "V71")
    [file] = GroupRenderer(group).plain(phone).files
    (tmp_path / "unit.cfg").write_bytes(file.data)
    assert compare(PACKS, tmp_path / "unit.cfg", "yealink/T46G").firmware in ("V71", "V72")


@pytest.mark.parametrize("target", ["yealink", "nobody/T1", "yealink/XYZ9", "../etc/T1"])
def test_unknown_models_are_refused(tmp_path: Path, target: str) -> None:
    (tmp_path / "unit.cfg").write_text("a = 1\n")
    with pytest.raises(BadValue):
        compare(PACKS, tmp_path / "unit.cfg", target)
