"""What one source says of one phone at one moment. Everything in it but a checked MAC is hostile text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

LEASE, DHCP, HTTP, TFTP, PNP, SCAN, AGI, SIP = "lease", "dhcp", "http", "tftp", "pnp", "scan", "agi", "sip"
"""Sources: a DHCP server's leases or hook, a DHCP packet on the wire, the log of a file server, a SIP PnP SUBSCRIBE,
an ARP scan, the UNPROV dialogue, the PBX's registrar."""

OPTION_60, OPTION_55, HOST, AGENT = "option 60", "option 55", "host name", "user agent"
PATH, STATUS, BYTES, USER = "path", "status", "bytes", "user"
PNP_VENDOR, PNP_MODEL, PNP_VERSION = "pnp vendor", "pnp model", "pnp version"
ACCOUNT, CONTACT = "account", "contact"
"""What an observation may say."""

LONGEST = 200
"""Characters that are kept of any text that a device sends."""


class Observation(NamedTuple):
    """One thing that was seen."""

    source: str
    mac: str
    """12 lower-case hex digits; empty where the source tells only an address."""
    address: str
    """An IP address as text; empty where it is not known."""
    at: float
    """Unix seconds, as the source says or as it was received."""
    said: Mapping[str, str]
    """What was said, by the words above; bounded and without control characters: see `heard`."""


def heard(text: str, longest: int = LONGEST) -> str:
    """A text that a device sent, as it may be kept: without what is not printable, and not longer than that."""
    text = text[: 4 * longest]
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(text.split())[:longest]
