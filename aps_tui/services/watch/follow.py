"""Follows files that servers write: logs line by line, and small files as a whole.

Files are looked at four times a second, by their size and inode. The kernel's own news (inotify, as by watchfiles)
would save those few microseconds, but tells nothing of network file systems, needs care for files that are not there
yet, and comes as a storm where 250 phones start at once. A look is the same everywhere.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from aps_tui.wire.lines import Lines

LOOK_EVERY = 0.25
"""Seconds between two looks that are worth it."""
PIECE = 1 << 18
"""Bytes that are read at once."""
GRACE = 10.0
"""Seconds in which a server may go on writing to a log that was renamed, until it is told of the new one."""
MOST_WHOLE = 32 << 20
"""Bytes of a file that is read as a whole."""
MISSING = "is not there yet"


class Follower:
    """Gives the new complete lines of a file, across rotation, replacement and truncation."""

    def __init__(self, path: Path, last: int | None = 0, clock: Callable[[], float] = time.monotonic) -> None:
        """`last`: bytes before the end of the file at which it begins; None for the whole file. A file that comes
        later, or in the place of this one, is read as a whole."""
        self.path = path
        self.state = MISSING
        """Empty while the file is followed, else what is wrong with it."""
        self.more = False
        """Whether the last read left something to be read at once."""
        self._clock = clock
        self._now: _Open | None = None
        self._before: _Open | None = None
        self._until = 0.0
        self._open(last)

    def read(self) -> list[str]:
        """The lines that came since the last call, at most some thousand at a time; never raises OSError."""
        self.more = False
        if self._before:
            if found := self._before.read():
                self.more = True
                return found
            if self._clock() > self._until:
                self._before.close()
                self._before = None
        found = self._now.read() if self._now else []
        self.more = bool(self._now and self._now.more)
        if not self.more:
            self._look()
        return found

    def close(self) -> None:
        """Let go of the file."""
        for one in (self._now, self._before):
            if one:
                one.close()
        self._now = self._before = None

    def _look(self) -> None:
        """See whether another file has the name now. The one before is read on for a while."""
        try:
            there = self.path.stat()
        except OSError as error:
            self.state = _wrong(error)
            return
        if self._now is None:
            self._open(None)
        elif self._now.id != (there.st_dev, there.st_ino):
            if self._before:
                self._before.close()
            self._before, self._now, self._until = self._now, None, self._clock() + GRACE
            self._open(None)
            self.more = True
        else:
            self.state = ""

    def _open(self, last: int | None) -> None:
        try:
            self._now = _Open(self.path, last)
            self.state = ""
        except OSError as error:
            self.state = _wrong(error)


class _Open:
    """An open file and how far it was read."""

    def __init__(self, path: Path, last: int | None) -> None:
        """Raises OSError, also for what is no regular file."""
        self._fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        self.more = False
        self._lines = Lines()
        try:
            about = os.fstat(self._fd)
            if not stat.S_ISREG(about.st_mode):
                raise OSError("it is no regular file")
        except OSError:
            os.close(self._fd)
            raise
        self.id = (about.st_dev, about.st_ino)
        self._at = 0 if last is None else max(0, about.st_size - last - 1)
        if self._at:
            self._lines.skip()

    def read(self) -> list[str]:
        """The lines that are complete; a file that became shorter is read from its start again."""
        with suppress(OSError):
            if os.fstat(self._fd).st_size < self._at:
                self._at = 0
                self._lines.forget()
            piece = os.pread(self._fd, PIECE, self._at)
            self._at += len(piece)
            self.more = len(piece) == PIECE
            return self._lines.feed(piece) if piece else []
        self.more = False
        return []

    def close(self) -> None:
        """Let go of it."""
        os.close(self._fd)


class Whole:
    """Gives the text of a small file each time that it was written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.state = MISSING
        self._seen: tuple[int, ...] = ()

    def read(self) -> tuple[str, float] | None:
        """The text and when it was written (Unix seconds); None where it is as it was. Never raises OSError.

        A file that is being written is read once more after that.
        """
        try:
            about = self.path.stat()
            seen = (about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns)
            if not stat.S_ISREG(about.st_mode):
                raise OSError("it is no regular file")
            if seen == self._seen:
                return None
            with os.fdopen(os.open(self.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):  # it was put in its place since
                    raise OSError("it is no regular file")
                raw = file.read(MOST_WHOLE)
        except OSError as error:
            self.state = _wrong(error)
            return None
        self.state = "" if len(raw) < MOST_WHOLE else f"has more than {MOST_WHOLE >> 20} MB: the rest was not read"
        young = time.time_ns() - about.st_mtime_ns < 1_000_000_000  # another write may get the same time
        self._seen = () if young else seen
        return raw.decode("utf-8", "replace"), about.st_mtime


def _wrong(error: OSError) -> str:
    """What is wrong with a file, and what to do."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return MISSING
    if isinstance(error, PermissionError):
        return "may not be read: add this user to the file's group (adm for logs on Debian), or run as root"
    return f"cannot be read: {error.strerror or error}"
