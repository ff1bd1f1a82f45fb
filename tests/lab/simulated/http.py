"""The HTTP client of a simulated phone: one GET from its own address."""

from __future__ import annotations

import asyncio

from tests.lab.servers.web import Login

_PATIENCE = 20.0


async def get(address: str, host: str, port: int, path: str, agent: str, login: Login | None) -> tuple[int, bytes]:
    """Status and content of a file."""
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}:{port}", f"User-Agent: {agent}", "Connection: close"]
    if login:
        lines.append(f"Authorization: {login.basic}")
    async with asyncio.timeout(_PATIENCE):
        reader, writer = await asyncio.open_connection(host, port, local_addr=(address, 0))
        try:
            writer.write("\r\n".join([*lines, "", ""]).encode())
            answer = await reader.read()
        finally:
            writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]), body
