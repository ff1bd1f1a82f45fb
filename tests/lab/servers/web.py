"""What nginx and Apache of the lab have in common: where they serve, who may fetch, what they log."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

from tests.lab.netlab import PBX

PORT = 5555
URL = f"http://{PBX}:{PORT}/tftpboot/"


@dataclass(frozen=True)
class Login:
    """What a phone has to say."""

    user: str
    password: str

    @property
    def basic(self) -> str:
        """The header Authorization that says it."""
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()


@dataclass(frozen=True)
class Web:
    """A running server."""

    root: Path
    access_log: Path
    """In the combined format."""
    json_log: Path
    """One JSON object per request."""

    def count(self, words: str) -> int:
        """How many lines of the access log hold some words."""
        return sum(words in line for line in self.access_log.read_text(errors="replace").splitlines())


def write_htpasswd(file: Path, login: Login) -> None:
    """A password file that both servers read."""
    digest = base64.b64encode(hashlib.sha1(login.password.encode()).digest()).decode()
    file.write_text(f"{login.user}:{{SHA}}{digest}\n")
