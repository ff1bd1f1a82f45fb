"""Frames as phones send them, made byte by byte."""

from __future__ import annotations

import struct
from ipaddress import IPv4Address

MAC = "805ec0123456"


def udp(payload: bytes, port: int, target: str = "255.255.255.255", source: str = "0.0.0.0", mac: str = MAC) -> bytes:
    """An Ethernet frame with a UDP datagram."""
    length = 8 + len(payload)
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + length, 1, 0, 64, 17, 0,
                     IPv4Address(source).packed, IPv4Address(target).packed)  # fmt: skip
    return b"\xff" * 6 + bytes.fromhex(mac) + b"\x08\x00" + ip + struct.pack("!HHHH", 68, port, length, 0) + payload


def dhcp(kind: int, *options: tuple[int, bytes], ciaddr: str = "0.0.0.0", mac: str = MAC, file: bytes = b"") -> bytes:
    """A client's DHCP packet, without what carries it."""
    head = struct.pack("!BBBBIHH4s4s4s4s16s64s128s4s", 1, 1, 6, 0, 7, 0, 0x8000, IPv4Address(ciaddr).packed, b"", b"",
                       b"", bytes.fromhex(mac), b"", file, b"\x63\x82\x53\x63")  # fmt: skip
    body = b"".join(bytes([code, len(value)]) + value for code, value in ((53, bytes([kind])), *options))
    return head + body + b"\xff"


def subscribe(uri: str, event: str, agent: str = "") -> bytes:
    """A SIP SUBSCRIBE as a phone from the factory sends it."""
    lines = [f"SUBSCRIBE {uri} SIP/2.0", "Via: SIP/2.0/UDP 10.77.1.1:5060;branch=z9hG4bK-1;rport",
             f"From: <{uri}>;tag=1", f"To: <{uri}>", "Call-ID: c1", "CSeq: 1 SUBSCRIBE", f"Event: {event}",
             f"User-Agent: {agent}", "Contact: <sip:10.77.1.1:5060>", "Content-Length: 0"]  # fmt: skip
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
