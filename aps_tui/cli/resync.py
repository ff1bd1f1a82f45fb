"""resync: phones are told to fetch."""

from __future__ import annotations

import re
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from aps_tui.cli.output import asked, clean, fault, is_terminal, note, say, say_json, table
from aps_tui.cli.session import Session, json_option, pass_session, warn_of_packs, yes_option

if TYPE_CHECKING:
    from aps_tui.services.resync.run import Run, Step
    from aps_tui.services.resync.words import Result

_FASTEST = 6000


class Pace(click.ParamType[int]):
    """`30` or `30/min`."""

    name = "N/min"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The phones told in a minute."""
        found = re.fullmatch(r"([0-9]{1,4})(?:\s*/\s*min)?", str(value))
        if found is None or not 0 < int(found[1]) <= _FASTEST:
            self.fail(f"{value!r} is no pace: 1/min to {_FASTEST}/min", param, ctx)
        return int(found[1])


@click.command("resync")
@click.argument("macs", metavar="[MAC]...", nargs=-1)
@click.option("--changed", is_flag=True, help="The devices whose files changed since they last fetched.")
@click.option("--pace", type=Pace(), help="Phones told in a minute.")
@click.option("--restart", is_flag=True, help="Make them restart, where their vendor has an event for it.")
@click.option("--no-canary", is_flag=True, help="All at once: not one first, then a tenth, then the rest.")
@click.option("--way", type=click.Choice(["asterisk", "ami", "direct"]), help="By which way they are told.")
@click.option(
    "--wait/--no-wait", default=True, help="Wait until each has fetched (the default). Not: no canary either."
)
@yes_option
@json_option
@pass_session
def resync_command(
    session: Session,
    macs: tuple[str, ...],
    changed: bool,
    pace: int | None,
    restart: bool,
    no_canary: bool,
    way: str | None,
    wait: bool,
    yes: bool,
    as_json: bool,
) -> int:
    """Tell phones to fetch their files, and wait until they do.

    A device counts as fetched when the file server's log shows it; so aps-tui watch, or the console, has to follow it.
    Ctrl-C stops; the same command with --changed goes on with those that have not fetched. Exit status: 1 when a
    device was not told, or did not fetch.
    """
    from aps_tui.services.resync.run import Run, Wanted
    from aps_tui.services.resync.run import changed as devices_behind

    if bool(macs) == changed:
        raise click.UsageError("name devices by their MAC, or say --changed")
    with session.place() as place:
        warn_of_packs(place)
        chosen = devices_behind(place) if changed else list(macs)
        if not chosen:
            say_json([]) if as_json else say("nothing to tell: every device has fetched what was committed")
            return 0
        with Run(place, chosen, Wanted(restart, way or "", pace, False if no_canary else None, wait)) as run:
            if run.orders:
                note(run.words)
            _say_of_unable(run)
            if run.orders and not asked("Tell them?", yes=yes, alone=True):
                note("nobody was told")
                return 1
            _drive(run)
            results = sorted(run.results.values())
    _show(run, results, as_json=as_json)
    return int(run.failed)


def _say_of_unable(run: Run) -> None:
    """The reasons why devices cannot be told, each once."""
    for (state, detail), count in Counter((one.state, one.detail) for one in run.plan.unable).items():
        note(f"{count:,} {state}: {detail}")


def _drive(run: Run) -> None:
    """Do it; the first Ctrl-C, or a SIGTERM, stops it."""
    show = _counter if is_terminal(sys.stderr) else _lines
    with _stopping(run.stop):
        for step in run.steps():
            show(step)
    if is_terminal(sys.stderr):
        click.echo("\r\x1b[K", err=True, nl=False)
    if run.reason:
        fault(run.reason)


def _counter(step: Step) -> None:
    click.echo(f"\r{clean(str(step))}\x1b[K", err=True, nl=False)


def _lines(step: Step) -> None:
    """Without a terminal: a line for each device of which something is known."""
    for one in step.changed:
        note(f"{one.mac}: {one.state}" + (f", {one.detail}" if one.detail else ""))


@contextmanager
def _stopping(stop: Callable[[], None]) -> Iterator[None]:
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda *_: stop()) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def _show(run: Run, results: list[Result], *, as_json: bool) -> None:
    if as_json:
        say_json([one._asdict() | {"detail": clean(one.detail)} for one in results])
        return
    table((one.mac, one.state, one.event, one.target, one.detail) for one in results)
    say(run.summary)
