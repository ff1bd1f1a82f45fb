"""The values in a phone's file, each under a name that does not depend on how the file is laid out.

What it reads may be anyone's: it is bounded, and XML that declares a document type or entities is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias
from xml.parsers import expat

from aps_tui.domain.errors import BadValue
from aps_tui.vendors.formats import Format, FormatFault

Cells: TypeAlias = Mapping[str, tuple[str, ...]]
"""Name to the values that stand there, mostly one."""

LONGEST_LINE = 8192
_BLANKS = " " * 200
"""No phone's line has so many in a row, and patterns would take for ever on them."""
_MOST_CELLS = 50_000
_DEEPEST = 40
_BINARY = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_TELLING = ("idx", "id", "name", "button", "index", "priority")
"""Attributes that tell elements of one name apart."""
_BEST = ("lineIndex",)
"""One that tells them apart wherever they stand."""
_ROW = re.compile(r"\s*(?P<name>\w+ \d+)\s*=\s*(?P<value>.*?)\s*\Z")
"""A row of a table: `Authentication 0 = a, b;`."""
_PATH = re.compile(r"\s*path\s*=\s*(?P<path>\S+)\s*\Z", re.IGNORECASE)
"""What tells sections of one name apart (Atlinks)."""
_IN_QUOTES = frozenset({"colon", "blank", "quoted", "cnf"})
_ONE_OF_A_NAME = frozenset({"xml-elements", "xml-settings"})
"""XML formats in which it does not matter where an element stands."""


def text_of(data: bytes, form: Format) -> str:
    """What a file says, unpacked. Raises BadValue for what is no file of the format's."""
    if form.unpack is not None:
        try:
            return form.unpack(data)
        except FormatFault as fault:
            raise BadValue(str(fault)) from None
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("latin-1")
    if _BINARY.search(text):
        raise BadValue("it is a binary file, perhaps encrypted")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def cells_of(text: str, form: Format) -> Cells:
    """The values of a file's text. Raises BadValue for XML that is broken, or dangerous to read."""
    found: dict[str, list[str]] = {}
    for number, (name, value) in enumerate(_xml(text, form) if form.name.startswith("xml") else _plain(text, form)):
        if number >= _MOST_CELLS:
            raise BadValue(f"it holds more than {_MOST_CELLS:,} values")
        found.setdefault(name, []).append(value)
    return {name: tuple(values) for name, values in found.items()}


def _plain(text: str, form: Format) -> Iterator[tuple[str, str]]:
    section = name = ""
    for line in text.split("\n"):
        if len(line) > LONGEST_LINE or _BLANKS in line:
            continue
        mark = form.section.match(line) if form.section is not None else None
        if mark is not None:
            name = mark["open"]
            section = f"[{name}]"
            continue
        path = _PATH.match(line) if form.name == "ini" else None
        if path is not None:
            section = f"[{name} {path['path']}]"
            continue
        found = form.parameter(line.rstrip()) or (form.parameter(line) if line.endswith(" ") else None)
        row = _ROW.match(line) if found is None and form.name == "ini-table" else None
        if row is not None:
            yield section + row["name"], row["value"]
        if found is not None:
            value = found.value.strip()
            if form.name in _IN_QUOTES and len(value) > 1 and value[0] == value[-1] == '"':
                value = value[1:-1]
            yield section + found.key, value


def _xml(text: str, form: Format) -> Iterator[tuple[str, str]]:
    reader = _Xml(form.name)
    try:
        reader.parser.Parse(re.sub(r"\A\s*<\?xml[^>]*\?>", "", text).encode("utf-8", "surrogatepass"), True)
    except expat.ExpatError as error:
        raise BadValue(f"it is broken XML ({expat.ErrorString(error.code)}, line {error.lineno})") from None
    return iter(reader.found)


class _Xml:
    """Collects the texts and attributes of elements."""

    def __init__(self, form: str) -> None:
        self.form = form
        self.found: list[tuple[str, str]] = []
        self._path: list[str] = []
        self._texts: list[list[str]] = []
        self._inner: list[bool] = []
        self._seen: list[dict[str, int]] = [{}]
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse

    def _refuse(self, *_: object) -> None:
        raise BadValue("it declares a document type, which no phone's file needs")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._path) >= _DEEPEST or len(self.found) > _MOST_CELLS:
            raise BadValue("it is nested too deep, or too large")
        names = _BEST if _BEST[0] in attributes else _TELLING
        told = [f"{name}={attributes[name]}" for name in names if name in attributes]
        part = f"{tag}[{','.join(told)}]" if told else tag
        count = self._seen[-1][part] = self._seen[-1].get(part, 0) + 1
        if self._inner:
            self._inner[-1] = True
        self._path.append(part)
        self._seen.append({})
        self._texts.append([])
        self._inner.append(False)
        if count > 1 and self.form not in _ONE_OF_A_NAME:
            self._path[-1] = f"{part}#{count}"
        for name, value in attributes.items():
            if name not in names:
                self.found.append((name if self.form == "xml-attributes" else f"{self._name()}@{name}", value))

    def _end(self, _: str) -> None:
        text = "".join(self._texts.pop()).strip()
        self._seen.pop()
        if not self._inner.pop() and (text or self.form != "xml-attributes"):
            self.found.append((self._name(), text))
        self._path.pop()

    def _text(self, data: str) -> None:
        if self._texts:
            self._texts[-1].append(data)

    def _name(self) -> str:
        return self._path[-1] if self.form in _ONE_OF_A_NAME else "/".join(self._path)
