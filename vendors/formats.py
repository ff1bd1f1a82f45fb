"""The few file formats that phones read.

A format knows how to write a value, which values it must refuse, what one parameter's line looks
like (one parameter per line is the rule in every pack), and whether a finished file is sound.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Collection
from dataclasses import dataclass

from aps_tui.domain.errors import ApsError


class Refused(ApsError):
    """A value that the format cannot carry. The text says why and never holds the value."""

    def __init__(self, why: str, value: str = "") -> None:
        super().__init__(why)
        self.value = value


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
        for line in text.split("\n"):
            parameter = self.parameter(line)
            if parameter is None or parameter.key in repeatable:
                continue
            if parameter.key in seen:
                raise FormatFault(f"parameter {parameter.key!r} is written twice")
            seen.add(parameter.key)


_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ufffe\uffff\ud800-\udfff]")


def _printable(value: str) -> str:
    """Refuse line breaks, control characters and what UTF-8 or XML cannot hold."""
    found = _CONTROL.search(value)
    if found:
        what = "a line break" if found[0] in "\r\n\x85\u2028\u2029" else "a control character"
        raise Refused(f"holds {what}, which no configuration file can carry", value)
    return value


_XML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"})


def _xml(value: str) -> str:
    return _printable(value).translate(_XML)


def _flat(value: str) -> str:
    """Yealink's `key = value`: nothing is escaped, so a value must not change when blanks are trimmed."""
    if value != value.strip():
        raise Refused("begins or ends with a blank, which the phone would cut off", value)
    if value in ("%NULL%", "%EMPTY%"):
        raise Refused("is a word that the phone itself takes as a command", value)
    return _printable(value)


def _colon_quotes(value: str) -> bool:
    """Aastra's quotes keep blanks at the ends, and a `#` that would start a comment."""
    return value != value.strip() or value.startswith(('"', "#")) or " #" in value


def _colon(value: str) -> str:
    """Aastra's `key: value`."""
    return f'"{_printable(value)}"' if _colon_quotes(value) else _printable(value)


def _colon_doubt(value: str) -> str:
    """A value that needs quotes and holds one: how the phone reads it is documented nowhere."""
    if '"' in value and _colon_quotes(value):
        return "holds a quote and needs quotes around it: whether the phone reads that back is not verified"
    return ""


def _well_formed(text: str) -> None:
    try:
        ElementTree.fromstring(text.encode())  # noqa: S314 - our own output, and expat refuses external entities
    except ElementTree.ParseError as error:
        raise FormatFault(f"not well-formed XML: {error}") from None


def _has_lines_only(text: str) -> None:
    """Flat files have no structure beyond their lines; what a line may hold is checked as it is written."""
    if "\r" in text:
        raise FormatFault("a carriage return inside a line")


_DOTTED = re.compile(r"[A-Za-z0-9_.\-]{1,120}\Z")

FLAT = Format(
    name="flat",
    line=re.compile(r"(?P<before>(?P<key>[A-Za-z0-9_.\-]+)\s*=\s?)(?P<value>.*)(?P<after>)\Z"),
    escape=_flat,
    raw_name=_DOTTED,
    sound=_has_lines_only,
)
COLON = Format(
    name="colon",
    line=re.compile(
        r"(?P<before>[!^]{0,2}(?P<key>[A-Za-z0-9][\w \-\[\]|]*?)\s*:\s?)(?P<value>.*)(?P<after>)\Z", re.ASCII
    ),
    escape=_colon,
    raw_name=re.compile(r"[A-Za-z0-9][\w \-\[\]|]{0,119}\Z", re.ASCII),
    sound=_has_lines_only,
    quotes=_colon_quotes,
    doubt=_colon_doubt,
)
XML_ATTRIBUTES = Format(
    name="xml-attributes",
    line=re.compile(r'(?P<before>\s*(?P<key>[A-Za-z_][A-Za-z0-9_.\-]*)=")(?P<value>[^"]*)(?P<after>"\s*/?>?\s*)\Z'),
    escape=_xml,
    raw_name=re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{0,119}\Z"),
    sound=_well_formed,
)
XML_ELEMENTS = Format(
    name="xml-elements",
    line=re.compile(
        r'(?P<before>\s*<(?P<key>[A-Za-z_][A-Za-z0-9_.\-]*)(?: idx="(?P<index>\d+)")?(?: [a-z_]+="[^"]*")*\s*>)'
        r"(?P<value>[^<]*)(?P<after></(?P=key)>\s*)\Z"
    ),
    escape=_xml,
    raw_name=re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{0,119}(\[\d{1,4}\])?\Z"),
    sound=_well_formed,
)

FORMATS: dict[str, Format] = {form.name: form for form in (FLAT, COLON, XML_ATTRIBUTES, XML_ELEMENTS)}
