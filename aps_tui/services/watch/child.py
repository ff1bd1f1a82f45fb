"""The console's own watcher: a process beside it, so that no flood of phones slows a key, and none where one runs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import aps_tui
from aps_tui.services.watch.status import status

MOST_WORDS = 500


class Child:
    """A watcher that ends with this process, however that ends: its standard input closes then.

    `options`: the global options of `aps-tui` by their names, without those that are not given.
    """

    def __init__(self, database: Path, options: Mapping[str, object]) -> None:
        self._database = database
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        self._why = "start aps-tui watch, or its service (aps-tui systemd)"

    def start(self) -> None:
        """Start it, unless a watcher is at work already."""
        if self._process is not None or status(self._database) is not None:
            return
        given = [word for name, path in self._options.items() for word in (f"--{name}", str(path))]
        command = [sys.executable, "-P", "-m", "aps_tui", *given, "watch", "--while-open"]
        # Found where this process found it, and never in the folder that the operator happens to be in.
        home = str(Path(aps_tui.__file__).parents[1])
        self._process = subprocess.Popen(  # noqa: S603 - our own program, no shell
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
            env={**os.environ, "PYTHONPATH": home},
        )  # fmt: skip

    def stop(self) -> str:
        """End it, wait for that, and give what it complained of."""
        process, self._process = self._process, None
        return process.communicate()[1].decode(errors="replace").strip() if process is not None else ""

    def words(self) -> str:
        """One line: who watches, or why nobody does."""
        found = status(self._database)
        if found is not None:
            return "; ".join([found.words, *found.notes])
        if self._process is not None and self._process.poll() is None:
            return "a watcher is starting"
        if said := self.stop():
            self._why = said.splitlines()[-1].removeprefix("aps-tui: ")[:MOST_WORDS]
        return f"nobody listens for phones: {self._why}"
