"""The file that fail2ban reads beside the web server's log: who reads through MACs, which no single request shows."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable
from pathlib import Path

MOST = 1_000_000
"""Bytes after which it begins anew; fail2ban takes that as a log that was rotated."""
_HOW = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def ban_log(database: Path) -> Path:
    """Where it lies: beside the database."""
    return database.with_name(f"{database.name}.bans")


def tell(file: Path, addresses: Iterable[str], now: float, mode: int = 0o600) -> str:
    """Add a line for each address, and make the file, as fail2ban wants one to be there; empty, or why it could not.

    `mode`: its rights; whoever shares the database shares it.
    """
    at = time.strftime("%Y-%m-%dT%H:%M:%S+0000", time.gmtime(now))
    try:
        handle = os.open(file, _HOW, 0o600)
        try:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
                return f"{file.name} is no file of its own: remove it"
            if found.st_uid == os.geteuid():
                os.fchmod(handle, mode)
            if found.st_size > MOST:
                os.ftruncate(handle, 0)
            os.write(handle, "".join(f"{at} harvest {address}\n" for address in addresses).encode())
        finally:
            os.close(handle)
    except OSError as error:
        return f"{file.name} cannot be written, so fail2ban learns of nobody: {error.strerror}"
    return ""
