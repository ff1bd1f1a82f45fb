"""What a file format is: how values are written and read back, and when a finished file is sound."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from aps_tui.domain.errors import ApsError


class Refused(ApsError):
    """A value that the format cannot carry. The text says why and never holds the value.

    `place`: where the value comes from, when that is known (`dss key 2`).
    """

    def __init__(self, why: str, value: str = "", place: str = "") -> None:
        super().__init__(why)
        self.value = value
        self.place = place


class FormatFault(ApsError):
    """A rendered file that its format's own rules call broken: a fault of the pack or of a raw parameter."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter's line, cut where its value stands."""

    key: str
    before: str
    value: str
    after: str


def _no_doubt(_: str) -> str:
    return ""


def _no_quotes(_: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Format:
    """How one kind of file is written and read. `line` has the groups before, key, value, after."""

    name: str
    line: re.Pattern[str]
    escape: Callable[[str], str]
    raw_name: re.Pattern[str]
    """What a raw parameter's name may look like."""
    sound: Callable[[str], None]
    """Raises FormatFault unless the whole text is well formed."""
    quotes: Callable[[str], bool] = _no_quotes
    """Whether a value is written in quotes."""
    doubt: Callable[[str], str] = _no_doubt
    """Says why a value that is written may still be misread; empty when there is no doubt."""

    section: re.Pattern[str] | None = None
    """A line that begins a section: a parameter may stand once in each."""
    unique: bool = True
    """False where the same name may stand again and again (nested XML)."""
    line_end: str = "\n"

    def parameter(self, line: str) -> Parameter | None:
        """Cut one line of a file; None for a line that is no parameter."""
        found = self.line.match(line)
        if found is None:
            return None
        index = found.groupdict().get("index")
        key = found["key"] + (f"[{index}]" if index else "")
        return Parameter(key, found["before"], found["value"], found["after"])

    def check(self, text: str, repeatable: Collection[str] = ()) -> None:
        """Raise FormatFault unless the file is well formed and no parameter stands twice."""
        self.sound(text)
        seen: set[str] = set()
        indexed = "index" in self.line.groupindex
        for line in text.split("\n") if self.unique else ():
            if self.section is not None and self.section.match(line):
                seen.clear()
            found = self.line.match(line)
            if found is None:
                continue
            key = f"{found['key']}[{found['index']}]" if indexed and found["index"] else found["key"]
            if key in seen and key not in repeatable:
                raise FormatFault(f"parameter {key!r} is written twice")
            seen.add(key)


_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ufffe\uffff\ud800-\udfff]")


def printable(value: str) -> str:
    """Refuse line breaks, control characters and what UTF-8 or XML cannot hold."""
    found = _CONTROL.search(value)
    if found:
        what = "a line break" if found[0] in "\r\n\x85\u2028\u2029" else "a control character"
        raise Refused(f"holds {what}, which no configuration file can carry", value)
    return value
