"""asterisk: ready configuration of Asterisk, with what to do next."""

from __future__ import annotations

import click

from aps_tui.cli.output import say
from aps_tui.cli.session import Session, pass_session, warn_of_packs


@click.command("asterisk")
@click.argument("driver", type=click.Choice(["pjsip", "chan-sip"]), default="pjsip")
@click.option("--reveal", is_flag=True, help="With the UNPROV password; that is audited.")
@click.option("--part", metavar="NAME", help="The text of one file alone, such as aps_unprov_pjsip.conf.")
@pass_session
def asterisk_command(session: Session, driver: str, reveal: bool, part: str | None) -> int:
    """Print what Asterisk needs: the limited account of UNPROV phones, their dialplan, and how phones are told.

    What to do with each text stands in its comments.
    """
    from aps_tui.services.asteriskconf import parts_of, text_of

    with session.place() as place:
        warn_of_packs(place)
        parts = parts_of(place, driver, reveal=reveal)
    chosen = [one for one in parts if part in (None, one.name)]
    if not chosen:
        raise click.UsageError(f"there is no part {part} (known: {', '.join(one.name for one in parts)})")
    for line in (chosen[0].text if part else text_of(chosen)).splitlines():
        say(line)
    return 0
