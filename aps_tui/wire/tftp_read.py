"""Reads one small file by TFTP (RFC 1350, octet mode, no options): to see what a server of ours gives."""

from __future__ import annotations

import ipaddress
import socket
import struct
import time

from aps_tui.domain.errors import ApsError, BadValue

PORT = 69
BLOCK = 512
_READ, _DATA, _ACK, _ERROR = 1, 3, 4, 5
_LONGEST = 100


class TftpSilent(ApsError):
    """Nobody answers."""


class TftpRefused(ApsError):
    """The server refuses; `code` is TFTP's: 1 no such file, 2 access violation."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


def read(address: str, name: str, *, port: int = PORT, most: int = 65_536, patience: float = 3.0) -> bytes:
    """A file of at most `most` bytes, within `patience` seconds. Raises TftpSilent, TftpRefused, BadValue."""
    if not name.isascii() or not name.isprintable() or not name:
        raise BadValue("a TFTP name is plain ASCII")
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    until = time.monotonic() + patience
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        request = struct.pack("!H", _READ) + name.encode() + b"\0octet\0"
        try:
            return _read(sock, (address, port), request, most, until)
        except TimeoutError:
            raise TftpSilent(f"no TFTP server answers at {address}:{port}") from None
        except OSError as error:
            raise TftpSilent(f"no TFTP server answers at {address}:{port}: {error.strerror}") from None


def _read(sock: socket.socket, server: tuple[str, int], request: bytes, most: int, until: float) -> bytes:
    """Ask, acknowledge each block, repeat what was said last when nothing comes."""
    content, last, to = b"", request, server
    sock.sendto(last, to)
    while True:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        sock.settimeout(min(left, 1.0))
        try:
            packet, peer = sock.recvfrom(4 + BLOCK + 1)
        except TimeoutError:
            sock.sendto(last, to)
            continue
        if not _same(peer[0], server[0]) or (to is not server and peer[1] != to[1]) or len(packet) < 4:
            continue  # not from the server that was asked
        kind, number = struct.unpack("!HH", packet[:4])
        if kind == _ERROR:
            raise TftpRefused(number, _text(packet[4:]))
        if kind == _DATA and number == len(content) // BLOCK + 1:
            to, content = (peer[0], peer[1]), content + packet[4 : 4 + BLOCK]
            last = struct.pack("!HH", _ACK, number)
            sock.sendto(last, to)
            if len(packet) < 4 + BLOCK:
                return content
            if len(content) > most:
                raise TftpRefused(0, "it sends more than was asked for")


def _same(one: str, other: str) -> bool:
    return ipaddress.ip_address(one.partition("%")[0]) == ipaddress.ip_address(other)


def _text(raw: bytes) -> str:
    """What a server says of an error, without what is not printable."""
    said = raw[:_LONGEST].split(b"\0")[0].decode("ascii", "replace")
    return "".join(char if char.isprintable() else " " for char in said).strip() or "it does not say why"
