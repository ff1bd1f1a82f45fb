"""watch: learn of phones by themselves, until it is stopped."""

from __future__ import annotations

import select
import signal
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from aps_tui.cli.output import note, say, say_json, table
from aps_tui.cli.session import Session, json_option, pass_session, warn_of_packs
from aps_tui.domain.roles import Role

if TYPE_CHECKING:
    from aps_tui.services.watch.status import Status


@click.command("watch")
@click.option("--status", "only_status", is_flag=True, help="Say who watches and what it hears, and do nothing else.")
@click.option("--while-open", is_flag=True, hidden=True, help="End when standard input is closed.")
@json_option
@pass_session
def watch_command(session: Session, only_status: bool, while_open: bool, as_json: bool) -> int:
    """Follow leases, logs and the wire, and fill the queue of phones. One watcher runs for a database.

    What it follows is in the [watch] table of the configuration; `aps-tui systemd` prints a unit for it.
    """
    if only_status:
        return _say_status(session, as_json)
    from aps_tui.services.watch.registrar import RegistrarSource
    from aps_tui.services.watch.sources import open_sources
    from aps_tui.services.watch.status import watching
    from aps_tui.services.watch.watcher import Listens, Watcher

    stop = _stopper(while_open)
    settings = session.config.watch
    with session.place(create=True) as place, watching(place.store.path, place.store.db.operator) as lock:
        place.store.need(Role.ADMIN, "a watcher")
        warn_of_packs(place)
        sources: list[Listens] = [*open_sources(settings, place.root)]
        if session.config.resync.ami_user:
            sources.append(RegistrarSource(place.store, session.config.resync, time.time))
        watcher = Watcher(place, settings, sources, lock)
        if not while_open:
            for source in watcher.status(time.time()).sources:
                note(f"{source.name}: {source.state or 'followed'}")
        watcher.run(stop)
    return 0


def _stopper(while_open: bool) -> Callable[[], bool]:
    """What says when to end: a signal, or the end of standard input."""
    told: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda got, _: told.append(got))

    def stop() -> bool:
        return bool(told) or (while_open and bool(select.select([sys.stdin], [], [], 0)[0]))

    return stop


def _say_status(session: Session, as_json: bool) -> int:
    from aps_tui.services.watch.status import status

    found = status(session.config.db)
    if as_json:
        say_json(_document(found))
    elif found is None:
        say("nobody watches: aps-tui watch, or open the console")
    else:
        say(found.words)
        table((source.name, f"{source.seen:,}", source.state or "followed") for source in found.sources)
        for text in found.notes:
            say(text)
    return 0


def _document(found: Status | None) -> dict[str, object] | None:
    import msgspec

    return None if found is None else msgspec.to_builtins(found)
