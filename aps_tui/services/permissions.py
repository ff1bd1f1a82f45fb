"""Rights are taken away from files, never given."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def take_rights(name: str | Path, bits: int, folder: int | None = None) -> bool:
    """Take permission bits away from a file or folder, never through a link; whether it had any. Raises OSError."""
    handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    try:
        mode = os.fstat(handle).st_mode
        if mode & bits and (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            os.fchmod(handle, stat.S_IMODE(mode) & ~bits)
            return True
        return False
    finally:
        os.close(handle)
