"""IP/DNS mappings, driven by keys on a real site."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aps_tui.data.store import Store
from aps_tui.domain.site import AddressMapping
from aps_tui.screens.form import Form
from aps_tui.screens.told import Told
from aps_tui.services.commit import commit
from aps_tui.services.workplace import Workplace
from tests.screens.console import console

SIZES = [(80, 24), (120, 40)]


@pytest.mark.parametrize("size", SIZES)
async def test_the_list_counts_devices_and_filters(place: Workplace, size: tuple[int, int]) -> None:
    place.store.mappings.save(AddressMapping("10.0.0.2", "old.test", note="[b]moved\x1b", enabled=False))
    async with console(place, size=size, screen="mappings") as hand:
        assert hand.keys() == ["/1.1.1.1", "/10.0.0.2", "bolt/1.1.1.1"]
        rows = [hand.rows.row(index) for index in range(3)]
        assert [row.cells[3:5] for row in rows if row] == [["on", "3"], ["off", "0"], ["on", "3"]]
        assert "[b]mov" in hand.look()
        await hand.press("slash")
        await hand.type("state:on !bolt")
        assert hand.keys() == ["/1.1.1.1"]
        await hand.press("escape", "less_than_sign", "less_than_sign", "I")
        assert hand.keys() == ["/10.0.0.2", "bolt/1.1.1.1", "/1.1.1.1"]


@pytest.mark.parametrize("size", SIZES)
async def test_a_mapping_is_added_with_a_word_on_what_it_does(place: Workplace, size: tuple[int, int]) -> None:
    async with console(place, size=size, screen="mappings") as hand:
        await hand.press("A")
        await hand.type("1.1.1.300")
        await hand.press("enter")
        assert "not an IPv4 address" in hand.look()
        await hand.press("backspace", "backspace", "backspace", "1", "tab")
        await hand.type("new.test")
        await hand.press("enter")
        assert "mapped already" in hand.look() and isinstance(hand.app.screen, Form)
        await hand.press("tab", "space", "down", "enter")
        look = hand.look()
        assert "3 devices would change" in look and "Hides the global mapping to pbx.example.net" in look
        await hand.press("enter")
        assert hand.rows.current is not None and hand.rows.current.key == "acme/1.1.1.1"
        rows = [hand.rows.row(index) for index in range(3)]
        assert [row.cells[4] for row in rows if row] == ["0", "3", "3"]
        await hand.press("z")
        assert hand.keys() == ["/1.1.1.1", "bolt/1.1.1.1"] and place.store.mappings.get("1.1.1.1", "acme") is None


async def test_switching_off_and_on_again(place: Workplace) -> None:
    async with console(place, screen="mappings") as hand:
        await hand.press("space")
        found = place.store.mappings.get("1.1.1.1")
        assert found is not None and not found.enabled and "off" in hand.look()
        await hand.press("o")
        found = place.store.mappings.get("1.1.1.1")
        assert found is not None and found.enabled


async def test_delete_says_what_would_change_and_asks(place: Workplace) -> None:
    async with console(place, size=(80, 24), screen="mappings") as hand:
        await hand.press("d")
        assert "3 devices would get 1.1.1.1" in hand.look()
        await hand.press("n")
        assert len(place.store.mappings.all()) == 2
        await hand.press("d", "y")
        assert hand.keys() == ["bolt/1.1.1.1"]


async def test_where_it_is_used_and_the_plan_because_of_it(place: Workplace) -> None:
    commit(place)
    async with console(place, screen="mappings") as hand:
        await hand.press("w")
        assert isinstance(hand.app.screen, Told)
        assert "tenant acme: server.1.host = 1.1.1.1" in hand.said("TextView")
        await hand.press("escape", "e", "end")
        await hand.type(".org")
        await hand.press("enter", "P")
        assert "3 marked devices: 3 to change" in hand.said("#plan-line")
        await hand.press("j", "enter")
        assert "+account.1.server = pbx.example.net.org" in hand.said("#diff")


async def test_someone_elses_change_is_refused_and_then_shown(place: Workplace) -> None:
    async with console(place, screen="mappings") as hand:
        await hand.press("e", "end")
        await hand.type("x")
        with Store.open(place.store.path, operator="bob") as other:
            mine = other.mappings.get("1.1.1.1")
            assert mine is not None
            other.mappings.save(replace(mine, hostname="bobs.test"))
        await hand.press("enter")
        assert "changed by bob" in hand.look() and isinstance(hand.app.screen, Form)
        await hand.press("escape", "y")
        hand.app.look()
        await hand.settle()
        assert "bobs.test" in hand.look()


async def test_a_read_only_console_looks_only(place: Workplace) -> None:
    async with console(place, screen="mappings", read_only=True) as hand:
        await hand.press("A", "d", "space", "e")
        assert len(hand.app.screen_stack) == 1 and len(place.store.mappings.all()) == 2
        await hand.press("enter")
        assert isinstance(hand.app.screen, Told)


async def test_an_empty_list_says_how_to_begin(place: Workplace) -> None:
    for one in place.store.mappings.all():
        place.store.mappings.delete(one.source, one.tenant)
    async with console(place, size=(80, 24), screen="mappings") as hand:
        assert "No mapping yet." in hand.look() and "A adds one" in hand.look()
        await hand.press("enter", "d", "P", "w", "space", "e")
        await hand.press("A")
        await hand.type("2.2.2.2")
        await hand.press("tab")
        await hand.type("a.test")
        await hand.press("enter")
        assert hand.keys() == ["/2.2.2.2"] and hand.rows.has_focus
