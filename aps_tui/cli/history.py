"""history and undo."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from aps_tui.cli.output import asked, counted, fault, note, say, say_json, table
from aps_tui.cli.session import Session, json_option, pass_session, yes_option
from aps_tui.cli.shapes import SIGNS, outcome_json, say_troubles

_MOST_LINES = 20


@click.command("history")
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True, help="How many.")
@json_option
@pass_session
def history_command(session: Session, limit: int, as_json: bool) -> int:
    """Show the generations, newest first."""
    with session.store() as store:
        found = store.generations.history(limit)
    if as_json:
        shown = [
            {
                "generation": one.generation.id,
                "at": _at(one.generation.at).isoformat(timespec="seconds"),
                "operator": one.generation.operator,
                "kind": one.generation.kind,
                "note": one.generation.note,
                "state": one.generation.state,
                "restored_from": one.generation.restored_from,
                "added": one.added,
                "changed": one.changed,
                "removed": one.removed,
            }
            for one in found
        ]
        say_json({"generations": shown})
        return 0
    if not found:
        say("nothing was committed yet")
        return 0
    table(
        (
            str(one.generation.id),
            _at(one.generation.at).astimezone().strftime("%Y-%m-%d %H:%M:%S"),
            one.generation.operator,
            f"+{one.added:,} ~{one.changed:,} -{one.removed:,}",
            one.generation.kind if one.generation.state == "done" else f"{one.generation.kind}, unfinished",
            one.generation.note,
        )
        for one in found
    )
    return 0


def _at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@click.command("undo")
@click.argument("generation", type=click.IntRange(min=0), required=False)
@yes_option
@click.option("--overwrite", is_flag=True, help="Replace files edited by hand; their bytes are kept.")
@click.option("--note", "text", metavar="TEXT", default="", help="Why, for the history.")
@json_option
@pass_session
def undo_command(session: Session, generation: int | None, yes: bool, overwrite: bool, text: str, as_json: bool) -> int:
    """Bring back the files of an earlier generation.

    As they were right after GENERATION. Default: the one before the latest; 0: before the first commit.
    The settings stay as they are, so the next plan shows the difference again.
    """
    from aps_tui.services.undo import undo, undo_plan

    with session.place() as place:
        if not yes or not as_json:
            target, changes = undo_plan(place, generation)
            note(f"back to generation {target}: {counted(len(changes), 'file')}")
            for one in changes[:_MOST_LINES]:
                kind = "remove" if one.old_hash is None else "add" if one.new_hash is None else "change"
                note(f"{SIGNS[kind]} {one.path}")
            if len(changes) > _MOST_LINES:
                note(f"  and {len(changes) - _MOST_LINES:,} more")
            if changes and not asked("Bring these back?", yes=yes):
                note("nothing was changed")
                return 1
        outcome = undo(place, generation, overwrite=overwrite, note=text)
        if as_json:
            say_json(outcome_json(place, outcome))
        say_troubles(outcome.found)
    if outcome.refused:
        fault("nothing was brought back: files edited by hand are replaced with --overwrite only")
        return 1
    if not as_json:
        done = f"{outcome.written:,} written, {outcome.removed:,} removed"
        say(f"generation {outcome.generation}: {done}" if outcome.generation else "nothing to bring back")
    return 0
