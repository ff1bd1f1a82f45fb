"""Tone strings: `[!]F1[+F2][+F3][+F4]/ms`, elements comma-separated.

Two hertz sounded for 500 ms, then silence, over and over: `480+620/500,0/500`. An element with
`!` is played once and not repeated.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from aps_tui.domain.errors import BadValue

_ELEMENT = re.compile(r"(!?)([0-9]{1,5}(?:\+[0-9]{1,5}){0,3})/([0-9]{1,6})\Z")
_MOST_ELEMENTS = 8


class Element(NamedTuple):
    """One part of a tone: frequencies in Hz (0 is silence), its length in ms."""

    frequencies: tuple[int, ...]
    milliseconds: int
    once: bool


def _element(text: str) -> Element:
    """Read one element; raises BadValue."""
    found = _ELEMENT.match(text)
    if not found:
        raise BadValue(f"{text[:40]!r} is not a tone element such as 350+440/500")
    frequencies = tuple(int(one) for one in found[2].split("+"))
    for one in frequencies:
        if one and not 200 <= one <= 4000:
            raise BadValue(f"{one} Hz is neither 0 nor between 200 and 4000")
    milliseconds = int(found[3])
    if milliseconds > 30000:
        raise BadValue(f"{milliseconds} ms is not between 0 and 30000")
    return Element(frequencies, milliseconds, bool(found[1]))


def parse_tone(text: str) -> tuple[Element, ...]:
    """Return the elements of a tone string, for vendors that write tones another way.

    Raises BadValue with the element that cannot be read. Source of the syntax: Yealink's
    administrator guides for the T4x and T5x families.
    """
    parts = text.replace(" ", "").split(",")
    if len(parts) > _MOST_ELEMENTS:
        raise BadValue(f"{len(parts)} elements are too many, at most {_MOST_ELEMENTS} are accepted")
    return tuple(_element(part) for part in parts)


def check_tone(text: str) -> str:
    """Return a tone string in one notation, without spaces or leading zeros; raises BadValue."""
    return ",".join(
        f"{'!' if one.once else ''}{'+'.join(map(str, one.frequencies))}/{one.milliseconds}" for one in parse_tone(text)
    )
