"""Follows systemd's journal, where a server logs there and to no file: journalctl as a child that ends with us."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from aps_tui.domain.errors import BadValue
from aps_tui.services import discovery
from aps_tui.wire.lines import Lines

PIECE = 1 << 18
"""Bytes that are read at once."""
AGAIN_AFTER = 10.0
"""Seconds after which journalctl is started again when it ended."""
_LEASH = Path(discovery.__file__).with_name("leash.py")
_NAME = re.compile(r"[\w.@-]{1,64}")


class Journal:
    """Gives the new lines of one program, as `journalctl -o json` writes them."""

    def __init__(
        self, identifier: str = "in.tftpd", last: int = 0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`identifier`: by what name the program logs (`-t`); `last`: older lines that it begins with. Raises
        BadValue for what is no such name."""
        if not _NAME.fullmatch(identifier) or identifier.startswith("-"):
            raise BadValue(f"{identifier!r} is no program's name in the journal")
        self._words = ["-q", "--no-pager", "-f", "-o", "json", "-n", str(last), "-t", identifier,
                       "--output-fields=MESSAGE,_PID,SYSLOG_PID,SYSLOG_IDENTIFIER"]  # fmt: skip
        self.state = ""
        """Empty while it is followed, else what is wrong."""
        self.more = False
        self._lines = Lines()
        self._clock = clock
        self._process: subprocess.Popen[bytes] | None = None
        self._next = 0.0
        self._start()

    def read(self) -> list[str]:
        """The lines that came since the last call; never waits."""
        if self._process is None:
            if self._clock() >= self._next:
                self._start()
            return []
        assert self._process.stdout is not None
        try:
            piece = os.read(self._process.stdout.fileno(), PIECE)
        except BlockingIOError:
            self.more = False
            return []
        if not piece:
            self.close()
            self.state = (
                f"journalctl ended: it is tried again every {AGAIN_AFTER:.0f} s; may this user read the journal?"
            )
            return []
        self.more = len(piece) >= 1 << 16
        return self._lines.feed(piece)

    def close(self) -> None:
        """End journalctl."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()

    def _start(self) -> None:
        self._next = self._clock() + AGAIN_AFTER
        self._lines.forget()
        self.more = False
        program = shutil.which("journalctl") or shutil.which("journalctl", path="/usr/bin:/bin")
        if program is None:
            self.state = "journalctl is not installed: name the log file instead"
            return
        leash = [sys.executable, "-I", "-S", str(_LEASH), program, *self._words]
        pipe, none = subprocess.PIPE, subprocess.DEVNULL
        self._process = subprocess.Popen(  # noqa: S603 - no shell; every word is ours
            leash, stdin=pipe, stdout=pipe, stderr=none, start_new_session=True
        )
        assert self._process.stdout is not None
        os.set_blocking(self._process.stdout.fileno(), False)
        self.state = ""
