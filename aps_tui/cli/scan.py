"""scan: network auto-discovery without a screen."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from aps_tui.cli.output import clean, counted, is_terminal, note, say, say_json, table, warn
from aps_tui.cli.session import Session, json_option, pass_session, warn_of_packs

if TYPE_CHECKING:
    from aps_tui.services.discovery.engine import Progress
    from aps_tui.services.discovery.service import Result
    from aps_tui.services.importing import DraftRow


@click.command("scan")
@click.argument("first")
@click.argument("last")
@click.option("--interface", "name", metavar="IF", required=True, help="The interface that is on the phones' network.")
@click.option("--tenant", metavar="T", required=True, help="Whose devices the new ones become.")
@click.option("--sip-server", metavar="IP", default="", help="Where they register, unless their template says it.")
@click.option("--model", metavar="VENDOR/MODEL", default="", help="What all new devices of this vendor are.")
@click.option("--add", is_flag=True, help="Add the new ones whose model is known; the others wait in the console.")
@click.option("--force", is_flag=True, help="Scan more than 4,096 addresses.")
@json_option
@pass_session
def scan_command(
    session: Session,
    first: str,
    last: str,
    name: str,
    tenant: str,
    sip_server: str,
    model: str,
    add: bool,
    force: bool,
    as_json: bool,
) -> int:
    """Ask every address from FIRST to LAST for its MAC, and list the devices that are new. Needs nmap, and root."""
    from aps_tui.services.discovery import add_found, checked, scan, wanted_of

    if model and not add:
        raise click.UsageError("--model says what --add adds: give both")
    with session.place() as place:
        warn_of_packs(place)
        wanted = wanted_of(place, tenant, sip_server, model)
        result = scan(place, checked(first, last, name, force=force), _progress())
        for text in result.notes:
            warn(text)
        done, waiting = add_found(place, result, wanted) if add else (None, [])
    document = _document(result, done.macs if done else (), waiting)
    if as_json:
        say_json(document)
        return 0
    table((one.mac, one.address, one.vendor or "unsupported", one.tenant or "new", one.maker) for one in result.seen)
    for odd in result.strange:
        note(f"{odd.address}: {odd.reason}")
    say(result.words)
    if done is not None:
        say(f"{counted(len(done.macs), 'device')} added")
    if waiting:
        say(f"{counted(len(waiting), 'device')} wait for their model: aps-tui --screen scan, or --model VENDOR/MODEL")
    return 0


def _document(result: Result, added: tuple[str, ...], waiting: list[DraftRow]) -> dict[str, Any]:
    scanned = result.range
    return {
        "range": {
            "first": str(scanned.first),
            "last": str(scanned.last),
            "interface": scanned.interface.name,
            "addresses": len(scanned),
        },
        "found": [
            {"mac": one.mac, "address": one.address, "vendor": one.vendor or None, "maker": one.maker,
             "tenant": one.tenant or None}
            for one in result.seen
        ],
        "strange": [one._asdict() for one in result.strange],
        "notes": list(result.notes),
        "seconds": round(result.seconds, 3),
        "added": list(added),
        "waiting": [{"mac": row.mac, "reason": row.reason} for row in waiting],
    }  # fmt: skip


def _progress() -> Callable[[Progress], None]:
    """A line on stderr while that is a terminal; it clears itself at the end."""
    shown = is_terminal(sys.stderr)

    def show(progress: Progress) -> None:
        if shown:
            end = "\r\x1b[K" if progress.percent >= 100 else ""
            click.echo(f"\r{clean(str(progress))}\x1b[K{end}", err=True, nl=False)

    return show
