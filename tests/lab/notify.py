"""A SIP NOTIFY as a PBX sends it, plain and over UDP: what the phones obey is shown without the product's own."""

from __future__ import annotations

import secrets
import socket

from tests.lab.netlab import PBX
from tests.lab.simulated.sip import parsed

_TRIES = 4
_PATIENCE = 1.0


def notify(address: str, user: str, event: str, body: str = "") -> int:
    """Tell a phone of an event; the status that it answers, 0 where it does not. Runs where the PBX is."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(_PATIENCE)
        sock.bind((str(PBX), 0))
        sock.connect((address, 5060))
        call = secrets.token_hex(8)
        request = _request(address, user, event, body, sock.getsockname()[1], call).encode()
        for _ in range(_TRIES):
            sock.send(request)
            try:
                answer = parsed(sock.recv(65536))
            except TimeoutError:
                continue
            except ConnectionRefusedError:
                return 0
            if answer.headers.get("call-id") == call:
                return answer.status
    return 0


def _request(address: str, user: str, event: str, body: str, port: int, call: str) -> str:
    own = f"sip:pbx@{PBX}:{port}"
    lines = [
        f"NOTIFY sip:{user}@{address}:5060 SIP/2.0",
        f"Via: SIP/2.0/UDP {PBX}:{port};rport;branch=z9hG4bK{call}",
        "Max-Forwards: 70",
        f"From: <{own}>;tag={call}",
        f"To: <sip:{user}@{address}>",
        f"Call-ID: {call}",
        "CSeq: 1 NOTIFY",
        f"Contact: <{own}>",
        f"Event: {event}",
        "Subscription-State: terminated",
        *(["Content-Type: text/plain"] if body else []),
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*lines, "", body])
