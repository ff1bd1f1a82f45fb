"""import: a list of MACs becomes devices."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aps_tui.cli.output import counted, fault, say, say_json, warn
from aps_tui.cli.session import Session, json_option, pass_session, warn_of_packs

if TYPE_CHECKING:
    from aps_tui.services.importing import Read
    from aps_tui.services.importing.direct import Result
    from aps_tui.services.workplace import Workplace

_MOST_LINES = 20
"""Lines of one kind that are shown; --json has all."""


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--tenant", metavar="T", default="", help="Whose they are, where the list does not say it.")
@click.option("--model", metavar="VENDOR/MODEL", default="", help="For MACs of that vendor of which no model is said.")
@click.option("--template", metavar="NAME", default="", help="For devices of which the list says none.")
@click.option("--extensions", metavar="FROM..TO", default="", help="Line 1 gets the next free one of these.")
@click.option("--from", "kind", type=click.Choice(("list", "tftpboot")), help="What FILE is; a folder is a tftpboot.")
@click.option("--secrets", is_flag=True, help="Of a tftpboot: say which secrets in it are not the PBX's.")
@click.option("--yes", is_flag=True, help="Of a tftpboot: store at once, instead of beginning a list for the console.")
@click.option("--dry-run", is_flag=True, help="Check and show only.")
@json_option
@pass_session
def import_command(
    session: Session,
    file: Path,
    tenant: str,
    model: str,
    template: str,
    extensions: str,
    kind: str | None,
    secrets: bool,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Add devices from a list of MACs, or from the files of phones in a folder, all or none.

    FILE is any text with MACs in it, in any notation, or a table: CSV with a column mac and any of vendor, model,
    template, tenant, extension, label (and what export writes). - reads stdin. The lists that FusionPBX, Issabel,
    Yeastar and FreePBX's endpoint managers export are known by their headings.

    A folder is read as a tftpboot that something else wrote: its phones' vendors, models, lines and keys are read out
    of their files as far as those tell. They become a list that the console (screen 6) shows before anything is
    stored; --yes stores them at once, --dry-run shows them.

    Devices that are there already are left as they are. Lines without a MAC, and MACs of unsupported vendors,
    are said and left out. A device without a model, or an extension that is taken, stops it: nothing is stored then.
    """
    from aps_tui.services.importing.direct import Wanted, run

    with session.place() as place:
        warn_of_packs(place)
        file = session.given(file)
        tree = kind == "tftpboot" or (kind is None and file.is_dir())
        if (secrets or yes) and not tree:
            raise click.UsageError("--secrets and --yes are for the files of a tftpboot")
        found = _read_tree(place, file, tenant, secrets=secrets) if tree else _read(place, file)
        begin = tree and not yes and not dry_run
        title = "standard input" if str(file) == "-" else str(file)
        wanted = Wanted(tenant, model, template, extensions, title)
        result = run(place, found, wanted, dry_run=dry_run or begin)
        if begin:
            _begin(place, found, file, tenant)
    if begin:
        _say_left_out(result, found, quiet=as_json)
        if as_json:
            say_json(_as_json(result, found, dry_run=True))
        else:
            say(f"{counted(len(found.entries), 'phone')} found: look through them with aps-tui --screen import")
        return 0
    failed = bool(result.problems)
    if as_json:
        say_json(_as_json(result, found, dry_run=dry_run))
    _say_left_out(result, found, quiet=as_json)
    if failed:
        _some(result.problems, fault)
        fault(f"{counted(len(result.problems), 'problem')}: nothing was stored")
    elif not as_json:
        say(result.done.words)
        if dry_run:
            say("dry run: nothing was stored")
    return int(failed)


def _read(place: Workplace, file: Path) -> Read:
    from aps_tui.services.importing import knowledge, read_file, read_stream

    knows = knowledge(place)
    return read_stream(sys.stdin.buffer, knows) if str(file) == "-" else read_file(file, knows)


def _read_tree(place: Workplace, folder: Path, tenant: str, *, secrets: bool) -> Read:
    """The phones of a tftpboot, with what could not be read among the rejected lines."""
    from aps_tui.services.importing.tree import read_tree

    return read_tree(place, folder, tenant=tenant, secrets=secrets).read


def _begin(place: Workplace, found: Read, folder: Path, tenant: str) -> None:
    from aps_tui.services.importing import start

    start(place, found, title=str(folder), tenant=tenant)


def _say_left_out(result: Result, found: Read, *, quiet: bool) -> None:
    if quiet:
        return
    for text in found.notes:
        warn(text)
    for states in ("B", "UD"):
        rows = result.checked.of(*states)
        _some([f"line {row.line}, {row.mac or row.said}: {row.reason}" for row in rows], warn)
    _some(list(result.done.warnings), warn)


def _some(texts: Sequence[str], tell: Callable[[str], None]) -> None:
    for text in texts[:_MOST_LINES]:
        tell(text)
    if len(texts) > _MOST_LINES:
        tell(f"and {len(texts) - _MOST_LINES:,} more like these (--json shows all)")


def _as_json(result: Result, found: Read, *, dry_run: bool) -> dict[str, Any]:
    of = result.checked.of
    return {
        "dry_run": dry_run,
        "added": 0 if dry_run or result.problems else len(result.done.macs),
        "devices": [
            {
                "mac": one.mac,
                "tenant": one.tenant,
                "vendor": one.vendor,
                "model": one.model,
                "template": one.template,
                "label": one.label,
                "lines": [{"number": line.number, "extension": line.extension} for line in one.lines],
            }
            for one in result.devices
        ],
        "known": [{"line": row.line, "mac": row.mac, "tenant": result.checked.known[row.mac]} for row in of("K")],
        "unsupported": [{"line": row.line, "mac": row.mac, "reason": row.reason} for row in of("U")],
        "repeated": [{"line": row.line, "mac": row.mac, "reason": row.reason} for row in of("D")],
        "rejected": [{"line": row.line, "text": row.said, "reason": row.reason} for row in of("B")],
        "problems": [{"line": row.line, "mac": row.mac, "problem": row.reason} for row in of("M", "P")],
        "warnings": [*found.notes, *result.done.warnings],
        "seconds": round(result.seconds, 3),
    }
