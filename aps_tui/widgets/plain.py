"""Text from devices and the PBX, made safe and fitted: never markup, never a control character."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from rich.text import Text


def plain(text: str) -> str:
    """The text with everything that does not print (controls, bidirectional marks) written as an escape."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def literal(text: str) -> Text:
    """A text in which nothing is markup."""
    return Text(text)


def fitted(text: str, width: int) -> str:
    """The text in exactly `width` cells; `~` at the end says that it was cut."""
    text = plain(text)
    if text.isascii():
        return text.ljust(width) if len(text) <= width else text[: max(width - 1, 0)] + "~"[:width]
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(text, max(width - 1, 0)) + "~"[:width]
