"""Time rules against the standard library's own reading of the same zone files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest

from aps_tui.domain.errors import BadValue
from aps_tui.domain.timerules import DstRule, TimeRule, Transition, countries, parse_rule, time_rule, zones

FIRST_SUNDAY_OCTOBER = Transition(10, 1, 0, 120)


@pytest.mark.parametrize(
    ("zone", "rule"),
    [
        ("America/Toronto", (-300, "EST", DstRule(60, Transition(3, 2, 0, 120), Transition(11, 1, 0, 120), "EDT"))),
        ("Europe/Paris", (60, "CET", DstRule(60, Transition(3, 5, 0, 120), Transition(10, 5, 0, 180), "CEST"))),
        ("Asia/Kolkata", (330, "IST", None)),
        ("Australia/Sydney", (600, "AEST", DstRule(60, FIRST_SUNDAY_OCTOBER, Transition(4, 1, 0, 180), "AEDT"))),
        ("America/Sao_Paulo", (-180, "-03", None)),
        ("America/Regina", (-360, "CST", None)),
        ("Asia/Kathmandu", (345, "+0545", None)),
        ("Australia/Lord_Howe", (630, "+1030", DstRule(30, FIRST_SUNDAY_OCTOBER, Transition(4, 1, 0, 120), "+11"))),
        ("Europe/Dublin", (0, "GMT", DstRule(60, Transition(3, 5, 0, 60), Transition(10, 5, 0, 120), "IST"))),
        ("Africa/Casablanca", None),
    ],
)
def test_rules_as_phones_want_them(zone: str, rule: tuple[int, str, DstRule | None] | None) -> None:
    found = time_rule(zone)
    if rule is None:  # Morocco's rule changes with the database; it must agree with itself
        assert found.dst is None
        return
    assert found == TimeRule(zone, *rule)


def zone_info(name: str) -> ZoneInfo:
    """The zone read from the tzdata package, whatever the system has."""
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as stream:
        return ZoneInfo.from_file(stream, key=name)


@pytest.mark.parametrize("year", [2090, 2096])
def test_every_zone_agrees_with_the_standard_library(year: int) -> None:
    """Years after the last transition that the files list one by one, where only the rule holds."""
    for name in zones():
        rule, zone = time_rule(name), zone_info(name)
        offset = timedelta(minutes=rule.offset_minutes)
        if rule.dst is None:
            assert zone.utcoffset(datetime(year, 1, 1)) == zone.utcoffset(datetime(year, 7, 1)) == offset, name
            continue
        summer = offset + timedelta(minutes=rule.dst.save_minutes)
        for change, before, after in ((rule.dst.start, offset, summer), (rule.dst.end, summer, offset)):
            moment = (change.on(year) - before).replace(tzinfo=UTC)
            assert (moment - timedelta(seconds=1)).astimezone(zone).utcoffset() == before, name
            assert moment.astimezone(zone).utcoffset() == after, name


def test_hours_outside_the_day_are_exact_by_date_and_clamped_by_clock() -> None:
    nuuk = time_rule("America/Nuuk").dst
    assert nuuk is not None
    assert nuuk.start == Transition(3, 5, 0, -60)
    assert (nuuk.start.on(2026), nuuk.start.clock) == (datetime(2026, 3, 28, 23), "00:00")
    santiago = time_rule("America/Santiago").dst
    assert santiago is not None
    assert (santiago.start.minute_of_day, santiago.start.clock) == (1440, "23:59")


@pytest.mark.parametrize(
    ("zone", "text"), [("Asia/Kathmandu", "+05:45"), ("America/St_Johns", "-03:30"), ("UTC", "+00:00")]
)
def test_offsets_as_text(zone: str, text: str) -> None:
    assert time_rule(zone).offset == text


@pytest.mark.parametrize("posix", ["AAA3BBB,J60/0,J300", "AAA3BBB,0/0,J365/23"])
def test_days_of_the_year_are_refused(posix: str) -> None:
    with pytest.raises(BadValue, match=r"^X/Y: its rule counts days of the year"):
        parse_rule("X/Y", posix)


def test_what_cannot_be_read_is_refused() -> None:
    with pytest.raises(BadValue, match="cannot be read"):
        parse_rule("X/Y", "nonsense,")
    with pytest.raises(BadValue, match="no time zone"):
        time_rule("../../etc/passwd")


def test_the_lists_come_with_the_database() -> None:
    assert {"America/Toronto", "US/Eastern", "UTC"} <= set(zones())
    assert countries()["CA"] == "Canada"
