"""extensions sources: the kept places that extensions are read from."""

from __future__ import annotations

import sys

import click

from aps_tui.cli.output import say, say_json, table
from aps_tui.cli.session import Session, json_option, pass_session


@click.command("list")
@json_option
@pass_session
def list_command(session: Session, as_json: bool) -> int:
    """Show the kept sources; the password in a database's URL is masked."""
    from aps_tui.services.sources import shown_location

    with session.store() as store:
        sources = [one._replace(location=shown_location(one)) for one in store.sources.all()]
    if as_json:
        say_json({"sources": [one._asdict() for one in sources]})
    else:
        table((one.name, one.kind, one.location, one.tenant) for one in sources)
    return 0


@click.command("add")
@click.argument("name")
@click.argument("place", metavar="KIND:PATH|sql:URL|-")
@click.option("--tenant", metavar="T", required=True, help="Whose extensions it gives.")
@pass_session
def add_command(session: Session, name: str, place: str, tenant: str) -> int:
    """Keep a source, or change the one of this name.

    `-` takes it from standard input, so that the password in a database's URL is in no list of processes.
    """
    from aps_tui.services.sync import keep_source

    if place == "-":
        place = sys.stdin.readline().strip()
    with session.store() as store:
        keep_source(store, name, place, tenant)
    say(f"source {name} is kept")
    return 0


@click.command("remove")
@click.argument("name")
@pass_session
def remove_command(session: Session, name: str) -> int:
    """Forget a source; its extensions stay."""
    with session.store() as store:
        store.sources.delete(name)
    say(f"source {name} is forgotten")
    return 0
