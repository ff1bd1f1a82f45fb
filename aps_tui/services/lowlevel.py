"""What the operating system does for a whole file, or for a whole file system, at once."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from contextlib import suppress


def whole(fd: int, size: int) -> bytes:
    """All of a file of about this size, in as few calls as it takes."""
    data = os.read(fd, size + 1)
    while len(data) > size:  # it grew meanwhile
        more = os.read(fd, 1 << 20)
        if not more:
            break
        data += more
        size = len(data) - 1
    return data


def make_durable(fd: int) -> None:
    """Have all that was written on the file system of an open file on the disk."""
    if _syncfs is None or _syncfs(fd) != 0:
        os.sync()


def _find_syncfs() -> Callable[[int], int] | None:
    """The C library's syncfs: one file system made durable, where `os.sync` waits for all of them."""
    with suppress(OSError, AttributeError):
        function = ctypes.CDLL(None, use_errno=True).syncfs
        function.argtypes = [ctypes.c_int]
        return lambda fd: int(function(fd))
    return None


_syncfs = _find_syncfs()
