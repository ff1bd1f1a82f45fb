"""A server of ours as a process: started, awaited until it answers, ended by its pid."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.lab.conftest import SEARCHED
from tests.lab.until import until

USER = "www-data"
"""Whose rights the servers have, and whose group the files are: one that all can read with, as a site should have."""
_LISTEN = "0A"
"""State of a listening socket in /proc/net/tcp."""


def program(name: str) -> str:
    """Where a server's program lies."""
    return shutil.which(name, path=SEARCHED) or name


def listening(pid: int, protocol: str, port: int) -> bool:
    """Whether a port ("tcp" or "udp") is open in the network that a process sees."""
    try:
        lines = Path(f"/proc/{pid}/net/{protocol}").read_text().splitlines()[1:]
    except OSError:  # it ended
        return False
    sockets = (line.split() for line in lines)
    return any(int(one[1].split(":")[1], 16) == port and (protocol == "udp" or one[3] == _LISTEN) for one in sockets)


@contextmanager
def running(words: Sequence[str], folder: Path, protocol: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server that stays in the foreground and opens a port; what it prints goes to `<folder>/output`."""
    output = folder / "output"
    with output.open("wb") as log:
        process = subprocess.Popen(words, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            until(
                lambda: _is_ready(process, protocol, port, output),
                f"{words} opens {protocol} {port}",
                seen=output.read_text,
            )
            yield process
        finally:
            end(process)


def _is_ready(process: subprocess.Popen[bytes], protocol: str, port: int, output: Path) -> bool:
    assert process.poll() is None, f"{process.args!r} ended with {process.returncode}:\n{output.read_text()}"
    return listening(process.pid, protocol, port)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process that we started, by its pid, and await it."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)
