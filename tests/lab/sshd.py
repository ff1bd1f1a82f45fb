"""An sshd of our own on loopback, with keys and a configuration of its own."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
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

    def client(self, *words: str) -> list[str]:
        """The command of a client that logs in, with a terminal, and runs `words`."""
        options = {
            "StrictHostKeyChecking": "no",
            "UserKnownHostsFile": "/dev/null",
            "LogLevel": "ERROR",
            "IdentitiesOnly": "yes",
        }
        said = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        return ["ssh", "-F", "none", "-tt", "-p", str(self.port), "-i", f"{self.folder}/id", *said, "127.0.0.1", *words]


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
def sshd(folder: Path) -> Iterator[Sshd]:
    """Run the server in `folder`; it is ended by its pid."""
    folder.mkdir(mode=0o700)
    Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # sshd insists on it
    for name in ("host", "id"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    shutil.copy(folder / "id.pub", folder / "authorized_keys")
    server = Sshd(free_port(), folder)
    config = folder / "sshd_config"
    config.write_text(_CONFIG.format(port=server.port, folder=folder))
    program = shutil.which("sshd", path=SEARCHED) or "sshd"
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([program, "-D", "-e", "-f", config], stdout=log, stderr=log)
        try:
            until(lambda: answers(server.port), "sshd answers", seen=(folder / "log").read_text)
            yield server
        finally:
            process.terminate()
            process.wait(20)
