"""Reads a configuration that a real unit exported: hostile until proven a phone's file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from aps_tui.domain.errors import BadValue
from aps_tui.vendors.formats import FORMATS, Format, FormatFault, Parameter

MOST_BYTES = 4 * 1024 * 1024
"""Far more than any phone exports."""
_LONGEST_LINE = 4096
_BLANKS = " " * 200
"""Lines that are longer, or hold so many blanks in a row, are no parameters: patterns would take for ever on them."""
_BINARY = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_COMMENT = re.compile(r"\s*(?:[#;!]|//)")
_TABLE = re.compile(r"\s*FORMAT\b.*(?:pass|secret|pwd)", re.IGNORECASE)
_SECTION = re.compile(r"^\s*\[.+\]\s*$", re.MULTILINE)
_TAG = re.compile(r"<(/?)([A-Za-z_][\w.\-]*+)([^<>]*+)>[ \t]*+(?=<(/?)([A-Za-z_][\w.\-]*+))")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
_PLAIN = ("quoted", "flat", "path", "ini", "cnf", "colon", "ini-table", "blank")
_XML = ("xml-settings", "xml-items", "xml-elements", "xml-nested", "xml-attributes")
"""Formats, those that are the hardest to mistake first."""
_PACKED = tuple(name for name, form in FORMATS.items() if form.unpack is not None)
"""Formats whose text is taken for one of them only where a model's pack says so."""
_ENOUGH = 0.9
"""A format is taken before a better one when it reads so much of what that one reads."""
_ENOUGH_XML = 0.3
"""The same for XML, where every attribute could be a parameter."""
_SHARE = 0.3
"""The part of a plain file's lines that must be parameters: less is prose."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file; `parameter` is None where it is none."""

    text: str
    parameter: Parameter | None


@dataclass(frozen=True, slots=True)
class Export:
    """A unit's configuration, cut into lines."""

    name: str
    """The file's name, without its folder."""
    form: Format
    lines: tuple[Line, ...]

    @property
    def has_secret_table(self) -> bool:
        """Whether a table of it has a column of secrets (AudioCodes): then no row of any table is trusted."""
        return any(_TABLE.match(line.text) for line in self.lines)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Its parameters, in order."""
        return tuple(line.parameter for line in self.lines if line.parameter is not None)


def read_export(file: Path, preferred: Iterable[str] = ()) -> Export:
    """Read a file in the format that reads most of its lines; `preferred` formats win when they do well.

    A packed file is read as the text in it. Raises BadValue for a file that is no phone's configuration, OSError's
    text included.
    """
    data = _data(file)
    packed = next(_unpacked(data), None)
    if packed is not None:
        return Export(file.name, packed[0], _cut(packed[1], packed[0]))
    text = _text(file.name, data)
    xml = text.lstrip().startswith("<")
    if xml:
        _well_formed(file.name, text.strip())
    known = [name for name in preferred if name in (_XML if xml else (*_PLAIN, *_PACKED))]
    best: list[tuple[str, tuple[Line, ...], int]] = []
    for name in dict.fromkeys([*known, *(_XML if xml else _PLAIN)]):
        if name in ("ini", "ini-table", "blank") and name not in known and not _SECTION.search(text):
            continue
        lines = _cut(_laid_out(text, name), FORMATS[name])
        read = (line.parameter for line in lines if line.parameter is not None)
        best.append((name, lines, sum(name != "blank" or one.value[:1] not in ("=", ":") for one in read)))
    most = max(count for _, _, count in best)
    name, lines, count = next(one for one in best if one[2] >= (_ENOUGH_XML if xml else _ENOUGH) * most)
    said = sum(bool(line.text.strip()) and not _COMMENT.match(line.text) for line in lines)
    if not count or (not xml and count < _SHARE * said):
        raise BadValue(f"{file.name}: no format that phones read finds parameters in it")
    form = FORMATS[_refined(name, lines, text)] if name not in known else FORMATS[name]
    return Export(file.name, form, lines)


def _well_formed(name: str, text: str) -> None:
    try:
        FORMATS["xml-elements"].sound(re.sub(r"\A<\?xml[^>]*\?>", "", text))
    except FormatFault as fault:
        raise BadValue(f"{name}: {fault}") from None


def _data(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadValue(f"{file}: {error.strerror}") from None
    if len(data) > MOST_BYTES:
        raise BadValue(f"{file.name}: is larger than {MOST_BYTES >> 20} MB: no phone's configuration is")
    return data


def _unpacked(data: bytes) -> Iterator[tuple[Format, str]]:
    """The packed formats that the file is of, each with the text in it."""
    for form in FORMATS.values():
        if form.unpack is not None:
            with suppress(FormatFault):
                yield form, form.unpack(data)


def _text(name: str, data: bytes) -> str:
    """The file's text; Latin-1 where it is not UTF-8."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    if _BINARY.search(text):
        raise BadValue(f"{name}: is a binary file (perhaps packed or encrypted): export it as text")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise BadValue(f"{name}: declares a document type, which no phone's configuration needs")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _laid_out(text: str, name: str) -> str:
    """XML with one parameter a line, without comments, which may hold what nobody wants to keep."""
    if not name.startswith("xml"):
        return text
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r"<!\[CDATA\[(.*?)\]\]>", lambda found: found[1].translate(_ESCAPES), text, flags=re.DOTALL)
    if name == "xml-attributes":
        text = re.sub(r'(?:(?<=")|(<[A-Za-z_][\w.\-]*+))[ \t]++(?=[A-Za-z_][\w.\-]*+=")', "\\1\n", text)
        return re.sub(r'(?<=")[ \t]*+(/?>)', "\n\\1", text)
    if name != "xml-settings":
        text = re.sub(r"<([A-Za-z_][\w.\-]*+)((?:[ \t]++[a-z_]++=\"[^\"<>]*+\")*+)[ \t]*+/>", r"<\1\2></\1>", text)
    text = re.sub(r">[ \t]*+\n\s*+([^<>\n]++)\n?\s*+</", lambda found: f">{found[1].strip()}</", text)
    return _TAG.sub(_on_its_own, text)


def _on_its_own(found: re.Match[str]) -> str:
    """A tag with a line's end behind it, but for one that its own closing tag follows."""
    slash, name, rest, next_slash, next_name = found.groups()
    empty = not slash and next_slash and name == next_name
    return f"<{slash}{name}{rest}>" + ("" if empty else "\n")


def _cut(text: str, form: Format) -> tuple[Line, ...]:
    return tuple(
        Line(line, form.parameter(line) if len(line) <= _LONGEST_LINE and _BLANKS not in line else None)
        for line in (one.rstrip() for one in text.split("\n"))
    )


def _refined(name: str, lines: tuple[Line, ...], text: str) -> str:
    """The format of the same syntax that allows what the file does: sections, names that stand again."""
    keys = [line.parameter.key for line in lines if line.parameter is not None]
    if name == "flat" and _SECTION.search(text):
        return "ini"
    if name == "xml-elements" and len(set(keys)) < len(keys):
        return "xml-nested"
    return name
