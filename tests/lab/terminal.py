"""A terminal with a program in it, as an operator has one: tmux draws it, so what is read is what is seen."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.lab.until import until


class Terminal:
    """One window of a tmux of our own, with its own socket."""

    def __init__(self, socket: Path) -> None:
        self.socket = socket

    def tmux(self, *words: str) -> str:
        """Run one tmux command; its output."""
        command = ["tmux", "-S", str(self.socket), "-f", "/dev/null", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=20).stdout

    def press(self, *keys: str) -> None:
        """Press keys, by tmux's names (`Enter`, `Escape`, `j`)."""
        self.tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type a text as it stands."""
        self.tmux("send-keys", "-l", text)

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size."""
        self.tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def look(self) -> str:
        """What is on the screen."""
        return self.tmux("capture-pane", "-p")

    def wait(self, text: str, seconds: float = 20) -> str:
        """Wait until a text is on the screen; the screen."""
        until(lambda: text in self.look(), f"the screen shows {text!r}", seconds, self.look)
        return self.look()

    def wait_gone(self, text: str, seconds: float = 20) -> None:
        """Wait until a text is off the screen."""
        until(lambda: text not in self.look(), f"the screen no longer shows {text!r}", seconds, self.look)

    @property
    def pid(self) -> int:
        """The process in the window."""
        return int(self.tmux("display-message", "-p", "#{pane_pid}"))


@contextmanager
def terminal(
    folder: Path, command: list[str], *, term: str = "screen", columns: int = 80, rows: int = 24,
    env: Mapping[str, str] = {},
) -> Iterator[Terminal]:  # fmt: skip
    """Run a command in a terminal of a size and kind, for the time of the block."""
    window = Terminal(folder / "tmux")
    window.tmux(
        "new-session", "-d", "-x", str(columns), "-y", str(rows), "cat", ";",
        "set-option", "-g", "remain-on-exit", "on", ";", "set-option", "-g", "window-size", "manual", ";",
        "set-option", "-g", "escape-time", "10",
    )  # fmt: skip
    try:
        said = [f"{name}={value}" for name, value in {**env, "TERM": term}.items()]
        window.tmux("respawn-pane", "-k", "--", "env", *said, *command)
        yield window
    finally:
        subprocess.run(["tmux", "-S", str(window.socket), "kill-server"], check=False, capture_output=True, timeout=20)
