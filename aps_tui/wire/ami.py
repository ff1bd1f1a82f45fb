"""A small client of Asterisk's Manager Interface: NOTIFY and contacts (spec/asterisk-proofs.md, part 4).

`Success: NOTIFY sent` proves nothing: Asterisk says it for phones that are not there as well.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import NamedTuple

from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.wire.sip_notify import Notice
from aps_tui.wire.sip_words import checked_body, checked_endpoint, checked_event, checked_uri

PORT = 5038
TIMEOUT = 5.0
"""Seconds for a connection and for each answer."""
MOST_LINE = 8192
MOST_LINES = 200
"""Of one message."""
MOST_MESSAGES = 100_000
"""Of one list, what is not asked for included."""
_SHOWN = 120

Message = dict[str, str]
"""Header in lower case to its value; of a header said twice the last one."""


class AmiError(ApsError):
    """The PBX's manager interface cannot be used, or refuses; the text holds no secret."""


class AmiLost(AmiError):
    """The connection is of no use any more; a new one may be."""


class Contact(NamedTuple):
    """Where a phone is registered, as PJSIP tells it. Hostile text but for what it looks like."""

    uri: str
    endpoint: str
    address: str
    """Where its REGISTER came from."""
    agent: str
    status: str
    expires: float
    """Unix seconds; 0 where it is not said."""


class Ami:
    """A connection that is logged in. Use it as a context manager."""

    def __init__(self, host: str, port: int, user: str, secret: str, timeout: float = TIMEOUT) -> None:
        """Connect and log in. Raises AmiError."""
        self._where, self._timeout, self._number = f"{host}:{port}", timeout, 0
        self._lines = _Lines(_connected(host, port, timeout), timeout, self._where)
        try:
            if not self._lines.line().startswith("Asterisk Call Manager/"):
                raise AmiError(f"what answers at {self._where} is not Asterisk's manager interface")
            answer = self.ask([("Action", "Login"), ("Username", user), ("Secret", secret), ("Events", "off")])
            if answer["response"] != "Success":
                raise AmiError(f"the manager interface at {self._where} does not let {user} in: see manager.conf")
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Ami:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Leave."""
        self._lines.close()

    def ask(self, headers: Sequence[tuple[str, str]]) -> Message:
        """Send an action and give its answer, which has a `response`.

        Raises AmiError, and BadValue for a header with a control character.
        """
        self._send(headers)
        return next(message for message in self._answers() if "response" in message)

    def notify(self, notice: Notice, *, endpoint: str = "", uri: str = "") -> str:
        """Tell an endpoint, or one address, with PJSIP; what the PBX says. Raises AmiError where it refuses."""
        to = ("Endpoint", checked_endpoint(endpoint)) if endpoint else ("URI", checked_uri(uri))
        return self._done([("Action", "PJSIPNotify"), to, *variables(notice)])

    def sip_notify(self, notice: Notice, peer: str) -> str:
        """Tell a peer of chan_sip."""
        return self._done([("Action", "SIPnotify"), ("Channel", f"SIP/{checked_endpoint(peer)}"), *variables(notice)])

    def contacts(self) -> list[Contact]:
        """Every registration that PJSIP knows; none is no error."""
        self._send([("Action", "PJSIPShowContacts")])
        found = []
        for count, message in enumerate(self._answers()):
            if "response" in message and message["response"] != "Success":
                if "no contacts" in message.get("message", "").lower():
                    return []
                raise AmiError(f"the PBX refuses PJSIPShowContacts: {_plain(message.get('message', ''))}")
            if message.get("event") == "ContactListComplete":
                break
            if message.get("event") == "ContactList":
                found.append(_contact(message))
            if count > MOST_MESSAGES:
                raise AmiError(f"the list of contacts from {self._where} does not end")
        return found

    def _done(self, headers: Sequence[tuple[str, str]]) -> str:
        answer = self.ask(headers)
        said = _plain(answer.get("message", ""))
        if answer["response"] != "Success":
            raise AmiError(f"the PBX refuses: {said or 'it does not say why'}")
        return said

    def _send(self, headers: Sequence[tuple[str, str]]) -> None:
        self._number += 1
        every = [*headers, ("ActionID", str(self._number))]
        for name, value in every:
            if not value.isprintable() or len(value) > MOST_LINE // 2:
                raise BadValue(f"the header {name} for the PBX holds what cannot be sent")
        self._lines.send("".join(f"{name}: {value}\r\n" for name, value in every) + "\r\n")

    def _answers(self) -> Iterator[Message]:
        """The messages that belong to the action sent last."""
        for _ in range(MOST_MESSAGES):
            message = self._lines.message()
            if message.get("actionid") == str(self._number):
                yield message
        raise AmiLost(f"the manager interface at {self._where} does not answer what it is asked")


def variables(notice: Notice) -> list[tuple[str, str]]:
    """The headers that say what is told; nothing is escaped. A line of the body each is a Content of its own."""
    event, body = checked_event(notice.event), checked_body(notice.body)
    for value in (event, body):
        if "," in value:  # Asterisk takes a header apart at commas
            raise BadValue(f"{value!r} cannot be told through the manager interface: it holds a comma")
    said = [("Variable", f"Event={event}")]
    if body:
        said.append(("Variable", f"Content-type={notice.content_type}"))
        said += [("Variable", f"Content={line}") for line in body.splitlines()]
    return said


class _Lines:
    """What comes over a connection, within bounds of size and time."""

    def __init__(self, out: socket.socket, timeout: float, where: str) -> None:
        self._socket, self._timeout, self._where = out, timeout, where
        self._read = bytearray()
        self._end = time.monotonic() + timeout

    def close(self) -> None:
        self._socket.close()

    def send(self, text: str) -> None:
        self._end = time.monotonic() + self._timeout
        try:
            self._socket.settimeout(self._timeout)
            self._socket.sendall(text.encode())
        except OSError as error:
            raise AmiLost(f"the manager interface at {self._where} went away: {_why(error)}") from None

    def message(self) -> Message:
        found: Message = {}
        for _ in range(MOST_LINES):
            line = self.line()
            if not line:
                return found
            name, _, value = line.partition(":")
            found[name.strip().lower()] = value.strip()
        raise AmiLost(f"the manager interface at {self._where} sends a message without an end")

    def line(self) -> str:
        while (end := self._read.find(b"\n")) < 0:
            if len(self._read) > MOST_LINE:
                raise AmiLost(f"the manager interface at {self._where} sends a line without an end")
            self._more()
        line = self._read[:end].rstrip(b"\r").decode("utf-8", "replace")
        del self._read[: end + 1]
        return line

    def _more(self) -> None:
        left = self._end - time.monotonic()
        try:
            if left <= 0:
                raise TimeoutError
            self._socket.settimeout(left)
            chunk = self._socket.recv(1 << 16)
        except TimeoutError:
            raise AmiLost(f"the manager interface at {self._where} does not answer in {self._timeout:g} s") from None
        except OSError as error:
            raise AmiLost(f"the manager interface at {self._where} went away: {_why(error)}") from None
        if not chunk:
            raise AmiLost(f"the manager interface at {self._where} closed the connection")
        self._read += chunk


def _connected(host: str, port: int, timeout: float) -> socket.socket:
    try:
        return socket.create_connection((host, port), timeout)
    except OSError as error:
        raise AmiError(f"no manager interface at {host}:{port}: {_why(error)}; see manager.conf") from None


def _why(error: OSError) -> str:
    return "it does not answer" if isinstance(error, TimeoutError) else error.strerror or type(error).__name__


def _plain(text: str) -> str:
    """A text of the PBX, short and without what does not print."""
    return "".join(char for char in text[:_SHOWN] if char.isprintable())


def _contact(message: Message) -> Contact:
    expires = message.get("expirationtime", message.get("regexpire", ""))
    return Contact(
        uri=message.get("uri", ""),
        endpoint=message.get("endpoint", ""),
        address=message.get("viaaddr", ""),
        agent=message.get("useragent", ""),
        status=message.get("status", ""),
        expires=float(expires) if expires.isdecimal() and len(expires) < 13 else 0.0,
    )
