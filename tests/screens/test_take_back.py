"""`z`: the last edit that no commit has written is taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aps_tui.data.store import Store
from aps_tui.domain.site import Tenant
from aps_tui.services import edits
from aps_tui.services.commit import commit
from aps_tui.services.edits import RecentEdits
from aps_tui.services.workplace import Workplace
from tests.screens.console import console
from tests.unit.services.small_site import MACS, contents


async def test_a_deleted_device_is_back_with_all_it_had_and_nothing_to_write(place: Workplace) -> None:
    store = place.store
    device = store.devices.get(MACS[0])
    assert device is not None
    store.devices.save(replace(device, settings={"network.lldp": True}))
    commit(place)
    before, files = list(store.devices.all()), contents(place.root)
    async with console(place) as hand:
        await hand.press("d", "y")
        assert hand.keys() == MACS[1:] and "1 to commit" in hand.said("#site")
        await hand.press("z")
        assert hand.told()[-1] == "Taken back: delete 1 device"
        assert hand.keys() == MACS and list(store.devices.all()) == before
        assert commit(place).generation is None and contents(place.root) == files


async def test_again_takes_back_the_one_before(place: Workplace) -> None:
    async with console(place) as hand:
        await hand.press("d", "y", "space", "space", "d", "y")
        assert hand.keys() == MACS[3:]
        await hand.press("z")
        assert hand.told()[-1] == "Taken back: delete 2 devices" and hand.keys() == MACS[1:]
        await hand.press("z", "z")
        assert hand.told()[-1] == "Taken back: delete 1 device" and hand.keys() == MACS


async def test_what_a_commit_wrote_stays(place: Workplace) -> None:
    async with console(place) as hand:
        await hand.press("d", "y")
        commit(place)
        await hand.press("z")
        assert "commit 1 has written this already, so it stays: delete 1 device" in hand.told()[-1]
        assert "9, H, U" in hand.told()[-1] and place.store.devices.count() == 5
        told = hand.told()
        await hand.press("z")
        assert hand.told() == told


async def test_what_someone_else_took_stays_and_the_one_before_can_be_taken_back(place: Workplace) -> None:
    async with console(place) as hand:
        await hand.press("d", "y", "d", "y")
        with Store.open(place.store.path, operator="bob") as other:
            device = other.devices.get(MACS[2])
            assert device is not None
            other.devices.save(replace(device, lines=(replace(device.lines[0], extension="102"),)))
        await hand.press("z")
        assert f"{MACS[1]}: an extension is on one line" in hand.told()[-1] and hand.keys() == MACS[2:]
        await hand.press("z")
        assert hand.keys() == [MACS[0], *MACS[2:]]


async def test_not_during_a_commit_nor_in_a_read_only_console(place: Workplace) -> None:
    async with console(place) as hand:
        await hand.press("d", "y")
        hand.app.desk.running = "commit"
        await hand.press("z")
        assert "Wait: a commit is under way" in hand.told()[-1] and place.store.devices.count() == 5
        hand.app.desk.running = ""
    async with console(place, read_only=True) as hand:
        assert not any(active.binding.key == "z" for active in hand.app.screen.active_bindings.values())


def test_only_the_last_edits_are_kept(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edits, "MOST", 3)
    monkeypatch.setattr(edits, "MOST_STEPS", 4)
    recent = RecentEdits(place.store)
    for number in range(5):
        with recent.edit(f"tenant {number}"):
            place.store.tenants.save(Tenant(f"new {number}"))
    assert len(recent) == 3 and recent.take_back() == "tenant 4"
    with recent.edit("delete 6 devices"):
        place.store.devices.delete(MACS)
    assert len(recent) == 1 and recent.take_back() == "delete 6 devices" and not recent
