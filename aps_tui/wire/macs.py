"""The MAC of a phone in what it asks for and in what it calls itself."""

from __future__ import annotations

import re
from functools import lru_cache

from aps_tui.domain.errors import BadValue
from aps_tui.domain.mac import parse_mac

_H = "[0-9A-Fa-f]"
_IN_NAME = re.compile(rf"(?:(?<=sp)a|(?<=at)a|(?<=astr)a|(?<!{_H}))({_H}{{12}})(?!{_H})", re.IGNORECASE)
"""Twelve hex digits and no more; the last letter of `spa`, `ata` and `aastra` before them is none of them."""
_IN_TEXT = re.compile(rf"(?<!{_H})(?:{_H}{{12}}|{_H}{{2}}(?:[:-]{_H}{{2}}){{5}})(?!{_H})(?![:-]{_H}{{2}}\b)")
_RUN = re.compile(rf"{_H}{{12}}")
"""What most names lack: it is looked for first."""
_NOBODY = "00000000"
"""How names of shared files begin that look like MACs: y000000000028.cfg, 000000000000.cfg."""


@lru_cache(maxsize=4096)
def mac_of(text: str) -> str:
    """12 lower-case hex digits, from any notation; "" for what no device can own."""
    try:
        return parse_mac(text)
    except BadValue:
        return ""


def mac_in_name(path: str) -> str:
    """The MAC in the last part of a path, wherever it stands there; "" for none."""
    name = path[path.rfind("/") + 1 :][:200]
    return _first(_IN_NAME, name, 1) if _RUN.search(name) else ""


def mac_in_text(text: str) -> str:
    """The first MAC in a user agent, a host name or the like; "" for none."""
    return _first(_IN_TEXT, text[:400], 0)


def _first(pattern: re.Pattern[str], text: str, group: int) -> str:
    for found in pattern.finditer(text):
        if not found[group].startswith(_NOBODY) and (mac := mac_of(found[group])):
            return mac
    return ""


def unpadded(text: str) -> str:
    """A MAC that was written without leading noughts, as `80:5e:c0:0:0:1`; "" for none."""
    parts = text.split(":")
    return mac_of("".join(part.rjust(2, "0") for part in parts)) if len(parts) == 6 else ""
