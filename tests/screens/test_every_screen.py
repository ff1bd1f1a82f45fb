"""What holds on every screen: read-only writes nothing, hostile texts and small windows break nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

import pytest

from aps_tui.data.arrivals import Arrival
from aps_tui.data.queue import Sighting
from aps_tui.data.requests import Registration, Request
from aps_tui.domain.errors import ApsError
from aps_tui.domain.site import AddressMapping, Device, Extension, Key, Line, Template, Tenant
from aps_tui.services.commit import commit
from aps_tui.services.sources import Source
from aps_tui.services.workplace import Workplace
from tests.screens.console import Hand, console
from tests.screens.ways import WAYS, dump, every_key
from tests.unit.services.hostile_site import fill_with_hostile_texts
from tests.unit.services.small_site import MACS, contents

HOSTILE = ("[red]x\x1b[2J[/]", "\u202eevil\u200f", "😀👩‍👩‍👧" * 3, "n" * 200, "%s{0}'\"$&<b>", "..")
"""Names with markup, controls, other directions, wide cells, great length, and what formats and shells mind."""


def _try(save: Callable[..., object], *what: object) -> None:
    """Store something hostile as far as the house takes it."""
    with suppress(ApsError):
        save(*what)


def make_hostile(place: Workplace) -> None:
    """Put hostile texts wherever a text may stand."""
    store = place.store
    for number, text in enumerate(HOSTILE):
        _try(store.tenants.save, Tenant(text, {"server.1.host": "1.1.1.1"}))
        extension = Extension("acme", f"90{number}", f"90{number}{text}", text, f"secret{text}", text, mailbox=text)
        _try(store.extensions.save, extension)
        _try(store.templates.save, Template(text, "testphone", "T1", keys=(Key("dss", 1, "blf", 1, "101", text),)))
        _try(store.mappings.save, AddressMapping(f"9.9.9.{number}", "a.example.net", note=text))
        _try(store.sources.save, Source(f"pbx{text}", "csv", f"/nowhere/{text}", "acme"))
        device = store.devices.get(MACS[number])
        assert device is not None
        _try(store.devices.save, replace(device, label=text))
        if device.lines:
            _try(store.devices.save, replace(device, label=text, lines=(replace(device.lines[0], label=text),)))
    _arrive_hostile(place)
    raw = {"testphone": {"a.b": HOSTILE[4]}}
    _try(store.tenants.save, replace(store.tenants.get("acme") or Tenant("acme"), raw=raw))
    fill_with_hostile_texts(place)
    commit(place, note=HOSTILE[0], keep_going=True)
    _try(store.devices.save, Device("0011220000ff", "acme", "nosuch", "X9", label=HOSTILE[1], lines=(Line(1, "900"),)))


def _arrive_hostile(place: Workplace) -> None:
    """Phones that say hostile things wherever they may say anything."""
    store = place.store
    for number, text in enumerate(HOSTILE):
        mac = f"0011220000b{number}"
        for seen in (mac, MACS[number]):
            store.sightings.record([Sighting(seen, text, text, 1.0, {text: text, "user agent": text})])
            store.arrivals.save(
                [Arrival(seen, "testphone", text, text, text, 50, text, text, text, text, text, 1.0, 2.0)]
            )
            store.requests.record([Request(seen, text, text, text, 404, -1, text, 1.0)])
            store.requests.registered([Registration(seen, text, text, text, text, 1.0)])
        store.alarms.raise_(text, text, text)
    store.arrivals.save([Arrival("00e0b5000001", agent=HOSTILE[0], first_seen=1.0, last_seen=3.0)])
    store.arrivals.follow(MACS, followed=True)


def plain_screen(hand: Hand) -> str:
    """The screen; nothing on it may be a control character or turn the direction round."""
    seen = hand.look()
    bad = {char for char in seen if not (char.isprintable() or char in "\n\u200d")}
    assert not bad, bad
    return seen


@pytest.fixture
def errors(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What was told as unexpected."""
    from textual.app import App

    said: list[str] = []
    notify = App.notify

    def listen(self: App[None], message: str, **more: object) -> None:
        if "unexpected" in message:
            said.append(message)
        notify(self, message, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(App, "notify", listen)
    yield said
    assert said == []


@pytest.mark.parametrize("name", WAYS)
async def test_a_read_only_console_writes_nothing(place: Workplace, errors: list[str], name: str) -> None:
    commit(place)
    before, files = dump(place), contents(place.root)
    async with console(place, size=(80, 24), read_only=True) as hand:
        async for _ in every_key(hand, WAYS[name]):
            for key in ("enter", "y"):
                if hand.app.screen.is_modal:
                    await hand.press(key)
    assert dump(place) == before and contents(place.root) == files


@pytest.mark.parametrize("name", WAYS)
async def test_every_key_stands_hostile_texts_and_small_windows(place: Workplace, errors: list[str], name: str) -> None:
    make_hostile(place)
    tried: set[type] = set()
    async with console(place, size=(80, 24)) as hand:
        async for key in every_key(hand, WAYS[name]):
            seen = plain_screen(hand)
            assert "Traceback" not in seen, key
            dialog = type(hand.app.screen)
            if hand.app.screen.is_modal and dialog not in tried:
                tried.add(dialog)
                await hand.press("f1")
                plain_screen(hand)
                await hand.press("escape")
                focused = hand.app.focused
                await hand.pilot.resize_terminal(60, 10)
                await hand.settle()
                assert "80x24; this one is 60x10" in hand.look(), key
                await hand.pilot.resize_terminal(80, 24)
                await hand.settle()
                assert "this one is" not in hand.look() and hand.app.focused is focused, key
