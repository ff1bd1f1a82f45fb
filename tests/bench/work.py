"""One measured piece of work in a process of its own; prints seconds and peak memory as JSON."""

from __future__ import annotations

import json
import os
import resource
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from aps_tui.domain.mac import with_colons
from aps_tui.domain.site import AddressMapping
from aps_tui.services.commit import commit
from aps_tui.services.importing import knowledge, read
from aps_tui.services.importing.direct import Wanted, run
from aps_tui.services.planning import plan
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.loader import SHIPPED, load_packs
from tests.bench.site import make_mixed, make_site, make_vendors, make_waiting, open_place

MAKE = {"make": make_site, "make_mixed": make_mixed, "make_vendors": make_vendors, "make_waiting": make_waiting}


def timed(work: Callable[[], object]) -> float:
    """Seconds that a piece of work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def commit_new(place: Workplace) -> float:
    """The first commit, into an empty folder."""
    return timed(lambda: commit(place))


def commit_all(place: Workplace) -> float:
    """A commit in which every per-MAC file that names a registrar changes, whatever tenant it is of."""
    hostname = f"pbx{time.time_ns()}.example.net"
    for tenant in (None, *place.store.tenants.names()):
        place.store.mappings.save(AddressMapping("1.1.1.1", hostname, tenant=tenant))
    return timed(lambda: commit(place))


def commit_none(place: Workplace) -> float:
    """A commit with nothing to do; the best of three, as a console does it again and again."""
    return min(timed(lambda: commit(place)) for _ in range(3))


def compare_all(place: Workplace) -> float:
    """A plan that reads and compares every file."""
    return timed(lambda: plan(place, thorough=True))


def commit_one(place: Workplace) -> float:
    """One device changed, committed inside a running console (whose templates are compiled)."""
    seconds = []
    for number in range(4):
        device = place.store.devices.get("805ec0000001")
        assert device is not None
        place.store.devices.save(
            replace(device, lines=(replace(device.lines[0], label=f"New {number}"), device.lines[1]))
        )
        seconds.append(timed(lambda: commit(place)))
    return min(seconds[1:])


def packs(place: Workplace) -> float:
    """Every vendor pack loaded, as each start does it: files are read, none is compiled."""
    return min(timed(lambda: load_packs([SHIPPED], place.cache)) for _ in range(3))


def packs_first(place: Workplace) -> float:
    """The same where nothing was loaded before: every vendor.toml is parsed and checked."""
    return min(timed(lambda: load_packs([SHIPPED])) for _ in range(3))


def import_macs(place: Workplace) -> float:
    """A list of MACs, one model for all: read, matched, checked and stored."""
    return _imported(place, lambda n, mac: mac, Wanted("acme", "yealink/T46U"))


def import_table(place: Workplace) -> float:
    """The same from CSV with a model, an extension and a label for each."""
    heading = "MAC Address,Model,Ext,Display Name\n"
    return _imported(place, lambda n, mac: f'{mac},SIP-T46U,{100_000 + n},"Desk {n}"', Wanted("acme"), heading)


def _imported(place: Workplace, row: Callable[[int, str], str], wanted: Wanted, heading: str = "") -> float:
    count = place.store.db.value("SELECT count(*) FROM extension")
    macs = [with_colons(f"805ec0{n:06x}").upper() for n in range(count)]
    data = (heading + "\n".join(row(n, mac) for n, mac in enumerate(macs))).encode()
    place.packs  # noqa: B018 - loaded before: they have a line of their own
    seconds = []
    for _ in range(3):
        place.store.devices.delete([mac.replace(":", "").lower() for mac in macs])
        seconds.append(timed(lambda: run(place, read(data, knowledge(place)), wanted)))
        assert place.store.devices.count() == count
    return min(seconds)


_ALL = (commit_new, commit_all, commit_none, compare_all, commit_one, packs, packs_first, import_macs, import_table)
WORK: dict[str, Callable[[Workplace], float]] = {work.__name__: work for work in _ALL}


class Children(threading.Thread):
    """Looks how large our processes become. What `wait` tells begins with our own size, as each was forked from us."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.kilobytes = 0
        self._ended = threading.Event()

    def run(self) -> None:
        """Look again and again."""
        while not self._ended.wait(0.02):
            for pid in Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split():
                with suppress(OSError, StopIteration):
                    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
                    said = next(line for line in lines if line.startswith("VmHWM"))
                    self.kilobytes = max(self.kilobytes, int(said.split()[1]))

    def peak(self) -> int:
        """The largest of them, in kilobytes."""
        self._ended.set()
        self.join()
        return self.kilobytes


if __name__ == "__main__":
    children = Children()
    children.start()
    name, folder = sys.argv[1], Path(sys.argv[2])
    if name in MAKE:
        MAKE[name](folder, int(sys.argv[3]))
        seconds = 0.0
    else:
        seconds = WORK[name](open_place(folder))
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak = (own + children.peak()) / 1024  # what the second process of a large commit takes counts
    sys.stdout.write(json.dumps({"seconds": seconds, "megabytes": peak}) + "\n")
