"""Calls on the small site, over a pair of sockets."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from aps_tui.data.store import Store
from aps_tui.services.unprov.desk import Desk
from aps_tui.services.unprov.dialogue import Call
from aps_tui.services.unprov.options import Unprov
from aps_tui.services.unprov.prompts import find_prompts
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.loader import Packs, load_packs
from aps_tui.wire.agi import LONGEST_ANSWER, PATIENCE, Agi
from tests.unit.services.small_site import MACS
from tests.unit.services.unprov.fake_asterisk import Asterisk

PIN = "73914682"
MAC = MACS[5]
"""The device of tenant bolt that has no line; 103 and 104 are free there, 101 and 102 are not."""
PHONE = f"aps-{MAC}"


@dataclass
class Phones:
    """The site, whose time stands still, and what was said about it."""

    folder: Path
    packs: Packs
    now: float = 1_800_000_000.0
    patience: float = PATIENCE
    options: Unprov = field(default_factory=Unprov)
    log: list[str] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)

    @contextmanager
    def open(self, operator: str = "tester") -> Iterator[Workplace]:
        """The site, as somebody."""
        path = self.folder / "state" / "aps.sqlite3"
        with Store.open(path, operator=operator, now=lambda: self.now) as store:
            yield Workplace(store, self.folder / "tftpboot", self.packs)

    @property
    def desk(self) -> Desk:
        """The desk that calls are led at."""
        return Desk(self.open, self.options, find_prompts([], {}), self.log.append, self._tell)

    def _tell(self, place: Workplace, mac: str, contact: str) -> str:
        assert (place.root / f"{mac}.cfg").exists()
        self.told.append((mac, contact))
        return "told"

    def call(self, asterisk: Asterisk) -> Call:
        """Hold a call and finish it."""
        return asyncio.run(self.held(asterisk, self.desk))

    async def held(self, asterisk: Asterisk, desk: Desk) -> Call:
        """Hold a call at a desk that others may share."""
        here, there = socket.socketpair()
        ours = await asyncio.open_connection(sock=here, limit=LONGEST_ANSWER)
        theirs = await asyncio.open_connection(sock=there)
        call = Call(Agi(*ours, self.patience), desk)

        async def lead() -> None:
            await call.hold()
            ours[1].close()

        await asyncio.gather(lead(), asterisk.play(*theirs))
        await call.finish()
        return call

    def options_are(self, **changes: object) -> None:
        """Change the options."""
        self.options = msgspec.structs.replace(self.options, **changes)

    def line(self, mac: str = MAC) -> list[str]:
        """The extensions on a phone's lines."""
        with self.open() as place:
            device = place.store.devices.get(mac)
            return [line.extension for line in device.lines] if device else []


def phones_at(folder: Path) -> Phones:
    """The small site with a PIN."""
    phones = Phones(folder, load_packs([folder / "packs"]))
    with phones.open() as place:
        store = place.store
        store.provisioning.save(replace(store.provisioning.get(), unprovisioned_pin=PIN))
    return phones
