"""What a file format is: how values are written and read back, and when a finished file is sound."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

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


_ORDINARY = r"(?:[\w:+@\-]++(?: ++[\w:+@\-]++)*+)?+"
_ORDINARY_TEXTS = re.compile(rf"{_ORDINARY}(?:\x00{_ORDINARY})*+\Z")
"""Letters, digits, some signs, blanks inside: no format escapes or refuses any of these, and none is an address."""
_ORDINARY_LENGTH = 500
"""Bytes of all of them: the shortest value that a format limits may be as long."""


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
    """A line that begins a section (group `open`), or ends one (group `close`, where sections stand in each other)."""
    unique: bool = True
    """False where the same name may stand again and again (nested XML)."""
    line_end: str = "\n"
    blanks: bool = True
    """Whether a blank inside a value is written like any other character."""
    pack: Callable[[str, str], bytes] | None = None
    """Of a format that is packed: the bytes on disk of a text and a MAC (empty: of no one phone)."""
    unpack: Callable[[bytes], str] | None = None
    """The text of such bytes, without what packing adds. Raises FormatFault."""

    def encode(self, text: str) -> bytes:
        """A text, or a piece of one, with the line ends that the format wants."""
        return (text if self.line_end == "\n" else text.replace("\n", self.line_end)).encode()

    def ordinary(self, texts: Sequence[str]) -> list[bytes] | None:
        """Texts as they are written, if each can be as it is and no mapping can change any; else None."""
        joined = "\x00".join(texts)
        if not _ORDINARY_TEXTS.match(joined) or (" " in joined and not self.blanks):
            return None
        data = joined.encode()
        said = data.split(b"\x00")
        return said if len(said) == len(texts) and len(data) <= _ORDINARY_LENGTH else None  # a text may hold a NUL

    def packed(self, data: bytes, mac: str) -> bytes:
        """A whole encoded text as it stands on disk."""
        return data if self.pack is None else self.pack(data.decode(), mac)

    def parameter(self, line: str) -> Parameter | None:
        """Cut one line of a file; None for a line that is no parameter."""
        found = self.line.match(line)
        if found is None:
            return None
        index = found.groupdict().get("index")
        key = found["key"] + (f"[{index}]" if index else "")
        return Parameter(key, found["before"], found["value"], found["after"])

    def places(self, lines: Sequence[str]) -> list[tuple[tuple[str, int], ...]]:
        """The sections that each line stands in, outermost first: their names, and the lines that begin them."""
        path: tuple[tuple[str, int], ...] = ()
        found: list[tuple[tuple[str, int], ...]] = []
        for number, line in enumerate(lines):
            mark = self.section.match(line) if self.section is not None else None
            nested = mark is not None and "close" in mark.groupdict()
            if mark is not None and not nested:
                path = ((mark["open"], number),)
            found.append(path)
            if mark is not None and nested:
                path = path[:-1] if mark["close"] else (*path, (mark["open"], number))
        return found

    def check(self, text: str, repeatable: Collection[str] = ()) -> None:
        """Raise FormatFault unless the file is well formed and no parameter stands twice."""
        self.sound(text)
        if not self.unique:
            return
        lines = text.split("\n")
        keys = [*map(_keys(self), lines)]
        names = [key for key in keys if key is not None]
        if len(names) != len(set(names)):  # names alone are told apart the quickest, and mostly suffice
            self._check_each(lines, keys, repeatable)

    def _check_each(self, lines: Sequence[str], keys: Sequence[str | None], repeatable: Collection[str]) -> None:
        """Tell names apart by the sections that their lines stand in."""
        seen: set[str] = set()
        for line, key in zip(lines, keys, strict=True):
            if self.section is not None and self.section.match(line):
                seen.clear()
            if key is None:
                continue
            if key in seen and key not in repeatable:
                raise FormatFault(f"parameter {key!r} is written twice")
            seen.add(key)


_LINES_KEPT = 2_000
"""Lines that each format knows again: files of a vendor are much the same, line by line."""


@cache
def _keys(form: Format) -> Callable[[str], str | None]:
    """What tells the name of the parameter that a line writes; None for a line that is no parameter."""

    @lru_cache(maxsize=_LINES_KEPT)
    def key_of(line: str) -> str | None:
        found = form.parameter(line)
        return None if found is None else found.key

    return key_of


_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ufffe\uffff\ud800-\udfff]")


def printable(value: str) -> str:
    """Refuse line breaks, control characters and what UTF-8 or XML cannot hold."""
    found = _CONTROL.search(value)
    if found:
        what = "a line break" if found[0] in "\r\n\x85\u2028\u2029" else "a control character"
        raise Refused(f"holds {what}, which no configuration file can carry", value)
    return value


def readable(data: bytes, form: Format | None) -> str:
    """What a file says, for people; of one that cannot be read only its size, as no mask could be sure of the rest."""
    if form is not None and form.unpack is not None:
        try:
            return form.unpack(data)
        except FormatFault as fault:
            return f"({len(data)} bytes that are no {form.name} file: {fault})\n"
    if form is None and b"\x00" in data:
        return f"({len(data)} bytes that are no text)\n"
    return data.decode("utf-8", "replace")
