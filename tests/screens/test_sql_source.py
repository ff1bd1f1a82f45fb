"""A database as a source of extensions, kept and tried by keys; its password is on no screen."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from aps_tui.screens.told import Told
from aps_tui.services.workplace import Workplace
from tests.pbxdb import ROWS, SECRET, fill
from tests.screens.console import console

SIZES = [(80, 24), (120, 40)]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """FreePBX's tables."""
    path = tmp_path / "freepbx.db"
    with sqlite3.connect(path) as db:
        for table, rows in ROWS["freepbx"].items():
            db.execute(f"CREATE TABLE {table} ({', '.join(rows[0])})")
        fill(db.execute, ROWS["freepbx"], "?")
    db.close()
    return path


@pytest.mark.parametrize("size", SIZES)
async def test_a_database_is_kept_and_tried(place: Workplace, database: Path, size: tuple[int, int]) -> None:
    async with console(place, size=size, screen="extensions") as hand:
        await hand.press("s", "A")
        await hand.type("box")
        await hand.press("tab")
        await hand.type("sql")
        await hand.press("enter", "tab")
        assert "postgresql://user:password@host/database" in hand.look()
        await hand.type(f"sqlite://{database}")
        await hand.press("enter")
        assert place.store.sources.all()[0].kind == "sql"
        assert isinstance(hand.app.screen, Told)
        said = hand.said("TextView")
        assert "3 accounts, 1 that no phone can use" in said and SECRET not in said
        assert "102 cannot be used: only a hash of its secret is known" in said
        await hand.press("escape", "S", "y")
        assert place.store.extensions.find("acme", "102") is not None


async def test_a_password_is_masked_and_stays(place: Workplace) -> None:
    url = "mysql://aps:hu%40sh@127.0.0.1:1/asterisk"
    async with console(place, size=(120, 40), screen="extensions") as hand:
        await hand.press("s", "A")
        await hand.type("box")
        await hand.press("tab")
        await hand.type("sql")
        await hand.press("enter", "tab")
        await hand.type(url)
        await hand.press("enter")
        assert "refused" in hand.said("TextView") and "hu" not in hand.said("TextView")
        await hand.press("escape")
        assert "mysql://aps:••••••@" in hand.look() and "hu%40sh" not in hand.look()
        await hand.press("e", "end")
        assert "hu%40sh" not in hand.look()
        await hand.type("2")
        await hand.press("enter", "escape")
        assert place.store.sources.all()[0].location == f"{url}2"
        await hand.press("z")
        assert "hu%40sh" not in hand.look()
