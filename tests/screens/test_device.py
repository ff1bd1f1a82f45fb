"""The device editor, driven by keys on a real site."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from aps_tui.data.settings import Level
from aps_tui.data.store import Store
from aps_tui.domain.site import Device, Line
from aps_tui.screens.device import TABS, DeviceScreen
from aps_tui.screens.dialogs import Confirm
from aps_tui.screens.form import Form
from aps_tui.services.commit import commit
from aps_tui.services.workplace import Workplace
from aps_tui.widgets.row_list import RowList
from tests.screens.console import Hand, console
from tests.unit.services.small_site import MACS

HOSTILE = "[red]x\x1b[2J"
SIZES = [(80, 24), (120, 40)]


def stored(place: Workplace, mac: str = MACS[0]) -> Device:
    found = place.store.devices.get(mac)
    assert found is not None
    return found


@asynccontextmanager
async def editor(
    place: Workplace, tab: str = "Device", *, size: tuple[int, int] = (80, 24), read_only: bool = False
) -> AsyncIterator[Hand]:
    """The first device's editor at a tab, opened from the list of devices."""
    async with console(place, size=size, read_only=read_only) as hand:
        await hand.press("enter")
        assert isinstance(hand.app.screen, DeviceScreen)
        for _ in range([*TABS].index(tab)):
            await hand.press("tab")
        yield hand


def front(hand: Hand) -> RowList:
    """The list that has the keys."""
    found = hand.app.screen.focused
    assert isinstance(found, RowList)
    return found


async def pick_extension(hand: Hand, number: str) -> None:
    """Choose an extension in the form of a line."""
    await hand.press("space")
    await hand.type(number)
    await hand.press("enter")


async def test_without_a_device_it_says_how_to_choose_one(place: Workplace) -> None:
    async with console(place, screen="device") as hand:
        for _ in TABS:
            assert "press 1" in hand.look()
            await hand.press("enter", "e", "d", "A", "tab")
        assert len(hand.app.screen_stack) == 1
        await hand.press("escape")
        assert hand.app.current_mode == "devices"


@pytest.mark.parametrize("size", SIZES)
async def test_every_tab_shows_the_device_and_no_secret(place: Workplace, size: tuple[int, int]) -> None:
    place.store.devices.save(replace(stored(place), label=HOSTILE))
    place.store.settings.set(Level("device", MACS[0]), "security.admin_password", "hidden-Value-1")
    wanted = {"Device": "Sales", "Lines": "Person 101", "PBX Services": "Directory", "Keys": "BLF 102 Bob",
              "Settings": "[General]", "Raw": "Parameter", "Rendered": "account.1.user = 101",
              "History": "add: testphone/T1"}  # fmt: skip
    async with editor(place, size=size) as hand:
        assert r"[red]x\x1b[2J" in hand.look()
        for name in TABS:
            seen = hand.look()
            assert f"[{name}]" in seen and wanted[name] in seen, name
            assert "hidden" not in seen and "s3cret" not in seen
            await hand.press("tab")
        assert "[Device]" in hand.look()
        await hand.press("shift+tab")
        assert "[History]" in hand.look()
        await hand.press("escape")
        assert hand.app.current_mode == "devices"


async def test_the_command_and_the_neighbours(place: Workplace) -> None:
    async with console(place) as hand:
        await hand.press("colon")
        await hand.type("device 00:11:22:00:00:01")
        await hand.press("enter")
        assert hand.app.desk.device == MACS[1] and "00:11:22:00:00:01" in hand.look()
        await hand.press("n")
        assert "00:11:22:00:00:02" in hand.look()
        await hand.press("N", "N", "N", "N")
        assert hand.app.desk.device == MACS[0]
        await hand.press("colon")
        await hand.type("device 001122000003")
        await hand.press("enter")
        assert "00:11:22:00:00:03" in hand.look()
        await hand.press("colon")
        await hand.type("device nonsense")
        await hand.press("enter")
        assert hand.told() and hand.app.desk.device == MACS[3]


async def test_neighbours_are_those_of_the_list(place: Workplace) -> None:
    async with console(place) as hand:
        await hand.press("slash")
        await hand.type("tenant:bolt")
        await hand.press("enter", "enter", "n")
        assert hand.app.desk.device == MACS[4]
        await hand.press("n", "n")
        assert hand.app.desk.device == MACS[5]


async def test_the_device_itself_is_edited(place: Workplace) -> None:
    async with editor(place) as hand:
        await hand.press("e")
        assert isinstance(hand.app.screen, Form)
        await hand.type("lobby")
        await hand.press("enter")
        assert stored(place).label == "lobby" and "lobby" in hand.look()
        await hand.press("z")
        assert stored(place).label == "" and "Label        none" in hand.look()


async def test_hostile_texts_are_shown_literally_and_left_alone(place: Workplace) -> None:
    found = stored(place)
    place.store.devices.save(replace(found, label=HOSTILE, lines=(replace(found.lines[0], label=HOSTILE),)))
    async with editor(place) as hand:
        await hand.press("e")
        assert r"[red]x\x1b[2J" in hand.look() and "\x1b" not in hand.look()
        await hand.press("escape", "tab", "enter")
        assert r"[red]x\x1b[2J" in hand.look() and "\x1b" not in hand.look()
        await hand.press("escape")
        assert isinstance(hand.app.screen, DeviceScreen) and "\x1b" not in hand.look()
    assert stored(place).label == HOSTILE


async def test_another_tenant_takes_the_lines_off_and_says_so(place: Workplace) -> None:
    async with editor(place) as hand:
        await hand.press("enter", "up", "up", "up", "up", "space")
        assert "lines are taken off" in hand.look()
        await hand.press("enter")
        assert stored(place).tenant == "bolt" and not stored(place).lines


async def test_another_set_takes_its_place(place: Workplace) -> None:
    async with editor(place) as hand:
        await hand.press("m")
        await hand.type("00:11:22:00:00:01")
        await hand.press("enter")
        assert "is a device already" in hand.look()
        await hand.press(*["backspace"] * 17)
        await hand.type("0011229999aa")
        await hand.press("enter")
        assert hand.app.desk.device == "0011229999aa" and "00:11:22:99:99:aa" in hand.look()


async def test_a_device_is_deleted_after_a_question(place: Workplace) -> None:
    async with editor(place) as hand:
        await hand.press("d")
        assert isinstance(hand.app.screen, Confirm) and "Delete 1 device" in hand.look()
        await hand.press("y")
        assert place.store.devices.count() == 5 and "is no more" in hand.look()


@pytest.mark.parametrize("size", SIZES)
async def test_a_line_is_put_on_changed_moved_and_taken_off(place: Workplace, size: tuple[int, int]) -> None:
    async with editor(place, "Lines", size=size) as hand:
        assert front(hand).total == 4
        await hand.press("j", "A", "space")
        assert "102" not in hand.look().split("narrow")[1] and "104 Person 104" in hand.look()
        await hand.press("enter", "tab")
        await hand.type("Front desk")
        await hand.press("tab", "tab")
        await hand.type("5061")
        assert "outside 10000-20000" in hand.look()
        await hand.press("enter")
        assert stored(place).lines[1] == Line(2, "104", "Front desk", local_sip_port=5061)
        assert any("5061 is outside" in one for one in hand.told())
        await hand.press("K")
        assert [line.extension for line in stored(place).lines] == ["104", "101"] and front(hand).cursor == 0
        await hand.press("d", "y")
        assert [line.number for line in stored(place).lines] == [2]
        await hand.press("z", "z")
        assert [line.extension for line in stored(place).lines] == ["101", "104"]


async def test_an_extension_taken_meanwhile_is_refused_in_the_form(place: Workplace) -> None:
    async with editor(place, "Lines") as hand:
        await hand.press("j", "enter")
        await pick_extension(hand, "104")
        with Store.open(place.store.path, operator="bob") as other:
            theirs = other.devices.get(MACS[1])
            assert theirs is not None
            other.devices.save(replace(theirs, lines=(*theirs.lines, Line(2, "104"))))
        await hand.press("enter")
        assert isinstance(hand.app.screen, Form)
        assert "already on 001122000001" in hand.look() and len(stored(place).lines) == 1


async def test_a_line_whose_extension_is_gone_shows_it(place: Workplace) -> None:
    found = place.store.extensions.find("acme", "101")
    assert found is not None
    place.store.extensions.save(replace(found, gone=True))
    async with editor(place, "Lines") as hand:
        row = front(hand).row(0)
        assert row is not None and row.cells[1] == "X"


async def test_rendered_says_why(place: Workplace) -> None:
    async with editor(place, "Rendered") as hand:
        lines = {row.cells[0]: index for index in range(front(hand).total) if (row := front(hand).row(index))}
        front(hand).move_to(lines["account.1.server = pbx.example.net"])
        await hand.settle()
        said = hand.said("#why")
        assert "by the global mapping" in said and "server.1.host = 1.1.1.1, from tenant acme" in said
        front(hand).move_to(lines["time.zone = Europe/Paris"])
        await hand.settle()
        assert "from template Sales" in hand.said("#why")


async def test_what_keeps_it_from_being_rendered_is_said(place: Workplace) -> None:
    place.store.settings.set(Level("tenant", "acme"), "server.1.host", None)
    async with editor(place) as hand:
        assert "no registrar" in hand.look()
        for _ in range([*TABS].index("Rendered")):
            await hand.press("tab")
        assert "no registrar" in hand.look()


async def test_history_shows_what_a_commit_changed(place: Workplace) -> None:
    commit(place)
    async with editor(place, "History") as hand:
        assert f"commit 1 added {MACS[0]}.cfg" in hand.look() and "tester" in hand.look()
        rows = [front(hand).row(index) for index in range(front(hand).total)]
        at = next(index for index, row in enumerate(rows) if row and row.cells[2].startswith("commit 1 added"))
        front(hand).move_to(at)
        await hand.press("enter")
        assert "+account.1.user = 101" in hand.look() and "s3cret" not in hand.look()


async def test_a_read_only_console_only_looks(place: Workplace) -> None:
    async with editor(place, read_only=True) as hand:
        for _ in TABS:
            await hand.press("e", "d", "m", "A", "J", "x")
            assert len(hand.app.screen_stack) == 1
            await hand.press("tab")


async def test_what_another_process_writes_appears(place: Workplace) -> None:
    async with editor(place) as hand:
        with Store.open(place.store.path, operator="bob") as other:
            theirs = other.devices.get(MACS[0])
            assert theirs is not None
            other.devices.save(replace(theirs, label="from bob"))
        hand.app.look()
        await hand.settle()
        assert "from bob" in hand.look()
