"""systemd: ready units, with what to do next."""

from __future__ import annotations

import click

from aps_tui.cli.output import say
from aps_tui.cli.session import Session, pass_session


@click.command("systemd")
@click.argument("name", type=click.Choice(["watch", "agi"]), required=False)
@pass_session
def systemd_command(session: Session, name: str | None) -> int:
    """Print the units of the learner (watch) and of the server for UNPROV calls (agi), or of one of them.

    What to do with them stands in their comments.
    """
    from aps_tui.services.systemd import UNITS, unit

    for number, one in enumerate([name] if name else UNITS):
        if number:
            say()
        for line in unit(session.config, one).splitlines():
            say(line)
    return 0
