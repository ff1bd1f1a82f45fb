"""agi: the UNPROV dialogue, for Asterisk's AGI() application."""

from __future__ import annotations

import sys
import syslog

import click

from aps_tui.cli.output import clean, is_terminal, note, warn
from aps_tui.cli.session import Session, pass_session, warn_of_packs
from aps_tui.domain.roles import Role


@click.command("agi")
@click.option("--listen", metavar="HOST:PORT", help="Take calls by FastAGI here, such as 127.0.0.1:4573.")
@pass_session
def agi_command(session: Session, listen: str | None) -> int:
    """Let a phone that shows UNPROV be given its extension by calling: PIN, extension, done.

    Without --listen: one call on standard input and output, as Asterisk's AGI() starts it. With it: a server for
    AGI(agi://HOST:PORT/unprov). `aps-tui asterisk` prints what Asterisk needs for it.
    """
    from aps_tui.services.unprov import desk_of
    from aps_tui.services.unprov.running import one_call, serve
    from aps_tui.services.unprov.server import listen_at

    config = session.config
    where = listen_at(listen, config.unprov.allow) if listen else None
    if where is None and is_terminal(sys.stdin):
        raise click.UsageError("Asterisk starts this command by AGI(); give --listen to serve AGI(agi://…)")
    log = _log if where else _logged_apart
    with session.place() as place:
        place.store.need(Role.ADMIN, "answering calls")
        warn_of_packs(place)
    desk = desk_of(config, log)
    for text in desk.prompts.notes:
        warn(text)
    if where is None:
        one_call(desk)
    else:
        serve(desk, *where, lambda places: note(f"aps-tui: FastAGI on {', '.join(places)}"))
    return 0


def _log(text: str) -> None:
    """One line on stderr, where systemd's journal takes it."""
    note(f"aps-tui agi: {text}")


def _logged_apart(text: str) -> None:
    """One line on stderr and in the system's log: Asterisk drops what a program that it starts says on stderr."""
    _log(text)
    syslog.openlog("aps-tui", syslog.LOG_PID, syslog.LOG_AUTH)
    syslog.syslog(syslog.LOG_NOTICE, f"agi: {clean(text)}")
