"""The whitelist: which devices may be created without an operator, by their address or their MAC."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

from aps_tui.domain.errors import BadValue

_HEX = re.compile(r"(?:[0-9a-f]{2}[:-]?)+[0-9a-f]?\Z|[0-9a-f]{4}[.-][0-9a-f]{1,4}(?:[.-][0-9a-f]{1,4})?\Z")
"""Hex digits in pairs or in fours: `80:5e:c0`, `805e.c012`; `10.0.0.256` is a mistyped address and no prefix."""
_SHORTEST, _LONGEST = 6, 12
_SEPARATORS = str.maketrans("", "", ":-.")

ADDRESS, NETWORK, MAC_PREFIX, MAC = "address", "network", "MAC prefix", "MAC"


class Entry(NamedTuple):
    """One entry of the whitelist."""

    text: str
    """As it was written."""
    kind: str
    """address, network, MAC prefix or MAC."""
    meaning: str
    """Equal for entries that mean the same: a network in its usual notation, or lower-case hex digits."""

    @property
    def is_open(self) -> bool:
        """Whether it lets in every address there is."""
        return self.kind == NETWORK and self.meaning.endswith("/0")

    def lets_in(self, mac: str, address: str) -> bool:
        """Whether it lets in a device: `mac` as 12 lower-case hex digits, `address` as it was seen or empty."""
        if self.kind in (MAC, MAC_PREFIX):
            return mac.startswith(self.meaning)
        seen = _address(address)
        return seen is not None and seen in _network(self.meaning)


def parse_entry(text: str) -> Entry:
    """Read an address, a CIDR network, a MAC prefix (6 to 11 hex digits) or a MAC. Raises BadValue."""
    text = text.strip()
    digits = text.lower().translate(_SEPARATORS)
    if _SHORTEST <= len(digits) <= _LONGEST and _HEX.match(text.lower()) and _address(text) is None:
        return Entry(text, MAC if len(digits) == _LONGEST else MAC_PREFIX, digits)
    try:
        network = ipaddress.ip_network(text)
    except ValueError as error:
        if "host bits set" in str(error):
            meant = ipaddress.ip_network(text, strict=False)
            raise BadValue(f"{text} is no network: did you mean {meant}?") from None
        shown = text if len(text) <= 40 else text[:40] + "…"
        raise BadValue(f"{shown!r} is no IP address, network such as 10.77.0.0/22, MAC prefix or MAC") from None
    return Entry(text, NETWORK if "/" in text else ADDRESS, str(network))


def admits(entries: Iterable[Entry], mac: str, address: str) -> bool:
    """Whether one of the entries lets a device in."""
    return any(entry.lets_in(mac, address) for entry in entries)


@cache
def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(text)


@lru_cache(65536)  # a queue is asked about many entries
def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
