"""The TFTP client of a simulated phone: one read request from its own address."""

from __future__ import annotations

import asyncio
import socket
import struct

_PORT = 69
_BLOCK = 512
_DATA, _ERROR = 3, 5
_PATIENCE = 20.0
_NOT_FOUND = 404
"""What is reported for an error, as HTTP would say it."""


async def read(address: str, host: str, name: str) -> tuple[int, bytes]:
    """Status, as HTTP would say it, and content of a file."""
    loop = asyncio.get_running_loop()
    content = b""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        sock.bind((address, 0))
        await loop.sock_sendto(sock, struct.pack("!H", 1) + name.encode() + b"\0octet\0", (host, _PORT))
        async with asyncio.timeout(_PATIENCE):
            while True:
                data, peer = await loop.sock_recvfrom(sock, 4 + _BLOCK)
                kind, block = struct.unpack("!HH", data[:4])
                if kind == _ERROR:
                    return _NOT_FOUND, b""
                if kind == _DATA and block == (len(content) // _BLOCK + 1) & 0xFFFF:
                    content += data[4:]
                    await loop.sock_sendto(sock, struct.pack("!HH", 4, block), peer)
                    if len(data) < 4 + _BLOCK:
                        return 200, content
