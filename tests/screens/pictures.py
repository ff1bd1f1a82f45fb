"""Draws docs/*.svg: the real app, without a terminal, on a demo site. Run: python -m tests.screens.pictures"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from contextlib import chdir
from dataclasses import replace
from pathlib import Path

from aps_tui.data.requests import Registration
from aps_tui.data.store import Store
from aps_tui.domain.site import Device, Key, Line
from aps_tui.services import importing
from aps_tui.services.commit import commit
from aps_tui.services.demo import make_demo
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.loader import SHIPPED, load_packs
from tests.screens.console import console
from tests.screens.ways import go

DOCS = Path(__file__).resolve().parents[2] / "docs"
SIZE = (120, 34)
DEVICES = 200
DESK = ("snom", "360")
FOUND = (*f"/{' '.join(DESK)}", "enter", "g", "enter")
"""Opens the device that `_change` gives keys to."""

PICTURES: dict[str, tuple[str, ...]] = {
    "devices": ("<", "g", "j", "space", "j", "space", "k"),
    "device": (*FOUND, *["tab"] * 3, *"jjjj"),
    "rendered": (*FOUND, *["tab"] * 6, *["ctrl+d"] * 2, *"k" * 19),
    "bulk": (*"/grandstream", "enter", "a", "l", *"{extension} {name}", "enter"),
    "template": ("3", *"/yealink t23p", "enter", "G", "enter", *"]" * 10, *"jjj"),
    "mappings": ("4",),
    "queue": ("5", *"jjjjjj"),
    "import": ("6", "r", "j", "space", "space"),
    "extensions": ("8", "j"),
    "commit": ("9", *"jjjjjj"),
}
"""What is drawn, each in a console of its own, and the keys that lead to a state that shows what it is for."""
NAMES = {"<": "less_than_sign", "/": "slash", "]": "right_square_bracket", " ": "space"}


async def draw(place: Workplace, docs: Path) -> None:
    """Every picture."""
    for name, keys in PICTURES.items():
        async with console(place, size=SIZE) as hand:
            await go(hand, [NAMES.get(key, key) for key in keys])
            (docs / f"{name}.svg").write_text(hand.app.export_screenshot(title=name.capitalize()), encoding="utf-8")


def _of(place: Workplace, vendor: str, model: str = "") -> list[Device]:
    every = place.store.devices.all()
    return [one for one in every if one.vendor == vendor and one.lines and model in ("", one.model)]


def _change(place: Workplace) -> None:
    """Commit the demo, then change this and that and begin a list, so that there is something to see."""
    commit(place, note="first")
    store = place.store
    for template in [one for one in store.templates.all() if one.tenant is None][:4]:
        store.templates.save(replace(template, settings={**template.settings, "time.zone": "America/Montreal"}))
    *kept, last, one_more = _of(place, "yealink")
    for device in kept[:3]:
        store.devices.save(replace(device, lines=(replace(device.lines[0], label="Front desk"), *device.lines[1:])))
    store.devices.delete([last.mac, one_more.mac])
    desk = min(_of(place, *DESK), key=lambda one: one.mac)
    numbers = [one.number for one in store.extensions.all(desk.tenant)][10:17]
    keys = tuple(Key("dss", number, "blf", 1, extension) for number, extension in enumerate(numbers, 5))
    store.devices.save(replace(desk, keys=keys))
    _take_in(place)
    importing.start(place, importing.read(_sheet(), importing.knowledge(place)), title="phones.csv", tenant="acme")


def _take_in(place: Workplace) -> None:
    """Phones of the queue, each some steps further than the others."""
    store = place.store
    tenant = store.tenants.all()[0].name
    found = [one for one in store.arrivals.latest(100)[::-1] if one.model and not one.conflict][2:6]
    free = iter(store.extensions.free_numbers(tenant))
    for number, one in enumerate(found):
        lines = (Line(1, next(free)),) if number < 2 else ()
        store.devices.save(Device(one.mac, tenant, one.vendor, one.model, lines=lines))
    commit(place, [one.mac for one in found[1:]])
    store.requests.registered(
        [Registration(found[2].mac, f"aps-{found[2].mac}", "", found[2].address, "", time.time())]
    )
    store.alarms.raise_("harvest", "198.51.100.66", "asks for the files of many MACs that nobody knows")


def _sheet() -> str:
    """An installer's list: most of it good, the rest as such lists are."""
    rows = [f"00-15-65-AA-00-{n:02X};Yealink T46U;{'' if n % 3 else 'Room'} {200 + n}" for n in range(16)]
    rows += [f"00:04:13:bb:00:{n:02x};;Desk {n}" for n in range(6)]
    return "\n".join(["MAC address;Model;Name", *rows, "00-15-65-AA;;short", "00:e0:b5:12:34:56;;printer"])


def main() -> None:
    """Make a demo in a throw-away place and draw it."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):  # a short path is shown, and the same every time
        into, packs = Path("demo"), load_packs([SHIPPED])
        make_demo(into, DEVICES, 7, packs)
        with Store.open(into / "aps.sqlite3", operator="alice") as store:
            place = Workplace(store, into / "tftpboot", packs)
            _change(place)
            asyncio.run(draw(place, DOCS))
    sys.stdout.write(f"drew {', '.join(PICTURES)} in {DOCS}\n")


if __name__ == "__main__":
    main()
