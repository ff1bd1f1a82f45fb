"""Draws docs/*.svg: the real app, without a terminal, on a demo site. Run: python -m tests.screens.pictures"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from contextlib import chdir
from dataclasses import replace
from pathlib import Path

from aps_tui.data.store import Store
from aps_tui.services.commit import commit
from aps_tui.services.demo import make_demo
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.loader import SHIPPED, load_packs
from tests.screens.console import console

DOCS = Path(__file__).resolve().parents[2] / "docs"
SIZE = (120, 34)
DEVICES = 200


async def draw(place: Workplace, docs: Path) -> None:
    """Each screen in a state that shows what it is for."""
    async with console(place, size=SIZE) as hand:
        await hand.press("less_than_sign", "g", "j", "space", "j", "space", "k")
        (docs / "devices.svg").write_text(hand.app.export_screenshot(title="Devices"))
        await hand.press("9", "j", "j")
        (docs / "commit.svg").write_text(hand.app.export_screenshot(title="Commit"))


def _change(place: Workplace) -> None:
    """Commit the demo, then change this and that, so that there is something to see."""
    commit(place, note="first")
    store = place.store
    for template in [one for one in store.templates.all() if one.tenant is None][:4]:
        store.templates.save(replace(template, settings={**template.settings, "time.zone": "America/Montreal"}))
    devices = [one for one in store.devices.all() if one.lines and one.vendor == "yealink"]
    for device in devices[:3]:
        store.devices.save(replace(device, lines=(replace(device.lines[0], label="Front desk"), *device.lines[1:])))
    store.devices.delete([device.mac for device in devices[-2:]])


def main() -> None:
    """Make a demo in a throw-away place and draw it."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):  # a short path is shown, and the same every time
        into, packs = Path("demo"), load_packs([SHIPPED])
        make_demo(into, DEVICES, 7, packs)
        with Store.open(into / "aps.sqlite3", operator="alice") as store:
            place = Workplace(store, into / "tftpboot", packs)
            _change(place)
            asyncio.run(draw(place, DOCS))
    sys.stdout.write(f"drew {DOCS}/devices.svg and commit.svg\n")


if __name__ == "__main__":
    main()
