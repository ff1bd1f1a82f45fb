"""Network auto-discovery on a LAN in namespaces of our own, as a command. Needs root and nmap."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from ipaddress import IPv4Address
from pathlib import Path
from typing import NamedTuple

from aps_tui.data.store import Store
from aps_tui.domain.site import Tenant
from tests.lab.netlab import FIRST_PHONE, LAN, Lab, lab

ROOT = Path(__file__).resolve().parents[2]
PHONES = 240
"""As many as a /24 takes from the first phone's address on."""


def cannot() -> str:
    """Why nothing can be measured here; empty when it can."""
    if os.geteuid() != 0:
        return "needs root"
    missing = [name for name in ("ip", "nmap", "sysctl") if shutil.which(name) is None]
    return f"needs {', '.join(missing)}" if missing else ""


class Took(NamedTuple):
    """Seconds of a scan, and of the whole command."""

    scan: float
    command: float

    def __str__(self) -> str:
        return f"{self.scan:.1f} s (the command {self.command:.1f} s)"


def measure(folder: Path) -> tuple[Took, Took]:
    """A scan of 254 addresses with 240 phones, and of 1,022 addresses of which none answers."""
    folder.mkdir()
    with Store.open(folder / "aps.sqlite3") as store:
        store.tenants.save(Tenant("office"))
    with lab() as lan:
        empty = _took(lan, folder, LAN[1], LAN[-2], 0)
        lan.add_phones([f"805ec0{number:06x}" for number in range(PHONES)])
        full = _took(lan, folder, LAN[1], FIRST_PHONE + PHONES + 4, PHONES)
    return full, empty


def _took(lan: Lab, folder: Path, first: IPv4Address, last: IPv4Address, phones: int) -> Took:
    words = [sys.executable, "-m", "aps_tui", "--db", f"{folder}/aps.sqlite3", "scan", str(first), str(last)]
    words += ["--interface", "lan0", "--tenant", "office", "--json"]
    started = time.perf_counter()
    done = subprocess.run(lan.within(*words), capture_output=True, text=True, check=True, cwd=ROOT)
    seconds = time.perf_counter() - started
    said = json.loads(done.stdout)
    if len(said["found"]) != phones:
        raise RuntimeError(f"{len(said['found'])} of {phones} phones were found")
    return Took(said["seconds"], seconds)
