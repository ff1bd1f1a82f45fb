"""The watcher on a busy day: a long access log, and a flood of phones that somebody invented."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from aps_tui.services.watch.settings import WatchSettings
from aps_tui.services.watch.sources import open_sources
from aps_tui.services.watch.status import watching
from aps_tui.services.watch.watcher import Watcher
from tests.bench.site import open_place

PHONES = 250
EVERY = 20
"""One line of so many is a phone's."""
_BROWSER = '"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36"'


class Watched(NamedTuple):
    """What was measured."""

    seconds: float
    early: float
    """Megabytes of resident memory after a tenth of the lines."""
    late: float
    """… and after all of them."""
    kept: int
    """MACs that are in the queue then."""


def access_log(lines: int) -> Iterator[str]:
    """The log of a web server that serves people too."""
    for n in range(lines):
        address = f"10.77.{n % PHONES // 200}.{n % 200 + 1}"
        if n % EVERY:
            asked, agent = f"/index.php?page={n % 977}", _BROWSER
        else:
            mac = f"805ec000{n // EVERY % PHONES:04x}"
            asked, agent = f"/tftpboot/{mac}.cfg", f"Yealink SIP-T46U 108.86.0.20 {mac}"
        yield f'{address} - - [30/Nov/2026:12:00:00 +0000] "GET {asked} HTTP/1.1" 200 512 "-" "{agent}"\n'


def flood(macs: int) -> Iterator[str]:
    """Leases of phones that nobody has, as a DHCP server's hook writes them."""
    for n in range(macs):
        mac = f"24:9a:d8:{n >> 16 & 255:02x}:{n >> 8 & 255:02x}:{n & 255:02x}"
        yield f"aps1\t{int(time.time())}\t{mac}\t10.{n >> 16}.{n >> 8 & 255}.{n & 255}\tphone\tyealink\t1,3,66\n"


def watch(folder: Path, kind: str, lines: Iterator[str], first: int) -> Watched:
    """Let a watcher follow a file of a kind, to which the first lines are written, and then the others."""
    place, file = open_place(folder), folder / kind
    none: dict[str, tuple[str, ...]] = dict.fromkeys(
        ("isc_leases", "dnsmasq_leases", "kea_leases", "hook_spools", "http_logs", "tftp_logs"), ()
    )
    said = WatchSettings(**{**none, kind: (str(file),)}, journal=False, dhcp=False, pnp=False)  # type: ignore[arg-type]
    file.touch()
    resident, spent = [], 0.0
    with watching(place.store.path, "bench") as lock:
        watcher = Watcher(place, said, open_sources(said, place.root), lock)
        for part in (islice(lines, first), lines):
            with file.open("a") as log:
                log.writelines(part)
            started = time.perf_counter()
            while watcher.step():
                pass
            spent += time.perf_counter() - started
            resident.append(_resident())
    early, late = resident
    return Watched(spent, early, late, place.store.arrivals.waiting())


def _resident() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    kind, site, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    made = {"http_logs": access_log, "hook_spools": flood}[kind](count)
    sys.stdout.write(json.dumps(watch(site, kind, made, count // 10)._asdict()) + "\n")
