"""audit."""

from __future__ import annotations

from pathlib import Path

import click

from aps_tui.cli.output import counted, note, say, say_json, table
from aps_tui.cli.session import Session, json_option, pass_session


@click.command("audit")
@click.option("--filter", "text", metavar="TEXT", default="", help="As in the console: who:alice kind:device !reveal.")
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True, help="How many to show.")
@click.option("--csv", "path", type=click.Path(path_type=Path), help="Write all of them to this file instead.")
@json_option
@pass_session
def audit_command(session: Session, text: str, limit: int, path: Path | None, as_json: bool) -> int:
    """Show who changed what, newest first."""
    from aps_tui.services.audit import as_record, export_trail

    with session.store() as store:
        if path is not None:
            written = export_trail(store, session.given(path), text)
            if as_json:
                say_json({"written": written, "file": str(path)})
            else:
                say(f"{counted(written, 'change')} written to {path}")
            return 0
        found = store.audit.find(text)
        records = [as_record(row) for row in store.audit.read(found[:limit])]
    if as_json:
        say_json({"changes": records, "found": len(found)})
    elif not records:
        say("no change matches" if text else "nothing was changed yet")
    else:
        table(tuple(record.values()) for record in records)
        if len(found) > limit:
            note(f"and {len(found) - limit:,} more: --limit shows them")
    return 0
