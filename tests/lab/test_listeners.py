"""Listening on a LAN of ours: real clients ask for addresses, phones from the factory ask for a profile."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.lab.conftest import SEARCHED
from tests.lab.netlab import FIRST_PHONE, PBX, Lab, inside, lab
from tests.lab.until import until
from tests.unit.wire.frames import dhcp, subscribe

pytestmark = [pytest.mark.root, pytest.mark.programs("ip", "sysctl")]

HOUSE = Path(__file__).resolve().parents[2]
MACS = ["805ec0000001", "000413000002"]
GROUP = "224.0.1.75"
LISTEN = """
import json, select, sys
from aps_tui.services.watch import listen
one = getattr(listen, sys.argv[1])(sys.argv[2:])
print("ready", flush=True)
while True:
    select.select([one, sys.stdin], [], [])
    for seen in one.read():
        print(json.dumps([seen.source, seen.mac, seen.address, seen.said]), flush=True)
    if select.select([sys.stdin], [], [], 0)[0]:
        print(json.dumps(one.lost()))
        break
"""


class Heard:
    """What a listener on the PBX heard."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    @property
    def seen(self) -> list[Any]:
        return [json.loads(line) for line in self.lines[1:]]


@pytest.fixture(scope="module")
def lan() -> Iterator[Lab]:
    """A LAN with two phones."""
    with lab() as made:
        made.add_phones(MACS)
        yield made


def on_pbx(where: Lab, *words: str) -> list[str]:
    return where.within(sys.executable, "-c", LISTEN, *words)


ENV = {**os.environ, "PYTHONPATH": str(HOUSE), "PATH": f"{os.environ['PATH']}:{SEARCHED}"}


@contextmanager
def listening(where: Lab, kind: str) -> Iterator[Heard]:
    """A listener on the PBX, in a process of its own."""
    heard, pipe = Heard(), subprocess.PIPE
    with subprocess.Popen(on_pbx(where, kind, "lan0"), stdin=pipe, stdout=pipe, env=ENV, text=True) as process:
        assert process.stdout is not None
        reader = threading.Thread(target=lambda: heard.lines.extend(process.stdout or ()))
        reader.start()
        try:
            until(lambda: bool(heard.lines), "it listens")
            yield heard
        finally:
            assert process.stdin is not None
            process.stdin.close()
            reader.join(20)


def broadcast(packet: bytes, port: int = 67, target: str = "255.255.255.255", number: int = 0) -> None:
    """Send from a phone's interface."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        one.setsockopt(socket.SOL_SOCKET, 25, f"p{int(FIRST_PHONE) + number}".encode())  # SO_BINDTODEVICE
        one.bind((str(FIRST_PHONE + number), 0))
        one.sendto(packet, (target, port))


def test_clients_are_heard_whoever_serves_them(lan: Lab) -> None:
    asked = (50, (FIRST_PHONE + 1).packed)
    with listening(lan, "DhcpListener") as heard:
        inside(lan.phones, lambda: broadcast(dhcp(1, (60, b"snom320"), (12, b"phone1"), mac=MACS[1]), number=1))
        inside(
            lan.phones, lambda: broadcast(dhcp(3, (60, b"snom320"), (55, b"\x42\x2b"), asked, mac=MACS[1]), number=1)
        )
        inside(lan.phones, lambda: broadcast(b"\x01" * 300))
        inside(lan.phones, lambda: broadcast(dhcp(3, mac=MACS[0]), port=68))
        inside(lan.phones, lambda: broadcast(dhcp(8, (60, b"last"), mac=MACS[0])))
        until(lambda: any("last" in line for line in heard.lines), "the last packet", seen=lambda: str(heard.lines))
    assert heard.seen == [
        ["dhcp", MACS[1], "", {"option 60": "snom320", "host name": "phone1"}],
        ["dhcp", MACS[1], str(FIRST_PHONE + 1), {"option 60": "snom320", "option 55": "66,43"}],
        ["dhcp", MACS[0], "", {"option 60": "last"}],
        0,
    ]


@pytest.mark.programs("udhcpc")
def test_a_real_client_is_heard_though_nobody_answers_it(lan: Lab) -> None:
    words = ["udhcpc", "-f", "-n", "-q", "-t", "1", "-T", "1", "-s", "/bin/true", "-i", f"p{int(FIRST_PHONE)}",
             "-V", "yealink", "-x", "hostname:SIP-T46U"]  # fmt: skip
    with listening(lan, "DhcpListener") as heard:
        subprocess.run(["ip", "netns", "exec", lan.phones, *words], env=ENV, capture_output=True, timeout=30)
        until(lambda: len(heard.lines) > 1, "its DISCOVER")
    source, mac, _, said = heard.seen[0]
    assert (source, mac, said["option 60"], said["host name"]) == ("dhcp", MACS[0], "yealink", "SIP-T46U")
    assert said["option 55"].split(",")


def test_plug_and_play_is_heard_and_asterisks_socket_hears_none_of_it(lan: Lab) -> None:
    event = 'ua-profile;profile-type="device";vendor="snom";model="snom320";version="8.7"'
    packet = subscribe(f"sip:MAC%3a{MACS[1].upper()}@{GROUP}", event, "snom320/8.7")
    owner = (
        "import select, socket, sys\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('0.0.0.0', 5060))\n"
        "print('ready', flush=True)\ngot = 0\nwhile not select.select([sys.stdin], [], [], 0)[0]:\n"
        "    if select.select([s, sys.stdin], [], [])[0][0] is s: got += s.recv(9) != b'own'\nprint(got)"
    )
    pipe = subprocess.PIPE
    with (
        subprocess.Popen(lan.within(sys.executable, "-c", owner), stdin=pipe, stdout=pipe, text=True) as asterisk,
        listening(lan, "PnpListener") as heard,
    ):
        assert asterisk.stdout is not None and asterisk.stdout.readline() == "ready\n"
        inside(lan.phones, lambda: broadcast(packet, 5060, GROUP, 1))
        inside(lan.phones, lambda: broadcast(b"own", 5060, str(PBX), 1))
        until(lambda: len(heard.lines) > 1, "the SUBSCRIBE")
        said, _ = asterisk.communicate("", timeout=20)
    assert said == "0\n"
    told = {"pnp vendor": "snom", "pnp model": "snom320", "pnp version": "8.7", "user agent": "snom320/8.7"}
    assert heard.seen == [["pnp", MACS[1], str(FIRST_PHONE + 1), told], 0]


@pytest.mark.programs("setpriv")
def test_without_the_right_or_the_interface_it_says_so(lan: Lab) -> None:
    lose = ("setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw")
    told = {"CAP_NET_RAW": [*lan.within(*lose), *on_pbx(lan, "DhcpListener", "lan0")[4:]],
            "on lan9: there is no such interface": on_pbx(lan, "PnpListener", "lan9")}  # fmt: skip
    for words, command in told.items():
        done = subprocess.run(command, env=ENV, capture_output=True, text=True, timeout=30)
        assert done.returncode == 1 and words in done.stderr.splitlines()[-1]
