"""The rendered files are those that were read and kept; `python -m tests.conformance.golden` writes them anew."""

from __future__ import annotations

import difflib

from aps_tui.vendors.pack import Vendor
from tests.conformance.golden import GOLDEN, golden_files, stored
from tests.conformance.phones import PACKS


def test_files_equal_those_kept(vendor: Vendor) -> None:
    kept, rendered = stored(vendor.slug), dict(golden_files(vendor))
    differences = [line for name in sorted(kept.keys() & rendered.keys())
                   for line in _difference(name, kept[name], rendered[name])]  # fmt: skip
    assert differences == []
    assert rendered.keys() - kept.keys() == set(), "new files: write them with python -m tests.conformance.golden"
    assert kept.keys() - rendered.keys() == set(), "files that are no longer rendered"


def test_every_golden_folder_has_its_vendor() -> None:
    assert {path.name for path in GOLDEN.glob("*") if path.is_dir()} <= set(PACKS.vendors)


def _difference(name: str, kept: bytes, rendered: bytes) -> list[str]:
    """The first lines of a difference, enough to see what it is about."""
    if kept == rendered:
        return []
    old, new = kept.decode().splitlines(), rendered.decode().splitlines()
    changes = difflib.unified_diff(old, new, name, name, n=0, lineterm="")
    return [*changes][:20] or [f"{name}: line ends differ"]
