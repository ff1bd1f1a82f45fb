"""Caps on what is new."""

from __future__ import annotations

from aps_tui.data.requests import Request
from aps_tui.domain.whitelist import parse_entry
from aps_tui.services.watch import caps
from aps_tui.services.watch.caps import MACS_OF_ONE, NEW_PER_MINUTE, WINDOW, Caps


def asked(number: int, address: str = "192.0.2.66") -> Request:
    return Request(f"805ec0{number:06x}", "x.cfg", address, "http", 404, -1, "curl", 1.0)


def all_of(requests: list[Request]) -> set[str]:
    return {request.mac for request in requests}


def test_one_address_that_reads_through_macs_is_an_alarm_and_its_macs_are_left_out() -> None:
    judge = Caps()
    few = [asked(n) for n in range(MACS_OF_ONE)]
    assert judge.harvested(few, all_of(few), 0.0) == (set(), [])
    more = [asked(n) for n in range(100, 400)]
    out, raised = judge.harvested(more, all_of(more), 1.0)
    assert out == all_of(more)
    assert [(alarm.kind, alarm.origin) for alarm in raised] == [("harvest", "192.0.2.66")]
    assert judge.harvested(more, all_of(more), 2.0)[1] == [], "the same thing is not told over and over"
    assert judge.harvested(more, all_of(more), 60.0)[1], "but again while it goes on"


def test_who_is_to_be_banned_is_told_once_and_never_by_tftp_whose_senders_are_forged() -> None:
    judge = Caps()
    many = [asked(n) for n in range(2 * MACS_OF_ONE)]
    forged = [one._replace(source="tftp", address="192.0.2.1") for one in many]
    half = [one._replace(address="192.0.2.2") for one in many[:MACS_OF_ONE]]
    rest = [one._replace(source="tftp", address="192.0.2.2") for one in many[MACS_OF_ONE:]]
    every = [*many, *forged, *half, *rest]
    assert {alarm.origin for alarm in judge.harvested(every, all_of(every), 0.0)[1]} == {"192.0.2.66", "192.0.2.1"}
    assert (judge.harvesters(), judge.harvesters()) == (["192.0.2.66"], [])


def test_a_phone_with_many_files_and_a_site_behind_one_router_are_none() -> None:
    judge = Caps()
    again = [asked(7) for _ in range(500)]
    assert judge.harvested(again, all_of(again), 0.0) == (set(), [])
    site = [asked(n) for n in range(300)]
    assert judge.harvested(site, set(), 0.0) == (set(), []), "their MACs are known"


def test_what_was_asked_long_ago_is_forgotten() -> None:
    judge = Caps()
    for n in range(200):
        assert judge.harvested([asked(n)], all_of([asked(n)]), n * WINDOW / 10) == (set(), [])


def test_memory_is_bounded() -> None:
    judge = Caps()
    for n in range(caps.MOST_ORIGINS + 500):
        judge.harvested([asked(n, f"10.{n >> 8}.{n & 255}.1")], all_of([asked(n)]), 0.0)
    many = [asked(n) for n in range(5000)]
    judge.harvested(many, all_of(many), 0.0)
    assert len(judge._asked) == caps.MOST_ORIGINS
    assert max(map(len, judge._asked.values())) <= 2 * MACS_OF_ONE


def test_a_devices_file_that_leaves_the_whitelisted_networks_is_an_alarm() -> None:
    judge, inside = Caps(), [parse_entry("10.77.0.0/22"), parse_entry("80:5e:c0:00:00:07")]
    mac = "805ec0000001"
    own = Request(mac, f"{mac.upper()}.cfg", "192.0.2.66", "http", 200, 9, "curl", 1.0)
    (alarm,) = judge.outside([own], inside, 0.0)
    assert alarm == ("outside", "192.0.2.66", "was given the file of 80:5e:c0:00:00:01")
    assert judge.outside([own], inside, 1.0) == [], "told once"
    fine = [own._replace(address="10.77.1.1"), own._replace(status=401, address="192.0.2.7"),
            own._replace(path="y000000000028.cfg", address="192.0.2.8"),
            own._replace(mac="805ec0000007", path="805ec0000007.cfg", address="192.0.2.9")]  # fmt: skip
    assert judge.outside(fine, inside, 0.0) == [] == judge.outside([own._replace(address="192.0.2.1")], [], 0.0)


def test_a_flood_of_new_macs_is_cut_and_told_and_the_minute_refills() -> None:
    judge = Caps()
    macs = [f"{n:012x}" for n in range(3 * NEW_PER_MINUTE)]
    kept, raised = judge.admitted(macs, 100.0)
    assert len(kept) == NEW_PER_MINUTE
    assert [(alarm.kind, alarm.detail) for alarm in raised] == [
        (
            "flood",
            f"over {NEW_PER_MINUTE:,} new MACs in a minute: {2 * NEW_PER_MINUTE:,} of the last ones were left out",
        )
    ]
    assert len(judge.admitted(macs, 130.0)[0]) == NEW_PER_MINUTE // 2
    assert judge.admitted(macs[:5], 200.0) == (set(macs[:5]), [])
