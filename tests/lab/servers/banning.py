"""fail2ban on the PBX: an instance of our own, with the filter and the jail that were printed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.lab.netlab import Lab
from tests.lab.servers.process import end, program
from tests.lab.until import until

_SYSTEM = Path("/etc/fail2ban")
_OWN = """
[Definition]
loglevel = INFO
logtarget = {folder}/log
syslogsocket = auto
socket = {folder}/socket
pidfile = {folder}/pid
dbfile = None
dbpurgeage = 1d
"""


@dataclass(frozen=True)
class Banning:
    """A running fail2ban."""

    folder: Path

    def banned(self, jail: str = "aps-tui") -> list[str]:
        """The addresses that are banned now."""
        return self.client("get", jail, "banip").split()

    def log(self) -> str:
        """What it did."""
        return (self.folder / "log").read_text()[-2000:]

    def client(self, *words: str) -> str:
        """What a command to it answers."""
        said = [program("fail2ban-client"), "-s", f"{self.folder}/socket", *words]
        return subprocess.run(said, capture_output=True, text=True, timeout=20, check=False).stdout


@contextmanager
def fail2ban(lab: Lab, folder: Path, filter: Iterable[str], jail: Iterable[str]) -> Iterator[Banning]:
    """Run it within the PBX's network, so that it bans there."""
    for name in ("filter.d", "jail.d", "fail2ban.d"):
        (folder / name).mkdir(parents=True)
    shutil.copytree(_SYSTEM / "action.d", folder / "action.d")
    (folder / "fail2ban.conf").write_text(_OWN.format(folder=folder))
    (folder / "jail.conf").write_text(
        '[DEFAULT]\nusedns = no\naction = %(banaction)s[name=%(__name__)s, port="%(port)s", protocol="%(protocol)s"]\n'
    )
    (folder / "filter.d" / "aps-tui.conf").write_text("\n".join([*filter, ""]))
    (folder / "jail.d" / "aps-tui.conf").write_text("\n".join([*jail, ""]))
    words = ["-f", "-c", str(folder), "-s", f"{folder}/socket", "-p", f"{folder}/pid"]
    running = Banning(folder)
    with (folder / "output").open("wb") as log:
        process = subprocess.Popen(
            lab.within(program("fail2ban-server"), *words, "start"),
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, "LC_ALL": "C"},
        )  # fmt: skip
        try:
            until(lambda: "pong" in running.client("ping"), "fail2ban answers", seen=(folder / "output").read_text)
            until(
                lambda: "aps-tui-harvest" in running.client("status"), "the jails run", seen=(folder / "log").read_text
            )
            yield running
        finally:
            end(process)
