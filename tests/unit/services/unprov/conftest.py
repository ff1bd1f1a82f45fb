"""The small site with a PIN, ready for calls."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.services.small_site import make_pack, open_site
from tests.unit.services.unprov.calls import Phones, phones_at


@pytest.fixture
def phones(tmp_path: Path) -> Phones:
    """Nothing is committed yet."""
    make_pack(tmp_path / "packs")
    with open_site(tmp_path):
        pass
    return phones_at(tmp_path)
