"""What commands write: answers on stdout, faults and questions on stderr, hostile text made harmless."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from typing import TextIO

import click


def clean(text: str) -> str:
    """A text without control characters, which could play tricks on a terminal."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)


def say(text: str = "") -> None:
    """One line of the answer."""
    click.echo(clean(text))


def say_json(document: object) -> None:
    """The one JSON document of a command, in UTF-8."""
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    if not text.isascii():
        text = "".join(char if char.isprintable() or char == "\n" else json.dumps(char)[1:-1] for char in text)
    click.echo(text.encode("utf-8", "backslashreplace"), nl=False)


def put(text: str) -> None:
    """A whole text as it is; on a terminal without what could play tricks on it."""
    if is_terminal(sys.stdout):
        text = "".join(f"{clean(line)}\n" for line in text.split("\n"))[:-1]
    click.echo(text.encode("utf-8", "backslashreplace"), nl=False)


def note(text: str) -> None:
    """One line beside the answer, on stderr."""
    click.echo(clean(text), err=True)


def warn(text: str) -> None:
    """One line about what the operator should know, on stderr."""
    note(f"aps-tui: warning: {text}")


def fault(text: str) -> None:
    """One line for each fault, on stderr."""
    for line in text.splitlines():
        note(f"aps-tui: {line}")


def asked(question: str, *, yes: bool, alone: bool | None = None) -> bool:
    """Whether to go on: yes when told so, else ask.

    `alone` is the answer where nobody can be asked; None makes that a wrong use of the command.
    """
    if yes:
        return True
    if not interactive() and alone is not None:
        return alone
    must_be_interactive()
    return click.confirm(clean(question), err=True)


def must_be_interactive() -> None:
    """Raise UsageError where nobody can be asked."""
    if not interactive():
        raise click.UsageError("without a terminal this needs --yes")


def interactive() -> bool:
    """Whether someone can be asked."""
    return is_terminal(sys.stdin) and is_terminal(sys.stderr)


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a standard stream is a terminal; one that was closed is None."""
    return stream is not None and stream.isatty()


def progress(noun: str) -> Callable[[int, int], None] | None:
    """A counter on stderr while that is a terminal; it clears itself at the end."""
    if not is_terminal(sys.stderr):
        return None

    def show(done: int, total: int) -> None:
        end = "\r\x1b[K" if done >= total else ""
        click.echo(f"\r{done:,} of {total:,} {noun}{end}", err=True, nl=False)

    return show


def table(rows: Iterable[tuple[str, ...]]) -> None:
    """Rows in columns as wide as their widest cell; the last column is not padded."""
    cells = [tuple(clean(cell) for cell in row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def counted(number: int, noun: str) -> str:
    """`1 device`, `2,000 devices`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
