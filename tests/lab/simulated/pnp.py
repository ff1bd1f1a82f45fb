"""SIP plug and play: what a phone sends to a multicast group when it starts, whoever may hear it."""

from __future__ import annotations

import secrets
import socket

from tests.lab.phones.maker import Profile

GROUP, PORT = "224.0.1.75", 5060


def subscribe(address: str, mac: str, profile: Profile) -> None:
    """Ask once for a profile. No answer is awaited: the site's way is DHCP."""
    device = f"sip:MAC%3a{mac.upper()}@{GROUP}"
    about = f'vendor="{profile.vendor}";model="{profile.model}";version="{profile.version}"'
    call = secrets.token_hex(8)
    lines = [
        f"SUBSCRIBE {device} SIP/2.0",
        f"Via: SIP/2.0/UDP {address}:{PORT};branch=z9hG4bK{call};rport",
        "Max-Forwards: 20",
        f"From: <{device}>;tag={call}",
        f"To: <{device}>",
        f"Call-ID: {call}@{address}",
        "CSeq: 1 SUBSCRIBE",
        f"Contact: <sip:{address}:{PORT}>",
        f'Event: ua-profile;profile-type="device";{about}',
        "Expires: 0",
        "Accept: application/url",
        "Content-Length: 0",
    ]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(address))
        sock.bind((address, 0))
        sock.sendto("\r\n".join([*lines, "", ""]).encode(), (GROUP, PORT))
