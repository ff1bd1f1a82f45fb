"""Extensions, their sources and the sync, driven by keys on a real site and real files."""

from __future__ import annotations

from pathlib import Path

import pytest

from aps_tui.data.queue import Source
from aps_tui.data.store import Store
from aps_tui.screens.sources import SourcesScreen
from aps_tui.screens.syncing import SyncScreen
from aps_tui.screens.told import Told
from aps_tui.services.sync import apply
from aps_tui.services.workplace import Workplace
from tests.screens.console import Hand, console

ORACLE = Path(__file__).resolve().parents[1] / "oracle"
SIZES = [(80, 24), (120, 40)]
ROWS = [f"{number},s3cret-acme-{number},Person {number}" for number in range(101, 105)]


def written(folder: Path, rows: list[str], name: str = "pbx") -> Source:
    """A CSV source of acme with these rows."""
    file = folder / f"{name}.csv"
    file.write_text("\n".join(["extension,secret,display_name", *rows]) + "\n")
    return Source(name, "csv", str(file), "acme")


@pytest.fixture
def source(place: Workplace, tmp_path: Path) -> Source:
    """A kept source that was synced."""
    kept = written(tmp_path, ROWS)
    place.store.sources.save(kept)
    apply(place.store, kept)
    return kept


def states(hand: Hand) -> str:
    rows = (hand.rows.row(index) for index in range(hand.rows.total))
    return "".join(row.cells[0] for row in rows if row)


@pytest.mark.parametrize("size", SIZES)
async def test_who_uses_each_and_the_filters(place: Workplace, source: Source, size: tuple[int, int]) -> None:
    place.store.extensions.mark_gone("pbx", "acme", ["101", "102"])
    async with console(place, size=size, screen="extensions") as hand:
        assert states(hand) == "UUUUXFGF" and "001122000000 L1" in hand.look()
        assert "used by a line" in hand.said("#count")
        await hand.press("f")
        assert states(hand) == "FF" and "filter state:f" in hand.said("#count")
        await hand.press("f", "o")
        assert states(hand) == "X" and "orphaned" in hand.said("#count")
        await hand.press("escape", "slash")
        await hand.type("state:g")
        assert states(hand) == "G"
        await hand.press("escape", "I")
        assert states(hand) == "FGFXUUUU"


async def test_enter_opens_the_device_and_else_the_details(place: Workplace, source: Source) -> None:
    async with console(place, size=(80, 24), screen="extensions") as hand:
        await hand.press("G", "enter")
        assert isinstance(hand.app.screen, Told) and "104" in hand.said("TextView")
        assert "s3cret" not in hand.look()
        await hand.press("escape", "g", "enter")
        assert hand.app.current_mode != "extensions" and "00:11:22:00:00:00" in hand.look()


async def test_revealing_asks_and_is_recorded(place: Workplace, source: Source) -> None:
    async with console(place, screen="extensions") as hand:
        await hand.press("R", "n")
        assert not [row for row in place.store.audit.recent() if row.action == "reveal"]
        await hand.press("R", "y")
        assert "s3cret-acme-101" in hand.look()
        assert place.store.audit.recent(1)[0][4:7] == ("extension", "acme/101", "reveal")
        await hand.press("escape")
        assert "s3cret" not in hand.look()


@pytest.mark.parametrize("size", SIZES)
async def test_a_cancelled_sync_changes_nothing_and_a_stored_one_is_taken_back(
    place: Workplace, source: Source, tmp_path: Path, size: tuple[int, int]
) -> None:
    written(tmp_path, ["101,brand-New,Person 101", *ROWS[1:], "200,other-New,Zoe"])
    before = place.store.extensions.all(), place.store.audit.recent()
    async with console(place, size=size, screen="extensions") as hand:
        await hand.press("S")
        assert isinstance(hand.app.screen, SyncScreen)
        look = hand.look()
        assert "101      secret rotated" in look and "+ 200      Zoe" in look and "New" not in look
        await hand.press("escape")
        assert (place.store.extensions.all(), place.store.audit.recent()) == before
        await hand.press("S", "y")
        assert "stored" in hand.said("#name") and "1 new, 1 changed" in hand.said("#text")
        found = place.store.extensions.find("acme", "101")
        assert found is not None and found.secret == "brand-New"
        await hand.press("escape")
        assert hand.rows.total == 9
        await hand.press("z")
        assert place.store.extensions.all() == before[0] and hand.rows.total == 8


async def test_a_source_that_lost_much_is_refused_until_it_is_believed(
    place: Workplace, source: Source, tmp_path: Path
) -> None:
    written(tmp_path, ROWS[:2])
    async with console(place, size=(80, 24), screen="extensions") as hand:
        await hand.press("S")
        assert "more than a fifth" in hand.look() and "b Believe" in hand.look() and "y Store" not in hand.look()
        await hand.press("y", "b")
        assert "103 is gone but on 001122000002, line 1" in hand.look() and "y Store" in hand.look()
        await hand.press("y", "escape", "o")
        assert states(hand) == "X"
        await hand.press("o", "D")
        assert "Forget 1 extension" in hand.look()
        await hand.press("y")
        assert place.store.extensions.find("acme", "104") is None


async def test_what_moved_between_preview_and_yes_is_not_stored(
    place: Workplace, source: Source, tmp_path: Path
) -> None:
    written(tmp_path, [*ROWS, "200,secret-200,Zoe"])
    async with console(place, screen="extensions") as hand:
        await hand.press("S")
        written(tmp_path, [*ROWS, "200,secret-200,Zoe", "201,secret-201,Eve"])
        await hand.press("y")
        assert "has changed since this preview" in hand.look() and place.store.extensions.find("acme", "200") is None
        await hand.press("r", "y")
        assert place.store.extensions.find("acme", "201") is not None


@pytest.mark.parametrize("size", SIZES)
async def test_the_first_day(place: Workplace, tmp_path: Path, size: tuple[int, int]) -> None:
    """No tenant, no extension, no source: the keys that the screen names lead to a first sync."""
    place.store.devices.delete([device.mac for device in place.store.devices.all()])
    for tenant in place.store.tenants.names():
        place.store.tenants.delete(tenant)
    async with console(place, size=size, screen="extensions") as hand:
        assert "No extension yet." in hand.look()
        await hand.press("S")
        assert isinstance(hand.app.screen, SourcesScreen) and "No source yet. A adds one" in hand.look()
        await hand.press("A")
        await hand.type("pbx")
        await hand.press("tab", "tab")
        await hand.type(str(ORACLE / "30_pjsip_resolve/etc/pjsip.conf"))
        await hand.press("enter")
        assert "a name is needed, such as acme" in hand.look()
        await hand.press("tab", "tab")
        await hand.type("coop")
        assert "Makes the tenant coop too" in hand.look()
        await hand.press("enter")
        assert isinstance(hand.app.screen, Told) and "account" in hand.said("TextView")
        await hand.press("escape", "S", "y", "escape")
        assert isinstance(hand.app.screen, SourcesScreen) and "just now" in hand.look()
        await hand.press("escape")
        assert hand.rows.total > 0 and place.store.tenants.names() == ["coop"]


async def test_an_exec_line_is_told_and_never_run(place: Workplace, tmp_path: Path) -> None:
    sip = ORACLE / "24_exec_and_unknown/etc/sip.conf"
    place.store.sources.save(Source("sip", "sip", str(sip), "bolt"))
    async with console(place, screen="extensions") as hand:
        await hand.press("s", "t")
        assert "#exec" in hand.said("TextView")


async def test_sources_are_edited_and_forgotten(place: Workplace, source: Source, tmp_path: Path) -> None:
    async with console(place, size=(80, 24), screen="extensions") as hand:
        await hand.press("s")
        assert source.name in hand.look() and "just now" in hand.look()
        await hand.press("enter", "end")
        await hand.type(".gone")
        await hand.press("enter")
        assert ".csv.gone" in hand.said("TextView")  # the trial that follows cannot read it
        await hand.press("escape", "d")
        assert "Its 4 extensions stay" in hand.look()
        await hand.press("y")
        assert place.store.sources.all() == [] and len(place.store.extensions.all("acme")) == 4


async def test_two_sources_are_synced_in_one_go(place: Workplace, source: Source, tmp_path: Path) -> None:
    place.store.sources.save(written(tmp_path, ["101,taken-over,Eve", "300,secret-300,Zoe"], "other"))
    async with console(place, screen="extensions") as hand:
        await hand.press("S", "enter")
        assert "101 is claimed by pbx too" in hand.look() and "+ 300      Zoe" in hand.look()
        await hand.press("t")
        assert "101      secret rotated, name, source" in hand.look()
        await hand.press("escape", "S", "down", "enter")
        assert "pbx for acme" not in hand.look() and "other for acme" in hand.look()
        await hand.press("y")
        assert place.store.extensions.find("acme", "300") is not None


async def test_what_another_console_syncs_appears(place: Workplace, source: Source, tmp_path: Path) -> None:
    async with console(place, screen="extensions") as hand:
        with Store.open(place.store.path, operator="bob") as other:
            apply(other, written(tmp_path, [*ROWS, "200,secret-200,Zoe"]))
        hand.app.look()
        await hand.settle()
        assert hand.rows.total == 9


async def test_a_read_only_console_looks_only(place: Workplace, source: Source) -> None:
    async with console(place, screen="extensions", read_only=True) as hand:
        await hand.press("S", "R", "D")
        assert len(hand.app.screen_stack) == 1
        await hand.press("s", "A", "d", "S")
        assert isinstance(hand.app.screen, SourcesScreen)
        await hand.press("enter")
        assert "4 accounts" in hand.said("TextView")
