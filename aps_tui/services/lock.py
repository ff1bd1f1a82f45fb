"""One commit at a time: a lock file beside the database, given up by the kernel when its holder dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aps_tui.domain.errors import ApsError


class Busy(ApsError):
    """Another commit is under way; the text says whose."""


@contextmanager
def commit_lock(database: Path, operator: str) -> Iterator[None]:
    """Hold the commit lock. Raises Busy naming the process and operator that have it."""
    path = database.with_name(database.name + ".commit")
    try:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        if os.fstat(fd).st_uid == os.geteuid():
            os.fchmod(fd, database.stat().st_mode & 0o660)  # whoever shares the database shares its lock
    except PermissionError:
        raise ApsError(f"{path}: permission denied: it belongs to another user than the database's") from None
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(fd, 200, 0).decode(errors="replace").strip() or "another process"
            raise Busy(f"a commit is under way ({holder}): wait for it to end") from None
        os.ftruncate(fd, 0)
        os.pwrite(fd, f"process {os.getpid()}, {operator}".encode(), 0)
        try:
            yield
        finally:
            os.ftruncate(fd, 0)
    finally:
        os.close(fd)
