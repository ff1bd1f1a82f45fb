"""A phone on loopback that answers a NOTIFY as it is told to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Answering = Callable[[str], list[bytes]]


def answered(status: str) -> Answering:
    """Answers with a status, as phones do: what is to be copied is copied."""

    def answer(request: str) -> list[bytes]:
        kept = [line for line in request.split("\r\n") if line.startswith(("Via", "From", "To", "Call-ID", "CSeq"))]
        return ["\r\n".join([f"SIP/2.0 {status}", *kept, "Content-Length: 0", "", ""]).encode()]

    return answer


@dataclass
class FakePhone:
    """What it heard, and how it answers."""

    port: int
    heard: list[str] = field(default_factory=list)
    answer: Answering = field(default_factory=lambda: answered("200 OK"))

    @property
    def uri(self) -> str:
        """Where it is."""
        return f"sip:101@127.0.0.1:{self.port}"


@contextmanager
def fake_phone() -> Iterator[FakePhone]:
    """A listening one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as heard:
        heard.bind(("127.0.0.1", 0))
        phone = FakePhone(heard.getsockname()[1])

        def listen() -> None:
            while True:
                packet, sender = heard.recvfrom(65535)
                if not packet:
                    return
                phone.heard.append(packet.decode())
                for said in phone.answer(phone.heard[-1]):
                    heard.sendto(said, sender)

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield phone
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
                end.sendto(b"", ("127.0.0.1", phone.port))
            thread.join()
