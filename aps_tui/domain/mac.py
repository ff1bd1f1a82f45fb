"""MAC addresses: one form inside (12 lower-case hex digits), any notation outside.

netaddr is not used to read them: its `EUI` takes 11 and 13 digits and EUI-64 as well.
"""

from __future__ import annotations

import re

from aps_tui.domain.errors import BadValue

_SEPARATORS = str.maketrans("", "", ":-. ")
_TWELVE_HEX = re.compile(r"[0-9a-f]{12}\Z")


def parse_mac(text: str) -> str:
    """Return the 12 lower-case hex digits of a device's MAC written in any notation.

    Raises BadValue for anything but exactly 12 hex digits, and for addresses that no device
    can own: all zero, broadcast, multicast (bit 0 of the first byte) and locally
    administered (bit 1).
    """
    digits = text.strip().translate(_SEPARATORS).lower()
    if not _TWELVE_HEX.match(digits):
        shown = text if len(text) <= 40 else text[:40] + "…"
        raise BadValue(f"{shown!r} is not a MAC address: exactly 12 hex digits are needed")
    if digits == "0" * 12:
        raise BadValue(f"{digits}: the all-zero address belongs to no device")
    if digits == "f" * 12:
        raise BadValue(f"{digits}: the broadcast address belongs to no device")
    first = int(digits[:2], 16)
    if first & 1:
        raise BadValue(f"{digits}: a multicast address belongs to no device")
    if first & 2:
        raise BadValue(f"{digits}: a locally administered address names no maker's device")
    return digits


def with_colons(mac: str) -> str:
    """`805ec0123456` as people read it: `80:5e:c0:12:34:56`."""
    return ":".join(mac[i : i + 2] for i in range(0, len(mac), 2))
