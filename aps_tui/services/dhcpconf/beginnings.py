"""How option 60 begins: what a DHCP server can compare, out of the packs' regular expressions.

Servers compare bytes at a place. What an expression says after its first part of any length (a model's letters, the
end) is not compared; what stands before must be letters, classes, groups and alternatives, or it cannot be said.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

MOST = 64
"""Beginnings that one expression may have."""
LEAST = 3
"""Bytes that a beginning must say; fewer would fit foreign devices."""
_SPELLED_OUT = 4
"""A class of more characters is taken as any character."""

Cells: TypeAlias = tuple[int | None, ...]
"""Bytes from the first one on; None is any byte."""


class CannotSay(Exception):
    """An expression whose beginning no server can compare."""


class Beginning(NamedTuple):
    """How option 60 begins."""

    cells: Cells
    folded: bool = False
    """Whether capital and small letters are the same."""

    def pieces(self) -> Iterator[tuple[int, bytes]]:
        """Its runs of known bytes, each with its place."""
        at = 0
        while at < len(self.cells):
            run = bytes(cell for cell in _known_from(self.cells, at))
            if run:
                yield at, run
            at += max(len(run), 1)

    def __str__(self) -> str:
        """`"CP-????-3PCC"`; bytes that are no letters as \\x00."""
        letters = "".join("?" if cell is None else _shown(cell) for cell in self.cells)
        return f'"{letters}"' + (" in capital or small letters" if self.folded else "")

    def within(self, wider: Beginning) -> bool:
        """Whether every text that begins so begins as `wider` says as well."""
        either = self.folded or wider.folded
        pairs = zip(self.cells, wider.cells, strict=False)
        return len(self.cells) >= len(wider.cells) and all(
            theirs is None or (ours is not None and _same(ours, theirs, either)) for ours, theirs in pairs
        )


def beginnings_of(pattern: str, models: Sequence[str] = ()) -> tuple[Beginning, ...]:
    """Every way in which a text that fits the expression begins. Raises CannotSay.

    `models`: the names that the group `model` is to stand for alone.
    """
    source, folded = pattern, pattern.startswith("(?i)")
    if folded:
        source = source.removeprefix("(?i)")
    if not source.startswith("^"):
        raise CannotSay(f"{pattern} may fit anywhere in option 60")
    found = [Beginning(_trimmed(one.cells), folded) for one in _Reader(source[1:], models).whole()]
    if any(sum(cell is not None for cell in one.cells) < LEAST for one in found):
        raise CannotSay(f"{pattern} says too little of how option 60 begins")
    return widest(found)


def widest(found: Iterable[Beginning]) -> tuple[Beginning, ...]:
    """Each once, without those that another one covers."""
    kept: list[Beginning] = []
    for one in dict.fromkeys(found):
        if not any(one.within(other) for other in kept):
            kept = [*(other for other in kept if not other.within(one)), one]
    return tuple(kept)


def _known_from(cells: Cells, at: int) -> Iterator[int]:
    for cell in cells[at:]:
        if cell is None:
            return
        yield cell


def _trimmed(cells: Cells) -> Cells:
    """Without the bytes at its end that may be any."""
    while cells and cells[-1] is None:
        cells = cells[:-1]
    return cells


def _shown(cell: int) -> str:
    letter = chr(cell)
    return letter if letter.isascii() and letter.isprintable() else f"\\x{cell:02x}"


def _same(one: int, other: int, folded: bool) -> bool:
    return one == other or (folded and chr(one).lower() == chr(other).lower())


class _Part(NamedTuple):
    """A way in which a part of an expression may read; nothing is known of what follows an ended one."""

    cells: Cells = ()
    ended: bool = False


_NOTHING = [_Part()]
_ANY = [_Part((None,))]


class _Reader:
    """Reads an expression from left to right."""

    def __init__(self, source: str, models: Sequence[str]) -> None:
        self.source = source
        self.models = models
        self.at = 0

    def whole(self) -> list[_Part]:
        """All ways of the whole expression."""
        found = self._alternatives()
        if self.at < len(self.source):
            raise CannotSay("it closes a group that it did not open")
        return found

    def _alternatives(self) -> list[_Part]:
        found = self._sequence()
        while self._take("|"):
            found = [*found, *self._sequence()]
        return found

    def _sequence(self) -> list[_Part]:
        found = _NOTHING
        while self.at < len(self.source) and self.source[self.at] not in "|)":
            found = _joined(found, self._repeated(self._item()))
        return found

    def _item(self) -> list[_Part]:
        letter = self._next()
        if letter == "(":
            return self._group()
        if letter == "[":
            return self._class()
        if letter == "\\":
            return self._escape()
        if letter == ".":
            return _ANY
        if letter == "$":
            return _NOTHING
        if letter in "^*+?{" or not letter.isascii():
            raise CannotSay(f"{letter} cannot be compared")
        return [_Part((ord(letter),))]

    def _group(self) -> list[_Part]:
        kind = re.compile(r"\?(?::|P<(\w+)>|[!=])|").match(self.source, self.at)
        assert kind is not None
        self.at = start = kind.end()
        found = self._alternatives()
        inside = self.source[start : self.at]
        if not self._take(")"):
            raise CannotSay("a group is not closed")
        if kind[0] in ("?!", "?="):
            return _NOTHING  # what does not follow is told apart by the class of what would
        if kind[1] == "model":
            named = [name for name in self.models if name.isascii() and re.fullmatch(inside, name)]
            return [_Part(tuple(name.encode())) for name in named] or found
        return found

    def _class(self) -> list[_Part]:
        end = self.source.find("]", self.at + 1)
        inside = self.source[self.at : end]
        self.at = end + 1
        plain = inside.isascii() and not set(inside) & {"^", "-", "\\"}
        return [_Part((ord(letter),)) for letter in inside] if plain and len(inside) <= _SPELLED_OUT else _ANY

    def _escape(self) -> list[_Part]:
        letter = self._next()
        if letter in "dwsDWS":
            return _ANY
        if letter in "bAZ":
            return _NOTHING
        if letter == "x":
            self.at += 2
            return [_Part((int(self.source[self.at - 2 : self.at], 16),))]
        if letter in string.ascii_letters + string.digits or not letter.isascii():
            raise CannotSay(f"\\{letter} cannot be compared")
        return [_Part((ord(letter),))]

    def _repeated(self, item: list[_Part]) -> list[_Part]:
        """An item with the quantifier behind it."""
        found = re.compile(r"([?*+]|\{(\d+)(,\d*)?\})\??").match(self.source, self.at)
        if found is None:
            return item
        self.at = found.end()
        if found[1] == "?":
            return [*item, *_NOTHING]
        least = int(found[2]) if found[2] else int(found[1] == "+")
        parts = _NOTHING
        for _ in range(min(least, MOST)):
            parts = _joined(parts, item)
        exactly = found[2] is not None and found[3] is None
        return parts if exactly else [_Part(part.cells, True) for part in parts]

    def _next(self) -> str:
        if self.at >= len(self.source):
            raise CannotSay("it ends too early")
        self.at += 1
        return self.source[self.at - 1]

    def _take(self, letter: str) -> bool:
        here = self.source.startswith(letter, self.at)
        self.at += here
        return here


def _joined(before: list[_Part], after: list[_Part]) -> list[_Part]:
    parts = dict.fromkeys(
        one if one.ended else _Part(one.cells + two.cells, two.ended) for one in before for two in after
    )
    if len(parts) > MOST:
        raise CannotSay(f"it begins in more than {MOST} ways")
    return list(parts)
