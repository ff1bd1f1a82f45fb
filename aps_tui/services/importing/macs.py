"""Finds MACs in text, in any notation, and says why what looks like one is none.

The patterns are our own: netaddr takes 11 and 13 digits and EUI-64, and does not know all notations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from aps_tui.domain.errors import BadValue
from aps_tui.domain.mac import parse_mac

DIGITS = 12
EUI_64 = 16
_H = "[0-9a-f]"
_SHAPES = (
    rf"{_H}{{1,2}}(?:[:.-]{_H}{{1,2}}){{4,}}",  # 00:15:65:12:34:56
    rf"{_H}{{2}}(?: {_H}{{2}}){{4,}}",  # 00 15 65 12 34 56
    rf"{_H}{{4}}(?:[:.-]{_H}{{4}})+",  # 0015.6512.3456
    rf"{_H}{{6}}[:.-]{_H}{{6}}",  # 001565-123456
    rf"{_H}{{10,}}",  # 001565123456
)
# Before the digits: names of files, where spa and ata would run into them.
_LIKELY = re.compile(
    rf"(?<!{_H})(?:(?:spa|ata)(?={_H}{{12}}(?!{_H})))?(?P<mac>{'|'.join(_SHAPES)})(?!{_H})", re.IGNORECASE
)
_SEPARATORS = str.maketrans("", "", ":-. ")
_HEX = re.compile(rf"{_H}+\Z", re.IGNORECASE)
_ADDRESS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}\Z")
_ROUNDED = re.compile(r"[0-9](?:[.,][0-9]+)?E\+1[0-9]\Z", re.IGNORECASE)
_TYPED = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
                       | dict.fromkeys("\u00a0\u2007\u202f\t", " ")
                       | dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff", "") | {"\u2236": ":"})  # fmt: skip
"""What word processors and web pages make of separators."""


def typed(text: str) -> str:
    """A text with plain separators in the place of those that word processors and web pages make of them."""
    return text.translate(_TYPED)


class Miss(NamedTuple):
    """What looks like a MAC and is none."""

    text: str
    reason: str
    sure: bool
    """False: it may as well be any number, and is only worth a word where there is no MAC beside it."""


def judged_mac(text: str) -> str:
    """The MAC in a cell: 12 lower-case hex digits. Raises BadValue with the reason."""
    cell = text if text.isascii() else text.translate(_TYPED)
    digits = cell.strip().translate(_SEPARATORS)
    if len(digits) == DIGITS and _HEX.match(digits) and not _ADDRESS.match(cell.strip()):
        return parse_mac(digits)
    found, missed = macs_in(cell)
    if len(found) == 1 and not missed:
        return found[0]
    if len(found) > 1:
        raise BadValue("more than one MAC in one cell")
    if missed:
        raise BadValue(missed[0].reason)
    raise BadValue(_none(cell.strip(), digits))


def _none(cell: str, digits: str) -> str:
    if _ROUNDED.match(cell):
        return "a spreadsheet made a rounded number of the MAC: make its column text"
    if digits and _HEX.match(digits) and not _ADDRESS.match(cell):
        return _count(cell)
    return "no MAC address"


def macs_in(text: str) -> tuple[list[str], list[Miss]]:
    """The MACs in a line of text, in order, and what only looks like one."""
    if not text.isascii() or "\t" in text:
        text = text.translate(_TYPED)
    found: list[str] = []
    missed: list[Miss] = []
    for match in _LIKELY.finditer(text):
        for token in _parts(match["mac"]):
            digits = token.translate(_SEPARATORS)
            miss = _miss(token, digits)
            if miss is None:
                try:
                    found.append(parse_mac(digits))
                except BadValue as error:
                    missed.append(Miss(token, str(error), True))
            elif miss.reason:
                missed.append(miss)
    return found, missed


def _parts(token: str) -> Iterator[str]:
    """Pairs with blanks between, as many as two MACs have, are two MACs."""
    pairs = token.split(" ")
    if len(pairs) > 6 and len(pairs) % 6 == 0:
        for start in range(0, len(pairs), 6):
            yield " ".join(pairs[start : start + 6])
    else:
        yield token


def _miss(token: str, digits: str) -> Miss | None:
    """Why a token is no MAC; None when it is one. Without a reason it does not even look like one."""
    count = len(digits)
    whole = token == digits
    if len(token) - count < 2 and not any(char.isdigit() for char in digits):
        return Miss(token, "", False)  # a word, or two of them
    if count == DIGITS:
        return None
    groups = re.split("[:. -]", token)
    if not whole and len(groups) < 6 and "." in token and all(len(group) <= 2 for group in groups):
        return Miss(token, "", False)  # a version, an address
    sure = count in (DIGITS - 1, DIGITS + 1, EUI_64) if whole else (len(groups) > 4 or len(groups[0]) == 4)
    return Miss(token, _count(token), sure and " " not in token)


def _count(token: str) -> str:
    digits = token.translate(_SEPARATORS)
    if len(digits) == EUI_64:
        return "16 hex digits are an EUI-64: a MAC has exactly 12"
    lost = " (a spreadsheet takes noughts off the front)" if 8 <= len(digits) < DIGITS and token.isdigit() else ""
    return f"{len(digits)} hex digits: a MAC has exactly 12{lost}"
