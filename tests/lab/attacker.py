"""A host that attacks: it asks by HTTP, HTTPS and TFTP from its own address, and keeps all that it was given."""

from __future__ import annotations

import socket
import ssl
import struct
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from aps_tui.services.serverconf.site import TLS_PORT
from tests.lab.netlab import PBX, Lab, each_inside, inside
from tests.lab.servers.web import PORT, Login

_PATIENCE, _ANSWERED = 1.0, 3.0
"""Seconds in which a server that can be reached takes a connection, and in which it has answered."""
_TFTP = 69
READ, WRITE = 1, 2
_ERROR = 5


class Answer(NamedTuple):
    """What came back; nothing at all where the status is 0."""

    status: int
    head: tuple[bytes, ...] = ()
    """Its header but for the date."""
    body: bytes = b""


class Ask(NamedTuple):
    """One request."""

    path: str
    login: Login | None = None
    method: str = "GET"
    address: str = ""
    """Where it comes from, if not from the attacker's own."""


@dataclass
class Attacker:
    """One host at an address among the phones; `trusting`: it comes by HTTPS."""

    lan: Lab
    address: str
    trusting: ssl.SSLContext | None = None
    loot: list[bytes] = field(default_factory=list)
    """Every byte that it got."""

    def ask(self, path: str, login: Login | None = None, method: str = "GET") -> Answer:
        """One request; the path goes out as it is."""
        return self.asks([Ask(path, login, method)])[0]

    def asks(self, all: Sequence[Ask], at_once: int = 8) -> list[Answer]:
        """Many requests, each over a connection of its own."""
        return each_inside(self.lan.phones, self._ask, all, at_once)

    def tftp(self, names: Iterable[bytes], kind: int = READ, seconds: float = 0.6) -> set[bytes]:
        """Ask for files by TFTP, all at once; the names whose answer was no error. Of blocks the first alone is had."""
        return inside(self.lan.phones, lambda: self._tftp(list(names), kind, seconds))

    def _ask(self, what: Ask) -> Answer:
        lines = [f"{what.method} {what.path} HTTP/1.1", f"Host: {PBX}", "Connection: close", "Content-Length: 0"]
        if what.login:
            lines.append(f"Authorization: {what.login.basic}")
        said = "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape")
        got = b""
        with suppress(OSError):
            at = (str(PBX), PORT if self.trusting is None else TLS_PORT)
            with (
                socket.create_connection(at, _PATIENCE, (what.address or self.address, 0)) as plain,
                self._secured(plain) as line,
            ):
                line.settimeout(_ANSWERED)
                line.sendall(said)
                while piece := line.recv(65536):
                    got += piece
        self.loot.append(got)
        head, _, body = got.partition(b"\r\n\r\n")
        if not head:
            return Answer(0)
        first, *rest = head.split(b"\r\n")
        return Answer(int(first.split()[1]), tuple(one for one in rest if not one.startswith(b"Date:")), body)

    def _secured(self, plain: socket.socket) -> socket.socket:
        return plain if self.trusting is None else self.trusting.wrap_socket(plain, server_hostname=str(PBX))

    def _tftp(self, names: Sequence[bytes], kind: int, seconds: float) -> set[bytes]:
        given: set[bytes] = set()
        lines = {name: socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for name in names}
        try:
            for name, line in lines.items():
                line.bind((self.address, 0))
                line.sendto(struct.pack("!H", kind) + name + b"\0octet\0", (str(PBX), _TFTP))
            end = time.monotonic() + seconds
            for name, line in lines.items():
                line.settimeout(max(0.001, end - time.monotonic()))
                with suppress(OSError):
                    got = line.recv(2048)
                    self.loot.append(got)
                    if struct.unpack("!H", got[:2])[0] != _ERROR:
                        given.add(name)
        finally:
            for line in lines.values():
                line.close()
        return given


def roundabout(name: str, folder: str = "/tftpboot/") -> list[str]:
    """Ways to ask a web server for a file that one may not have, for files beside the root, and for a list of all."""
    up = (
        "..",
        "%2e%2e",
        ".%2e",
        "%2e.",
        "..%00",
        "%252e%252e",
        "..%c0%af",
        "%c0%ae%c0%ae",
        "..%5c",
        "..\\",
        "...",
        "..;",
    )
    slash = ("/", "%2f", "%5c", "\\", "%252f", "//", "%c0%af")
    outside = ("etc/passwd", "aps.sqlite3", "aps.sqlite3.htpasswd", "site/aps.sqlite3", "tftpboot/" + name)
    climbs = [f"{folder}{one}{bar}{goal}" for one in up for bar in slash for goal in outside[:2]]
    climbs += [f"{folder}{'../' * deep}{goal}" for deep in (1, 2, 3, 9) for goal in outside]
    climbs += [f"{folder}x/{'..%2f' * deep}{goal}" for deep in (1, 2, 3) for goal in outside]
    names = (
        "", ".", "./", "/", "//", "?", "*", "%2f", ".aps-tui/", ".aps-tui", ".htpasswd", "%2eaps-tui/", name.upper(),
        f"/{name}", f"./{name}", f"{name}/", f"{name}/.", f"{name}%00", f"{name}%00.txt", f"{name}%20", f"{name}.",
        f"{name}::$DATA", f"{name};x", f"{name}?x", f"{name}#x", f"{name}~", f"{name}.bak",
        f"%{ord(name[0]):02x}{name[1:]}", "".join(f"%{ord(char):02x}" for char in name), f"x/../{name}",
        f"x%2f..%2f{name}", "a" * 6000,
    )  # fmt: skip
    rest = (
        "/", "*", "//tftpboot//", "/TFTPBOOT/", "/tftpboot", "/tftpboot..", "/tftpboot../", "/tftpboot../aps.sqlite3",
        f"/../tftpboot/{name}", f"http://{PBX}/tftpboot/{name}", f"//{PBX}/tftpboot/{name}", "/server-status",
        "/nginx_status", "/.git/config", "/htpasswd", "/aps.sqlite3", "/icons/",
    )  # fmt: skip
    return [*climbs, *(f"{folder}{one}" for one in names), *rest]


def climbing() -> list[bytes]:
    """Ways out of the root by TFTP, and to what is hidden in it."""
    goals = (b"etc/passwd", b"aps.sqlite3", b"site/aps.sqlite3", b"aps.sqlite3.htpasswd")
    ups = (b"../", b"..\\", b"./../", b"%2e%2e/", b"x/../../", b"....//", b"//../", b"tftpboot/../../")
    climbs = [up * deep + goal for up in ups for deep in (1, 3, 8) for goal in goals]
    odd = (
        b"", b"/", b".", b"..", b"*", b"/etc/passwd", b"/etc/shadow", b"\\etc\\passwd", b"C:\\x", b".aps-tui",
        b"a" * 400, b"/proc/self/environ", b"/dev/mem", b"\xc0\xae\xc0\xae/etc/passwd",
    )  # fmt: skip
    return [*climbs, *odd]
