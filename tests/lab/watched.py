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
from tests.lab.netlab import Lab
from tests.lab.phonelab import HOUSE, PhoneLab
from tests.lab.servers.process import USER
from tests.lab.site import Site
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
    return aps_tui(lab.lan, lab.site, config, *words)


def aps_tui(lan: Lab, site: Site, config: Path, *words: str) -> list[str]:
    """The command that runs `aps-tui` on a PBX with a configuration; for `HOUSE`."""
    where = ["--db", str(site.database), "--root", str(site.root), "--config", str(config)]
    return lan.within(sys.executable, "-m", "aps_tui", *where, *words)


@contextmanager
def watched(lab: PhoneLab, *, wire: bool = True, more: str = "") -> Iterator[Watched]:
    """`aps-tui watch`, following the leases and logs of the lab's servers. `wire`: it hears packets as well."""
    follows = f"""isc_leases = ["{lab.dhcp.leases}"]
http_logs = ["{lab.web.json_log}"]
tftp_logs = ["{lab.tftp.log}"]
interfaces = ["lan0"]
dhcp = {str(wire).lower()}
pnp = {str(wire).lower()}
{more}"""
    with watcher(lab.lan, lab.site, follows) as (process, config):
        yield Watched(lab, process, config)


@contextmanager
def watcher(lan: Lab, site: Site, follows: str) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """`aps-tui watch` with lines of [watch] and what comes after it; the process and its configuration."""
    config = site.database.with_name("config.toml")
    said = dict.fromkeys(("isc_leases", "dnsmasq_leases", "kea_leases", "hook_spools", "http_logs", "tftp_logs"), "[]")
    unsaid = [f"{name} = {value}" for name, value in said.items() if f"{name} = " not in follows]
    config.write_text("\n".join([f'group = "{USER}"', "[watch]", "journal = false", *unsaid, follows]))
    env = {**os.environ, "PYTHONPATH": str(HOUSE)}
    words = aps_tui(lan, site, config, "watch", "--while-open")
    with subprocess.Popen(words, cwd=HOUSE, env=env, stdin=subprocess.PIPE, text=True) as process:
        try:
            until(lambda: (found := status(site.database)) is not None and bool(found.sources), "it watches")
            yield process, config
        finally:
            assert process.stdin
            process.stdin.close()
            assert process.wait(20) == 0
