"""The faults of a configuration tree, and what keeps a hostile one from eating the machine."""

from __future__ import annotations

import errno
import os
import stat
from typing import BinaryIO

from aps_tui.domain.errors import BadValue

MAX_VALUE_BYTES = 1 << 16
_MISSING = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG}


class InvalidConf(BadValue):
    """Asterisk calls this file invalid: of a main file nothing is in force, of an included one the rest."""

    def __init__(self, path: str, line: int, fault: str) -> None:
        self.path = path
        self.line = line
        super().__init__(f"{shown(path)}, line {line}: {fault}; Asterisk reads no further")


class Budget:
    """Counts down what one reading may use; raises BadValue when something is used up."""

    def __init__(self) -> None:
        self._left = {"files": 20_000, "bytes": 256 << 20, "steps": 20_000_000}

    def spend(self, what: str, amount: int, path: str) -> None:
        """Use `amount` of "files", "bytes" or "steps" (lines read, inherited or searched)."""
        self._left[what] -= amount
        if self._left[what] < 0:
            raise BadValue(f"{shown(path)}: the configuration is too large to read (too many {what})")


def open_regular(path: str) -> BinaryIO | None:
    """Open a regular file to read it; None when there is none (missing, folder, FIFO, device).

    Never waits on a FIFO or touches a device. Raises BadValue when the file may not be read:
    then Asterisk probably can, and going on would lose what it holds.
    """
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116 - a path may hold undecodable bytes
            return None
        file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
    except OSError as error:
        if error.errno in _MISSING:
            return None
        raise unreadable(path, error.strerror or "error") from None
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    return None


def unreadable(path: str, why: str) -> BadValue:
    """The error for a file or folder that may not be read."""
    return BadValue(f"{shown(path)}: cannot be read ({why}); run with the rights of Asterisk's group")


def shown(text: str | bytes) -> str:
    """A path or name fit for one line of a message: printable, at most 200 characters."""
    whole = text.decode("utf-8", "backslashreplace") if isinstance(text, bytes) else text
    clean = "".join(sign if sign.isprintable() else "?" for sign in whole[:201])
    return clean if len(clean) <= 200 else clean[:199] + "…"
