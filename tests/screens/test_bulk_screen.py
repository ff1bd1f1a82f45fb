"""Edits of many devices from the list, by keys at 80x24."""

from __future__ import annotations

import csv
from pathlib import Path

from aps_tui.data.store import Store
from aps_tui.domain.site import Device, Extension, Line
from aps_tui.screens.devices import DevicesScreen
from aps_tui.screens.review import Review
from aps_tui.services.workplace import Workplace
from tests.screens.console import Hand, console
from tests.unit.services.small_site import MACS

SMALL = (80, 24)


def get(place: Workplace, mac: str) -> Device:
    device = place.store.devices.get(mac)
    assert device is not None
    return device


async def test_two_hundred_devices_in_under_thirty_presses(place: Workplace) -> None:
    macs = [f"001122aa{n:04x}" for n in range(200)]
    place.store.extensions.save_many([Extension("acme", str(n), str(n), str(n), "x") for n in range(1000, 1210)])
    place.store.devices.save_many([Device(mac, "acme", "testphone", "T2") for mac in macs])
    pressed: list[str] = []
    async with console(place, size=SMALL) as hand:

        async def press(*keys: str) -> None:
            pressed.extend(keys)
            await hand.press(*keys)

        await press("slash", *"2aa", "enter", "a")
        await press("m", *"t1", "enter", "enter")
        await press("t", "enter", "enter")
        await press("x", *"1000..", "enter")
        assert f"{macs[0]}  1000" in hand.look() and f"{macs[-1]}  1199" in hand.look()
        await press("enter")
        assert "200 devices changed" in hand.told()[-1]
        assert len(pressed) < 30
        after = [get(place, mac) for mac in macs]
        assert {(one.model, one.template) for one in after} == {("T1", "Sales")}
        assert [one.lines[0].extension for one in after] == [str(n) for n in range(1000, 1200)]
        for _ in range(3):
            await hand.press("z")
        assert get(place, macs[7]).model == "T2" and get(place, macs[7]).lines == ()


async def test_the_menu_names_every_edit(place: Workplace) -> None:
    async with console(place, size=SMALL) as hand:
        await hand.press("space", "space", "b")
        look = hand.look()
        assert "2 devices: what is to be done?" in look and "x  Extensions" in look and "w  Export" in look
        await hand.press("T", "down", "enter")
        assert "2 lines come off" in hand.look() and "2 devices" in hand.look()
        await hand.press("escape")
        assert get(place, MACS[0]).tenant == "acme"
        await hand.press("b", "down", "down", "enter", "down", "enter", "enter")
        assert get(place, MACS[0]).tenant == "bolt" and get(place, MACS[0]).lines == ()
        await hand.press("z")
        assert get(place, MACS[0]).lines == (Line(1, "101"),)


async def test_without_marks_the_row_under_the_cursor_is_meant(place: Workplace) -> None:
    async with console(place, size=SMALL) as hand:
        await hand.press("j", "L")
        await hand.type("{name")
        assert "is alone" in hand.look()
        await hand.press("enter")
        assert "is alone" in hand.look()
        await hand.type("} {mac4}")
        assert f"{MACS[1]}  Person 102 0001" in hand.look()
        await hand.press("enter", "enter")
        assert [get(place, mac).label for mac in MACS[:2]] == ["", "Person 102 0001"]
        await hand.press("l")
        await hand.type("{extension}")
        await hand.press("enter", "enter")
        assert get(place, MACS[1]).lines[0].label == "102"


async def test_what_cannot_be_done_is_listed_device_by_device(place: Workplace) -> None:
    async with console(place, size=SMALL) as hand:
        await hand.press("a", "x")
        await hand.type("104..")
        await hand.press("tab", "backspace", *"2", "enter")
        assert isinstance(hand.app.screen, Review)
        assert "tenant acme: 2 short" in hand.look() and f"{MACS[1]}: no extension of tenant acme" in hand.said(
            "#review"
        )
        await hand.press("enter", "escape")
        assert get(place, MACS[0]).lines == (Line(1, "101"),)
        await hand.press("t")
        assert "none fits them all" in hand.look()
        await hand.press("escape", "m")
        await hand.type("t1")
        await hand.press("enter")
        assert "3 stay as they are" in hand.look()
        await hand.press("n", "x")
        await hand.type("5..1")
        await hand.press("enter")
        assert "the last number is below the first" in hand.look()
        await hand.press("escape", "y")


async def test_an_extension_taken_meanwhile_changes_nothing(place: Workplace) -> None:
    async with console(place, size=SMALL) as hand:
        await hand.press("G", "x")
        await hand.type("101..")
        await hand.press("enter")
        assert f"{MACS[5]}  103" in hand.look()
        with Store.open(place.store.path, operator="bob") as other:
            other.devices.save(Device("0011220000ff", "bolt", "testphone", "T1", lines=(Line(1, "103"),)))
        await hand.press("enter")
        assert "changed meanwhile" in hand.told()[-1] and get(place, MACS[5]).lines == ()


async def test_a_setting_is_said_and_taken_back(place: Workplace) -> None:
    async with console(place, size=SMALL) as hand:
        await hand.press("space", "space", "s")
        await hand.type("time.zone")
        await hand.press("enter", "enter")
        await hand.type("Toronto")
        await hand.press("enter", "enter")
        assert get(place, MACS[1]).settings == {"time.zone": "America/Toronto"}
        await hand.press("s")
        await hand.type("admin_password")
        await hand.press("enter", "enter")
        await hand.type("hunter2")
        await hand.press("enter")
        assert "hunter2" not in hand.look()
        await hand.press("enter")
        assert get(place, MACS[1]).settings["security.admin_password"] == "hunter2"
        await hand.press("s")
        await hand.type("time.zone")
        await hand.press("enter", "down", "enter", "enter")
        assert "time.zone" not in get(place, MACS[1]).settings


async def test_devices_are_exported_in_the_list_s_order(place: Workplace, tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    async with console(place, size=SMALL, read_only=True) as hand:
        await hand.press("a", "I", "w")
        await hand.type(str(file))
        await hand.press("enter")
        assert "6 devices written" in hand.told()[-1]
        with file.open(newline="") as text:
            assert [row["mac"] for row in csv.DictReader(text)] == MACS[::-1]
        await hand.press("w")
        await hand.type(str(file))
        await hand.press("enter")
        assert "there already" in hand.look()


async def test_a_read_only_console_edits_nothing(place: Workplace) -> None:
    async with console(place, size=SMALL, read_only=True) as hand:
        await hand.press("b", "m", "t", "x", "A", "s", "l", "L", "T", "d")
        assert isinstance(hand.app.screen, DevicesScreen)


async def test_a_device_is_added(place: Workplace) -> None:
    async with console(place, size=SMALL) as hand:
        await hand.press("A")
        await hand.type("00-11-22-00-00-aa")
        assert "Testphone, by its MAC" in hand.look()
        await hand.press("enter")
        assert "never global" in hand.look()
        await hand.press("tab", "space", "enter", "tab", *"t1", "enter", "tab", "space", "tab", "space", "enter")
        assert get(place, "0011220000aa").lines == (Line(1, "104"),) and "0011220000aa" in hand.look()
        assert get(place, "0011220000aa").template == "Sales"
        await hand.press("z")
        assert place.store.devices.count() == 6


async def marked(hand: Hand, key: str, pattern: str) -> list[str]:
    """What is marked once a pattern was typed."""
    await hand.press(key)
    await hand.type(pattern)
    await hand.press("enter")
    return hand.marks


async def test_marks_by_pattern(place: Workplace) -> None:
    async with console(place, size=SMALL) as hand:
        assert await marked(hand, "plus", "tenant:bolt") == MACS[3:]
        assert await marked(hand, "plus", "101") == [MACS[0], *MACS[3:]]
        assert await marked(hand, "minus", "state:u") == [MACS[0], *MACS[3:5]]
        await hand.press("plus")
        await hand.type("!bolt")
        assert "Marks 3 devices of the list" in hand.look()
        await hand.press("escape", "y")


async def test_n_goes_from_match_to_match(place: Workplace) -> None:
    async with console(place, size=SMALL) as hand:
        await hand.press("n")
        assert "Look for something first" in hand.told()[-1]
        await hand.press("slash")
        await hand.type("bolt")
        await hand.press("escape")
        assert hand.keys() == MACS and "n: next 'bolt'" in hand.said("#count")
        places = []
        for key in ("n", "n", "n", "n", "N", "N"):
            await hand.press(key)
            places.append(hand.rows.cursor)
        assert places == [4, 5, 3, 4, 3, 5]
        await hand.press("slash")
        await hand.type("nothing like it")
        await hand.press("escape", "n")
        assert hand.rows.cursor == 0 and "Nothing in the list" in hand.told()[-1]


async def test_orphans_alone(place: Workplace) -> None:
    place.store.extensions.save(Extension("acme", "102", "102", "102", "x", gone=True))
    async with console(place, size=SMALL) as hand:
        await hand.press("exclamation_mark")
        assert hand.keys() == [MACS[1]]
        await hand.press("exclamation_mark")
        assert hand.keys() == MACS


async def test_columns_and_order_come_back_next_time(place: Workplace) -> None:
    async with console(place, size=SMALL) as hand:
        await hand.press("greater_than_sign", "I", "c", "space", "enter")
        names, sort = hand.rows.columns, hand.rows.sort
    async with console(place, size=SMALL) as hand:
        assert [one.name for one in hand.rows.columns] == [one.name for one in names]
        assert (hand.rows.sort, hand.rows.descending) == (sort, True)
        assert "state" not in {one.name for one in hand.rows.columns}
