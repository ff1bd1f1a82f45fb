"""What a client says in a DHCP packet of its own: RFC 2131, RFC 2132.

Only DISCOVER, REQUEST and INFORM are looked at, which clients broadcast whoever answers them.
"""

from __future__ import annotations

from collections.abc import Iterator

from aps_tui.domain.observation import DHCP, HOST, OPTION_55, OPTION_60, Observation
from aps_tui.wire.frames import datagram
from aps_tui.wire.lines import address_of, said
from aps_tui.wire.macs import mac_of

_COOKIE = b"\x63\x82\x53\x63"
_FIXED = 240
"""Bytes before the options, the cookie among them."""
_FILE, _SNAME = slice(108, 236), slice(44, 108)
_PAD, _END = 0, 255
_HOST, _REQUESTED, _OVERLOAD, _KIND, _ASKED, _CLASS, _CLIENT = 12, 50, 52, 53, 55, 60, 61
_DISCOVER, _REQUEST, _INFORM = 1, 3, 8
_SERVER_PORT = 67


def dhcp_packet(frame: bytes, at: float) -> Observation | None:
    """What an Ethernet frame with a client's packet tells; None for all others, and for what is cut off.

    The address is the one that the client uses or asks its server to confirm; one that it only wishes for in a
    DISCOVER is none yet.
    """
    found = datagram(frame)
    if found is None or found.port != _SERVER_PORT:
        return None
    packet = found.payload
    if len(packet) < _FIXED or packet[0] != 1 or packet[236:240] != _COOKIE:
        return None
    options = _options(packet)
    if options is None or (kind := options.get(_KIND, b"")) not in (b"\x01", b"\x03", b"\x08"):
        return None
    mac = _mac(packet, options)
    if not mac:
        return None
    address = _address(packet[12:16])
    if not address and kind[0] == _REQUEST:
        address = _address(options.get(_REQUESTED, b""))
    asked = ",".join(map(str, options.get(_ASKED, b"")[:60]))
    words = said(
        (OPTION_60, _text(options.get(_CLASS, b""))), (HOST, _text(options.get(_HOST, b""))), (OPTION_55, asked)
    )
    return Observation(DHCP, mac, address, at, words)


def _options(packet: bytes) -> dict[int, bytes] | None:
    """Code to value, those of `file` and `sname` as well where option 52 says that there are some."""
    found: dict[int, bytes] = {}
    if not _collect(packet[_FIXED:], found):
        return None
    overload = found.get(_OVERLOAD, b"\0")[:1]
    for bit, where in ((1, _FILE), (2, _SNAME)):
        if overload and overload[0] & bit and not _collect(packet[where], found):
            return None
    return found


def _collect(field: bytes, into: dict[int, bytes]) -> bool:
    """Add the options of a field, one that stands twice being continued (RFC 3396); False where one is cut off."""
    for code, value in _each(field):
        if value is None:
            return False
        into[code] = (into.get(code, b"") + value)[:1024]
    return True


def _each(field: bytes) -> Iterator[tuple[int, bytes | None]]:
    at = 0
    while at < len(field) and field[at] != _END:
        if field[at] == _PAD:
            at += 1
            continue
        length = field[at + 1] if at + 1 < len(field) else 256
        value = field[at + 2 : at + 2 + length]
        if len(value) != length:
            yield field[at], None
            return
        yield field[at], value
        at += 2 + length


def _mac(packet: bytes, options: dict[int, bytes]) -> str:
    """The hardware address, of Ethernet; else the one that the client names itself by (option 61)."""
    if packet[1] == 1 and packet[2] == 6 and (mac := mac_of(packet[28:34].hex())):
        return mac
    client = options.get(_CLIENT, b"")
    return mac_of(client[1:].hex()) if len(client) == 7 and client[0] == 1 else ""


def _address(raw: bytes) -> str:
    return address_of(".".join(map(str, raw))) if len(raw) == 4 and any(raw) else ""


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
