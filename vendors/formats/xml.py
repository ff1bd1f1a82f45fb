"""XML formats: the same escapes everywhere; what differs is where a parameter's name and value stand."""

from __future__ import annotations

import re
from xml.parsers import expat

from aps_tui.vendors.formats.base import Format, FormatFault, printable

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"})
_WORD = r"[A-Za-z_][\w.\-]*"


def escape(value: str) -> str:
    """Safe as text and as an attribute. Raises Refused for control characters and line breaks."""
    return printable(value).translate(_ESCAPES)


def _argument_quotes(value: str) -> bool:
    """An argument inside a rule (SPA: `[--uid name]url`) ends at a blank, quote or bracket, and `$` begins a macro."""
    return not value or any(mark in value for mark in " \"'[]$")


def _well_formed(text: str) -> None:
    try:
        expat.ParserCreate().Parse(text.encode(), True)  # our own output, and expat fetches no external entities
    except expat.ExpatError as error:
        raise FormatFault(f"not well-formed XML: {error}") from None


def _name(key: str) -> re.Pattern[str]:
    return re.compile(rf"(?=.{{1,126}}\Z)(?:{key})\Z", re.ASCII)


_PLACED = rf"(?:{_WORD}/)*{_WORD}"
"""A name, or `element/name` of a raw parameter."""


def _element(key: str) -> re.Pattern[str]:
    return re.compile(
        rf'(?P<before>\s*<(?P<key>{key})(?: idx="(?P<index>\d+)")?(?: [a-z_]+="[^"]*")*\s*>)'
        r"(?P<value>[^<]*)(?P<after></(?P=key)>\s*)\Z",
        re.ASCII,
    )


XML_ATTRIBUTES = Format(
    "xml-attributes",
    re.compile(rf'(?P<before>\s*(?P<key>{_WORD})=")(?P<value>[^"]*)(?P<after>"\s*/?>?\s*)\Z', re.ASCII),
    escape,
    _name(_WORD),
    _well_formed,
)
"""One attribute a line: Polycom, SpectraLink."""
XML_ELEMENTS = Format(
    "xml-elements", _element(_WORD), escape, _name(rf"{_WORD}(\[\d{{1,4}}\])?"), _well_formed, quotes=_argument_quotes
)
"""`<name idx="1" perm="R">value</name>`, each once: Snom, Grandstream, SPA, Cisco multiplatform."""
XML_NESTED = Format(
    "xml-nested",
    _element(_PLACED),
    escape,
    _name(_PLACED),
    _well_formed,
    section=re.compile(rf"\s*<(?:(?P<open>{_WORD})(?: [^>]*)?(?<!/)|/(?P<close>{_WORD}))>\s*\Z", re.ASCII),
    unique=False,
)
"""`<name>value</name>` that may stand again in another branch: Cisco enterprise, CyberData."""
XML_ITEMS = Format(
    "xml-items",
    re.compile(r'(?P<before>\s*<item name="(?P<key>[^"]+)">)(?P<value>[^<]*)(?P<after></item>\s*)\Z', re.ASCII),
    escape,
    _name(r"[\w.\-]+"),
    _well_formed,
)
"""`<item name="key">value</item>`: Grandstream's alias dialect, one part an item."""
XML_SETTINGS = Format(
    "xml-settings",
    re.compile(
        r'(?P<before>\s*<setting id="(?P<key>[^"]+)" value=")(?P<value>[^"]*)(?P<after>"[^>]*/>\s*)\Z', re.ASCII
    ),
    escape,
    _name(r"[\w.\-]+"),
    _well_formed,
)
"""`<setting id="key" value="value"/>`: Alcatel Myriad and 80x8s."""

XML = (XML_ATTRIBUTES, XML_ELEMENTS, XML_NESTED, XML_ITEMS, XML_SETTINGS)
