"""A web server and a TFTP server on loopback that give a folder, well or badly."""

from __future__ import annotations

import base64
import socket
import ssl
import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PREFIX = "/tftpboot/"


@dataclass
class Web:
    """What the server does, and what it was asked."""

    root: Path
    login: str = ""
    """`user:password`; empty asks for none."""
    listing: bool = False
    status: int = 0
    """What it answers whatever it is asked; 0 for as it should."""
    body: bytes = b""
    to: str = ""
    """Where it sends whoever asks."""
    port: int = 0
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{PREFIX}"


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, web: Web, *more: object) -> None:
        self.web = web
        super().__init__(*more, directory=str(web.root))  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self.web.asked.append(self.path)
        said = base64.b64decode(self.headers.get("Authorization", "").removeprefix("Basic ")).decode()
        if self.web.login and said != self.web.login:
            self._answer(401)
        elif self.web.status:
            self._answer(self.web.status)
        elif not self.path.startswith(PREFIX):
            self._answer(404)
        elif self.path == PREFIX and not self.web.listing:
            self._answer(403)
        else:
            self.path = self.path.removeprefix(PREFIX[:-1])
            super().do_GET()

    def _answer(self, status: int) -> None:
        self.send_response(status)
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="phones"')
        if self.web.to:
            self.send_header("Location", self.web.to)
        self.send_header("Content-Length", str(len(self.web.body)))
        self.end_headers()
        self.wfile.write(self.web.body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged."""


@contextmanager
def web(root: Path, pem: Path | None = None) -> Iterator[Web]:
    """A running one; `pem`: key and certificate, for TLS."""
    said = Web(root)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, said)) as server:
        if pem is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(pem)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        said.port = server.server_address[1]
        thread = threading.Thread(target=partial(server.serve_forever, 0.02))
        thread.start()
        try:
            yield said
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def tftp(root: Path, *, refuse: int = -1, mute: bool = False, body: bytes | None = None) -> Iterator[int]:
    """A TFTP server's port; it gives files of `root`, or `body`, or refuses with a code, or says nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=_serve, args=(sock, root, refuse, mute, body))
        thread.start()
        try:
            yield sock.getsockname()[1]
        finally:
            sock.sendto(b"", sock.getsockname())
            thread.join()


def _serve(sock: socket.socket, root: Path, refuse: int, mute: bool, body: bytes | None) -> None:
    while packet := sock.recvfrom(1024):
        asked, peer = packet
        if not asked:
            return
        if mute or asked[:2] != b"\0\1":
            continue
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
            own.bind(("127.0.0.1", 0))
            own.settimeout(0.2)
            path = root / asked[2:].split(b"\0")[0].decode()
            if refuse >= 0 or not (path.exists() or body is not None):
                code = refuse if refuse >= 0 else 1
                own.sendto(struct.pack("!HH", 5, code) + b"no\x1b[2J such file\0", peer)
                continue
            content = path.read_bytes() if body is None else body
            for number in range(len(content) // 512 + 1):
                own.sendto(struct.pack("!HH", 3, number + 1) + content[512 * number : 512 * number + 512], peer)
                try:
                    own.recvfrom(16)
                except TimeoutError:
                    break


def certificate(folder: Path, start: str, end: str) -> Path:
    """Key and certificate that hold from one time to another (`20200101000000Z`), in one file."""
    key, pem, request = folder / "key.pem", folder / "both.pem", folder / "request.pem"
    (folder / "index").write_text("")
    (folder / "ca.cnf").write_text(
        f"[ca]\ndefault_ca = own\n[own]\ndatabase = {folder}/index\nnew_certs_dir = {folder}\nrand_serial = yes\n"
        "default_md = sha256\npolicy = any\n[any]\ncommonName = supplied\n"
    )
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    _openssl("req", "-new", *curve, "-keyout", key, "-out", request, "-subj", "/CN=pbx.example.net")
    words: list[str | Path] = [
        "-batch",
        "-notext",
        "-selfsign",
        "-keyfile",
        key,
        "-in",
        request,
        "-startdate",
        start,
        "-enddate",
        end,
    ]
    _openssl("ca", "-config", folder / "ca.cnf", *words, "-out", folder / "cert.pem")
    pem.write_text(key.read_text() + (folder / "cert.pem").read_text())
    return pem


def _openssl(*words: str | Path) -> None:
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True, timeout=30)
