"""`aps-tui agi` on the PBX, and calls that come to it as Asterisk hands them over."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.lab.netlab import Lab, inside
from tests.lab.phonelab import HOUSE
from tests.lab.until import until
from tests.unit.services.unprov.fake_asterisk import Asterisk

AGI = "127.0.0.1:4573"


@contextmanager
def agi_server(command: Sequence[str]) -> Iterator[None]:
    """Run it; `command`: how `aps-tui` is run on the PBX."""
    env = {**os.environ, "PYTHONPATH": str(HOUSE)}
    words = [*command, "agi", "--listen", AGI]
    with subprocess.Popen(words, cwd=HOUSE, env=env, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr
            until(lambda: AGI in process.stderr.readline(), "it takes calls")  # type: ignore[union-attr]
            yield
        finally:
            process.terminate()
            process.communicate(timeout=20)


def call(lan: Lab, mac: str, address: str, *typed: str) -> Asterisk:
    """What Asterisk makes of a phone, or of who says to be one, that dials any number and types."""
    return calls(lan, [(mac, address, typed)])[0]


def calls(lan: Lab, made: Sequence[tuple[str, str, Sequence[str]]]) -> list[Asterisk]:
    """Calls at once: MAC, address, and what is typed in each."""
    peers = [
        Asterisk(f"aps-{mac}", f"{address}:5060", typed, contact=f"sip:aps-{mac}@{address}:5060")
        for mac, address, typed in made
    ]

    async def play(peer: Asterisk) -> None:
        host, _, port = AGI.partition(":")
        await peer.play(*await asyncio.open_connection(host, int(port)))

    async def all_at_once() -> None:
        await asyncio.gather(*map(play, peers))

    inside(lan.pbx, lambda: asyncio.run(all_at_once()))
    return peers
