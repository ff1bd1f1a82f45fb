"""The product's own watcher, run on the lab's PBX beside its real servers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from aps_tui.services.watch.status import Status, status
from tests.lab.phonelab import HOUSE, PhoneLab
from tests.lab.servers.process import USER
from tests.lab.until import until


@dataclass
class Watched:
    """A watcher at work."""

    lab: PhoneLab
    process: subprocess.Popen[str]
    config: Path

    @property
    def status(self) -> Status:
        """What it says of itself."""
        found = status(self.lab.site.database)
        assert found is not None, "nobody watches"
        return found

    def command(self, *words: str) -> list[str]:
        """The command that runs `aps-tui` on the PBX with the same configuration; for `HOUSE`."""
        return command(self.lab, self.config, *words)

    def memory(self) -> int:
        """Bytes that it has in memory."""
        text = Path(f"/proc/{self.process.pid}/statm").read_text()
        return int(text.split()[1]) * os.sysconf("SC_PAGE_SIZE")


def command(lab: PhoneLab, config: Path, *words: str) -> list[str]:
    """The command that runs `aps-tui` on the lab's PBX; for `HOUSE`."""
    where = ["--db", str(lab.site.database), "--root", str(lab.site.root), "--config", str(config)]
    return lab.lan.within(sys.executable, "-m", "aps_tui", *where, *words)


@contextmanager
def watched(lab: PhoneLab, *, wire: bool = True, more: str = "") -> Iterator[Watched]:
    """`aps-tui watch`, following the leases and logs of the lab's servers. `wire`: it hears packets as well."""
    config = lab.site.database.with_name("config.toml")
    config.write_text(
        f"""
group = "{USER}"
[watch]
isc_leases = ["{lab.dhcp.leases}"]
dnsmasq_leases = []
kea_leases = []
hook_spools = []
http_logs = ["{lab.web.json_log}"]
tftp_logs = ["{lab.tftp.log}"]
journal = false
interfaces = ["lan0"]
dhcp = {str(wire).lower()}
pnp = {str(wire).lower()}
{more}
"""
    )
    site = lab.site
    words = command(lab, config, "watch", "--while-open")
    env = {**os.environ, "PYTHONPATH": str(HOUSE)}
    with subprocess.Popen(words, cwd=HOUSE, env=env, stdin=subprocess.PIPE, text=True) as process:
        try:
            until(lambda: (found := status(site.database)) is not None and bool(found.sources), "it watches")
            yield Watched(lab, process, config)
        finally:
            assert process.stdin
            process.stdin.close()
            assert process.wait(20) == 0
