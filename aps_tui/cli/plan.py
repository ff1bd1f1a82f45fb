"""plan and commit."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from aps_tui.cli.output import asked, fault, must_be_interactive, note, progress, say, say_json
from aps_tui.cli.session import Session, json_option, pass_session, warn_of_packs, yes_option
from aps_tui.cli.shapes import (
    findings_json,
    no_diff,
    outcome_json,
    say_changes,
    say_troubles,
    summary,
    totals,
)

if TYPE_CHECKING:
    from aps_tui.services.judge import Findings
    from aps_tui.services.workplace import Workplace

CHANGES = 3
"""Exit status of a plan that found changes."""


@click.command("plan")
@click.argument("macs", metavar="[MAC]...", nargs=-1)
@click.option("--diff", is_flag=True, help="Show unified diffs, secrets masked.")
@click.option("--thorough", is_flag=True, help="Read every file instead of trusting its size and time.")
@json_option
@pass_session
def plan_command(session: Session, macs: tuple[str, ...], diff: bool, thorough: bool, as_json: bool) -> int:
    """Show what a commit would change; nothing is written.

    Exit status: 3 when there are changes, 1 when there are only problems, else 0.
    """
    from aps_tui.services.planning import plan

    with session.place() as place:
        warn_of_packs(place)
        found = plan(place, macs, progress("devices"), thorough=thorough)
        _show_plan(place, found, diff=diff, as_json=as_json)
    return CHANGES if found.changes else int(bool(found.problems))


def _show_plan(place: Workplace, found: Findings, *, diff: bool, as_json: bool) -> None:
    from aps_tui.services.diffs import open_diffs

    with ExitStack() as stack:
        shown = stack.enter_context(open_diffs(place)).of if diff else None
        if as_json:
            say_json(findings_json(place, found, shown))
        else:
            say_changes(place, found, shown or no_diff)
            say(totals(found))
    say_troubles(found)


@click.command("commit")
@yes_option
@click.option("--keep-going", is_flag=True, help="Leave devices with problems as they are and write the others.")
@click.option("--overwrite", is_flag=True, help="Replace files edited by hand; their bytes are kept for undo.")
@click.option("--note", "text", metavar="TEXT", default="", help="Why, for the history.")
@json_option
@pass_session
def commit_command(session: Session, yes: bool, keep_going: bool, overwrite: bool, text: str, as_json: bool) -> int:
    """Write what changed, all or nothing.

    A problem in one device, or a file edited by hand, stops it. Exit status: 1 when anything was left out,
    with --keep-going too.
    """
    from aps_tui.services.commit import commit

    with session.place() as place:
        warn_of_packs(place)
        if not yes and not _agreed(place):
            return 1
        outcome = commit(place, note=text, keep_going=keep_going, overwrite=overwrite, progress=progress("devices"))
        if as_json:
            say_json(outcome_json(place, outcome))
        say_troubles(outcome.found)
    if outcome.refused:
        fault("nothing was written: mend these, or leave them out with --keep-going")
    elif not as_json and outcome.generation is None:
        say(f"nothing to write, {outcome.found.unchanged:,} unchanged")
    elif not as_json:
        done = f"{outcome.written:,} written, {outcome.removed:,} removed, {outcome.found.unchanged:,} unchanged"
        say(f"generation {outcome.generation}: {done} ({outcome.seconds:.1f} s)")
    return int(bool(outcome.found.problems or outcome.conflicts))


def _agreed(place: Workplace) -> bool:
    """Show what a commit would do and ask; nothing to do is agreed to."""
    from aps_tui.services.planning import plan

    must_be_interactive()
    found = plan(place, progress=progress("devices"))
    for line in summary(place, found):
        note(line)
    note(totals(found))
    if not found.changes or asked("Write this?", yes=False):
        return True
    note("nothing was written")
    return False
