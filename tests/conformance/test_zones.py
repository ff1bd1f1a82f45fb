"""Every vendor says the seven zones as the kept pages show, which people have read against the vendors' facts."""

from __future__ import annotations

from aps_tui.vendors.pack import Vendor
from tests.conformance.zones import FOLDER, text


def test_time_zones_are_said_as_kept(vendor: Vendor) -> None:
    assert text(vendor) == (FOLDER / f"{vendor.slug}.txt").read_text(encoding="utf-8")
