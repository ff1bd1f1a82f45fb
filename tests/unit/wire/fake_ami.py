"""A manager interface on loopback that answers as a real Asterisk was seen to (spec/asterisk-proofs.md, part 4)."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

SECRET = "s3cret-of-ami"
Headers = list[tuple[str, str]]
NOTHING = "Response: Error\r\nMessage: No Contacts found\r\n"
LISTED = (
    "Response: Success\r\nEventList: start\r\nMessage: A listing of Contacts follows, presented as ContactList events"
)


@dataclass
class FakeAmi:
    """What it was asked, and what it says."""

    port: int = 0
    asked: list[Headers] = field(default_factory=list)
    """Every action but Login."""
    logins: int = 0
    answer: Callable[[dict[str, str]], bytes] | None = None
    """Takes an action's headers, gives raw bytes in place of the usual answer; empty closes the connection."""
    contacts: list[dict[str, str]] = field(default_factory=list)
    banner: bytes = b"Asterisk Call Manager/9.0.0\r\n"

    def said(self, action: dict[str, str]) -> bytes:
        """The usual answer."""
        number = f"ActionID: {action['ActionID']}\r\n"
        if action["Action"] == "Login":
            good = (action["Username"], action["Secret"]) == ("aps", SECRET)
            return _told(
                f"Response: Success\r\n{number}Message: Authentication accepted\r\n"
                if good
                else f"Response: Error\r\n{number}Message: Authentication failed\r\n"
            )
        if action["Action"] == "PJSIPShowContacts":
            return self._contacts(number)
        if ("Endpoint" in action) + ("URI" in action) + ("Channel" in action) != 1:
            return _told(f"Response: Error\r\n{number}Message: PJSIPNotify requires exactly one of them\r\n")
        # It says so for phones that are not there as well.
        return _told(f"Response: Success\r\n{number}Message: NOTIFY sent\r\n")

    def _contacts(self, number: str) -> bytes:
        if not self.contacts:
            return _told(NOTHING + number)
        parts = [f"{LISTED}\r\n{number}"]
        for one in self.contacts:
            parts.append(f"Event: ContactList\r\n{number}" + "".join(f"{k}: {v}\r\n" for k, v in one.items()))
        parts.append(
            f"Event: ContactListComplete\r\n{number}EventList: Complete\r\nListItems: {len(self.contacts)}\r\n"
        )
        return _told("Event: ContactStatus\r\nURI: sip:1\r\n") + b"".join(map(_told, parts))


def _told(text: str) -> bytes:
    return text.encode() + b"\r\n"


@contextmanager
def fake_ami() -> Iterator[FakeAmi]:
    """A running one on a port of its own."""
    fake = FakeAmi()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(fake.banner)
            headers: Headers = []
            for line in self.rfile:
                if line.strip():
                    name, _, value = line.decode().rstrip("\r\n").partition(": ")
                    headers.append((name, value))
                    continue
                action = dict(headers)
                if action["Action"] == "Login":
                    fake.logins += 1
                else:
                    fake.asked.append(headers)
                headers = []
                own = fake.answer(action) if fake.answer and action["Action"] != "Login" else None
                if own == b"":
                    return
                self.wfile.write(own or fake.said(action))

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as server:
        fake.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield fake
        finally:
            server.shutdown()
            thread.join()
