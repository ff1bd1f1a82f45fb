"""Withdrawn files by the console's keys: shown, opened for a while, closed; and who may not."""

from __future__ import annotations

import pytest

from aps_tui.data.arrivals import Arrival
from aps_tui.services.commit import commit
from aps_tui.services.watch.upkeep import upkeep
from aps_tui.services.windows import standings
from aps_tui.services.workplace import Workplace
from tests.screens.console import console
from tests.unit.services.site_clock import HOUR, SiteClock, fetched, say
from tests.unit.services.small_site import MACS, contents

FILES = [f"{mac}.cfg" for mac in MACS[:2]]


@pytest.fixture
def clock(place: Workplace) -> SiteClock:
    """Two phones fetched their files, and those are withdrawn."""
    clock = SiteClock(place)
    say(place, withdraw_hours=24)
    commit(place)
    fetched(place, *MACS[:2])
    clock.later(hours=25)
    assert upkeep(place) == "" and not {*FILES} & contents(place.root).keys()
    return clock


async def test_the_list_says_so_and_marked_ones_are_opened_and_closed(place: Workplace, clock: SiteClock) -> None:
    async with console(place, size=(120, 40)) as hand:
        assert "withdrawn" in hand.look()
        await hand.press("slash")
        await hand.type("state:w")
        await hand.press("enter")
        assert hand.keys() == MACS[:2]
        await hand.press("a", "o")
        assert "Withdrawn files of 2 devices" in hand.look()
        await hand.press("h")
        await hand.settle()
        assert {*FILES} <= contents(place.root).keys()
        assert standings(place, [MACS[0]])[0].until == clock.now + HOUR
        await hand.press("escape", "o", "c")
        await hand.settle()
        assert not {*FILES} & contents(place.root).keys()


async def test_the_queue_opens_devices_alone(place: Workplace, clock: SiteClock) -> None:
    place.store.arrivals.save([Arrival(MACS[0], first_seen=1, last_seen=1, followed=True)])
    async with console(place) as hand:
        await hand.press("5")
        await hand.settle()
        await hand.press("slash")
        await hand.type(MACS[0])
        await hand.press("enter", "o")
        assert "Withdrawn files of 1 device" in hand.look()
        await hand.press("f")
        await hand.settle()
        assert FILES[0] in contents(place.root) and standings(place, [MACS[0]])[0].state == "open"


async def test_nothing_is_opened_in_a_console_that_only_looks(place: Workplace, clock: SiteClock) -> None:
    async with console(place, read_only=True) as hand:
        await hand.press("o")
        assert "Withdrawn files of" not in hand.look()
    assert not {*FILES} & contents(place.root).keys()


async def test_what_cannot_be_opened_is_said(place: Workplace, clock: SiteClock) -> None:
    (place.root / FILES[0]).write_text("of somebody else")
    async with console(place) as hand:
        await hand.press("o", "h")
        await hand.settle()
        assert "edited by hand" in hand.told()[-1]
    assert standings(place, [MACS[0]])[0].state == "withdrawn"
