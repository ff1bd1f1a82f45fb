"""Comments of configuration texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap

WIDTH = 110
"""Cells of a line of comment."""


def comments(texts: Iterable[str], indent: str = "") -> Iterator[str]:
    """Texts as comment lines, each begun anew; nothing in them can end the comment."""
    for text in texts:
        plain = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
        for line in wrap(plain, WIDTH, subsequent_indent="  ", break_on_hyphens=False):
            yield f"{indent}# {line}"


def steps(texts: Iterable[str]) -> Iterator[str]:
    """What to do next, numbered."""
    yield "# Next steps:"
    for number, text in enumerate(texts, 1):
        yield from comments([f" {number}. {text}"])
