"""Runs the dialogue: as the program that Asterisk starts for one call, or as the server of many."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from typing import IO

from aps_tui.domain.errors import ApsError
from aps_tui.services.unprov.desk import Desk
from aps_tui.services.unprov.dialogue import Call
from aps_tui.services.unprov.server import FastAgi
from aps_tui.wire.agi import LONGEST_ANSWER, Agi

_ENDINGS = (signal.SIGTERM, signal.SIGINT)


def serve(desk: Desk, host: str, port: int, listening: Callable[[list[str]], None]) -> None:
    """Take calls until SIGTERM or SIGINT; `listening` is told where. Raises ApsError."""
    asyncio.run(_serve(desk, host, port, listening))


async def _serve(desk: Desk, host: str, port: int, listening: Callable[[list[str]], None]) -> None:
    server, ended = FastAgi(desk), asyncio.Event()
    loop = asyncio.get_running_loop()
    for ending in _ENDINGS:
        loop.add_signal_handler(ending, ended.set)
    listening(await server.start(host, port))
    await ended.wait()
    await server.stop()


def one_call(desk: Desk) -> None:
    """Hold the call on standard input and output. Raises ApsError where those are no pipes."""
    asyncio.run(_one_call(desk))


async def _one_call(desk: Desk) -> None:
    loop = asyncio.get_running_loop()
    reader, back, writer = await _standard(loop)
    agi = Agi(reader, writer)
    # Asterisk sends SIGHUP when the caller hangs up; by default that would end a program in the middle of its work.
    loop.add_signal_handler(signal.SIGHUP, agi.caller_left)
    call = Call(agi, desk)
    await call.hold()
    writer.close()
    back.close()
    await call.finish()


async def _standard(
    loop: asyncio.AbstractEventLoop,
) -> tuple[asyncio.StreamReader, asyncio.BaseTransport, asyncio.StreamWriter]:
    """Standard input as a stream, with what closes it, and standard output."""
    reader = asyncio.StreamReader(limit=LONGEST_ANSWER)
    try:
        back, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), _there(sys.stdin, "rb"))
        flow = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, _there(sys.stdout, "wb"))
    except (ValueError, OSError):
        raise ApsError(
            "standard input and output are no pipes: Asterisk starts this command by AGI(); with --listen it is a "
            "server for AGI(agi://…)"
        ) from None
    transport, protocol = flow
    return reader, back, asyncio.StreamWriter(transport, protocol, None, loop)


def _there(stream: IO[str] | None, mode: str) -> IO[bytes]:
    """A standard stream under a number of its own, so that what asyncio closes is still there for the interpreter."""
    if stream is None:
        raise ValueError
    return os.fdopen(os.dup(stream.fileno()), mode, 0)
