"""Texts that come by the terminal: how much of them, and in which form they can be shown and edited."""

from __future__ import annotations

from aps_tui.domain.errors import BadValue
from aps_tui.services.importing.macs import typed
from aps_tui.services.importing.reader import MAX_LINES

MOST_PASTED = 8_000_000
"""Characters; what is larger comes by a file."""


def pasted(text: str) -> str:
    """A pasted text as it can be edited: it reads the same, and nothing in it moves the cursor or turns directions.

    Raises BadValue for too much of it.
    """
    if len(text) > MOST_PASTED:
        raise BadValue(
            f"more than {MOST_PASTED // 1_000_000} MB are too much to paste: give the name of a file instead"
        )
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > MAX_LINES:
        raise BadValue(f"{len(lines):,} lines are too many, at most {MAX_LINES:,} are read: import them in parts")
    return "\n".join(line if line.isprintable() else _plain(line) for line in lines)


def _plain(line: str) -> str:
    cells = ("".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in typed(cell))
             for cell in line.split("\t"))  # fmt: skip
    return "\t".join(cells)
