"""`make bench`: the figures of the product, measured here and now, with `cp -r` of the same tree beside them.

Two shared cores give other digits every time; the ratios are what to compare.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]


class Figure(NamedTuple):
    """What one piece of work took."""

    seconds: float
    megabytes: float


def work(name: str, folder: Path, *more: str) -> Figure:
    """Run one piece of work in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.work", name, str(folder), *more]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return Figure(**json.loads(done.stdout))


def copy(tree: Path) -> float:
    """Seconds of `cp -r` of a tree, as it comes: nothing is synced. The copy stays: see `main`."""
    target = Path(tempfile.mkdtemp(dir=tree.parent)) / "copy"
    started = time.perf_counter()
    subprocess.run(["cp", "-r", str(tree), str(target)], check=True)
    return time.perf_counter() - started


def command(folder: Path) -> float:
    """One device changed, committed by the command line: interpreter start and all."""
    code = (
        "import sys; from pathlib import Path; from dataclasses import replace\n"
        "from tests.bench.site import open_place\n"
        "place = open_place(Path(sys.argv[1])); device = place.store.devices.get('805ec0000001')\n"
        "line = replace(device.lines[0], label='By command ' + sys.argv[2])\n"
        "place.store.devices.save(replace(device, lines=(line, device.lines[1])))"
    )
    best = []
    for number in range(3):
        subprocess.run([sys.executable, "-c", code, str(folder), str(number)], check=True, cwd=ROOT)
        args = ["--db", str(folder / "aps.sqlite3"), "--root", str(folder / "tftpboot"), "commit", "--yes"]
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "aps_tui", *args], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        best.append(time.perf_counter() - started)
    return min(best)


def row(what: str, figure: str, goal: str) -> None:
    """One line of the table."""
    sys.stdout.write(f"| {what} | {figure} | {goal} |\n")
    sys.stdout.flush()


class Compared(NamedTuple):
    """Runs of a piece of work with `cp -r` in turn: the median run, the median copy and the median ratio."""

    figure: Figure
    copied: float
    ratio: float

    def said(self, devices: int) -> str:
        """The figures as one cell of the table."""
        seconds = self.figure.seconds
        return f"{seconds:.2f} s = {self.ratio:.1f} x cp -r ({self.copied:.2f} s), {devices / seconds:,.0f} devices/s"


def interleaved(name: str, folders: Sequence[Path]) -> Compared:
    """A piece of work in each of the folders, and `cp -r` of what it made, in turn."""
    figures, copies = [], []
    for folder in folders:
        figures.append(work(name, folder))
        copies.append(copy(folder / "tftpboot"))
    middle = len(folders) // 2
    ratios = sorted(figure.seconds / copied for figure, copied in zip(figures, copies, strict=True))
    return Compared(sorted(figures)[middle], sorted(copies)[middle], ratios[middle])


def first_commits(site: Path, runs: int) -> tuple[Figure, Compared, Path]:
    """First commits of a site that was made in `site`, each in a folder of its own.

    Returns one with every template to compile, the others (a plan compiles templates too), and the last one's folder.
    """
    cold, *folders = [site.with_name(f"{site.name}-{run}") for run in range(runs + 1)]
    shutil.copytree(site, cold)
    first = work("commit_new", cold)
    for folder in folders:
        shutil.copytree(site, folder)
        shutil.copytree(cold / "aps.sqlite3.cache", folder / "aps.sqlite3.cache", dirs_exist_ok=True)
    return first, interleaved("commit_new", folders), folders[-1]


def small(folder: Path, devices: int, runs: int) -> Figure:
    """The figures for the usual fleet."""
    work("make", folder / "site", str(devices))
    _, new, site = first_commits(folder / "site", runs)
    size = sum(path.stat().st_size for path in (site / "tftpboot").iterdir()) / devices / 1024
    row(f"cp -r of the tree ({devices:,} files, {size:.1f} KB each)", f"{new.copied:.2f} s", "")
    row("commit into an empty folder", new.said(devices), "≤ 4 x, ≥ 2,000/s")
    row("commit when every file changes", interleaved("commit_all", [site] * runs).said(devices), "≤ 6 x")
    row("commit when nothing changed", f"{work('commit_none', site).seconds:.3f} s", "≤ 0.15 s")
    row("… with every file read and compared", f"{work('compare_all', site).seconds:.3f} s", "≤ 0.5 s")
    row("one device changed, inside the console", f"{work('commit_one', site).seconds * 1000:.0f} ms", "≤ 30 ms")
    row("one device changed, as a command", f"{command(site) * 1000:.0f} ms", "≤ 400 ms")
    return new.figure


def mixed(folder: Path, devices: int, runs: int) -> None:
    """All vendors in one site: a model of each, then a demo, where nearly every family has groups and shapes."""
    for maker, site in (
        ("make_vendors", "a model of each vendor, 3 tenants"),
        ("make_mixed", "a demo, 3 models of each vendor"),
    ):
        work(maker, folder / maker, str(devices))
        first, new, last = first_commits(folder / maker, runs)
        row(f"commit of {devices:,} devices: {site}", new.said(devices), "≤ 4 x")
        row("… with every template to compile", f"{first.seconds:.2f} s", "")
        row("… its peak memory, both processes", f"{new.figure.megabytes:.0f} MB", "≤ 150 MB")
        row("… when every file changes", interleaved("commit_all", [last] * runs).said(devices), "≤ 6 x")
    row("load packs, all vendors", f"{work('packs', folder / maker).seconds * 1000:.0f} ms", "≤ 30 ms")
    row("… the first time", f"{work('packs_first', folder / maker).seconds * 1000:.0f} ms", "≤ 30 ms")


def large(folder: Path, devices: int, before: Figure, factor: float) -> None:
    """Ten times the fleet."""
    work("make", folder, str(devices))
    new = work("commit_new", folder)
    row(
        f"commit of {devices:,} devices",
        f"{new.seconds:.1f} s = {new.seconds / before.seconds:.1f} x",
        f"≤ {1.1 * factor:.0f} x",
    )
    row("peak memory of that commit, both processes", f"{new.megabytes:.0f} MB", "≤ 150 MB")


def console(folder: Path, devices: int) -> None:
    """The console on a large site."""
    from tests.bench.console import measure

    work("make", folder, str(devices))
    seen = measure(folder / "aps.sqlite3", folder / "tftpboot", b"805ec0000000")
    row(f"first paint of the console, {devices:,} devices", f"{seen.first_row:.2f} s", "≤ 0.6 s")
    row("then a key (median, slowest of 40)", f"{seen.key * 1000:.0f} ms, {seen.slowest_key * 1000:.0f} ms", "≤ 50 ms")
    row("memory of that console", f"{seen.megabytes:.0f} MB", "≤ 60 MB")


def scan(folder: Path) -> None:
    """Network auto-discovery, where this machine lets us make a network."""
    from tests.bench.scan import PHONES, cannot, measure

    if why := cannot():
        row("scan of a LAN", f"not measured: {why}", "")
        return
    full, empty = measure(folder)
    row(f"scan of a /24 with {PHONES} phones", str(full), "≤ 3 s")
    row("scan of a /22 where nobody answers", str(empty), "≤ 5 s")


def watching(folder: Path, lines: int, macs: int) -> None:
    """The watcher: a long access log, a flood of invented MACs, and what a console sees of it."""
    from tests.bench.console import measure_queue
    from tests.bench.watch import PHONES, flood

    work("make", folder, "250")
    log = _watched("http_logs", folder, lines)
    row(f"watch {lines:,} log lines", f"{log['seconds']:.1f} s, {lines / log['seconds']:,.0f} lines/s", "")
    row("… memory after a tenth of them, and all", f"{log['early']:.0f} MB, {log['late']:.0f} MB", "flat")
    seen = _watched("hook_spools", folder, macs)
    row(f"watch {macs:,} invented MACs", f"{seen['seconds']:.1f} s, {seen['kept']:,.0f} kept", "≤ 5,000 kept")
    work("make", folder / "queue", "250")
    arrived = measure_queue(folder / "queue", PHONES, flood)
    row(f"{PHONES} phones at once, until the console counts them", f"{arrived.shown:.2f} s", "≤ 2 s")
    row("slowest key while 2,500 more come", f"{arrived.slowest_key * 1000:.0f} ms", "≤ 100 ms")


def _watched(kind: str, folder: Path, count: int) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.watch", kind, str(folder), str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def imports(folder: Path, devices: int) -> None:
    """New devices from a list: parsed, matched, checked, stored."""
    work("make_waiting", folder, str(devices))
    row(f"import {devices:,} MACs", f"{work('import_macs', folder).seconds:.2f} s", "≤ 0.8 s")
    row("… with models, extensions and labels (CSV)", f"{work('import_table', folder).seconds:.2f} s", "")


def paste(folder: Path, lines: int) -> None:
    """A list of MACs pasted into the import wizard."""
    from tests.bench.console import measure_paste

    work("make", folder, "100")
    seen = measure_paste(folder / "aps.sqlite3", folder / "tftpboot", lines)
    row(f"paste of {lines:,} lines, until they are understood", f"{seen.understood:.2f} s", "≤ 1 s")
    row("… then the list", f"{seen.listed:.2f} s", "≤ 1 s")


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--no-large", action="store_true", help="leave out the fleet of ten times the size")
    args = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an operator's console starts from compiled modules
    sys.stdout.write(
        f"{os.cpu_count()} cores, Python {sys.version.split()[0]}\n\n| work | measured | goal |\n|---|---|---|\n"
    )
    with tempfile.TemporaryDirectory(prefix="aps-bench-") as name:
        # Nothing of many files is removed before the end: ext4 looks long for an inode while removed ones are recent.
        before = small(Path(name) / "small", args.devices, args.runs)
        mixed(Path(name) / "mixed", args.devices, args.runs)
        imports(Path(name) / "import", args.devices)
        shutil.rmtree(Path(name) / "import")
        console(Path(name) / "console", 5 * args.devices)
        shutil.rmtree(Path(name) / "console")
        paste(Path(name) / "paste", args.devices)
        scan(Path(name) / "scan")
        watching(Path(name) / "watch", 100 * args.devices, 10 * args.devices)
        if not args.no_large:
            large(Path(name) / "large", 10 * args.devices, before, 10)


if __name__ == "__main__":
    main()
