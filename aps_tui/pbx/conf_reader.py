"""The machine that turns the lines of a configuration tree into sections, in Asterisk's way.

Every rule is one that a real Asterisk showed (tests/oracle). Works on bytes throughout.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aps_tui.domain.errors import BadValue
from aps_tui.pbx import conf_text
from aps_tui.pbx.conf_guard import MAX_VALUE_BYTES, Budget, InvalidConf, open_regular, shown, unreadable
from aps_tui.pbx.conf_text import BLANKS

MAX_INCLUDE_DEPTH = 11
MAX_WARNINGS = 200
_NAME_BYTES = 79
"""Asterisk cuts longer section names, so no `(base)` or `(+)` can reach them."""
_BOM = b"\xef\xbb\xbf"
_ANY = b"TEMPLATES=include"
_WORD = re.compile(rb"#([\x21-\x7f]*)")
_QUOTES = {b'"': b'"', b"<": b">"}


class OpenSection:
    """A section while it grows."""

    __slots__ = ("bases", "name", "pairs", "template")

    def __init__(self, name: bytes) -> None:
        self.name = name
        self.template = False
        self.bases: list[bytes] = []
        self.pairs: list[tuple[bytes, bytes]] = []

    def append_to(self, key: bytes, more: bytes) -> int | None:
        """`key += more`: the new value's length, or None when there is no such key yet.

        The key must match exactly and its last value is taken; yet the line that changes is the
        first whose key and value equal them without case, as in Asterisk.
        """
        old = next((value for name, value in reversed(self.pairs) if name == key), None)
        if old is None:
            return None
        new = (old + more).strip(BLANKS)
        for at, (name, value) in enumerate(self.pairs):
            if name.lower() == key.lower() and (not old or value.lower() == old.lower()):
                self.pairs[at] = (key, new)
                break
        return len(new)


@dataclass(slots=True)
class Place:
    """Where the reader is."""

    path: str
    line: int = 0

    def __str__(self) -> str:
        return f"{shown(self.path)}, line {self.line}"

    def invalid(self, fault: str) -> InvalidConf:
        """The error that ends this file."""
        return InvalidConf(self.path, self.line, fault)


class Reader:
    """One reading. After `load`, `sections` and `warnings` hold the result."""

    def __init__(self, folder: str, allowed: Sequence[str]) -> None:
        self.sections: list[OpenSection] = []
        self.warnings: list[str] = []
        self._folder = folder
        self._allowed = allowed
        self._by_name: dict[bytes, list[OpenSection]] = {}
        self._current: OpenSection | None = None
        """The section opened last, in whichever file; an included file starts in it."""
        self._level = 0
        self._budget = Budget()

    def load(self, paths: Sequence[str]) -> bool:
        """Read the files of one include one after the other; False when there was none to read.

        Raises InvalidConf when one is invalid; the level then stays raised, as it does in Asterisk.
        """
        if self._level == MAX_INCLUDE_DEPTH:
            self._warn(f"{shown(paths[0])}: not read, files include each other beyond {self._level} levels")
            return False
        self._level += 1
        section = self._current
        comments = conf_text.Comments()
        read = 0
        for path in paths:
            for place, text in self._texts(path, comments, keep_bom=read > 0):
                if place.line == 0:
                    read += 1
                elif text:
                    section = self._line(text, section, place)
        self._level -= 1
        return read > 0

    def _texts(self, path: str, comments: conf_text.Comments, keep_bom: bool) -> Iterator[tuple[Place, bytes]]:
        """A first (place, b"") at line 0 when the file is there, then each line without comments."""
        file = open_regular(path)
        if file is None:
            return
        with file:
            self._budget.spend("files", 1, path)
            self._budget.spend("bytes", os.fstat(file.fileno()).st_size, path)
            place = Place(path)
            yield place, b""
            for raw in conf_text.lines(file):
                self._budget.spend("steps", 1, path)
                place.line += 1
                if raw is None:
                    self._warn(f"{place}: longer than {conf_text.LINE_BYTES} bytes, Asterisk skips it")
                    continue
                if place.line == 1 and not keep_bom:
                    raw = raw.removeprefix(_BOM)
                try:
                    text = comments.strip(raw)
                except ValueError as error:
                    raise BadValue(f"{place}: {error}") from None
                yield place, text
        if comments.depth:
            self._warn(f"{shown(path)}: a block comment is not closed (or closed twice), lines are lost")

    def _line(self, text: bytes, section: OpenSection | None, place: Place) -> OpenSection | None:
        """Take one line in; returns the section that the next line of this file belongs to."""
        if text.startswith(b"["):
            return self._header(text, place)
        if text.startswith(b"#"):
            self._directive(text, place)
        elif section is None:
            raise place.invalid("a line before the first section")
        else:
            self._pair(text, section, place)
        return section

    def _header(self, text: bytes, place: Place) -> OpenSection:
        name, bracket, after = text[1:].partition(b"]")
        if not bracket:
            raise place.invalid("the section name has no closing ]")
        options, closing, _ = after[1:].partition(b")")
        opened = after.startswith(b"(")
        if opened and not closing:
            raise place.invalid("the options of the section have no closing )")
        section = fresh = OpenSection(name[:_NAME_BYTES])
        for option in options.split(b",") if opened else ():
            if option == b"!":
                section.template = True
            elif option.startswith(b"+"):
                older = self._existing(name, option[1:], place)
                if section is fresh:
                    self._take_over(older, fresh)
                section = older
            else:
                self._inherit(section, option, place)
        if section is fresh:
            self.sections.append(fresh)
            self._by_name.setdefault(fresh.name.lower(), []).append(fresh)
            self._current = fresh
        return section

    def _existing(self, name: bytes, choice: bytes, place: Place) -> OpenSection:
        """The section that `(+choice)` adds to."""
        section = self._find(name, choice, place)
        if section is None:
            raise place.invalid(f"[{shown(name)}](+) adds to a section that does not exist")
        return section

    def _take_over(self, older: OpenSection, fresh: OpenSection) -> None:
        """What stood before the `+` goes to the older section, the names of bases excepted."""
        self._current = older
        older.template |= fresh.template
        older.pairs += fresh.pairs

    def _inherit(self, section: OpenSection, base_name: bytes, place: Place) -> None:
        base = self._find(base_name, _ANY, place)
        if base is None:
            raise place.invalid(f"[{shown(section.name)}] inherits from [{shown(base_name)}], not defined so far")
        if base is section:
            raise BadValue(f"{place}: the section inherits from itself, Asterisk never ends reading it")
        self._budget.spend("steps", len(base.pairs), place.path)
        section.bases.append(base.name)
        section.pairs += base.pairs

    def _find(self, name: bytes, choice: bytes, place: Place) -> OpenSection | None:
        """The first section of that name (any, when empty) which fits the filter."""
        for section in self._by_name.get(name.lower(), ()) if name else self.sections:
            if choice == _ANY:
                return section
            self._budget.spend("steps", 1000 + len(section.pairs) if choice else 1, place.path)
            try:
                if conf_text.filter_matches(choice, section.template, section.pairs):
                    return section
            except ValueError as error:
                raise BadValue(f"{place}: {error}") from None
        return None

    def _directive(self, text: bytes, place: Place) -> None:
        word = _WORD.match(text)
        assert word is not None
        name, argument = word[1].lower(), text[word.end() + 1 :].strip(BLANKS)
        if name == b"exec":
            self._warn(f"{place}: contains #exec, which is never run; extensions from it are not visible")
        elif name not in (b"include", b"tryinclude"):
            self._warn(f"{place}: unknown directive, ignored")
        elif not argument:
            self._warn(f"{place}: the directive names no file, ignored")
        else:
            closing = _QUOTES.get(argument[:1])
            if closing and argument.endswith(closing):
                argument = argument[1:-1]
            self._include(os.fsdecode(argument), name == b"tryinclude", place)

    def _include(self, name: str, may_miss: bool, place: Place) -> None:
        within = conf_text.pattern_folder(self._folder, name)
        if not self._inside(within):
            self._warn(f"{place}: {shown(name)} is outside the allowed folders, not followed")
            return
        folder = within if name.endswith("/") else os.path.dirname(within)  # noqa: PTH120
        if conf_text.is_pattern(name) and os.path.isdir(folder) and not os.access(folder, os.R_OK | os.X_OK):  # noqa: PTH112
            raise unreadable(folder, "permission denied")
        paths = conf_text.matching_files(self._folder, name)
        inside = [path for path in paths if self._inside(os.path.normpath(path))]
        try:
            found = bool(inside) and self.load(inside)
        except InvalidConf as error:
            self._warn(f"{error} in this included file")
            return
        if len(inside) < len(paths):
            self._warn(f"{place}: {shown(name)} leads outside the allowed folders, not followed there")
        elif not found and not may_miss:
            raise place.invalid(f"included file {shown(name)} is missing or cannot be included")

    def _inside(self, path: str) -> bool:
        return any(path == root or path.startswith(root.rstrip("/") + "/") for root in self._allowed)

    def _pair(self, text: bytes, section: OpenSection, place: Place) -> None:
        escaped = text.startswith(b"\\")
        if escaped:
            text = text[1:]
            if not b"\x20" < text[:1] < b"\x80":
                raise place.invalid(r"a lone \ at the start of the line")
        at = text.find(b"=", int(escaped))
        if at < 0:
            self._warn(f"{place}: no equal sign, ignored")
            return
        key, value = text[:at], text[at + 1 :]
        if at > escaped and key.endswith(b"+"):
            key = key[:-1].strip(BLANKS)
            self._budget.spend("steps", len(section.pairs), place.path)
            length = section.append_to(key, value)
            if length is not None:
                if length > MAX_VALUE_BYTES:
                    raise BadValue(f"{place}: a value grows beyond {MAX_VALUE_BYTES} bytes")
                return
        else:
            key, value = key.strip(BLANKS), value.removeprefix(b">")
        if key:
            section.pairs.append((key, value.strip(BLANKS)))
        else:
            self._warn(f"{place}: no key before the equal sign, ignored")

    def _warn(self, text: str) -> None:
        if len(self.warnings) < MAX_WARNINGS:
            self.warnings.append(text)
        elif len(self.warnings) == MAX_WARNINGS:
            self.warnings.append("more warnings about these files are not shown")
