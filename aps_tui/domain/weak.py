"""Passwords that are guessed first: pure rules, in the order in which scanners go."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from itertools import pairwise

SHORT = 12
"""Characters below which a password is called weak."""

_WELL_KNOWN = frozenset(
    {
        "admin", "administrator", "asterisk", "changeme", "changethis", "default", "freepbx", "fusionpbx", "letmein",
        "mypassword", "p@ssw0rd", "pass", "passw0rd", "password", "pbx", "phone", "provision", "qwerty", "qwertyuiop",
        "root", "secret", "sip", "sippassword", "supersecret", "test", "user", "voip", "welcome",
    }
)  # fmt: skip
"""Words that every list of guesses begins with; digits and ! after them do not help."""
_TAIL = re.compile(r"[\d!.]*\Z")


class Weakness(Enum):
    """Why a password is guessed first, the worst first."""

    NAMED = "the extension, account or user itself"
    KNOWN = "a well-known word"
    PATTERN = "one sign or part over and over, or signs that count"
    DIGITS = "digits alone"
    SHORT = f"shorter than {SHORT} characters"


def weakness(password: str, names: Iterable[str] = ()) -> Weakness | None:
    """The worst that is to be said of a password; None for one that is not guessed first, and for none at all.

    `names`: what it must not be, alone, twice or backwards: the extension's number, its account and user.
    """
    folded = password.casefold()
    if not folded:
        return None
    if any(folded in (name, name * 2, name[::-1]) for name in (one.casefold() for one in names) if name):
        return Weakness.NAMED
    if folded in _WELL_KNOWN or _TAIL.sub("", folded) in _WELL_KNOWN:
        return Weakness.KNOWN
    if _is_pattern(folded):
        return Weakness.PATTERN
    if folded.isdigit():
        return Weakness.DIGITS
    return Weakness.SHORT if len(password) < SHORT else None


def _is_pattern(text: str) -> bool:
    """`aaaaaaaaaaaa`, `x7x7x7x7x7x7`, `abcdefghijkl`, `9876543210`: long or short, as easily guessed."""
    repeats = text in (text + text)[1:-1]
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    counts = steps in ({1}, {-1}) or (text.isdecimal() and {step % 10 for step in steps} in ({1}, {9}))
    return repeats or (len(text) > 2 and counts)
