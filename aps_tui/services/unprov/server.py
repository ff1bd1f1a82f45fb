"""FastAGI: takes the calls that Asterisk hands over by TCP, on this machine alone unless others are allowed."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.services.unprov.desk import Desk
from aps_tui.services.unprov.dialogue import Call
from aps_tui.wire.agi import LONGEST_ANSWER, Agi

MOST_CALLS = 60
LONGEST_CALL = 600.0
"""Seconds after which a call is ended, whatever it does."""
_LAST_WORDS = 130.0
"""Seconds that a server which ends waits for the files of phones that were bound."""


@dataclass
class FastAgi:
    """The server. Start it, let it run, and stop it."""

    desk: Desk
    most: int = MOST_CALLS
    calls: set[asyncio.Task[None]] = field(default_factory=set)
    _after: set[asyncio.Task[None]] = field(default_factory=set)
    _server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> list[str]:
        """Listen; the addresses, as `127.0.0.1:4573`. Raises ApsError."""
        try:
            self._server = await asyncio.start_server(self._connected, host, port, limit=LONGEST_ANSWER)
        except OSError as error:
            raise ApsError(f"{host}:{port} cannot be listened on: {error.strerror or error}") from None
        return ["{}:{}".format(*socket.getsockname()[:2]) for socket in self._server.sockets]

    async def stop(self) -> None:
        """Take no more calls, end those that go on, and finish what they came to."""
        if self._server is not None:
            self._server.close()
        for call in self.calls:
            call.cancel()
        await asyncio.gather(*self.calls, return_exceptions=True)
        if self._after:
            await asyncio.wait(self._after, timeout=_LAST_WORDS)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = str((writer.get_extra_info("peername") or ("?",))[0])
        if len(self.calls) >= self.most or not _may(peer, self.desk.options.allow):
            why = "too many at once" if len(self.calls) >= self.most else "not in [unprov] allow"
            self.desk.log(f"a connection from {peer} was refused: {why}")
            writer.close()
            return
        task = asyncio.current_task()
        assert task is not None
        self.calls.add(task)
        call = Call(Agi(reader, writer), self.desk)
        try:
            async with asyncio.timeout(LONGEST_CALL):
                await call.hold()
        except TimeoutError:
            self.desk.log(f"a call from {peer} was ended after {LONGEST_CALL:.0f} s")
        except Exception as error:
            # One bad call ends alone; what it raised could hold what a phone sent, so its kind is enough.
            self.desk.log(f"a call from {peer} failed: internal error: {type(error).__name__}")
        finally:
            self.calls.discard(task)
            self._finish_later(call)
            writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    def _finish_later(self, call: Call) -> None:
        after = asyncio.get_running_loop().create_task(call.finish())
        self._after.add(after)
        after.add_done_callback(self._finished)

    def _finished(self, after: asyncio.Task[None]) -> None:
        self._after.discard(after)
        if not after.cancelled() and (error := after.exception()) is not None:
            self.desk.log(f"a phone's file was not written: internal error: {type(error).__name__}")


def listen_at(text: str, allow: Sequence[str]) -> tuple[str, int]:
    """`HOST:PORT` in two. Raises BadValue for what is no such thing, and for another host without an allow-list."""
    host, colon, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise BadValue(f"{text}: write HOST:PORT, such as 127.0.0.1:4573")
    if not _loopback(host) and not allow:
        raise BadValue(
            f"{text}: FastAGI has no password, so it is served on this machine alone: listen on 127.0.0.1, "
            "or say in [unprov] allow which machines may hand calls over"
        )
    return host, int(port)


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _may(peer: str, allow: Sequence[str]) -> bool:
    if _loopback(peer):
        return True
    try:
        address = ipaddress.ip_address(peer.partition("%")[0])
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(one) for one in allow)
