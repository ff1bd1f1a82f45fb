"""An sshd of our own on loopback, with keys and a configuration of its own."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.lab.conftest import SEARCHED
from tests.lab.until import until

_CONFIG = """
ListenAddress 127.0.0.1:{port}
HostKey {folder}/host
PidFile {folder}/sshd.pid
AuthorizedKeysFile {folder}/authorized_keys
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
AllowTcpForwarding no
X11Forwarding no
PermitUserRC no
"""


@dataclass(frozen=True)
class Sshd:
    """A running server; `log` is where it writes."""

    port: int
    folder: Path

    def client(self, *words: str, more: Sequence[str] = ("-tt",)) -> list[str]:
        """The command of a client that logs in, with a terminal (`more`: or otherwise), and runs `words`."""
        return [*self.options("ssh"), "-p", str(self.port), *more, "127.0.0.1", *words]

    def options(self, program: str) -> list[str]:
        """A client of OpenSSH, and what each is told."""
        options = {
            "StrictHostKeyChecking": "no",
            "UserKnownHostsFile": "/dev/null",
            "LogLevel": "ERROR",
            "IdentitiesOnly": "yes",
        }
        said = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        return [program, "-F", "none", "-i", f"{self.folder}/id", *said]


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def answers(port: int) -> bool:
    """Whether something listens on a port of loopback."""
    with socket.socket() as one:
        one.settimeout(1)
        return one.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def sshd(folder: Path, more: str = "", key_options: str = "") -> Iterator[Sshd]:
    """Run the server in `folder`; it is ended by its pid. `more`: of its configuration, `key_options`: of the key."""
    folder.mkdir(mode=0o700)
    Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # sshd insists on it
    for name in ("host", "id"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    key = (folder / "id.pub").read_text()
    (folder / "authorized_keys").write_text(f"{key_options} {key}".lstrip())
    server = Sshd(free_port(), folder)
    config = folder / "sshd_config"
    config.write_text(_CONFIG.format(port=server.port, folder=folder) + more.format(folder=folder))
    program = shutil.which("sshd", path=SEARCHED) or "sshd"
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([program, "-D", "-e", "-f", config], stdout=log, stderr=log)
        try:
            until(lambda: answers(server.port), "sshd answers", seen=(folder / "log").read_text)
            yield server
        finally:
            process.terminate()
            process.wait(20)
