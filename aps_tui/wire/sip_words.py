"""The words of a NOTIFY, checked: events, addresses and names that go onto a wire or into a command of the PBX.

Nothing that passes here holds a blank, a quote, a bracket, a backslash or a line end: it is one word wherever it is
written.
"""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple

from aps_tui.domain.errors import BadValue

SIP_PORT = 5060
_LONGEST = 200
"""Characters of an address or an event."""
_TOKEN = r"[A-Za-z0-9.!%*_+~-]+"  # noqa: S105 - RFC 3261's token, without its quotes
_EVENT = re.compile(rf"{_TOKEN}(?:;{_TOKEN}(?:={_TOKEN})?)*")
_ENDPOINT = re.compile(r"[A-Za-z0-9_+*#][A-Za-z0-9_.+*#@~-]{0,79}")
_URI = re.compile(
    r"(?P<scheme>sips?):(?:(?P<user>[A-Za-z0-9_.!~*&=+/%-]{1,80})@)?"
    r"(?P<host>[A-Za-z0-9.-]{1,100}|\[[0-9A-Fa-f:.]{2,45}\])(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<rest>(?:;[A-Za-z0-9_.!~*%+-]+(?:=[A-Za-z0-9_.!~*%:+\[\]-]+)?)*)"
)
_BODY = re.compile(r"[ -~]*(?:\r?\n[ -~]*)*")
MOST_BODY = 1000
"""Characters of a body: the whole request stays within one packet."""


class Uri(NamedTuple):
    """A SIP address, taken apart."""

    scheme: str
    user: str
    host: str
    """A name, an IPv4 address, or an IPv6 address without its brackets."""
    port: int
    rest: str
    """Its parameters: `;transport=tcp`."""

    @property
    def transport(self) -> str:
        """udp, tcp, tls ..., in lower case."""
        said = re.search(r";transport=([A-Za-z]+)", self.rest, re.IGNORECASE)
        return said[1].lower() if said else "tls" if self.scheme == "sips" else "udp"

    @property
    def address(self) -> str:
        """The host where that is an IP address, else nothing."""
        return as_address(self.host)


def as_address(text: str) -> str:
    """An IP address in its usual form, or nothing where the text is none."""
    try:
        return str(ipaddress.ip_address(text.strip("[]")))
    except ValueError:
        return ""


def uri_at(address: str, user: str = "", port: int = SIP_PORT) -> str:
    """`sip:805ec0123456@10.0.0.5:5060`. Raises BadValue for what is no IP address."""
    host = as_address(address)
    if not host:
        raise BadValue(f"{_shown(address)} is no IP address")
    return checked_uri(f"sip:{user + '@' if user else ''}{bracketed(host)}:{port}")


def bracketed(address: str) -> str:
    """An IP address as it stands in a SIP address."""
    return f"[{address}]" if ":" in address else address


def parse_uri(text: str) -> Uri:
    """Take a SIP address apart. Raises BadValue for anything that is not one word of the usual form."""
    found = _URI.fullmatch(text) if len(text) <= _LONGEST else None
    port = int(found["port"] or SIP_PORT) if found else 0
    if found is None or not 0 < port < 65536 or (found["host"].startswith("[") and not as_address(found["host"])):
        raise BadValue(f"{_shown(text)} is no SIP address (sip:user@host:port)")
    return Uri(found["scheme"], found["user"] or "", found["host"].strip("[]"), port, found["rest"])


def checked_uri(text: str) -> str:
    """The same text, as `parse_uri` accepts it."""
    parse_uri(text)
    return text


def checked_endpoint(text: str) -> str:
    """The name of a PBX's endpoint or peer. Raises BadValue for one that is not a plain word."""
    if not _ENDPOINT.fullmatch(text):
        raise BadValue(f"{_shown(text)} cannot be named to the PBX: letters, digits and _ . + * # @ ~ - only")
    return text


def checked_event(text: str) -> str:
    """An Event header's value: `check-sync;reboot=true`. Raises BadValue."""
    if len(text) > _LONGEST or not _EVENT.fullmatch(text):
        raise BadValue(f"{_shown(text)} is no value of an Event header")
    return text


def checked_body(text: str) -> str:
    """A NOTIFY's body: short lines of ASCII. Raises BadValue."""
    if len(text) > MOST_BODY or not _BODY.fullmatch(text):
        raise BadValue(f"{_shown(text)} cannot be the body of a NOTIFY")
    return text


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:60] + "…")
