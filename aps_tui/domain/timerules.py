"""Time zones as phones want them: an offset, and when summer time begins and ends.

Source: the POSIX rule in the last line of each zone's file in the `tzdata` package (RFC 8536
section 3.3), which is the rule in force now and from now on.
"""

from __future__ import annotations

import calendar
import difflib
import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from aps_tui.domain.errors import BadValue

_NAME = r"(<[+-]?[A-Za-z0-9]+>|[A-Za-z]+)"
_CLOCK = r"([+-]?\d+(?::\d+){0,2})"
_RULE = re.compile(rf"{_NAME}{_CLOCK}(?:{_NAME}{_CLOCK}?,([^,]+),([^,]+))?\Z")
_WEEKDAY = re.compile(rf"M(\d+)\.(\d)\.(\d)(?:/{_CLOCK})?\Z")
_DAY = 24 * 60


class Transition(NamedTuple):
    """A yearly change, in the wall time before it.

    `week` is 1 to 4, or 5 for the month's last; `weekday` 0 is Sunday. `minute_of_day` may lie
    outside the day in a few zones (Nuuk −60, Gaza 3000): it counts from that day's midnight.
    """

    month: int
    week: int
    weekday: int
    minute_of_day: int

    @property
    def minute(self) -> int:
        """The minute of the day, 0 to 1439: the nearest that a phone without such rules can hold."""
        return min(max(self.minute_of_day, 0), _DAY - 1)

    @property
    def clock(self) -> str:
        """`minute` as HH:MM."""
        return f"{self.minute // 60:02}:{self.minute % 60:02}"

    def on(self, year: int) -> datetime:
        """The exact moment in a year, in the wall time before the change."""
        first, length = calendar.monthrange(year, self.month)
        day = 1 + (self.weekday - (first + 1)) % 7 + 7 * (self.week - 1)
        while day > length:
            day -= 7
        return datetime(year, self.month, day) + timedelta(minutes=self.minute_of_day)


class DstRule(NamedTuple):
    """Summer time: what it adds to the offset, and when."""

    save_minutes: int
    start: Transition
    end: Transition
    abbreviation: str


class TimeRule(NamedTuple):
    """A zone's offset in minutes east of UTC in winter, and its summer time, if it has one."""

    zone: str
    offset_minutes: int
    abbreviation: str
    dst: DstRule | None

    @property
    def offset(self) -> str:
        """The winter offset as `+05:45` or `-03:00`."""
        hours, minutes = divmod(abs(self.offset_minutes), 60)
        return f"{'-' if self.offset_minutes < 0 else '+'}{hours:02}:{minutes:02}"


def _database(*path: str) -> bytes:
    """A file of the tzdata package; its reader is imported only where one is wanted."""
    from importlib.resources import files

    return files("tzdata").joinpath(*path).read_bytes()


@lru_cache(maxsize=1)
def zones() -> tuple[str, ...]:
    """Every zone name of the tz database, sorted."""
    return tuple(sorted(_database("zones").decode("ascii").split()))


@lru_cache(maxsize=1)
def countries() -> dict[str, str]:
    """ISO 3166 alpha-2 code to the country's English name, from the tz database's own list."""
    lines = _database("zoneinfo", "iso3166.tab").decode("utf-8").splitlines()
    return dict(line.split("\t", 1) for line in lines if not line.startswith("#"))


def check_zone(name: str) -> str:
    """Return a zone's name, in the database's own case; raises BadValue with the nearest names."""
    folded = {zone.lower(): zone for zone in zones()}
    wanted = name.strip().replace(" ", "_").lower()
    if wanted in folded:
        return folded[wanted]
    near = difflib.get_close_matches(wanted, folded, n=1, cutoff=0.7)
    near = near or [zone for zone in folded if wanted and zone.endswith("/" + wanted)]
    hint = f": did you mean {folded[near[0]]}?" if near else ", as America/Toronto is"
    raise BadValue(f"{name[:40]!r} is no time zone of the tz database{hint}")


def _minutes(clock: str) -> int:
    """`-3:30` as minutes; seconds, which no current rule has, are dropped."""
    hours, minutes = [*(int(part) for part in clock.lstrip("+-").split(":")), 0][:2]
    return (-1 if clock.startswith("-") else 1) * (hours * 60 + minutes)


def _transition(text: str) -> Transition:
    """One side of a POSIX rule; raises BadValue for rules that count days of the year."""
    found = _WEEKDAY.match(text)
    if not found:
        raise BadValue(f"its rule counts days of the year ({text}), which no phone can hold")
    month, week, weekday = (int(part) for part in found.groups()[:3])
    return Transition(month, week, weekday, _minutes(found[4] or "2"))


def parse_rule(zone: str, posix: str) -> TimeRule:
    """Read a POSIX TZ rule (`EST5EDT,M3.2.0,M11.1.0`); `zone` only names it.

    A negative summer time (Dublin's winter is the exception in the tz database) is turned into
    the positive one that phones and people mean. Raises BadValue for what cannot be read.
    """
    found = _RULE.match(posix)
    if not found:
        raise BadValue(f"{zone}: its rule {posix!r} cannot be read")
    name, west, summer_name, summer_west, start, end = found.groups()
    offset, name = -_minutes(west), name.strip("<>")
    if not summer_name:
        return TimeRule(zone, offset, name, None)
    save = (-_minutes(summer_west) if summer_west else offset + 60) - offset
    try:
        rule = DstRule(save, _transition(start), _transition(end), summer_name.strip("<>"))
    except BadValue as error:
        raise BadValue(f"{zone}: {error}") from None
    if save > 0:
        return TimeRule(zone, offset, name, rule)
    return TimeRule(zone, offset + save, rule.abbreviation, DstRule(-save, rule.end, rule.start, name))


@lru_cache(maxsize=64)
def time_rule(zone: str) -> TimeRule:
    """Return the rule in force for an IANA zone; raises BadValue for an unknown one."""
    data = _database("zoneinfo", *check_zone(zone).split("/"))
    return parse_rule(zone, data.rstrip(b"\n").rsplit(b"\n", 1)[-1].decode("ascii"))
