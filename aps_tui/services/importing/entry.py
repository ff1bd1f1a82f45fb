"""What a reader of any kind of list gives: new devices as they were written, and lines that are none."""

from __future__ import annotations

from typing import NamedTuple

SHOWN = 80
"""Characters that are shown of a rejected line."""
LONGEST_TEXT = 300
"""Characters of a text that a device can carry; a longer one is at fault."""


class Entry(NamedTuple):
    """One device as a list says it. Only the MAC is checked."""

    line: int
    mac: str
    """12 lower-case hex digits."""
    vendor: str = ""
    model: str = ""
    """As written: `yealink/T46S`, `Yealink T46S`, `SIP-T46S`, `T46S`."""
    template: str = ""
    tenant: str = ""
    extension: str = ""
    """Line 1's."""
    label: str = ""
    line_label: str = ""
    """What line 1 shows."""
    address: str = ""
    """Where it was seen."""
    more: str = ""
    """JSON of further lines, keys and settings (`device.More`)."""
    why: str = ""
    """What gave the model where it is not the list itself: user agent, option 60 …"""


class Rejected(NamedTuple):
    """A line, or a part of one, in which there is no MAC of a device."""

    line: int
    text: str
    """Its beginning, as plain text."""
    reason: str


class Read(NamedTuple):
    """A list as it was read."""

    entries: tuple[Entry, ...]
    rejected: tuple[Rejected, ...] = ()
    notes: tuple[str, ...] = ()
    """How it was read: the columns, what was left out."""


def bounded(text: str, most: int = SHOWN) -> str:
    """A foreign text, plain and short: what does not print becomes an escape, what is too long ends with …."""
    short = " ".join(text[: most * 2].split())
    if not short.isprintable():
        short = "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in short)
    return short if len(short) <= most and len(text) <= most * 2 else short[:most] + "…"
