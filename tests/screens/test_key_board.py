"""The picture of a phone's keys, driven by keys, for a device and for a template."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from textual.app import ComposeResult
from textual.screen import Screen

from aps_tui.domain.site import Key
from aps_tui.screens.desk import Desk
from aps_tui.screens.form import Form
from aps_tui.screens.key_board import KeyBoard
from aps_tui.services.keys import Level
from aps_tui.services.workplace import Workplace
from aps_tui.widgets.key_grid import GridBank, GridCell, KeyGrid
from tests.screens.console import Hand, console
from tests.unit.services.small_site import MACS

DEVICE, TEMPLATE = Level("device", MACS[0]), Level("template", "Sales")


class Holder(Screen[None]):
    """A screen with nothing but the keys."""

    def __init__(self, desk: Desk, level: Level) -> None:
        super().__init__()
        self.desk, self.level = desk, level

    def compose(self) -> ComposeResult:
        yield KeyBoard(self.desk, self.level)


@asynccontextmanager
async def keys_of(
    place: Workplace, level: Level = DEVICE, *, size: tuple[int, int] = (80, 24), read_only: bool = False
) -> AsyncIterator[Hand]:
    """The keys of a template or device."""
    async with console(place, size=size, read_only=read_only) as hand:
        hand.app.push_screen(Holder(hand.app.desk, level))
        await hand.settle()
        hand.app.screen.query_one(KeyGrid).focus()
        yield hand


def said(place: Workplace, level: Level = DEVICE) -> dict[int, Key]:
    owner = place.store.devices.get(MACS[0]) if level is DEVICE else place.store.templates.get("Sales")
    assert owner is not None
    return {key.position: key for key in owner.keys}


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_keys_stand_in_two_columns_with_their_origin(place: Workplace, size: tuple[int, int]) -> None:
    device = place.store.devices.get(MACS[0])
    assert device is not None
    place.store.devices.save(replace(device, keys=(Key("dss", 5, "blf", 1, "103", "[red]x\x1b[2J"),)))
    async with keys_of(place, size=size) as hand:
        rows = hand.look().splitlines()
        assert rows[0].startswith("[Keys 6]") and "  1 - line 1" in rows[1] and "4 - free" in rows[1]
        assert "2 T BLF 102 Bob" in rows[2] and r"5 D BLF 103 [red]x\x1b" in rows[2] and "|T1 " in rows[2]
        await hand.press("j", "right")
        assert r"dss key 5: BLF 103 [red]x\x1b[2J (device)" in hand.said("#key-about")


@pytest.mark.parametrize("level", [DEVICE, TEMPLATE], ids=["device", "template"])
async def test_a_key_is_edited_reset_and_taken_back(place: Workplace, level: Level) -> None:
    async with keys_of(place, level) as hand:
        await hand.press("j", "j", "e")
        assert isinstance(hand.app.screen, Form)
        hand.app.screen.query_one("#f-type").focus()
        await hand.press("b", "enter", "tab", "tab")
        assert "needs a value" in hand.look()
        await hand.type("777")
        assert "there is no extension 777" in hand.look()
        await hand.press(*["backspace"] * 3)
        await hand.type("102")
        assert "extension 102 has 2 keys" in hand.look()
        await hand.press("enter")
        assert said(place, level)[3] == Key("dss", 3, "blf", None, "102")
        assert "BLF 102" in hand.look().splitlines()[3] and any("has 2 keys" in one for one in hand.told())
        await hand.press("d")
        assert 3 not in said(place, level)
        await hand.press("d")
        assert "Nothing is said" in hand.told()[-1]
        await hand.press("z")
        assert said(place, level)[3].value == "102"


async def test_only_types_of_the_bank_are_offered(place: Workplace) -> None:
    async with keys_of(place) as hand:
        await hand.press("enter")
        hand.app.screen.query_one("#f-type").focus()
        await hand.press("space")
        assert set(hand.keys()) == {"none", "line", "blf"}


async def test_a_series_of_keys(place: Workplace) -> None:
    async with keys_of(place) as hand:
        await hand.press("G", "A")
        await hand.type("101")
        await hand.press("tab")
        await hand.type("103")
        await hand.press("enter")
        assert "3 numbers, and 1 keys from dss key 6 on" in hand.look()
        await hand.press("escape", "y", "k", "k", "A")
        await hand.type("101")
        await hand.press("tab")
        await hand.type("103")
        assert "3 keys from dss key 4 on" in hand.look()
        await hand.press("enter")
        assert [said(place)[n].value for n in (4, 5, 6)] == ["101", "102", "103"]


async def test_someone_elses_change_is_not_overwritten(place: Workplace) -> None:
    async with keys_of(place) as hand:
        await hand.press("j", "e")
        device = place.store.devices.get(MACS[0])
        assert device is not None
        place.store.devices.save(replace(device, label="meanwhile"))
        await hand.press("enter")
        assert isinstance(hand.app.screen, Form) and "changed by" in hand.look() and not said(place)


async def test_a_read_only_console_shows_keys_alone(place: Workplace) -> None:
    async with keys_of(place, read_only=True) as hand:
        await hand.press("j", "e", "enter", "d", "A")
        assert isinstance(hand.app.screen, Holder) and not said(place)


async def test_a_device_that_is_no_more(place: Workplace) -> None:
    async with keys_of(place, Level("device", "001122ffffff")) as hand:
        assert "there is no device 001122ffffff" in hand.said("#key-about")
        await hand.press("e", "d", "A", "b", "pagedown", "right")


async def test_banks_and_pages_are_walked_by_keys(place: Workplace) -> None:
    banks = [GridBank(f"bank {n}", [GridCell(i, "-", "x") for i in range(1, 61)]) for n in (1, 2)]
    async with console(place, size=(80, 24)) as hand:
        screen: Screen[None] = Screen()
        hand.app.push_screen(screen)
        grid = KeyGrid()
        await screen.mount(grid)
        grid.focus()
        grid.show(banks)
        await hand.settle()
        page = 2 * grid.rows
        assert "page 1 of 2" in hand.look() and page < 60
        await hand.press("pagedown")
        assert grid.cursor == page and "page 2 of 2" in hand.look()
        await hand.press("pagedown")
        assert (grid.bank, grid.cursor) == (1, 0)
        await hand.press("right")
        assert grid.cursor == grid.half
        await hand.press("left", "G", "j")
        assert grid.cursor == 59
        await hand.press("b", "B", "g", "up")
        assert (grid.bank, grid.cursor) == (1, 0)
