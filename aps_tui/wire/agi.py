"""AGI, the protocol in which Asterisk hands a call to a program: over TCP (FastAGI) or standard input and output.

Facts: res_agi.c as spec/pbx.md C.5 tells it, and what a real Asterisk did (spec/asterisk-proofs.md, part 3).
"""

from __future__ import annotations

import asyncio
import re
from typing import NamedTuple, Protocol

from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.domain.observation import heard

LONGEST_LINE = 8191
"""Bytes of a command; Asterisk cuts a longer line and runs the rest of it as another command."""
LONGEST_ANSWER = 16384
"""Bytes of a line that are read: the limit to give the stream's reader."""
MOST_WORDS = 128
MOST_LINES = 150
"""Lines of the environment, or of one reply, that are read."""
LONGEST_VALUE = 400
PATIENCE = 30.0
"""Seconds to wait for a line, beyond what a command takes: a prompt is played meanwhile."""

GONE = "-1"
"""The result of a command that failed: the caller is gone, or the file is missing."""

_REPLY = re.compile(r"200 result=(\S*)(?: \((.*)\))?(?: endpos=(\d+))?\s*\Z")
_BARE = re.compile(r"[A-Za-z0-9_./:@,()*#+-]+\Z")
_NAME = re.compile(r"agi_[a-z0-9_]{1,40}\Z")


class HungUp(ApsError):
    """The call is over: its caller hung up, the connection broke, or nothing came for too long."""


class NoAgi(ApsError):
    """What came is not what Asterisk sends."""


class Writer(Protocol):
    """Where commands go: an asyncio.StreamWriter is one."""

    def write(self, data: bytes) -> None:
        """Take bytes to send."""

    async def drain(self) -> None:
        """Wait until they are on their way."""


class Reply(NamedTuple):
    """The answer to a command."""

    code: int
    """200; 510 unknown command; 520 wrong usage."""
    result: str = ""
    text: str = ""
    """What stands in parentheses: a variable's value, `timeout`."""
    endpos: int | None = None
    """Samples that were played."""

    @property
    def failed(self) -> bool:
        """Whether nothing was done: a missing file, or a caller who is gone."""
        return self.code != 200 or self.result == GONE


class Agi:
    """One call. Every wait is bounded; whatever ends the call raises HungUp."""

    def __init__(self, reader: asyncio.StreamReader, writer: Writer, patience: float = PATIENCE) -> None:
        self._reader = reader
        self._writer = writer
        self._patience = patience
        self.over = False
        """Whether the caller hung up."""

    async def environment(self) -> dict[str, str]:
        """What Asterisk says of the call first: `agi_callerid` and so on. Raises NoAgi, HungUp."""
        found: dict[str, str] = {}
        for _ in range(MOST_LINES):
            line = await self._line(0)
            if not line:
                return found
            name, colon, value = line.partition(":")
            if not colon or not _NAME.match(name):
                raise NoAgi("the first lines are not those of AGI")
            if name in found:
                raise NoAgi(f"{name} is said twice")
            found[name] = heard(value, LONGEST_VALUE)
        raise NoAgi("the first lines do not end")

    async def command(self, name: str, *arguments: str, lasts: float = 0) -> Reply:
        """Send a command, such as `GET DATA`, that takes up to `lasts` seconds, and wait for its reply.

        Raises HungUp also when the reply says that the caller hung up meanwhile; BadValue for one that is too long.
        """
        if self.over:
            raise HungUp("the caller hung up")
        line = written(name, *arguments)
        try:
            self._writer.write(line)
            await self._writer.drain()
        except (OSError, RuntimeError):
            raise self._ended("the connection broke") from None
        reply = await self._reply(lasts)
        if self.over:
            raise HungUp("the caller hung up")
        return reply

    async def variable(self, name: str) -> str:
        """The value of a channel variable or of a function such as `CHANNEL(pjsip,remote_addr)`; "" without one."""
        reply = await self.command("GET VARIABLE", name)
        return reply.text if reply.result == "1" else ""

    async def get_data(self, file: str, seconds: int, most: int) -> str | None:
        """Play a file and take up to `most` keys, until `#` or a pause of `seconds`.

        "" when no key was pressed; None when the file could not be played.
        """
        reply = await self.command("GET DATA", file, str(seconds * 1000), str(most), lasts=seconds * (most + 1))
        return None if reply.failed else heard(reply.result, most)

    async def stream(self, file: str) -> bool:
        """Play a file to its end; False when it could not be played."""
        return not (await self.command("STREAM FILE", file, "")).failed

    async def say_digits(self, digits: str) -> None:
        """Say digits one by one."""
        await self.command("SAY DIGITS", digits, "", lasts=2 * len(digits))

    async def hang_up(self) -> None:
        """End the call."""
        await self.command("HANGUP")

    def caller_left(self) -> None:
        """Say that the caller hung up: how SIGHUP tells it to a program on standard input and output."""
        self.over = True
        self._reader.feed_eof()

    async def _reply(self, lasts: float) -> Reply:
        for _ in range(MOST_LINES):
            line = await self._line(lasts)
            if line == "HANGUP":
                self.over = True  # the reply to the command still follows
            elif line.startswith("511"):
                raise self._ended("the caller hung up")
            elif line.startswith("510"):
                return Reply(510)
            elif line.startswith("520") and line[3:4] != "-":
                return Reply(520)
            elif found := _REPLY.match(line):
                result, text, end = found.groups()
                return Reply(200, result, heard(text or "", LONGEST_VALUE), int(end[:12]) if end else None)
            elif line.startswith("200"):
                raise NoAgi("a reply without a result")
        raise NoAgi("a reply that does not end")

    async def _line(self, lasts: float) -> str:
        try:
            async with asyncio.timeout(self._patience + lasts):
                line = await self._reader.readline()
        except TimeoutError:
            raise self._ended("nothing came for too long") from None
        except OSError:
            raise self._ended("the connection broke") from None
        except ValueError:
            raise NoAgi("a line that is too long") from None
        if not line.endswith(b"\n"):
            raise self._ended("the connection was closed")
        return line.decode("utf-8", "replace").rstrip("\r\n")

    def _ended(self, why: str) -> HungUp:
        self.over = True
        return HungUp(why)


def written(name: str, *arguments: str) -> bytes:
    """A command as it is sent: one line, whatever the arguments hold. Raises BadValue for one that is too long."""
    line = " ".join((name, *(_quoted(one) for one in arguments))).encode("utf-8", "replace") + b"\n"
    if len(line) > LONGEST_LINE or len(arguments) + 2 > MOST_WORDS:
        raise BadValue("an AGI command that is too long")
    return line


def _quoted(text: str) -> str:
    """An argument: without control characters, of which a line feed would begin another command, and in quotes."""
    clean = "".join(char for char in text if char.isprintable())
    if _BARE.match(clean):
        return clean
    escaped = clean.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
