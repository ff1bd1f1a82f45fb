"""Parameter names cut into words and index numbers, whatever the vendor's way of writing them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_INDEX = re.compile(r"(?:(?<![A-Za-z0-9])|(?<=[A-Za-z]{3}))[0-9]+(?![A-Za-z0-9])")
"""A number that counts: on its own (`account.3.x`, `User_ID_3_`) or behind a word (`line3`), not that of `P35`."""
_OF_A_LINE = re.compile(r"(?:account|acct|line|reg|ext|user|profile|identity|phone)s?[\W_]*\Z", re.IGNORECASE)
_OF_A_SERVER = re.compile(r"(?:server|proxy|registrar|dns|ntp|codec|host)[\W_]*\Z", re.IGNORECASE)
_NOT_A_LINE = re.compile(r"key|dss|speed|blf|expan|module|director|contact|book|multicast|paging|zone", re.IGNORECASE)


class Place(NamedTuple):
    """Where in a name the line's number stands: the text before it, the number, the text behind."""

    before: str
    number: int
    after: str

    @property
    def pattern(self) -> str:
        """The name with `N` for the line's number."""
        return f"{self.before}N{self.after}"


@lru_cache(maxsize=65536)
def words(name: str) -> str:
    """A name as lower-case words: `account.1.authName` is `account 1 auth name`."""
    return " ".join(found.lower() for found in _WORD.findall(name))


@lru_cache(maxsize=65536)
def neutral(name: str) -> str:
    """A name with `N` for each number that counts: `account.3.codec.1` is `account.N.codec.N`."""
    return _INDEX.sub("N", name)


@lru_cache(maxsize=65536)
def line_place(name: str) -> Place | None:
    """Where the number of the phone's line stands in a name; None for a name without one."""
    found = [one for one in _INDEX.finditer(name) if not _NOT_A_LINE.search(name[: one.start()])]
    of_a_line = [one for one in found if _OF_A_LINE.search(name[: one.start()])]
    others = [one for one in found if not _OF_A_SERVER.search(name[: one.start()])]
    chosen = next(iter(of_a_line or others), None)
    if chosen is None or len(chosen[0]) > 3:
        return None
    return Place(name[: chosen.start()], int(chosen[0]), name[chosen.end() :])
