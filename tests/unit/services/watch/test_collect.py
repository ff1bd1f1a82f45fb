"""What gathers between two writes."""

from __future__ import annotations

import pytest

from aps_tui.domain.observation import (
    ACCOUNT,
    AGENT,
    BYTES,
    CONTACT,
    HTTP,
    LEASE,
    OPTION_60,
    PATH,
    SIP,
    STATUS,
    Observation,
)  # fmt: skip
from aps_tui.services.watch import collect
from aps_tui.services.watch.collect import UNJOINED_SECONDS, Collector

MAC = "805ec0000001"


def lease(mac: str = MAC, address: str = "10.0.0.1", at: float = 1.0, **said: str) -> Observation:
    return Observation(LEASE, mac, address, at, said)


def asked(path: str, mac: str = MAC, at: float = 2.0, status: str = "200", address: str = "10.0.0.1") -> Observation:
    return Observation(HTTP, mac, address, at, {PATH: path, STATUS: status, BYTES: "12", AGENT: "Yealink"})


def test_of_one_source_the_latest_words_win_and_earlier_ones_stay() -> None:
    gather = Collector()
    gather.add(Observation(LEASE, MAC, "", 5.0, {OPTION_60: "yealink"}))
    gather.add(Observation(LEASE, MAC, "10.0.0.1", 3.0, {OPTION_60: "old", "host name": "h"}))
    (seen,) = gather.take(6.0).sightings.values()
    assert seen == (MAC, LEASE, "10.0.0.1", 5.0, {OPTION_60: "yealink", "host name": "h"}, 3.0, 2)


def test_of_each_name_the_latest_request_is_kept() -> None:
    gather = Collector()
    gather.add(asked("/805ec0000001.cfg"))
    gather.add(asked("805ec0000001.boot", status="404"))
    gather.add(asked("805ec0000001.cfg", at=9.0, status="401"))
    gather.add(asked("805ec0000001.cfg", at=4.0))
    batch = gather.take(9.0)
    assert [(one.path, one.status, one.bytes, one.at) for one in batch.requests.values()] == [
        ("805ec0000001.cfg", 401, 12, 9.0), ("805ec0000001.boot", 404, 12, 2.0),
    ]  # fmt: skip


def test_a_request_without_a_mac_is_joined_by_address_even_when_the_lease_comes_later() -> None:
    gather = Collector()
    gather.add(asked("y000000000028.cfg", mac="", at=10.0))
    assert not gather.take(10.1)
    gather.add(lease(at=10.2))
    batch = gather.take(10.3)
    assert (MAC, HTTP) in batch.sightings and (MAC, "y000000000028.cfg") in batch.requests


def test_a_request_that_nobody_explains_is_let_go() -> None:
    gather = Collector()
    gather.add(asked("y000000000028.cfg", mac="", at=10.0))
    gather.take(10.0 + UNJOINED_SECONDS)
    gather.add(lease(at=30.0))
    gather.take(30.0)
    assert not gather.take(31.0)


def test_a_file_server_tells_nobodys_address_it_may_be_a_routers() -> None:
    gather = Collector()
    gather.add(asked("805ec0000001.cfg", address="192.0.2.1"))
    gather.add(asked("y000000000028.cfg", mac="", address="192.0.2.1"))
    assert set(gather.take(2.0).requests) == {(MAC, "805ec0000001.cfg")}


def test_a_registration() -> None:
    gather = Collector()
    said = {ACCOUNT: f"aps-{MAC}", CONTACT: "sip:x@10.0.0.1", AGENT: "Yealink"}
    gather.add(Observation(SIP, MAC, "10.0.0.1", 3.0, said))
    assert gather.take(3.0).registrations[MAC] == (MAC, f"aps-{MAC}", "sip:x@10.0.0.1", "10.0.0.1", "Yealink", 3.0)


def test_what_waits_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collect, "MOST_PENDING", 10)
    monkeypatch.setattr(collect, "MOST_UNJOINED", 5)
    monkeypatch.setattr(collect, "MOST_ADDRESSES", 5)
    gather = Collector()
    for n in range(100):
        gather.add(lease(f"{n:012x}", f"10.0.1.{n}"))
        gather.add(asked("a.cfg", mac="", address=f"10.9.9.{n}"))
    assert gather.dropped == 90 and len(gather.take(1.0).macs) == 10


@pytest.mark.parametrize("text", ["", "-5", "1e9", "٣", "9" * 40])
def test_a_number_that_is_none_is_not_believed(text: str) -> None:
    gather = Collector()
    gather.add(Observation(HTTP, MAC, "", 1.0, {PATH: "a", STATUS: text, BYTES: text}))
    (request,) = gather.take(1.0).requests.values()
    assert (request.status, request.bytes) == (0, -1)
