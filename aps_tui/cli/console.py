"""Opens the console, where there is a terminal to open it on."""

from __future__ import annotations

import gc
import os
import sys

from aps_tui.cli.output import is_terminal
from aps_tui.cli.session import Session
from aps_tui.domain.errors import ApsError


def check_terminal() -> None:
    """Raise ApsError where the console cannot be shown."""
    if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        raise ApsError("the console needs a terminal: use a command (aps-tui --help), or ssh -t")
    if os.environ.get("TERM", "dumb") in ("dumb", "unknown"):
        raise ApsError("the console needs a terminal that can move the cursor: TERM is dumb or unset")


def open_console(session: Session, *, read_only: bool, mouse: bool, screen: str | None) -> int:
    """Show the console until the operator leaves it; its exit status."""
    check_terminal()
    gc.disable()  # what is loaded until the first screen is up stays: the console turns it on again then
    with session.place(create=not read_only, read_only=read_only) as place:
        from aps_tui.app import run

        return run(place, read_only=read_only, mouse=mouse, screen=screen)
