"""A commit or undo in a process of its own that ends itself with SIGKILL before its n-th step."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from aps_tui.services.commit import commit
from aps_tui.services.undo import undo
from tests.unit.services.small_site import MACS, open_site


def run(folder: Path, what: str, fatal: int = 0) -> tuple[int, int]:
    """Commit all, or `some` (the first device), or undo to generation 1, in a forked process.

    It dies before step `fatal` (0: never). Returns its wait status and how many steps it took.
    """
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(write, str(_work(folder, what, fatal)).encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        said = pipe.read()
    return os.waitpid(child, 0)[1], int(said or 0)


def _work(folder: Path, what: str, fatal: int) -> int:
    count = 0

    def step(_: str) -> None:
        nonlocal count
        count += 1
        if count == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    with open_site(folder) as place:
        if what == "commit":
            commit(place, step=step)
        elif what == "some":
            commit(place, MACS[:1], step=step)
        else:
            undo(place, 1, step=step)
    return count
