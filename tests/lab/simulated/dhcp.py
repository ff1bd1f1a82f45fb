"""The DHCP client of a simulated phone: as `dhcp_client`, for many phones of one process at once."""

from __future__ import annotations

import asyncio
import ctypes
import secrets
import socket
import struct

from tests.lab.dhcp_client import ASKED, Lease, options_in, packet

_DISCOVER, _OFFER, _REQUEST, _ACK = 1, 2, 3, 5
_SO_ATTACH_FILTER = 26
_TRIES = 6
_PATIENCE = 2.0
"""Seconds until it asks again."""


async def lease(interface: str, mac: str, vendor_class: str, host_name: str) -> Lease | None:
    """Ask for an address; None where no server answers."""
    transaction = secrets.randbits(32)
    said = [(12, host_name.encode()), (61, b"\1" + bytes.fromhex(mac)), (55, bytes(ASKED))]
    said += [(60, vendor_class.encode())] if vendor_class else []
    with _socket(interface, transaction) as sock:
        for _ in range(_TRIES):
            offer = await _exchange(sock, packet(mac, transaction, _DISCOVER, said), _OFFER)
            if offer is None:
                continue
            asked = [*said, (50, socket.inet_aton(offer.address)), (54, offer.options[54])]
            ack = await _exchange(sock, packet(mac, transaction, _REQUEST, asked), _ACK)
            if ack is not None:
                return ack
    return None


def _socket(interface: str, transaction: int) -> socket.socket:
    """A socket of one interface. Answers are broadcast to all phones: the kernel drops those of other transactions."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for option in (socket.SO_REUSEADDR, socket.SO_BROADCAST):
        sock.setsockopt(socket.SOL_SOCKET, option, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
    steps = (
        (0x20, 0, 0, 8 + 4),  # load the transaction, behind the UDP header
        (0x15, 0, 1, transaction),  # go on if it is ours
        (0x06, 0, 0, 0xFFFF),  # take it whole
        (0x06, 0, 0, 0),  # drop it
    )
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    sock.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, struct.pack("HP", len(steps), ctypes.addressof(code)))
    sock.setblocking(False)
    sock.bind(("", 68))
    return sock


async def _exchange(sock: socket.socket, message: bytes, kind: int) -> Lease | None:
    loop = asyncio.get_running_loop()
    await loop.sock_sendto(sock, message, ("255.255.255.255", 67))
    try:
        async with asyncio.timeout(_PATIENCE):
            while True:
                data = await loop.sock_recv(sock, 4096)
                options = options_in(data)
                if options.get(53) == bytes((kind,)):
                    return Lease(socket.inet_ntoa(data[16:20]), options)
    except TimeoutError:
        return None
