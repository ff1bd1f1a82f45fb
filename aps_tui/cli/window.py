"""window: how long devices' files, with their secrets, stand open."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from aps_tui.cli.output import counted, note, say, say_json, table
from aps_tui.cli.session import Session, json_option, pass_session, warn_of_packs

if TYPE_CHECKING:
    from aps_tui.services.windows import Changed

_SHOWN = 10


@click.group("window")
def window_command() -> None:
    """Files that are withdrawn some hours after their phone fetched them: where they stand, opened again, closed.

    Off until withdraw_hours is said (Settings, Provisioning).
    """


@window_command.command("show")
@click.argument("macs", metavar="[MAC]...", nargs=-1)
@json_option
@pass_session
def show(session: Session, macs: tuple[str, ...], as_json: bool) -> int:
    """Show where files stand: open until fetched, closing at a time, withdrawn since a time, or kept for good."""
    from aps_tui.services.windows import standings

    with session.place(read_only=True) as place:
        warn_of_packs(place)
        found = standings(place, macs)
    if as_json:
        say_json({"devices": [one._asdict() | {"since": one.since or None, "until": one.until or None,
                                               "fetched": one.fetched or None} for one in found]})  # fmt: skip
    else:
        table((one.mac, one.state, _time(one.since or one.until)) for one in found)
    return 0


@window_command.command("open")
@click.argument("macs", metavar="MAC...", nargs=-1, required=True)
@click.option("--hours", type=float, help="For how long, 1 by default.")
@click.option("--until-fetched", is_flag=True, help="As long as nobody fetches them, and withdraw_hours from then on.")
@json_option
@pass_session
def open_(session: Session, macs: tuple[str, ...], hours: float | None, until_fetched: bool, as_json: bool) -> int:
    """Put withdrawn files on the disk again, at once, as the devices are set up now."""
    from aps_tui.domain.upkeep import OPEN_HOURS
    from aps_tui.services.windows import open_files

    if until_fetched and hours is not None:
        raise click.UsageError("say --hours or --until-fetched, not both")
    for_hours = None if until_fetched else OPEN_HOURS if hours is None else hours
    with session.place() as place:
        warn_of_packs(place)
        found = open_files(place, macs, for_hours)
    said = "open until fetched" if for_hours is None else f"open for {for_hours:g} h"
    return _told(found, as_json, said, "left: their files are not withdrawn")


@window_command.command("close")
@click.argument("macs", metavar="MAC...", nargs=-1, required=True)
@json_option
@pass_session
def close(session: Session, macs: tuple[str, ...], as_json: bool) -> int:
    """End what was opened; files that were fetched long enough ago are withdrawn at once."""
    from aps_tui.services.windows import close_files

    with session.place() as place:
        warn_of_packs(place)
        found = close_files(place, macs)
    return _told(found, as_json, "closed", "left: nobody keeps them open")


def _told(found: Changed, as_json: bool, done: str, left: str) -> int:
    if as_json:
        say_json(found._asdict())
        return 0
    say(f"{counted(len(found.done), 'device')}: {done}")
    if found.left:
        more = " ..." if len(found.left) > _SHOWN else ""
        note(f"{counted(len(found.left), 'device')}: {left} ({', '.join(found.left[:_SHOWN])}{more})")
    return 0


def _time(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at)) if at else ""
