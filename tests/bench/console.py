"""The console as a terminal sees it: a real pseudo-terminal, the time to the first row, the time of a key."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

QUIET = 0.25
"""Seconds without output after which a screen counts as painted."""


class Seen(NamedTuple):
    """What was measured. Seconds, and megabytes of resident memory."""

    first_row: float
    key: float
    slowest_key: float
    megabytes: float


def measure(database: Path, root: Path, first: bytes, keys: int = 40) -> Seen:
    """Start the console on a site, wait for the text `first` to be painted, then press the down key again and again."""
    started = time.perf_counter()
    pid, fd = _console(database, root)
    try:
        painted = _until(fd, first, started + 30) - started
        _drain(fd)
        pressed = sorted(_press(fd) for _ in range(keys))
        status = Path(f"/proc/{pid}/status").read_text()
        resident = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
        return Seen(painted, pressed[len(pressed) // 2], pressed[-1], resident / 1024)
    finally:
        _end(pid, fd)


def _console(database: Path, root: Path, *more: str) -> tuple[int, int]:
    """Start the console on a terminal of its own; its process and the terminal's other end."""
    pid, fd = pty.fork()
    if pid == 0:
        env = {**os.environ, "TERM": "xterm-256color", "TEXTUAL_ANIMATIONS": "none"}
        args = [sys.executable, "-m", "aps_tui", "--db", str(database), "--root", str(root), "--no-mouse", *more]
        os.execve(sys.executable, args, env)
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    return pid, fd


def _end(pid: int, fd: int) -> None:
    """End a console."""
    os.kill(pid, signal.SIGHUP)
    os.waitpid(pid, 0)
    os.close(fd)


class Pasted(NamedTuple):
    """What a paste took, in seconds."""

    understood: float
    """Until the console says how many MACs it found; a third of a second of that it waits for more."""
    listed: float
    """From the key that goes on until the list is there."""


def measure_paste(database: Path, root: Path, lines: int) -> Pasted:
    """Start the console, paste a list of MACs into the import wizard, and go on to the list."""
    text = "".join(f"80:5e:c0:8{n >> 16:x}:{n >> 8 & 255:02x}:{n & 255:02x}\r" for n in range(lines))
    pid, fd = _console(database, root, "--screen", "import")
    try:
        _until(fd, b"No list of new devices", time.perf_counter() + 30)
        os.write(fd, b"A")
        _until(fd, b"New SIP devices", time.perf_counter() + 30)
        _drain(fd)
        started = time.perf_counter()
        data = b"\x1b[200~" + text.encode() + b"\x1b[201~"
        while data:
            data = data[os.write(fd, data[:4096]) :]
        understood = _until(fd, f"{lines:,} MACs".encode(), started + 30) - started
        _drain(fd)
        started = time.perf_counter()
        os.write(fd, b"\x0e")
        return Pasted(understood, _until(fd, b"without a model", started + 30) - started)
    finally:
        _end(pid, fd)


def _until(fd: int, text: bytes, deadline: float) -> float:
    """Read until a text was painted; the moment it was."""
    seen = b""
    while text not in seen:
        if time.perf_counter() > deadline:
            raise TimeoutError(f"{text!r} was never painted")
        if select.select([fd], [], [], 1)[0]:
            seen += os.read(fd, 65536)
    return time.perf_counter()


def _drain(fd: int) -> None:
    """Read what is still being painted."""
    while select.select([fd], [], [], QUIET)[0]:
        os.read(fd, 65536)


def _press(fd: int) -> float:
    """Press the down key; seconds until the first byte of the answer."""
    pressed = time.perf_counter()
    os.write(fd, b"j")
    select.select([fd], [], [], 5)
    seconds = time.perf_counter() - pressed
    _drain(fd)
    return seconds


class Arrived(NamedTuple):
    """What phones cost that come all at once, in seconds."""

    shown: float
    """From when the DHCP server's hook wrote them to when the list counts them all."""
    slowest_key: float
    """Of those pressed while a flood of invented phones is read."""


def measure_queue(folder: Path, phones: int, flood: Callable[[int], Iterator[str]]) -> Arrived:
    """Open the queue, let phones come all at once, then a flood of ten times as many while keys are pressed."""
    spool, config = folder / "spool", folder / "config.toml"
    files = dict.fromkeys(("isc_leases", "dnsmasq_leases", "kea_leases", "http_logs", "tftp_logs"), "[]")
    said = {**files, "hook_spools": f'["{spool}"]', "journal": "false", "dhcp": "false", "pnp": "false"}
    config.write_text("[watch]\n" + "".join(f"{name} = {value}\n" for name, value in said.items()))
    spool.touch()
    pid, fd = _console(folder / "aps.sqlite3", folder / "tftpboot", "--config", str(config), "--screen", "queue")
    try:
        _until(fd, b"listens to 1 source", time.perf_counter() + 30)
        _drain(fd)
        with spool.open("a") as lines:
            lines.writelines(flood(phones))
            lines.flush()
            started = time.perf_counter()
            shown = _until(fd, f"of {phones}".encode(), started + 30) - started
            _drain(fd)
            lines.writelines(flood(10 * phones))
            lines.flush()
            pressed = [_press(fd) for _ in range(20)]
        return Arrived(shown, max(pressed))
    finally:
        _end(pid, fd)
