"""The list of devices, driven by keys on a real site."""

from __future__ import annotations

from dataclasses import replace

from aps_tui.data.store import Store
from aps_tui.domain.site import Tenant
from aps_tui.services.commit import commit
from aps_tui.services.workplace import Workplace
from tests.screens.console import console
from tests.unit.services.small_site import MACS


async def test_the_filter_narrows_as_it_is_typed(place: Workplace) -> None:
    async with console(place) as hand:
        assert hand.keys() == MACS
        await hand.press("slash")
        await hand.type("tenant:acme")
        assert hand.keys() == MACS[:3] and "1 of 3 (of 6)" in hand.said("#count")
        await hand.type(" !101")
        assert hand.keys() == MACS[1:3]
        await hand.press("enter", "j")
        assert hand.rows.has_focus and hand.rows.cursor == 1
        await hand.press("escape")
        assert hand.keys() == MACS


async def test_sorting_by_each_column_and_turned(place: Workplace) -> None:
    async with console(place) as hand:
        await hand.press("I")
        assert hand.keys() == MACS[::-1]
        await hand.press("greater_than_sign", "greater_than_sign")
        assert "sorted by model" in hand.said("#count")
        assert hand.keys() == MACS
        await hand.press("less_than_sign", "less_than_sign", "less_than_sign")
        assert "sorted by state" in hand.said("#count")
        assert hand.keys() == [*MACS[:5], MACS[5]]


async def test_marks_survive_filter_and_sort(place: Workplace) -> None:
    async with console(place) as hand:
        await hand.press("space", "space", "slash")
        await hand.type("bolt")
        await hand.press("enter", "a")
        assert hand.marks == [*MACS[:2], *MACS[3:]]
        await hand.press("escape", "I")
        assert hand.marks == [*MACS[:2], *MACS[3:]]
        assert "5 marked" in hand.said("#count")


async def test_delete_names_what_goes_and_asks(place: Workplace) -> None:
    async with console(place) as hand:
        await hand.press("space", "space", "d")
        assert "Delete 2 devices?" in hand.look() and f"{MACS[0]}, {MACS[1]}" in hand.look()
        await hand.press("n")
        assert place.store.devices.count() == 6
        await hand.press("d", "enter")
        assert place.store.devices.count() == 6
        await hand.press("d", "y")
        assert hand.keys() == MACS[2:] and hand.marks == []


async def test_markup_and_controls_in_a_label_are_shown_literally(place: Workplace) -> None:
    device = place.store.devices.get(MACS[0])
    assert device is not None
    place.store.devices.save(replace(device, label="[red]x\x1b[2J"))
    async with console(place, size=(130, 30)) as hand:
        assert r"[red]x\x1b[2J" in hand.look()
        assert r"[red]x\x1b[2J" in hand.said("#detail")


async def test_what_another_process_writes_appears(place: Workplace) -> None:
    async with console(place) as hand:
        await hand.press("space", "space")
        with Store.open(place.store.path, operator="bob") as other:
            other.devices.delete(MACS[:1])
        hand.app.look()
        await hand.settle()
        assert hand.keys() == MACS[1:] and "5 devices" in hand.said("#site")
        assert hand.marks == [MACS[1]]


async def test_the_detail_appears_where_it_fits(place: Workplace) -> None:
    async with console(place, size=(109, 30)) as hand:
        assert not hand.app.screen.query_one("#detail").display
    async with console(place, size=(110, 30)) as hand:
        await hand.press("j")
        assert "00:11:22:00:00:01" in hand.said("#detail") and "1: 102 Person 102" in hand.said("#detail")


async def test_enter_opens_the_device_in_its_editor(place: Workplace) -> None:
    async with console(place) as hand:
        for key in ("enter", "e"):
            await hand.press("j", key)
            assert hand.app.current_mode == "device"
            await hand.press("1")
        assert hand.app.desk.device == MACS[2]


async def test_columns_can_be_chosen(place: Workplace) -> None:
    async with console(place) as hand:
        await hand.press("c", "space", "enter")
        assert hand.rows.columns[0].name == "mac"
        assert hand.rows.current is not None and hand.rows.current.cells[0] == MACS[0]


async def test_an_empty_site_says_how_to_begin(place: Workplace) -> None:
    place.store.devices.delete(MACS)
    async with console(place) as hand:
        assert "aps-tui load FILE" in hand.look() and "A  add one device by hand" in hand.look()
        await hand.press("enter", "d", "P", "space")


async def test_state_letters(place: Workplace) -> None:
    commit(place)
    place.store.tenants.save(Tenant("acme", {"server.1.host": "2.2.2.2"}))
    async with console(place) as hand:
        rows = [hand.rows.row(index) for index in range(6)]
        assert "".join(row.cells[0] for row in rows if row) == "CCCOOU"


async def test_planning_the_marked_goes_to_the_commit_screen(place: Workplace) -> None:
    async with console(place) as hand:
        await hand.press("space", "space", "P")
        assert "2 marked devices: 2 to add" in hand.said("#plan-line")
