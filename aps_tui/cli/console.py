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


def open_console(session: Session, *, read_only: bool, mouse: bool, screen: str | None, watch: bool = True) -> int:
    """Show the console until the operator leaves it; its exit status. `watch`: listen for phones meanwhile."""
    check_terminal()
    config = session.config
    if config.operators is not None or config.files is not None:
        from aps_tui.services.surroundings import keep_known

        keep_known(os.environ)
    gc.disable()  # what is loaded until the first screen is up stays: the console turns it on again then
    with session.place(create=not read_only, read_only=read_only, confined=True) as place:
        from aps_tui.app import run
        from aps_tui.services.watch.child import Child

        given: dict[str, object] = {"db": place.store.path.absolute(), "root": place.root.absolute()}
        if session.operator:
            given["operator"] = session.operator
        if session.file is not None:
            given["config"] = session.file.absolute()
        watcher = Child(place.store.path, given) if watch else None
        return run(place, read_only=read_only, mouse=mouse, screen=screen, watcher=watcher, config=session.config)
