"""Checks of single texts: printable ones, words of a list, addresses, whitelist entries."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence

from aps_tui.domain.errors import BadValue
from aps_tui.domain.kinds import host
from aps_tui.domain.whitelist import parse_entry
from aps_tui.services.sitefile.notes import near, shown

LONGEST = 300
"""Characters that a text of the site file may have; the catalogue says its own limits for settings."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def printable(field: str, text: str) -> str:
    """Return a text of one line, unchanged. Raises BadValue naming the field, never the text."""
    if _CONTROL.search(text):
        raise BadValue(f"{field}: line breaks and control characters cannot be used")
    if len(text) > LONGEST:
        raise BadValue(f"{field}: {len(text)} characters are too many, at most {LONGEST} are accepted")
    return text


def name(field: str, text: str) -> str:
    """Return a name without blanks at its ends. Raises BadValue when nothing is left."""
    found = printable(field, text).strip()
    if not found:
        raise BadValue(f"{field}: a text that is not empty is needed")
    return found


def word(field: str, text: str, known: Sequence[str]) -> str:
    """Return one of the known words, ignoring case. Raises BadValue naming them."""
    found = text.lower()
    if found not in known:
        hint = near(found, known) or f" (known: {', '.join(known)})"
        raise BadValue(f"{field}: unknown word {shown(text)!r}{hint}")
    return found


def address(field: str, text: str) -> str:
    """Return an IP address, or "" for none."""
    text = text.strip()
    try:
        return text and str(ipaddress.ip_address(text))
    except ValueError:
        raise BadValue(f"{field}: {shown(text)!r} is not an IP address of the server") from None


def host_name(field: str, text: str) -> str:
    """Return a host name, or "" for none."""
    text = text.strip()
    try:
        return text and host(text)
    except BadValue as error:
        raise BadValue(f"{field}: {error}") from None


def whitelisted(text: str) -> str:
    """Return a whitelist entry as written: an address, a CIDR network, a MAC prefix (6 to 11 hex digits) or a MAC."""
    try:
        return parse_entry(text).text
    except BadValue as error:
        raise BadValue(f"whitelist: {error}") from None
