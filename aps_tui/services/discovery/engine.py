"""Runs nmap: no shell, in a process group of its own, read as it speaks, and never left behind."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, NamedTuple, cast
from xml.etree import ElementTree

from aps_tui.domain.errors import ApsError
from aps_tui.services.discovery.ranges import Range
from aps_tui.services.discovery.rights import check_rights, find_nmap

RATE = 1000
"""Packets a second at the least: without it nmap takes 40 s for 1,000 addresses of which none answers."""
MOST_BYTES = 64 << 20
"""Of nmap's answer: 65,536 hosts take half of it."""
MOST_WORDS = 4096
"""Bytes of what nmap says beside the answer that are looked at."""
LOOK_EVERY = 0.1
"""Seconds between two looks whether to stop."""


class Stopped(ApsError):
    """The scan was stopped; nothing was found out."""


class Progress(NamedTuple):
    """How far a scan is."""

    percent: float
    hosts: int
    """Those that were read so far; nmap says them all at the end."""
    seconds: float

    def __str__(self) -> str:
        return f"{self.percent:.0f} %, {self.hosts:,} answered, {self.seconds:.0f} s"


class Raw(NamedTuple):
    """What nmap said."""

    xml: bytes
    words: str
    """What it said beside the answer, as on a terminal."""
    status: int


Say = Callable[[Progress], None]
Stop = Callable[[], bool]


def command(nmap: str, wanted: Range) -> list[str]:
    """nmap's arguments for an ARP scan of a range.

    `--privileged` makes it fail where it may not send raw packets; without it, it would quietly ask by TCP instead.
    """
    said = f"{nmap} --privileged -n -sn -PR -oX - --stats-every 250ms --min-rate {RATE} -e {wanted.interface.name}"
    return [*said.split(), *wanted.targets]


def run(wanted: Range, say: Say, stop: Stop) -> Raw:
    """Scan a range and say how far it is, several times a second.

    Raises CannotScan before anything is sent where nmap or the right is missing, Stopped soon after `stop` says so.
    nmap ends with this call, and with this process.
    """
    nmap = find_nmap()
    check_rights(nmap)
    said = bytearray()
    reader, started = _Reader(), time.monotonic()
    limit = started + 60 + len(wanted) / 50
    with tempfile.TemporaryFile() as words, _started(command(nmap, wanted), words) as process:
        for chunk in _chunks(process):
            if stop():
                raise Stopped("the scan was stopped")
            if time.monotonic() > limit or len(said) > MOST_BYTES:
                raise ApsError("nmap does not come to an end: the scan was stopped; try fewer addresses")
            if chunk:
                said += chunk
                reader.read(chunk)
                say(Progress(reader.percent, reader.hosts, time.monotonic() - started))
        status = process.wait()
        words.seek(0)
        return Raw(bytes(said), words.read(MOST_WORDS).decode("utf-8", "replace"), status)


@contextmanager
def _started(words: list[str], errors: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """The command on a leash (see leash.py); whatever is left of it at the end is killed."""
    leash = [sys.executable, "-I", "-S", str(Path(__file__).with_name("leash.py")), *words]
    told = {name: value for name, value in os.environ.items() if not name.startswith("NMAP")}  # NMAP_UNPRIVILEGED …
    pipe = subprocess.PIPE
    with subprocess.Popen(  # noqa: S603 - no shell; every word is ours, an interface's name or an address
        leash, stdin=pipe, stdout=pipe, stderr=errors, env=told, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)


def _chunks(process: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """What the process writes until it closes its output, and nothing now and then."""
    assert process.stdout is not None
    output = process.stdout.fileno()
    while True:
        ready, _, _ = select.select([output], [], [], LOOK_EVERY)
        chunk = os.read(output, 1 << 16) if ready else b""
        if ready and not chunk:
            return
        yield chunk


class _Reader:
    """Reads nmap's XML as it comes, for what is shown meanwhile; nothing of it is kept."""

    def __init__(self) -> None:
        self.percent, self.hosts = 0.0, 0
        self._parser: ElementTree.XMLPullParser[ElementTree.Element] = ElementTree.XMLPullParser(["end"])

    def read(self, chunk: bytes) -> None:
        """Take in what came."""
        with suppress(ElementTree.ParseError):  # what is judged is the whole answer, at the end
            self._parser.feed(chunk)
            for _, element in cast("Iterator[tuple[str, ElementTree.Element]]", self._parser.read_events()):
                if element.tag == "taskprogress":
                    self.percent = float(element.get("percent", "0"))
                elif element.tag == "host":
                    self.hosts += 1
                element.clear()
