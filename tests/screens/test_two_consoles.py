"""Two people at work: what the other one changed is shown, and never overwritten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from aps_tui.data.store import Store
from aps_tui.domain.site import AddressMapping, Key, Template
from aps_tui.services.sources import Source
from aps_tui.services.workplace import Workplace
from tests.screens.console import Hand, console
from tests.screens.ways import dump
from tests.unit.services.small_site import MACS

Change = Callable[[Store], None]
"""What the other one does."""


def _label(store: Store) -> None:
    device = store.devices.get(MACS[0])
    assert device is not None
    store.devices.save(replace(device, label="theirs", lines=(replace(device.lines[0], label="theirs"),)))


def _sales(store: Store) -> Template:
    template = store.templates.get("Sales")
    assert template is not None
    return template


def _template(store: Store) -> None:
    keys = (Key("dss", 2, "blf", 1, "103", "theirs"),)
    store.templates.save(replace(_sales(store), settings={"time.zone": "America/Toronto"}, keys=keys))


def _site(store: Store) -> None:
    site = store.settings.site()
    store.settings.save_site(replace(site, settings={**site.settings, "time.zone": "America/Toronto"}))


def _mapping(store: Store) -> None:
    store.mappings.save(AddressMapping("1.1.1.1", "theirs.example.net"))


def _extension(store: Store) -> None:
    one = store.extensions.find("acme", "101")
    assert one is not None
    store.extensions.save(replace(one, name="theirs"))


def _renamed(store: Store) -> None:
    store.templates.rename("Sales", None, "theirs")


def _deleted(store: Store) -> None:
    store.devices.delete(MACS[:1])


def _source(store: Store) -> None:
    old = store.sources.all()[0]
    store.sources.replace(old, old._replace(location="/their.conf"))


SHOWN: dict[str, tuple[list[str], Change, str]] = {
    "devices": (["1"], _label, "theirs"),
    "device": (["1", "g", "enter"], _label, "theirs"),
    "lines": (["1", "g", "enter", "tab"], _label, "theirs"),
    "templates": (["3"], _renamed, "theirs"),
    "keys": (["1", "g", "enter", "tab", "tab", "tab"], _template, "theirs"),
    "mappings": (["4"], _mapping, "theirs.example"),
    "extensions": (["8"], _extension, "theirs"),
    "commit": (["9"], lambda store: store.templates.save(replace(_sales(store), name="x")), "8 to add"),
}
"""Where one looks, what the other changes, and what is seen then."""


def bob(place: Workplace, change: Change) -> None:
    """Let the other one change something, over a connection of his own."""
    with Store.open(place.store.path, operator="bob") as store:
        change(store)


@pytest.mark.parametrize("name", SHOWN)
async def test_what_the_other_one_changed_is_shown_within_a_second(
    place: Workplace, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("aps_tui.app.LOOK_EVERY", 0.01)
    way, change, seen = SHOWN[name]
    async with console(place, size=(80, 24)) as hand:
        await hand.press(*way)
        if name != "commit":
            assert seen not in hand.look()
        bob(place, change)
        for _ in range(10):
            await hand.settle()
            if seen in hand.look():
                break
        assert seen in hand.look()


STALE: dict[str, tuple[list[str], Change, list[str]]] = {
    "device": (["1", "g", "enter", "e", "x"], _label, ["enter"]),
    "line": (["1", "g", "enter", "tab", "e", "x"], _label, ["enter"]),
    "device deleted": (["1", "g", "enter", "e", "x"], _deleted, ["enter"]),
    "mapping": (["4", "g", "e", "x"], _mapping, ["enter"]),
    "mapping off": (["4", "g", "d"], _mapping, ["y"]),
    "template": (["3", "g", "R", "x"], _renamed, ["enter"]),
    "key": (["1", "g", "enter", "tab", "tab", "tab", "e", "9"], _label, ["enter"]),
    "source": (["8", "s", "e", "tab", "x"], _source, ["enter"]),
}  # fmt: skip
"""What one begins, what the other changes meanwhile, and how one goes on."""


def _told(hand: Hand) -> str:
    return "\n".join([hand.look(), *hand.told()])


@pytest.mark.parametrize("name", STALE)
async def test_an_edit_that_has_become_old_is_refused_and_names_who_was_faster(place: Workplace, name: str) -> None:
    place.store.sources.save(Source("pbx", "pjsip", "/etc/pjsip.conf", "acme"))
    begin, change, go_on = STALE[name]
    async with console(place, size=(80, 24)) as hand:
        await hand.press(*begin)
        bob(place, change)
        after = dump(place)
        await hand.press(*go_on)
        assert "bob" in _told(hand), _told(hand)
    assert dump(place) == after


async def test_a_setting_that_has_become_old_is_refused(place: Workplace) -> None:
    async with console(place, size=(80, 24)) as hand:
        await hand.press("colon", *"template", "space", *"sales", "enter")
        await hand.press("colon", *"setting", "space", *"time", "full_stop", *"zone", "enter", "e")
        await hand.type("america/montr")
        bob(place, _template)
        after = dump(place)
        await hand.press("enter")
        assert "bob" in _told(hand), _told(hand)
    assert dump(place) == after
