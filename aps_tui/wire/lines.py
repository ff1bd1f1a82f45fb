"""Complete lines out of bytes that come in pieces, and what all readers of lines have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Protocol

from aps_tui.domain.observation import Observation, heard

LONGEST_LINE = 16_384
"""Bytes of a line that is looked at; a longer one is dropped whole."""


class Reader(Protocol):
    """Reads lines of one format, as they come."""

    def feed(self, lines: Iterable[str], now: float) -> Iterator[Observation]:
        """What the lines tell. `now`: Unix seconds; no observation is later. To be called without lines from time to
        time, as a reader may wait for a line that belongs to the one before."""


class Lines:
    """Cuts bytes into lines; what is not complete yet is held."""

    def __init__(self) -> None:
        self._held = b""
        self._skipping = False
        self.dropped = 0
        """Lines that were too long."""

    def feed(self, piece: bytes) -> list[str]:
        """The lines that are complete with this piece, without their ends; what is no UTF-8 becomes U+FFFD."""
        if self._skipping:
            _, newline, piece = piece.partition(b"\n")
            if not newline:
                return []
            self._skipping = False
        whole, newline, rest = piece.rpartition(b"\n")
        found = (self._held + whole).decode("utf-8", "replace").split("\n") if newline else []
        self._held = rest if newline else self._held + rest
        if len(self._held) > LONGEST_LINE:
            self._skipping, self._held = True, b""
            self.dropped += 1
        kept = [line for line in found if len(line) <= LONGEST_LINE]
        self.dropped += len(found) - len(kept)
        return kept

    def skip(self) -> None:
        """Begin with the next whole line: the bytes that come are of the middle of one."""
        self._held, self._skipping = b"", True

    def forget(self) -> None:
        """Forget what is held: the file is another one now."""
        self._held, self._skipping = b"", False


def said(*pairs: tuple[str, str]) -> dict[str, str]:
    """What was said, fit to be kept; empty texts are left out."""
    return {word: kept for word, text in pairs if text and (kept := heard(text))}


@lru_cache(maxsize=4096)
def address_of(text: str) -> str:
    """An IP address as it is written elsewhere, IPv4 within IPv6 as IPv4; "" for what is none."""
    try:
        found = ip_address(text[:64])
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found
    return str(found)
