"""Gives interfaces the addresses that DHCP gave: `ip` runs once for all phones that wait meanwhile."""

from __future__ import annotations

import asyncio

from tests.lab.netlab import addressed


class Addresses:
    """The addresses of all phones of this process."""

    def __init__(self) -> None:
        self._now: dict[str, str] = {}
        self._waiting: list[str] = []
        self._one = asyncio.Lock()

    async def give(self, interface: str, address: str) -> None:
        """Give an interface its address; nothing happens where it has it."""
        if self._now.get(interface) == address:
            return
        if interface in self._now:
            raise RuntimeError(f"{interface} had {self._now[interface]} and is given {address}")
        self._now[interface] = address
        self._waiting += addressed(interface, address)
        async with self._one:
            lines, self._waiting = self._waiting, []
            if lines:
                await _ip(lines)


async def _ip(lines: list[str]) -> None:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec("ip", "-batch", "-", stdin=pipe, stderr=pipe)
    _, errors = await process.communicate("\n".join([*lines, ""]).encode())
    if process.returncode:
        raise RuntimeError(f"ip: {errors.decode().strip()}")
