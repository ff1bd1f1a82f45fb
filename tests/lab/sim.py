"""All simulated phones, in one process that runs where the phones are.

It takes orders on standard input, one JSON object a line, and ends when that closes:
    {"do": "plug", "mac": …, "maker": …, "interface": …}    power on; with "user" and "password" where it has them
    {"do": "reboot", "mac": …}    power off and on
    {"do": "unplug", "mac": …}    power off
and reports on standard output, one JSON object a line, with `t` (Unix seconds), `mac`, `maker` and `ev`:
    dhcp_ack (ip, url), no_lease, fetch (path, status), unconfigured, parsed and refetched (the account, files),
    registered (user, auth_user), refused (user, status), notify (event, obeyed), crash (error).
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Mapping
from typing import Any

from tests.lab.phones.makers import MAKERS
from tests.lab.servers.web import Login
from tests.lab.simulated.addresses import Addresses
from tests.lab.simulated.phone import Phone


class Simulation:
    """The phones and the task that each lives in."""

    def __init__(self) -> None:
        self.phones: dict[str, Phone] = {}
        self.lives: dict[str, asyncio.Task[None]] = {}
        self.addresses = Addresses()

    async def obey(self, order: Mapping[str, str]) -> None:
        """Do what an order says."""
        mac, what = order["mac"], order["do"]
        if what == "plug":
            login = Login(order["user"], order["password"]) if order.get("user") else None
            self.phones[mac] = Phone(mac, MAKERS[order["maker"]], order["interface"], login, self.addresses)
        if mac in self.lives:
            await self._end(self.lives.pop(mac))
        if what in ("plug", "reboot"):
            self.lives[mac] = asyncio.create_task(self._live(self.phones[mac]))

    async def close(self) -> None:
        """Power off everything."""
        for life in self.lives.values():
            await self._end(life)

    async def _end(self, life: asyncio.Task[None]) -> None:
        life.cancel()
        await asyncio.wait([life])

    async def _live(self, phone: Phone) -> None:
        def tell(ev: str, **more: Any) -> None:
            report = {"t": time.time(), "mac": phone.mac, "maker": phone.maker.name, "ev": ev, **more}
            sys.stdout.write(json.dumps(report) + "\n")
            sys.stdout.flush()

        try:
            await phone.run(tell)
        except Exception as error:  # the lab reports it, and the other phones go on
            tell("crash", error=repr(error))


async def main() -> None:
    """Take orders until there are no more."""
    reader = asyncio.StreamReader(limit=1 << 20)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    simulation = Simulation()
    try:
        while line := await reader.readline():
            await simulation.obey(json.loads(line))
    finally:
        await simulation.close()


if __name__ == "__main__":
    asyncio.run(main())
