"""What phones ask TFTP servers for: tftpd-hpa and dnsmasq, out of syslog, a log file of its own or the journal.

tftpd-hpa says `RRQ from ADDRESS filename NAME` (with -v), and where it refuses, `sending NAK (…) to ADDRESS` in a
second line of the same process (with -vv); nothing tells that a file was sent. So a request waits a moment for its
refusal.
dnsmasq says all in one line, once the file was sent or is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from aps_tui.domain.observation import PATH, STATUS, TFTP, Observation
from aps_tui.wire.lines import address_of, said
from aps_tui.wire.macs import mac_in_name
from aps_tui.wire.syslog import entry

HOLD = 0.5
"""Seconds that a request waits for its refusal."""
MOST_HELD = 1000
SENT, REFUSED = "200", "404"

_RRQ = re.compile(r"RRQ from (\S+) filename (.+?)(?: remapped to (?P<to>.+))?$")
_NAK = re.compile(r"sending NAK \((\d+), .*\) to (\S+)$")
_DNSMASQ = (
    (re.compile(r"sent (?P<name>.+) to (?P<ip>\S+)$"), SENT),
    (re.compile(r"file (?P<name>.+) not found for (?P<ip>\S+)$"), REFUSED),
    (re.compile(r"cannot access (?P<name>.+): .+$"), REFUSED),
    (re.compile(r"failed sending (?P<name>.+) to (?P<ip>\S+)$"), REFUSED),
)


class TftpLog:
    """Reads the lines of a log in which TFTP servers write; others' lines are passed over."""

    def __init__(self, folders: Sequence[str] = ("/tftpboot/",)) -> None:
        """`folders`: what leads to the root of the files; dnsmasq writes whole paths."""
        self._folders = tuple(folders)
        self._held: dict[tuple[str, str], tuple[float, Observation]] = {}

    def feed(self, lines: Iterable[str], now: float) -> Iterator[Observation]:
        """The requests, with status 200 for what was sent or not refused, 404 for what was refused."""
        for line in lines:
            if "tftp" in line and (one := entry(line, now)):
                at = min(one.at or now, now)
                if one.program.endswith("dnsmasq-tftp"):
                    yield from self._dnsmasq(one.text[:2000], at)
                elif one.program.endswith("tftpd"):
                    yield from self._hpa(one.text[:2000], one.pid, at, now)
        yield from self._ripe(now)

    def _hpa(self, text: str, pid: str, at: float, now: float) -> Iterator[Observation]:
        if found := _RRQ.match(text):
            if (pid, found[1]) in self._held:
                yield self._held.pop((pid, found[1]))[1]
            if len(self._held) >= MOST_HELD:
                yield self._held.pop(next(iter(self._held)))[1]
            self._held[pid, found[1]] = (now, self._asked(found["to"] or found[2], found[1], at, SENT))
        elif (found := _NAK.match(text)) and (held := self._held.pop((pid, found[2]), None)):
            words = {**held[1].said, STATUS: REFUSED}
            yield held[1]._replace(said=words)

    def _dnsmasq(self, text: str, at: float) -> Iterator[Observation]:
        for pattern, status in _DNSMASQ:
            if found := pattern.match(text):
                if (one := self._asked(found["name"], found.groupdict().get("ip", ""), at, status)).mac or one.address:
                    yield one
                return

    def _ripe(self, now: float) -> Iterator[Observation]:
        """Those that were not refused in time; the clock may have been set back meanwhile."""
        while self._held:
            first = next(iter(self._held))
            if 0 <= now - self._held[first][0] < HOLD:
                return
            yield self._held.pop(first)[1]

    def _asked(self, name: str, ip: str, at: float, status: str) -> Observation:
        path = name.replace("\\", "/")
        for folder in self._folders:
            if path.startswith(folder):
                path = path[len(folder) :]
                break
        words = said((PATH, path.lstrip("/")), (STATUS, status))
        return Observation(TFTP, mac_in_name(path), address_of(ip), at, words)
