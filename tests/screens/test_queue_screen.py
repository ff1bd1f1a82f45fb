"""The live queue by its keys: phones appear by themselves and become devices, and nothing is lost meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from aps_tui.data.requests import Registration
from aps_tui.data.store import Store
from aps_tui.domain.site import Extension, Line
from aps_tui.screens import queue_live, queue_rows
from aps_tui.screens.queue_live import LiveQueue
from aps_tui.screens.resync import ResyncScreen
from aps_tui.services.commit import commit
from aps_tui.services.workplace import Workplace
from tests.screens.console import Hand, console
from tests.unit.services.arrived import AT, arrive, ask
from tests.unit.services.small_site import MACS

NEW = [f"0011220000{n:02x}" for n in range(0xA0, 0xA6)]
MOST = 200
"""Looks until something must have come."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look often, so that no test waits."""
    monkeypatch.setattr(queue_live, "LOOK_EVERY", 0.01)


async def until(hand: Hand, happened: Callable[[], bool]) -> None:
    """Wait, without a key, until something shows."""
    for _ in range(MOST):
        if happened():
            return
        await asyncio.sleep(0.01)
        await hand.settle()
    raise AssertionError(hand.look())


def elsewhere(place: Workplace) -> Store:
    """The same database as another process has it open."""
    return Store.open(place.store.path, operator="watcher")


def state(hand: Hand, mac: str) -> str:
    """What the list says of a MAC."""
    rows = {row.key: row.cells[0] for n in range(hand.rows.total) if (row := hand.rows.row(n))}
    return rows.get(mac, "")


def listed(hand: Hand) -> set[str]:
    """The MACs on show."""
    return {*hand.keys()}


def screen(hand: Hand) -> LiveQueue:
    assert isinstance(hand.app.screen, LiveQueue)
    return hand.app.screen


async def test_phones_appear_by_themselves_and_the_cursor_stays_on_its_own(place: Workplace) -> None:
    commit(place)
    arrive(place.store, NEW[:2])
    async with console(place, size=(80, 24), screen="queue") as hand:
        assert hand.keys() == [*NEW[:2], MACS[5]]
        await hand.press("j", "space", "k")
        assert (hand.marks, hand.rows.current and hand.rows.current.key) == ([NEW[1]], NEW[1])
        with elsewhere(place) as store:
            arrive(store, NEW[2:], AT + 60)
        await until(hand, lambda: hand.rows.total == 7)
        assert hand.keys()[:4] == NEW[2:] and hand.marks == [NEW[1]]
        assert hand.rows.current and hand.rows.current.key == NEW[1]
        assert state(hand, NEW[2]) == "S+" and state(hand, NEW[0]) == "S" and "4 new" in hand.said("#count")


async def test_the_sign_of_what_is_new_goes(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    arrive(place.store, NEW[:1])
    async with console(place, screen="queue") as hand:
        monkeypatch.setattr(queue_rows, "FRESH", 0.05)
        with elsewhere(place) as store:
            arrive(store, NEW[1:2], AT + 60)
        await until(hand, lambda: state(hand, NEW[1]) == "S")


async def test_every_step_of_a_phone_shows(place: Workplace) -> None:
    commit(place)
    arrive(place.store, [MACS[5]])
    async with console(place, screen="queue") as hand:
        assert state(hand, MACS[5]) == "U"
        with elsewhere(place) as store:
            store.requests.registered([Registration(MACS[5], f"aps-{MACS[5]}", "", "", "", AT)])
            await until(hand, lambda: state(hand, MACS[5]) == "R+")
            store.arrivals.follow([MACS[5]], followed=True)
            device = store.devices.get(MACS[5])
            assert device is not None
            store.devices.save(replace(device, lines=(Line(1, "103"),)))
            await until(hand, lambda: state(hand, MACS[5]) == "B+")
            assert f"{MACS[5]} is bound" in hand.said("#count")
            commit(replace(place, store=store))
            await until(hand, lambda: state(hand, MACS[5]) == "C+")
            ask(store, MACS[5], f"{MACS[5]}.cfg", at=store.db.now() + 5)
            await until(hand, lambda: state(hand, MACS[5]) == "O+")
        await hand.press("c")
        assert MACS[5] not in listed(hand)
        await hand.press("z")
        assert MACS[5] in listed(hand)


async def test_a_list_that_is_held_still_loses_nothing(place: Workplace) -> None:
    arrive(place.store, NEW[:3])
    async with console(place, screen="queue") as hand:
        await hand.press("p")
        assert "PAUSED: p shows all" in hand.said("#count")
        with elsewhere(place) as store:
            arrive(store, NEW[3:], AT + 60)
            await until(hand, lambda: "3 new" in hand.said("#count"))
            store.arrivals.ignore([NEW[0]])
            arrive(store, [NEW[1]], AT + 90)
            await hand.settle()
        assert hand.keys() == [*NEW[:3], MACS[5]]
        await hand.press("i")  # what the operator does is seen all the same
        await until(hand, lambda: NEW[0] not in listed(hand))
        assert hand.rows.total < 5 and "PAUSED" in hand.said("#count")
        await hand.press("p")
        assert hand.keys() == [NEW[1], *NEW[3:], NEW[2], MACS[5]] and "PAUSED" not in hand.said("#count")


async def test_following_keeps_the_cursor_on_the_newest_until_it_is_moved(place: Workplace) -> None:
    arrive(place.store, NEW[:2])
    async with console(place, screen="queue") as hand:
        await hand.press("less_than_sign", "f")
        with elsewhere(place) as store:
            for number, mac in enumerate(NEW[2:4], 1):
                arrive(store, [mac], AT + 60 * number)
                await until(hand, lambda mac=mac: mac in listed(hand))  # type: ignore[misc]
                assert hand.rows.cursor == 0 and "FOLLOWING" in hand.said("#count")
            await hand.press("j")
            here = hand.rows.current
            arrive(store, [NEW[4]], AT + 600)
            await until(hand, lambda: NEW[4] in listed(hand))
        assert hand.rows.current and here and hand.rows.current.key == here.key
        assert "FOLLOWING" not in hand.said("#count")


async def test_out_of_the_queue_and_back(place: Workplace) -> None:
    arrive(place.store, NEW[:3])
    async with console(place, screen="queue") as hand:
        await hand.press("space", "space", "i")
        assert hand.keys() == [NEW[2], MACS[5]]
        await hand.press("u", "exclamation_mark")
        assert hand.keys() == NEW[:2]
        await hand.press("i", "exclamation_mark")
        assert hand.keys() == [NEW[0], NEW[2], MACS[5]]
        await hand.press("z", "z")
        assert hand.keys() == [*NEW[:3], MACS[5]]
        await hand.press("g", "d", "n")
        assert hand.rows.total == 4
        await hand.press("d", "y")
        assert hand.keys() == [*NEW[1:3], MACS[5]] and not place.store.sightings.of(NEW[0])
        await hand.press("G", "d")
        assert hand.rows.total == 3 and any("not forgotten" in said for said in hand.told())
        await hand.press("c")
        assert any("no synced device" in said for said in hand.told())


async def test_who_it_is_and_why_it_does_not_work(place: Workplace) -> None:
    arrive(place.store, NEW[:1], agent="[b]x\x1b[2J", conflict="http says [T2]")
    ask(place.store, NEW[0], "evil\x1b]0;x\x07[/].cfg", 404)
    async with console(place, size=(80, 24), screen="queue") as hand:
        assert "testphone/T1?!" in hand.look()
        await hand.press("enter")
        seen = hand.said("#told-text")
        assert "http, 3 times" in seen and "95 of 100" in seen and "http says [T2]" in seen and "is empty" in seen
        await hand.press("escape", "y")
        assert "It is no device yet" in hand.said("#told-text") and "Make it one: F" in hand.said("#told-text")
        await hand.press("escape")
        await hand.pilot.resize_terminal(180, 40)
        await hand.settle()
        assert "http says [T2]" in hand.said("#detail") and "Firmware" in hand.look()


async def test_forty_nine_phones_become_devices_by_a_dozen_keys(place: Workplace) -> None:
    macs = [f"001122000b{n:02x}" for n in range(49)]
    place.store.extensions.save_many([Extension("acme", str(n), str(n), str(n), f"secret{n}") for n in range(201, 260)])
    place.store.devices.delete([MACS[5]])
    arrive(place.store, macs)
    async with console(place, size=(80, 24), screen="queue") as hand:
        await hand.press(*"ax", "enter", *"201..", "enter", "enter", "F", "enter")
        found = [*place.store.devices.get_many(macs)]
        assert sorted(line.extension for device in found for line in device.lines) == [str(n) for n in range(201, 250)]
        assert {(device.tenant, device.model) for device in found} == {("acme", "T1")}
        assert screen(hand).listed.total == 49 and {state(hand, mac)[0] for mac in macs} == {"B"}
        await hand.press("z")
        assert not place.store.devices.existing(macs) and {state(hand, mac)[0] for mac in macs} == {"S"}
        await hand.press("a", "F", "enter")
        assert len(place.store.devices.existing(macs)) == 49, "the list is as it was before F"
        await hand.press("C", "enter")
        assert all((place.root / f"{mac}.cfg").exists() for mac in macs)


async def test_devices_are_edited_as_on_their_own_screen_and_a_mixture_is_asked_about(place: Workplace) -> None:
    arrive(place.store, NEW[:2])
    async with console(place, size=(80, 24), screen="queue") as hand:
        await hand.press("G", "x", *"103", "enter", "enter")
        device = place.store.devices.get(MACS[5])
        assert device is not None and [line.extension for line in device.lines] == ["103"]
        await hand.press("z", "a", "m")
        assert "2 new phones" in hand.look() and "1 device" in hand.look()
        await hand.press("d")
        assert "Model for 1 device" in hand.look()
        await hand.press("escape", "m", "n", "enter")
        assert "Model for 2 devices" in hand.look()
        await hand.press("escape", "escape")
        await hand.press("A")
        assert hand.rows.total == 2 and "from the queue" in hand.look()
        await hand.press("D", "y", "escape")
        assert screen(hand).listed.total == 3
        await hand.press("u", "G", "F")
        assert isinstance(hand.app.screen, ResyncScreen)
        await hand.press("escape", "e")
        assert hand.app.screen.TITLE == "Device"


async def test_an_alarm_stands_above_the_list_until_it_is_known(place: Workplace) -> None:
    arrive(place.store, NEW[:1])
    async with console(place, size=(80, 24), screen="queue") as hand:
        with elsewhere(place) as store:
            store.alarms.raise_("harvest", "10.0.0.66", "asks for\x1b[2J many")
        await until(hand, lambda: "ALARM harvest" in hand.look())
        assert "K: it is known" in hand.look() and "\x1b" not in hand.look()
        await hand.press("K")
        await until(hand, lambda: "ALARM" not in hand.look())
    assert [(row.kind, row.action) for row in place.store.audit.recent(1)] == [("alarm", "known")]


async def test_the_plan_is_of_the_chosen_devices(place: Workplace) -> None:
    arrive(place.store, NEW[:1])
    async with console(place, screen="queue") as hand:
        await hand.press("P")
        assert any("No device is chosen" in said for said in hand.told())
        await hand.press("G", "P")
        assert "1 marked device" in hand.said("#plan-line")


async def test_nobody_there_says_how_phones_come(place: Workplace) -> None:
    place.store.devices.delete([MACS[5]])
    async with console(place, size=(80, 24)) as hand:
        await hand.press("5")
        assert "Nobody arrived yet" in hand.look() and "listens" in hand.said("#listens")
        with elsewhere(place) as store:
            arrive(store, NEW[:1])
        await until(hand, lambda: hand.rows.total == 1)
        assert "Nobody arrived yet" not in hand.look() and state(hand, NEW[0]) == "S+"
        await hand.press("colon", *"queue", "space", *"nosuch", "enter")
        assert hand.rows.total == 0
