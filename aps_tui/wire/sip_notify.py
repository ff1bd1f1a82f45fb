"""A NOTIFY outside of any dialogue, over UDP, and what is answered to it (RFC 3261, RFC 6665)."""

from __future__ import annotations

import re
import secrets
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.wire.sip_words import Uri, bracketed, checked_body, checked_event, parse_uri

TEXT = "text/plain"
T1, T2 = 0.5, 4.0
"""Seconds: the first wait for an answer, doubled up to the second (RFC 3261, 17.1.2.2: timer E)."""
TRIES = 4
"""Requests in all; then it is silence (7.5 s)."""
MOST_BYTES = 65_535
MOST_ANSWERS = 50
"""Packets that are looked at within one wait: a phone that floods is not listened to."""
_STATUS = re.compile(rb"SIP/2\.0 ([1-6][0-9]{2}) ([^\r\n]{0,200})\r?\n")
_LONGEST_REASON = 60


class Notice(NamedTuple):
    """What a phone is told."""

    event: str
    """The Event header: `check-sync;reboot=true`."""
    body: str = ""
    content_type: str = TEXT


class Answer(NamedTuple):
    """What a phone said."""

    status: int
    reason: str
    """Plain ASCII; hostile all the same."""


class NoStack(ApsError):
    """The machine answers that nothing listens there (ICMP)."""


class Silence(ApsError):
    """Nothing answers."""


class Ids(NamedTuple):
    """What makes one request known in its answer."""

    branch: str
    call: str
    tag: str

    @classmethod
    def fresh(cls) -> Ids:
        """New ones, which nobody can guess."""
        return cls("z9hG4bK" + secrets.token_hex(8), secrets.token_hex(12), secrets.token_hex(4))


def request(uri: str, notice: Notice, local: tuple[str, int], ids: Ids, sender: str = "asterisk") -> bytes:
    """The NOTIFY as it is sent. Raises BadValue for any part that could be more than its one line."""
    to = parse_uri(uri)
    event, body = checked_event(notice.event), checked_body(notice.body)
    if not re.fullmatch(r"[a-z0-9-]+/[a-z0-9.+-]+", notice.content_type):
        raise BadValue(f"{notice.content_type!r} is no content type")
    here = f"{bracketed(local[0])}:{local[1]}"
    payload = re.sub(r"\r?\n", "\r\n", body).encode("ascii")
    lines = [
        f"NOTIFY {_address(to)} SIP/2.0",
        f"Via: SIP/2.0/UDP {here};rport;branch={ids.branch}",
        "Max-Forwards: 70",
        f"From: <sip:{sender}@{bracketed(local[0])}>;tag={ids.tag}",
        f"To: <{_address(to)}>",
        f"Call-ID: {ids.call}",
        "CSeq: 1 NOTIFY",
        f"Contact: <sip:{sender}@{here}>",
        f"Event: {event}",
        "Subscription-State: terminated",
        *([f"Content-Type: {notice.content_type}"] if payload else []),
        f"Content-Length: {len(payload)}",
    ]
    return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + payload


def _address(to: Uri) -> str:
    return f"{to.scheme}:{to.user + '@' if to.user else ''}{bracketed(to.host)}:{to.port}"


def parse_answer(packet: bytes, ids: Ids) -> Answer | None:
    """The answer to a request of ours; None for anything else, which whoever may have sent."""
    found = _STATUS.match(packet)
    head = packet.partition(b"\r\n\r\n")[0]
    if found is None or ids.branch.encode() not in head or ids.call.encode() not in head:
        return None
    reason = found[2].decode("ascii", "replace")
    return Answer(int(found[1]), "".join(char for char in reason if " " <= char <= "~")[:_LONGEST_REASON])


def send(
    uri: str, notice: Notice, *, source: str = "", tries: int = TRIES, first: float = T1,
    stop: Callable[[], bool] = lambda: False,
) -> Answer:  # fmt: skip
    """Send a NOTIFY to a phone and wait for its final answer; at most 7.5 s.

    `source`: the address to send from; empty lets the machine choose. Raises BadValue for an address that cannot be
    reached in this way (a name, TCP, TLS), NoStack, Silence, and ApsError where this machine cannot send.
    """
    to = parse_uri(uri)
    if not to.address or to.transport != "udp":
        raise BadValue(f"{uri} cannot be told directly: that goes to an IP address over UDP only")
    family = socket.AF_INET6 if ":" in to.address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as out:
            if source:
                out.bind((source, 0))
            out.connect((to.address, to.port))
            ids = Ids.fresh()
            packet = request(uri, notice, out.getsockname()[:2], ids)
            wait = first
            for _ in range(tries):
                if stop():
                    break
                out.send(packet)
                answer = _answered(out, ids, time.monotonic() + wait)
                if answer is not None:
                    return answer
                wait = min(wait * 2, T2)
    except ConnectionRefusedError:
        raise NoStack(f"no SIP phone listens at {to.address} port {to.port}") from None
    except OSError as error:
        raise ApsError(f"no NOTIFY can be sent to {to.address}: {error.strerror or error}") from None
    raise Silence(f"{to.address} does not answer")


def _answered(out: socket.socket, ids: Ids, end: float) -> Answer | None:
    """The final answer that comes before a time; None without one."""
    for _ in range(MOST_ANSWERS):
        left = end - time.monotonic()
        if left <= 0:
            return None
        out.settimeout(left)
        with suppress(TimeoutError):
            answer = parse_answer(out.recv(MOST_BYTES), ids)
            if answer is not None and answer.status >= 200:
                return answer
    return None
