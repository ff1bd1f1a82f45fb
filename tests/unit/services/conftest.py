"""A small real site: SQLite, a root, and a tiny vendor pack of its own, so that these tests judge services alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from aps_tui.services.workplace import Workplace
from tests.unit.services.small_site import make_pack, open_site


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    """Two tenants, a global and a tenant mapping, one template, six devices, nothing committed yet."""
    make_pack(tmp_path / "packs")
    with open_site(tmp_path) as site:
        yield site
