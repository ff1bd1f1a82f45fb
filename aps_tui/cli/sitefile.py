"""load and dump: the whole site as one document."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aps_tui.cli.output import asked, counted, note, put, say, say_json, warn
from aps_tui.cli.session import Session, json_option, pass_session, yes_option

if TYPE_CHECKING:
    from aps_tui.services.sitefile import LoadResult


@click.command("load")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--replace", is_flag=True, help="Make the site equal to the file; shows first what goes.")
@click.option("--dry-run", is_flag=True, help="Check and show only.")
@yes_option
@json_option
@pass_session
def load_command(session: Session, file: Path, replace: bool, dry_run: bool, yes: bool, as_json: bool) -> int:
    """Load a site file, all or nothing.

    FILE is TOML or JSON; - reads stdin. What it names is created or updated; nothing is removed
    without --replace.
    """
    from aps_tui.services.sitefile import load, read_document

    document = read_document(sys.stdin.buffer.read() if str(file) == "-" else session.given(file))
    with session.place(create=True) as place:
        if replace and not (dry_run or yes):
            going = load(place.store, place.packs, document, replace=True, dry_run=True).removed
            for kind, names in going.items():
                note(f"goes: {counted(len(names), kind)}: {', '.join(names[:10])}{' …' if len(names) > 10 else ''}")
            if going and not asked("Remove these?", yes=yes):
                note("nothing was changed")
                return 1
        result = load(place.store, place.packs, document, replace=replace, dry_run=dry_run)
    for text in result.warnings:
        warn(text)
    _say_result(result, dry_run=dry_run, as_json=as_json)
    return 0


def _say_result(result: LoadResult, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        say_json(
            {
                "created": dict(result.created),
                "updated": dict(result.updated),
                "removed": {kind: list(names) for kind, names in result.removed.items()},
                "warnings": list(result.warnings),
                "dry_run": dry_run,
            }
        )
        return
    removed = {kind: len(names) for kind, names in result.removed.items()}
    done = [
        f"{what}: {', '.join(counted(number, kind) for kind, number in numbers.items())}"
        for what, numbers in (("created", result.created), ("updated", result.updated), ("removed", removed))
        if numbers
    ]
    say("; ".join(done) or "the site is as the file says already")
    if dry_run:
        say("dry run: nothing was changed")


@click.command("dump")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), required=False)
@click.option("--no-secrets", is_flag=True, help="Leave out secrets; such a file does not restore a site.")
@json_option
@pass_session
def dump_command(session: Session, file: Path | None, no_secrets: bool, as_json: bool) -> int:
    """Write the whole site as one document.

    TOML, or JSON with --json or a name that ends in .json. It holds every secret:
    a FILE is made readable by its owner alone.
    """
    from aps_tui.services.sitefile import dump, to_json, to_toml
    from aps_tui.services.writing import write_private

    to_file = file is not None and str(file) != "-"
    with session.store() as store:
        document = dump(store, secrets=not no_secrets)
        if not no_secrets:
            store.audit.add("site", "", "reveal", f"dump to {file}" if to_file else "dump")
    in_json = as_json or (file is not None and file.suffix == ".json")
    data = (to_json(document) if in_json else to_toml(document)).encode()
    if file is None or not to_file:
        put(data.decode())
        return 0
    write_private(session.given(file), data)
    if as_json:
        say_json({"file": str(file), "bytes": len(data)})
    else:
        say(f"wrote {file}")
    return 0
