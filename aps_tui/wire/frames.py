"""A UDP datagram over IPv4 out of a raw Ethernet frame. Nothing in it is believed before its length is checked."""

from __future__ import annotations

from typing import NamedTuple

_IPV4, _VLANS = b"\x08\x00", (b"\x81\x00", b"\x88\xa8")
_UDP = 17


class Datagram(NamedTuple):
    """What a frame carried."""

    sender: bytes
    """The MAC that it came from, on this network: a router's for what is routed."""
    source: str
    target: str
    port: int
    """The one that it goes to."""
    payload: bytes


def datagram(frame: bytes) -> Datagram | None:
    """The datagram in a frame; None for anything else, for fragments and for what is cut off.

    Checksums are not looked at: a card that computes them itself leaves them open on frames of this machine.
    """
    at = 12
    while frame[at : at + 2] in _VLANS and at < 20:
        at += 4
    packet = frame[at + 2 :]
    if frame[at : at + 2] != _IPV4 or len(packet) < 28 or packet[0] >> 4 != 4 or packet[9] != _UDP:
        return None
    head, total = (packet[0] & 15) * 4, int.from_bytes(packet[2:4], "big")
    fragment = int.from_bytes(packet[6:8], "big") & 0x3FFF
    if head < 20 or fragment or not head + 8 <= total <= len(packet):
        return None
    udp = packet[head:total]
    length = int.from_bytes(udp[4:6], "big")
    if not 8 <= length <= len(udp):
        return None
    source, target = (".".join(map(str, packet[n : n + 4])) for n in (12, 16))
    return Datagram(frame[6:12], source, target, int.from_bytes(udp[2:4], "big"), udp[8:length])
