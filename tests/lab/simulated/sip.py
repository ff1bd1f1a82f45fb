"""The SIP side of a simulated phone: it registers with a digest and answers what it is told, over UDP."""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
import socket
from typing import NamedTuple

from tests.lab.phones.maker import Account

_TRIES = 5
_PATIENCE = 1.0
"""Seconds until it sends again what was not answered."""
_CHALLENGED = (401, 407)
_PORT = 5060


class Message(NamedTuple):
    """A request or a response."""

    first: str
    headers: dict[str, str]
    """By their names in lower case; the topmost Via alone, as nobody stands between."""
    body: str

    @property
    def status(self) -> int:
        """Of a response; 0 for a request."""
        return int(self.first.split()[1]) if self.first.startswith("SIP/2.0 ") else 0


def parsed(data: bytes) -> Message:
    """A message as it came."""
    head, _, body = data.decode("utf-8", "replace").partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    pairs = [line.partition(":") for line in reversed(lines)]
    return Message(first, {name.strip().lower(): value.strip() for name, _, value in pairs}, body)


class SipSide:
    """A phone's socket, on port 5060 of its address. Close it."""

    def __init__(self, address: str, agent: str) -> None:
        self.address, self.agent = address, agent
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.setblocking(False)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.sock.bind((address, _PORT))

    def close(self) -> None:
        """Nobody is there any more."""
        self.sock.close()

    async def register(self, account: Account) -> int:
        """Register; the last status, 0 where the registrar does not answer."""
        call, authorization, status = secrets.token_hex(8), "", 0
        for number in range(1, _TRIES + 1):
            request = self._request(account, call, number, authorization)
            answer = await self._asked(request, (account.server, account.port), number)
            if answer is None:
                continue
            status = answer.status
            if status not in _CHALLENGED or authorization:
                break
            authorization = _answered(answer.headers["www-authenticate"], account)
        return status

    async def told(self) -> Message:
        """The next request, which is still to be answered."""
        while (message := (await self._received())[0]).status:
            pass
        return message

    async def answer(self, request: Message, status: str) -> None:
        """Answer a request to where its Via says that it came from."""
        via = re.match(r"SIP/2\.0/UDP ([\d.]+)(?::(\d+))?", request.headers["via"])
        assert via, request.headers["via"]
        copied = [f"{name}: {request.headers[name.lower()]}" for name in ("Via", "From", "To", "Call-ID", "CSeq")]
        text = "\r\n".join([f"SIP/2.0 {status}", *copied, f"User-Agent: {self.agent}", "Content-Length: 0", "", ""])
        await asyncio.get_running_loop().sock_sendto(self.sock, text.encode(), (via[1], int(via[2] or _PORT)))

    async def _received(self) -> tuple[Message, tuple[str, int]]:
        data, peer = await asyncio.get_running_loop().sock_recvfrom(self.sock, 65536)
        return parsed(data), peer

    async def _asked(self, request: str, registrar: tuple[str, int], number: int) -> Message | None:
        await asyncio.get_running_loop().sock_sendto(self.sock, request.encode(), registrar)
        try:
            async with asyncio.timeout(_PATIENCE):
                while True:
                    message, _ = await self._received()
                    if message.status >= 200 and message.headers.get("cseq") == f"{number} REGISTER":
                        return message
        except TimeoutError:
            return None

    def _request(self, account: Account, call: str, number: int, authorization: str) -> str:
        own = f"<sip:{account.user}@{account.server}>"
        lines = [
            f"REGISTER sip:{account.server} SIP/2.0",
            f"Via: SIP/2.0/UDP {self.address}:{_PORT};branch=z9hG4bK{secrets.token_hex(8)};rport",
            "Max-Forwards: 70",
            f"From: {own};tag={call[:8]}",
            f"To: {own}",
            f"Call-ID: {call}",
            f"CSeq: {number} REGISTER",
            f"Contact: <sip:{account.user}@{self.address}:{_PORT}>",
            "Expires: 3600",
            f"User-Agent: {self.agent}",
            *([authorization] if authorization else []),
            "Content-Length: 0",
        ]
        return "\r\n".join([*lines, "", ""])


def _answered(challenge: str, account: Account) -> str:
    """The Authorization header that answers a challenge of MD5 digest without qop (RFC 2617)."""
    asked = dict(re.findall(r'(\w+)="([^"]*)"', challenge))
    uri = f"sip:{account.server}"
    secret = _md5(f"{account.auth_user}:{asked['realm']}:{account.secret}")
    response = _md5(f"{secret}:{asked['nonce']}:{_md5(f'REGISTER:{uri}')}")
    said = {"username": account.auth_user, "realm": asked["realm"], "nonce": asked["nonce"], "uri": uri}
    return "Authorization: Digest " + ", ".join(f'{name}="{it}"' for name, it in {**said, "response": response}.items())


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()
