"""Lines of syslog, however they were stamped, and of `journalctl -o json`: when, by whom, and what was said.

Stamps: `Nov 30 12:19:02` (local time, without a year), ISO 8601, and none at all behind a `<29>`.
"""

from __future__ import annotations

import re
import time
from datetime import datetime
from functools import lru_cache
from json import JSONDecodeError, loads
from typing import NamedTuple

_CLASSIC = re.compile(r"(?P<at>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) (?P<rest>.*)")
_ISO = re.compile(r"(?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?) (?P<rest>.*)")
_PRIORITY = re.compile(r"<\d{1,3}>(?:1 )?")
_SAYS = re.compile(r"(?:\S{1,255} )?(?P<program>[\w./-]{1,64})(?:\[(?P<pid>\d{1,10})\])?: (?P<text>.*)")
_DAY = 86_400


class Entry(NamedTuple):
    """One line."""

    at: float
    """Unix seconds; 0 where the line does not say."""
    program: str
    pid: str
    text: str


def entry(line: str, now: float) -> Entry | None:
    """What a line says; None for one that is no line of syslog. `now` gives the year that it leaves out."""
    if line.startswith("{"):
        return _of_journal(line)
    if line.startswith("<"):
        line = _PRIORITY.sub("", line, count=1)
    at = 0.0
    if found := _CLASSIC.match(line):
        at, line = _classic(found["at"], int(now) // _DAY), found["rest"]
    elif found := _ISO.match(line):
        at, line = _iso(found["at"]), found["rest"]
    says = _SAYS.match(line)
    return Entry(at, says["program"], says["pid"] or "", says["text"]) if says else None


def _of_journal(line: str) -> Entry | None:
    try:
        found = loads(line)
    except (JSONDecodeError, RecursionError, ValueError):
        return None
    if not isinstance(found, dict):
        return None
    text, at = found.get("MESSAGE"), found.get("__REALTIME_TIMESTAMP")
    if isinstance(text, list):  # bytes that are no UTF-8
        text = "".join(chr(byte & 0xFF) for byte in text[:4096] if isinstance(byte, int))
    if not isinstance(text, str):
        return None
    when = int(at) / 1e6 if isinstance(at, str) and at.isascii() and at.isdigit() and len(at) < 18 else 0.0
    pid = found.get("_PID") or found.get("SYSLOG_PID") or ""
    return Entry(when, str(found.get("SYSLOG_IDENTIFIER", "")), str(pid)[:10], text)


@lru_cache(maxsize=256)
def _classic(text: str, today: int) -> float:
    """A stamp without a year is of the last twelve months. `today`: days since 1970."""
    year = time.gmtime(today * _DAY).tm_year
    for one in (year + 1, year, year - 1):
        try:
            at = time.mktime(time.strptime(f"{one} {text}", "%Y %b %d %H:%M:%S"))
        except (ValueError, OverflowError):  # 29 February is not in every year
            continue
        if at < (today + 2) * _DAY:
            return at
    return 0.0


@lru_cache(maxsize=256)
def _iso(text: str) -> float:
    try:
        return datetime.fromisoformat(text.replace(",", ".")).timestamp()
    except (ValueError, OverflowError):
        return 0.0
