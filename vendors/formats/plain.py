"""Formats of plain lines: a name, something between, a value."""

from __future__ import annotations

import re

from aps_tui.vendors.formats.base import Format, FormatFault, Refused, printable


def _trimmed(value: str) -> str:
    """Nothing is escaped, so a value must not change when the phone trims blanks."""
    if value != value.strip():
        raise Refused("begins or ends with a blank, which the phone would cut off", value)
    return printable(value)


def _flat(value: str) -> str:
    """Yealink's `key = value`."""
    if value in ("%NULL%", "%EMPTY%"):
        raise Refused("is a word that the phone itself takes as a command", value)
    return _trimmed(value)


def _commented(value: str) -> str:
    """`key=value` where a `;` or `#` may begin a comment."""
    if value.startswith((";", "#")) or " ;" in value or " #" in value:
        raise Refused('holds a ";" or "#" where a comment would begin', value)
    return _trimmed(value)


def _colon_quotes(value: str) -> bool:
    """Aastra's quotes keep blanks at the ends, and a `#` that would start a comment."""
    return value != value.strip() or value.startswith(('"', "#")) or " #" in value


def _colon(value: str) -> str:
    """Aastra's `key: value`."""
    return f'"{printable(value)}"' if _colon_quotes(value) else printable(value)


def _colon_doubt(value: str) -> str:
    """A value that needs quotes and holds one: how the phone reads it is documented nowhere."""
    if '"' in value and _colon_quotes(value):
        return "holds a quote and needs quotes around it: whether the phone reads that back is not verified"
    return ""


def _quoted(value: str) -> str:
    """Panasonic's `NAME="value"`: no escape for a quote; 500 bytes at most, so that the line is never too long."""
    if '"' in value:
        raise Refused("holds a double quote, which ends the value in this format", value)
    if len(printable(value).encode()) > 500:
        raise Refused("is longer than 500 bytes", value)
    return value


def _blank_quotes(value: str) -> bool:
    """LG-Ericsson's `name value ;comment`: blanks and `;` need quotes around them; nothing is the name alone."""
    return any(mark in value for mark in " \t;")


def _blank(value: str) -> str:
    """LG-Ericsson's `name value`."""
    if '"' in value:
        raise Refused("holds a double quote, which this format cannot carry", value)
    return f'"{printable(value)}"' if _blank_quotes(value) else printable(value)


def _blank_doubt(value: str) -> str:
    """A `;` begins a comment: whether quotes keep it from that is documented nowhere."""
    return 'holds a ";", which begins a comment: whether quotes prevent that is not verified' if ";" in value else ""


def _cell(value: str) -> str:
    """AudioCodes' `Table 0 = a, b;`: a comma parts the cells of a row and a `;` ends it, with no escape known."""
    if any(mark in value for mark in ',;"'):
        raise Refused("holds a comma, a semicolon or a double quote, which would break a row of a table", value)
    return _commented(value)


def _lines_only(text: str) -> None:
    """Plain files have no structure beyond their lines; what a line may hold is checked as it is written."""
    if "\r" in text:
        raise FormatFault("a carriage return inside a line")


_PANASONIC_HEADERS = ("# Panasonic SIP Phone Standard Format File #", "# PCC Standard Format File #")


def _panasonic(text: str) -> None:
    """The header that the phone insists on, and its limits: 537 bytes a line, 120 KB a file."""
    _lines_only(text)
    if not text.startswith(_PANASONIC_HEADERS):
        raise FormatFault("the file must begin with the maker's header line")
    lines = text.split("\n")
    if lines[-1]:
        raise FormatFault("the file must end with an empty line")
    for number, line in enumerate(lines, 1):
        if len(line.encode()) > 535:
            raise FormatFault(f"line {number} is longer than the 537 bytes that the phone reads")
    if len(text.encode()) + len(lines) > 120 * 1024:
        raise FormatFault("the file is larger than the 120 KB that the phone reads")


_SECTION = re.compile(r"\s*\[\s*(?P<open>.+?)\s*\]\s*\Z")


def _pattern(key: str, between: str) -> re.Pattern[str]:
    return re.compile(rf"(?P<before>(?P<key>{key}){between})(?P<value>.*)(?P<after>)\Z", re.ASCII)


def _name(key: str) -> re.Pattern[str]:
    return re.compile(rf"(?=.{{1,120}}\Z)(?:{key})\Z", re.ASCII)


_DOTTED = r"[\w.\-]+"
_PATH = r"[\w./\-\[\]]+"
_PLACED = rf"(?:{_DOTTED}/)?{_DOTTED}"
"""A name, or `section/name` of a raw parameter."""

FLAT = Format("flat", _pattern(_DOTTED, r"\s*=\s?"), _flat, _name(_DOTTED), _lines_only)
"""`key = value`: Yealink, VTech."""
PATH = Format("path", _pattern(_PATH, "="), _commented, _name(_PATH), _lines_only)
"""`path/to/key=value`: AudioCodes."""
INI = Format(
    "ini", _pattern(rf"(?!path\s*=){_PLACED}", r"\s*=\s?"), _commented, _name(_PLACED), _lines_only, section=_SECTION
)
"""`key=value` under `[section]`, whose `path` is a part of its name: Alcatel."""
INI_TABLE = Format("ini-table", _pattern(_PLACED, r"\s*=\s?"), _cell, _name(_PLACED), _lines_only, section=_SECTION)
"""`key=value`, and rows of tables, under `[section]`: AudioCodes gateways."""
BLANK = Format(
    "blank",
    _pattern(r"(?:\w+/)?\w+", r"(?:[ \t]+|\Z)"),
    _blank,
    _name(r"(?:\w+/)?\w+"),
    _lines_only,
    quotes=_blank_quotes,
    doubt=_blank_doubt,
    section=_SECTION,
    blanks=False,
)
"""`name value` under `[SECTION]`: LG-Ericsson."""
QUOTED = Format(
    "quoted",
    re.compile(r'(?P<before>(?P<key>\w+)=")(?P<value>[^"]*)(?P<after>")\Z', re.ASCII),
    _quoted,
    re.compile(r"\w{1,32}\Z", re.ASCII),
    _panasonic,
    line_end="\r\n",
)
"""`NAME="value"` with CR LF: Panasonic."""
COLON = Format(
    "colon",
    re.compile(r"(?P<before>[!^]{0,2}(?P<key>[A-Za-z0-9][\w \-\[\]|]*?)\s*:\s?)(?P<value>.*)(?P<after>)\Z", re.ASCII),
    _colon,
    re.compile(r"[A-Za-z0-9][\w \-\[\]|]{0,119}\Z", re.ASCII),
    _lines_only,
    quotes=_colon_quotes,
    doubt=_colon_doubt,
)
"""`key: value`: Aastra/Mitel."""

CNF = Format(
    "cnf",
    re.compile(r'(?P<before>(?P<key>\w+)\s*:\s?"?)(?P<value>[^"]*)(?P<after>"?)\Z', re.ASCII),
    _quoted,
    _name(r"\w+"),
    _lines_only,
)
"""`name: "value"`: Cisco 7940 and 7960."""

PLAIN = (FLAT, PATH, INI, INI_TABLE, BLANK, QUOTED, COLON, CNF)
