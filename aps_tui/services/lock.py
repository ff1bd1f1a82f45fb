"""One at a time: a lock file beside the database, given up by the kernel when its holder dies."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aps_tui.domain.errors import ApsError

MOST = 1 << 16
"""Bytes of what a holder says that are read."""


class Busy(ApsError):
    """Another process has the lock; the text says whose it is."""


class Held:
    """A lock that is held. What it says of itself is read by others without waiting."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def say(self, text: str) -> None:
        """Put a text in place of what was said before; a reader may meet it half-written."""
        data = text.encode()
        os.pwrite(self._fd, data, 0)
        os.ftruncate(self._fd, len(data))


@contextmanager
def held(database: Path, name: str, said: str, busy: str) -> Iterator[Held]:
    """Hold the lock `name` of a database. Raises Busy with `busy`, in which {holder} is what the holder says."""
    path = lock_path(database, name)
    try:
        fd = _opened(path, os.O_RDWR | os.O_CREAT)
        if os.fstat(fd).st_uid == os.geteuid():
            os.fchmod(fd, database.stat().st_mode & 0o660)  # whoever shares the database shares its lock
    except PermissionError:
        raise ApsError(f"{path}: permission denied: it belongs to another user than the database's") from None
    except OSError as error:
        raise ApsError(f"{path}: {error.strerror or error}: remove it") from None
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(fd, 200, 0).decode(errors="replace").strip() or "another process"
            raise Busy(busy.format(holder=holder)) from None
        lock = Held(fd)
        lock.say(said)
        try:
            yield lock
        finally:
            os.ftruncate(fd, 0)
    finally:
        os.close(fd)


def said_by_holder(database: Path, name: str) -> str | None:
    """What the holder of a lock says; None where nobody holds it. Raises OSError where it may not be looked at."""
    try:
        fd = _opened(lock_path(database, name), os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return os.pread(fd, MOST, 0).decode(errors="replace")
        return None
    finally:
        os.close(fd)


def _opened(path: Path, how: int) -> int:
    """Open a lock file; OSError for a link, a FIFO or whatever else was put in its place, and it is not waited for."""
    fd = os.open(path, how | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
    found = os.fstat(fd)
    if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
        os.close(fd)
        raise OSError("it is no file of its own")
    return fd


def lock_path(database: Path, name: str) -> Path:
    """Where a lock of a database lies."""
    return database.with_name(f"{database.name}.{name}")


@contextmanager
def commit_lock(database: Path, operator: str) -> Iterator[None]:
    """Hold the commit lock. Raises Busy naming the process and operator that have it."""
    busy = "a commit is under way ({holder}): wait for it to end"
    with held(database, "commit", f"process {os.getpid()}, {operator}", busy):
        yield
