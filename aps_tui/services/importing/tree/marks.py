"""Texts that are told from all others, and where they turn up in a value: the pack's own way of writing, read back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

Place: TypeAlias = tuple[str, str, int, str]
"""What a text is for: (`line`, "", number, field), (`key`, bank, position, field) or (`setting`, id, 0, "")."""


class Pattern(NamedTuple):
    """How a value is written around the texts in it."""

    regex: re.Pattern[str]
    places: tuple[Place, ...]
    plain: bool
    """The value is the text and nothing else."""

    def read(self, value: str) -> dict[Place, str] | None:
        """The texts in a value; None where it is written otherwise."""
        found = self.regex.match(value)
        if found is None:
            return None
        said: dict[Place, str] = {}
        for place, text in zip(self.places, found.groups(), strict=True):
            if said.setdefault(place, text) != text:
                return None
        return said


class Marks:
    """Marked texts and their places."""

    def __init__(self, marks: Mapping[str, Place]) -> None:
        self.places = dict(marks)
        longest = sorted(map(re.escape, marks), key=len, reverse=True)
        self._any = re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(longest)})(?![A-Za-z0-9])") if marks else None

    def pattern(self, value: str) -> Pattern | None:
        """How a value that holds marked texts is written; None for one that holds none."""
        if self._any is None:
            return None
        parts, places, end = [], [], 0
        for found in self._any.finditer(value):
            parts += [re.escape(value[end : found.start()]), "(.*?)"]
            places.append(self.places[found[0]])
            end = found.end()
        if not places:
            return None
        regex = "".join([*parts, re.escape(value[end:]), r"\Z"])
        return Pattern(re.compile(regex, re.DOTALL), tuple(places), regex == r"(.*?)\Z")
