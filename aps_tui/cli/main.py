"""The entry: global options, the commands there are, and how every ending becomes one line and a status."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import click

from aps_tui import __version__
from aps_tui.cli.lazy import LazyGroup
from aps_tui.cli.output import fault, is_terminal, note
from aps_tui.cli.session import Session
from aps_tui.domain.errors import ApsError, places

GLOBAL_OPTIONS = ("--db", "--root", "--config", "--operator")
"""Options with a value that may stand before or behind the command."""
INTERRUPTED, BROKEN_PIPE = 130, 141
"""What shells report for a program that SIGINT or SIGPIPE ended."""


class Commands(LazyGroup):
    """Every command of aps-tui."""

    modules: ClassVar[Mapping[str, str]] = {
        "demo": "demo",
        "load": "sitefile",
        "dump": "sitefile",
        "import": "importing",
        "export": "export",
        "plan": "plan",
        "commit": "plan",
        "history": "history",
        "audit": "audit",
        "undo": "history",
        "render": "device",
        "explain": "device",
        "extensions": "extensions",
        "queue": "queue",
        "scan": "scan",
        "resync": "resync",
        "dhcp": "dhcp",
        "agi": "agi",
        "asterisk": "asterisk",
        "systemd": "systemd",
        "watch": "watch",
        "doctor": "doctor",
        "vendors": "vendors",
        "web": "servers",
        "tftp": "servers",
        "fail2ban": "servers",
        "http-auth": "http_auth",
        "window": "window",
        "secrets": "secrets",
        "backup": "database",
        "restore": "database",
    }


@click.group(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--db", type=click.Path(path_type=Path), envvar="APS_TUI_DB", help="The database file.")
@click.option("--root", type=click.Path(path_type=Path), envvar="APS_TUI_ROOT", help="The folder phones read from.")
@click.option("--config", type=click.Path(path_type=Path), envvar="APS_TUI_CONFIG", help="The configuration file.")
@click.option("--operator", metavar="NAME", default="", help="Forced commands of a shared account: who is working.")
@click.option("--read-only", is_flag=True, help="Console: look, change nothing.")
@click.option("--no-mouse", is_flag=True, help="Console: leave the mouse to the terminal.")
@click.option("--screen", metavar="NAME", help="Console: the screen to begin with.")
@click.version_option(__version__, prog_name="aps-tui")
@click.pass_context
def commands(
    ctx: click.Context,
    db: Path | None,
    root: Path | None,
    config: Path | None,
    operator: str,
    read_only: bool,
    no_mouse: bool,
    screen: str | None,
) -> int:
    """Provision desk phones and other SIP devices. Without a command: the console.

    --db, --root and --config may stand before or behind the command.

    Exit status: 0 done, 1 an error, 2 wrong usage; plan: 3 when there are changes.
    """
    session = ctx.obj = Session(db, root, config, operator)
    if ctx.invoked_subcommand is not None:
        return 0
    from aps_tui.cli.console import open_console

    return open_console(session, read_only=read_only, mouse=not no_mouse, screen=screen)


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status. A fault is one line on stderr, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = _run(sys.argv[1:] if arguments is None else arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        return _nobody_reads()
    return status


def _run(arguments: list[str]) -> int:
    try:
        with commands.make_context("aps-tui", _hoisted(arguments)) as ctx:
            return int(commands.invoke(ctx) or 0)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except ApsError as error:
        fault(str(error))
    except (KeyboardInterrupt, click.Abort):
        click.echo("\naps-tui: interrupted" if is_terminal(sys.stderr) else "aps-tui: interrupted", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        raise
    except Exception as error:
        fault(_unexpected(error))
        if os.environ.get("APS_TUI_DEBUG") == "1":
            for line in places(error):
                note(line)
    return 1


def _hoisted(arguments: list[str]) -> list[str]:
    """The arguments with the global options first, wherever the user put them."""
    front: list[str] = []
    rest: list[str] = []
    given = iter(arguments)
    for argument in given:
        if argument == "--":
            rest += [argument, *given]
        elif argument in GLOBAL_OPTIONS:
            value = next(given, None)
            if value is None:
                return [*front, argument]  # nothing follows: let the parser say so
            front += [argument, value]
        elif argument.partition("=")[0] in GLOBAL_OPTIONS:
            front.append(argument)
        else:
            rest.append(argument)
    return front + rest


def _unexpected(error: Exception) -> str:
    """One line for what nobody foresaw. Only a system error's own text is shown: others could hold a secret."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "aps_tui" in frame.filename] or list(frames)
    place = f"{Path(ours[-1].filename).name}, line {ours[-1].lineno}" if ours else "an unknown place"
    if isinstance(error, OSError) and error.strerror:
        about = f" {error.filename}:" if error.filename else ""
        return f"{about.strip()} {error.strerror} (at {place})".strip()
    return f"internal error: {type(error).__name__} at {place}; APS_TUI_DEBUG=1 shows more"


def _nobody_reads() -> int:
    """Whoever read our output left: say nothing, and keep the interpreter from saying it at its end."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())
    return BROKEN_PIPE
