"""A DHCP client that says what a phone says: DISCOVER, OFFER, REQUEST, ACK. Runs in the namespace of the phones.

`lease` is for a process that is in the namespace already; `leases` starts one for many phones, one after the other.
"""

from __future__ import annotations

import json
import os
import random
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.lab.netlab import Lab

ASKED = (1, 3, 6, 12, 15, 42, 43, 66, 67, 150, 159, 160)
"""The options that phones ask for (option 55)."""
TRIES, PATIENCE = 5, 2.0
"""How often a question is asked, and how many seconds an answer is waited for."""
_COOKIE = b"\x63\x82\x53\x63"
_MESSAGE, _ADDRESS, _SERVER, _HOST, _CLASS, _CLIENT, _WANTED = 53, 50, 54, 12, 60, 61, 55
_DISCOVER, _OFFER, _REQUEST, _ACK = 1, 2, 3, 5


@dataclass(frozen=True)
class Ask:
    """What one phone says."""

    interface: str
    mac: str
    """12 hex digits."""
    vendor_class: bytes = b""
    host: str = ""
    asked: Sequence[int] = ASKED


@dataclass(frozen=True)
class Lease:
    """What it was given."""

    address: str
    options: dict[int, bytes] = field(default_factory=dict)


def lease(ask: Ask) -> Lease:
    """Ask until a server acknowledges; TimeoutError when none does."""
    said = [(_CLIENT, b"\x01" + bytes.fromhex(ask.mac)), (_WANTED, bytes(ask.asked))]
    said += [(_CLASS, ask.vendor_class)] if ask.vendor_class else []
    said += [(_HOST, ask.host.encode())] if ask.host else []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        link.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        link.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, ask.interface.encode())
        link.bind(("", 68))
        for _ in range(TRIES):
            number = random.getrandbits(32)
            link.sendto(packet(ask.mac, number, _DISCOVER, said), ("255.255.255.255", 67))
            if (offer := _answer(link, number, _OFFER)) is None:
                continue
            chosen = [*said, (_ADDRESS, socket.inet_aton(offer.address)), (_SERVER, offer.options[_SERVER])]
            link.sendto(packet(ask.mac, number, _REQUEST, chosen), ("255.255.255.255", 67))
            if (ack := _answer(link, number, _ACK)) is not None:
                return ack
    raise TimeoutError(f"no DHCP server answers {ask.mac}")


def packet(mac: str, number: int, message: int, options: Sequence[tuple[int, bytes]]) -> bytes:
    """A question of a client that wants its answers by broadcast."""
    head = struct.pack("!BBBBIHH16s16s", 1, 1, 6, 0, number, 0, 0x8000, b"", bytes.fromhex(mac))
    told = b"".join(bytes([code, len(value)]) + value for code, value in [(_MESSAGE, bytes([message])), *options])
    return head + bytes(192) + _COOKIE + told + b"\xff"


def options_in(data: bytes) -> dict[int, bytes]:
    """The options of a packet; the parts of one that is split are put together."""
    found: dict[int, bytes] = {}
    at = 240
    while at < len(data) and data[at] != 255:
        if data[at] == 0:
            at += 1
            continue
        code, length = data[at], data[at + 1]
        found[code] = found.get(code, b"") + data[at + 2 : at + 2 + length]
        at += 2 + length
    return found


def _answer(link: socket.socket, number: int, message: int) -> Lease | None:
    """The answer of this kind to this question, or None."""
    end = time.monotonic() + PATIENCE
    while (left := end - time.monotonic()) > 0:
        link.settimeout(left)
        try:
            data = link.recv(4096)
        except TimeoutError:
            return None
        options = options_in(data)
        if data[4:8] == number.to_bytes(4, "big") and options.get(_MESSAGE) == bytes([message]):
            return Lease(socket.inet_ntoa(data[16:20]), options)
    return None


def leases(lab: Lab, asks: Sequence[Ask]) -> list[Lease]:
    """Have phones of the lab ask, one after the other; AssertionError when one gets no answer."""
    told = json.dumps([{**asdict(ask), "vendor_class": ask.vendor_class.hex()} for ask in asks])
    house = Path(__file__).resolve().parents[2]
    env = {**os.environ, "PYTHONPATH": str(house)}
    done = subprocess.run(
        ["ip", "netns", "exec", lab.phones, sys.executable, "-m", "tests.lab.dhcp_client"],
        input=told, capture_output=True, text=True, timeout=120, cwd=house, env=env,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [
        Lease(one["address"], {int(code): bytes.fromhex(value) for code, value in one["options"].items()})
        for one in json.loads(done.stdout)
    ]


def _main() -> None:
    got = [lease(Ask(**{**ask, "vendor_class": bytes.fromhex(ask["vendor_class"])})) for ask in json.load(sys.stdin)]
    told = [{"address": one.address, "options": {k: v.hex() for k, v in one.options.items()}} for one in got]
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    _main()
