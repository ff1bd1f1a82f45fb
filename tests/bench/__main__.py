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
    """Seconds of `cp -r` of a tree, as it comes: nothing is synced."""
    target = tree.with_name("copy")
    started = time.perf_counter()
    subprocess.run(["cp", "-r", str(tree), str(target)], check=True)
    seconds = time.perf_counter() - started
    shutil.rmtree(target)
    return seconds


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


def interleaved(name: str, folder: Path, runs: int) -> tuple[Figure, float, float]:
    """A piece of work and `cp -r` in turn: the median run, the median copy and the median ratio."""
    figures, copies = [], []
    for _ in range(runs):
        figures.append(work(name, folder))
        copies.append(copy(folder / "tftpboot"))
        if name == "commit_new" and len(figures) < runs:
            _empty(folder)
    middle = runs // 2
    ratios = sorted(figure.seconds / copied for figure, copied in zip(figures, copies, strict=True))
    return sorted(figures)[middle], sorted(copies)[middle], ratios[middle]


def _empty(folder: Path) -> None:
    """Take the committed files and the books on them away, so that the next commit is a first one again."""
    import sqlite3

    shutil.rmtree(folder / "tftpboot")
    (folder / "tftpboot").mkdir()
    with sqlite3.connect(folder / "aps.sqlite3") as database:
        database.executescript("DELETE FROM file; DELETE FROM generation; UPDATE device SET done = -1;")
    database.close()


def small(folder: Path, devices: int, runs: int) -> Figure:
    """The figures for the usual fleet."""
    work("make", folder, str(devices))
    new, copied, ratio = interleaved("commit_new", folder, runs)
    size = sum(path.stat().st_size for path in (folder / "tftpboot").iterdir()) / devices / 1024
    row(f"cp -r of the tree ({devices:,} files, {size:.1f} KB each)", f"{copied:.2f} s", "")
    speed = f"{new.seconds:.2f} s = {ratio:.1f} x cp -r, {devices / new.seconds:,.0f} devices/s"
    row("commit into an empty folder", speed, "≤ 4 x, ≥ 2,000/s")
    changed, copied, ratio = interleaved("commit_all", folder, runs)
    row("commit when every file changes", f"{changed.seconds:.2f} s = {ratio:.1f} x cp -r", "≤ 6 x")
    row("commit when nothing changed", f"{work('commit_none', folder).seconds:.3f} s", "≤ 0.15 s")
    row("… with every file read and compared", f"{work('compare_all', folder).seconds:.3f} s", "≤ 0.5 s")
    row("one device changed, inside the console", f"{work('commit_one', folder).seconds * 1000:.0f} ms", "≤ 30 ms")
    row("one device changed, as a command", f"{command(folder) * 1000:.0f} ms", "≤ 400 ms")
    return new


def mixed(folder: Path, devices: int) -> None:
    """All vendors in one site, committed once: emptying it for another run would slow the file system down."""
    work("make_mixed", folder, str(devices))
    new, copied = work("commit_new", folder), copy(folder / "tftpboot")
    files = sum(1 for path in (folder / "tftpboot").rglob("*") if path.is_file())
    speed = f"{new.seconds:.2f} s = {new.seconds / copied:.1f} x cp -r ({copied:.2f} s, {files:,} files)"
    row(f"commit of {devices:,} devices of all vendors", speed, "≤ 4 x")
    row("load packs, all vendors", f"{work('packs', folder).seconds * 1000:.0f} ms", "≤ 30 ms")
    row("… the first time", f"{work('packs_first', folder).seconds * 1000:.0f} ms", "")


def large(folder: Path, devices: int, before: Figure, factor: float) -> None:
    """Ten times the fleet."""
    work("make", folder, str(devices))
    new = work("commit_new", folder)
    row(
        f"commit of {devices:,} devices",
        f"{new.seconds:.1f} s = {new.seconds / before.seconds:.1f} x",
        f"≤ {1.1 * factor:.0f} x",
    )
    row("peak memory of that commit", f"{new.megabytes:.0f} MB", "≤ 150 MB")


def console(folder: Path, devices: int) -> None:
    """The console on a large site."""
    from tests.bench.console import measure

    work("make", folder, str(devices))
    seen = measure(folder / "aps.sqlite3", folder / "tftpboot", b"805ec0000000")
    row(f"first paint of the console, {devices:,} devices", f"{seen.first_row:.2f} s", "≤ 0.6 s")
    row("then a key (median, slowest of 40)", f"{seen.key * 1000:.0f} ms, {seen.slowest_key * 1000:.0f} ms", "≤ 50 ms")
    row("memory of that console", f"{seen.megabytes:.0f} MB", "≤ 60 MB")


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--no-large", action="store_true", help="leave out the fleet of ten times the size")
    args = parser.parse_args()
    sys.stdout.write(
        f"{os.cpu_count()} cores, Python {sys.version.split()[0]}\n\n| work | measured | goal |\n|---|---|---|\n"
    )
    with tempfile.TemporaryDirectory(prefix="aps-bench-") as name:
        before = small(Path(name) / "small", args.devices, args.runs)
        shutil.rmtree(Path(name) / "small")
        mixed(Path(name) / "mixed", args.devices)
        shutil.rmtree(Path(name) / "mixed")
        console(Path(name) / "console", 5 * args.devices)
        shutil.rmtree(Path(name) / "console")
        if not args.no_large:
            large(Path(name) / "large", 10 * args.devices, before, 10)


if __name__ == "__main__":
    main()
