"""Every way through the dialogue, and every place where a caller may hang up."""

from __future__ import annotations

import asyncio
import hmac
from dataclasses import replace

import pytest

from aps_tui.data.arrivals import Arrival
from aps_tui.data.queue import Sighting
from aps_tui.data.requests import Request
from aps_tui.domain.site import Device, Extension
from tests.unit.services.small_site import MACS, contents
from tests.unit.services.unprov.calls import MAC, PHONE, PIN, Phones
from tests.unit.services.unprov.fake_asterisk import HOW, Asterisk

GOOD = [PIN, "103"]
ADDRESS = "10.77.0.5"
REFUSED = ["STREAM FILE vm-goodbye", "HANGUP"]


def test_right_pin_and_a_free_extension_bind_the_phone(phones: Phones) -> None:
    asterisk = Asterisk(PHONE, typed=GOOD)
    call = phones.call(asterisk)
    assert call.bound is not None and call.bound.number == "103"
    assert asterisk.commands[-7:] == [
        "GET VARIABLE PJSIP_HEADER(read,User-Agent)",
        "GET DATA agent-pass 8000 12",
        "GET DATA agent-newlocation 8000 10",
        'SAY DIGITS 103 ""',
        'STREAM FILE auth-thankyou ""',
        'STREAM FILE vm-goodbye ""',
        "HANGUP",
    ]
    assert phones.line() == ["103"] and phones.told == [(MAC, f"sip:{PHONE}@10.77.0.5:5060")]
    assert [*contents(phones.folder / "tftpboot")] == [f"{MAC}.cfg"]  # nobody else's file
    with phones.open() as place:
        assert b"account.1.user = 103" in (place.root / f"{MAC}.cfg").read_bytes()
        rows = place.store.audit.of("device", MAC, 1)
        assert [(row.operator, row.action) for row in rows] == [(f"phone {MAC}", "change")]
        assert place.store.requests.registrations([MAC])[MAC][1:5] == (
            PHONE, f"sip:{PHONE}@10.77.0.5:5060", ADDRESS, "Testphone T1 1.0",
        )  # fmt: skip
        assert place.store.generations.history()[0].generation.operator == f"phone {MAC}"


def test_wrong_ones_are_asked_for_again_with_the_reason_as_the_prompt(phones: Phones) -> None:
    asterisk = Asterisk(PHONE, typed=["9999", "", PIN, "101", "", "103"])
    assert phones.call(asterisk).bound is not None
    assert [one.removeprefix("GET DATA ") for one in asterisk.said[:6]] == [
        "agent-pass", "auth-incorrect", "auth-incorrect", "agent-newlocation", "pbx-invalid", "pbx-invalid",
    ]  # fmt: skip


def test_three_wrong_pins_end_the_call_and_block_for_a_while(phones: Phones) -> None:
    asterisk = Asterisk(PHONE, typed=["11", "22222222", "*#", PIN])
    assert phones.call(asterisk).bound is None
    assert asterisk.said == [
        "GET DATA agent-pass", "GET DATA auth-incorrect", "GET DATA auth-incorrect", *REFUSED,
    ]  # fmt: skip
    assert phones.log[-1] == f"3 wrong PINs from {ADDRESS}, phone {MAC}: blocked for 15 min"
    with phones.open() as place:
        assert [(one.kind, one.origin, one.times) for one in place.store.alarms.open()] == [("pin", ADDRESS, 1)]
    again = Asterisk(PHONE, typed=GOOD)
    phones.call(again)
    assert again.said == REFUSED and phones.log[-1].endswith("is blocked for 15 min more")
    other = Asterisk(f"aps-{MACS[0]}", typed=GOOD)  # the same address with another name
    phones.call(other)
    assert other.said == REFUSED
    moved = Asterisk(PHONE, address="10.77.0.9:5060", typed=GOOD)  # the same phone at another address
    phones.call(moved)
    assert moved.said == REFUSED and "is blocked" in phones.log[-1]
    phones.now += 15 * 60 + 1
    assert phones.call(Asterisk(PHONE, typed=GOOD)).bound is not None


def test_hanging_up_before_the_third_try_gains_nothing(phones: Phones) -> None:
    for end_at in (6, 6):
        phones.call(Asterisk(PHONE, typed=["11"], end_at=end_at, how="dropped"))
    # each call typed one wrong PIN and left at the next prompt
    phones.call(Asterisk(PHONE, typed=["12345"]))
    assert "3 wrong PINs" in phones.log[-1]


def test_wrong_pins_are_forgotten_with_the_right_one_and_with_time(phones: Phones) -> None:
    phones.call(Asterisk(PHONE, typed=["11", "22", PIN]))
    with phones.open() as place:
        assert place.store.db.rows("SELECT * FROM pin_failure") == []
    phones.call(Asterisk(PHONE, typed=["11", "22"]))
    phones.now += 15 * 60
    phones.call(Asterisk(PHONE, typed=["11", "22"]))
    with phones.open() as place:
        assert place.store.pin_failures.blocked([MAC]) == 0 and place.store.alarms.open() == []


def test_silence_is_no_guess(phones: Phones) -> None:
    asterisk = Asterisk(PHONE)
    phones.call(asterisk)
    assert asterisk.said[3:] == REFUSED
    with phones.open() as place:
        assert place.store.db.rows("SELECT * FROM pin_failure") == []


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("101", "is on"),
        ("555", "is no extension of tenant bolt"),
        ("201", "is no extension of tenant bolt"),
        ("105", "gone from"),
        ("106", "no secret is known"),
        ("*72", "is no extension"),
        ("１０３", "is no extension"),
    ],
)
def test_an_extension_that_cannot_be_taken_is_refused_by_voice(phones: Phones, number: str, why: str) -> None:
    with phones.open() as place:
        place.store.extensions.save_many(
            [
                Extension("acme", "201", "201", "201", "s3cret-201"),
                Extension("bolt", "105", "b105", "b105", "s3cret-105", source="pbx", gone=True),
                Extension("bolt", "106", "b106", "b106", "", usable=False),
            ]
        )
    asterisk = Asterisk(PHONE, typed=[PIN, number, number, number, "103"])
    assert phones.call(asterisk).bound is None and phones.line() == []
    assert asterisk.said[1:] == [
        "GET DATA agent-newlocation", "GET DATA pbx-invalid", "GET DATA pbx-invalid", *REFUSED,
    ]  # fmt: skip
    assert why in phones.log[-1] and phones.told == []


@pytest.mark.parametrize("how", HOW)
def test_a_call_that_ends_anywhere_binds_wholly_or_not_at_all(phones: Phones, how: str) -> None:
    """Commands 1 to 3 ask for variables, 4 and 5 take PIN and extension, 6 to 9 say goodbye."""
    file = phones.folder / "tftpboot" / f"{MAC}.cfg"
    for end_at in range(1, 10):
        asterisk = Asterisk(PHONE, typed=GOOD, end_at=end_at, how=how)
        call = phones.call(asterisk)
        bound = end_at > 5
        assert (call.bound is not None) == bound and phones.line() == (["103"] if bound else [])
        assert phones.told == ([(MAC, f"sip:{PHONE}@10.77.0.5:5060")] if bound else [])
        assert file.exists() == bound
        assert len(asterisk.commands) <= end_at + 2  # nothing is asked of a call that is over, but the next prompt
        assert not any("internal" in line for line in phones.log)
        with phones.open() as place:
            assert place.store.extensions.user("bolt", "103") == ((MAC, 1) if bound else None)
            place.store.devices.save(Device(MAC, "bolt", "testphone", "T2"))
            place.store.files.forget([file.name])
        file.unlink(missing_ok=True)
        phones.told.clear()


def test_a_call_in_which_nothing_more_comes_ends(phones: Phones) -> None:
    phones.patience = 0.05
    asterisk = Asterisk(PHONE, typed=GOOD)
    asterisk.answer = lambda *_: ""  # type: ignore[method-assign]
    call = phones.call(asterisk)
    assert call.bound is None and phones.log == ["call: nothing came for too long"]


def test_two_phones_at_once_want_one_extension(phones: Phones) -> None:
    other = "001122000099"
    with phones.open() as place:
        place.store.devices.save(Device(other, "bolt", "testphone", "T1"))
    calls = [Asterisk(f"aps-{mac}", address=f"10.77.0.{n}", typed=[PIN, "104"]) for n, mac in enumerate((MAC, other))]

    async def both() -> None:
        await asyncio.gather(*(phones.held(call, phones.desk) for call in calls))

    asyncio.run(both())
    assert sorted([phones.line(MAC), phones.line(other)]) == [[], ["104"]]
    assert len(phones.told) == 1
    loser = next(call for call in calls if "SAY DIGITS 104" not in call.said)
    assert "GET DATA pbx-invalid" in loser.said


def test_a_phone_that_is_bound_keeps_its_extension_and_is_told_again(phones: Phones) -> None:
    phones.call(Asterisk(PHONE, typed=GOOD))
    again = Asterisk(PHONE, typed=[PIN, "104"])
    call = phones.call(again)
    assert call.bound is not None and call.bound.before and phones.line() == ["103"]
    assert "SAY DIGITS 103" in again.said and len(phones.told) == 2


def test_without_commit_the_operator_does_the_rest(phones: Phones) -> None:
    phones.options_are(commit=False)
    phones.call(Asterisk(PHONE, typed=GOOD))
    assert phones.line() == ["103"] and phones.told == [] and contents(phones.folder / "tftpboot") == {}


def test_a_file_that_cannot_be_written_leaves_the_phone_bound_and_is_said(phones: Phones) -> None:
    file = phones.folder / "tftpboot" / f"{MAC}.cfg"
    file.write_text("mine\n")
    phones.call(Asterisk(PHONE, typed=GOOD))
    assert phones.line() == ["103"] and phones.told == [] and file.read_text() == "mine\n"
    assert "its file was not written" in phones.log[-1] and "edited by hand" in phones.log[-1]


def test_a_prompt_that_is_missing_is_replaced_and_silence_ends_the_call(phones: Phones) -> None:
    asterisk = Asterisk(PHONE, typed=GOOD, missing=frozenset({"agent-newlocation", "auth-thankyou"}))
    assert phones.call(asterisk).bound is not None
    assert "GET DATA vm-extension" in asterisk.said and "STREAM FILE beep" in asterisk.said
    phones.log.clear()
    silent = Asterisk(PHONE, typed=GOOD, missing=frozenset({"agent-pass", "vm-password", "beep"}))
    phones.call(silent)
    assert phones.log[-1] == "call refused: Asterisk plays no sound for pin: install its core sounds"


class TestWhoCalls:
    """The phone is known by its account; its address must fit."""

    def test_an_address_that_does_not_fit_is_refused(self, phones: Phones) -> None:
        with phones.open() as place:
            place.store.sightings.record([Sighting(MAC, "lease", "10.77.0.44", phones.now - 60, {})])
        asterisk = Asterisk(PHONE, typed=GOOD)
        assert phones.call(asterisk).bound is None
        assert asterisk.said == REFUSED
        assert phones.log == [f"call refused: phone {MAC} is at 10.77.0.44, and the call comes from {ADDRESS}"]
        with phones.open() as place:
            assert [(one.kind, one.origin) for one in place.store.alarms.open()] == [("call", ADDRESS)]
            assert place.store.requests.registrations([MAC]) == {}
        right = Asterisk(PHONE, address="10.77.0.44:40760", typed=GOOD)
        assert phones.call(right).bound is not None

    def test_a_request_tells_an_address_only_where_the_phones_own_file_was_given(self, phones: Phones) -> None:
        own = Request(MAC, f"{MAC}.cfg", "10.77.0.44", "http", 200, 9, "", phones.now)
        asked = (own._replace(address=ADDRESS, path=f"{MAC}-x.cfg", status=401),
                 own._replace(address=ADDRESS, path="y000000000066.cfg", agent=f"Yealink {MAC}"))  # fmt: skip
        with phones.open() as place:
            place.store.requests.record([own, *asked])
            place.store.sightings.record([Sighting(MAC, "http", ADDRESS, phones.now, {})])
        assert phones.call(Asterisk(PHONE, typed=GOOD)).bound is None
        assert phones.log == [f"call refused: phone {MAC} is at 10.77.0.44, and the call comes from {ADDRESS}"]
        assert phones.call(Asterisk(PHONE, address="10.77.0.44:5060", typed=GOOD)).bound is not None

    def test_where_nothing_is_known_it_is_noted(self, phones: Phones) -> None:
        phones.call(Asterisk(PHONE, typed=GOOD))
        assert phones.log[0] == (f"nothing says where phone {MAC} is: its address was not compared ({ADDRESS})")

    def test_old_news_does_not_count(self, phones: Phones) -> None:
        with phones.open() as place:
            place.store.sightings.record([Sighting(MAC, "lease", "10.77.0.44", phones.now - 8 * 86400, {})])
        assert phones.call(Asterisk(PHONE, typed=GOOD)).bound is not None

    def test_without_an_account_the_address_tells_the_only_phone_there(self, phones: Phones) -> None:
        def call() -> Asterisk:
            asterisk = Asterisk("unknown", contact="sip:x@10.77.0.5", typed=GOOD)
            phones.call(asterisk)
            return asterisk

        assert call().said == REFUSED
        with phones.open() as place:
            place.store.sightings.record([Sighting(MAC, "lease", ADDRESS, phones.now, {})])
            place.store.sightings.record([Sighting("001122000099", "lease", ADDRESS, phones.now, {})])
        assert call().said == REFUSED  # two are there
        with phones.open() as place:
            place.store.sightings.forget(["001122000099"])
        call()
        assert phones.line() == ["103"]

    @pytest.mark.parametrize(
        "caller",
        ["", "unknown", "101", "aps-", "aps-80", "aps-ffffffffffff", "aps-00112200000g", f"{PHONE}0", "aps-../../etc/x",
         f"{PHONE}\r\nagi_dnid: 1", "ａｐｓ-001122000005"],
    )  # fmt: skip
    def test_other_callers_are_refused(self, phones: Phones, caller: str) -> None:
        asterisk = Asterisk(caller, contact="", typed=GOOD)
        assert phones.call(asterisk).bound is None
        assert phones.line() == [] and "GET DATA agent-pass" not in asterisk.said

    def test_chan_sip_tells_the_address_by_other_names(self, phones: Phones) -> None:
        asterisk = Asterisk(PHONE, type="SIP", address=ADDRESS, typed=GOOD)
        phones.call(asterisk)
        assert phones.line() == ["103"] and "GET VARIABLE CHANNEL(recvip)" in asterisk.commands
        assert phones.log[-1] == (
            f"phone {MAC} has extension 103; not told, its contact is not known: restart it to fetch its file"
        )


class TestNoDeviceYet:
    """A phone that is no device becomes one where the settings and its evidence allow it."""

    NEW = "001122000077"

    def call(self, phones: Phones) -> Asterisk:
        asterisk = Asterisk(f"aps-{self.NEW}", typed=GOOD)
        phones.call(asterisk)
        return asterisk

    def provide(self, phones: Phones, **changes: object) -> None:
        with phones.open() as place:
            store = place.store
            store.provisioning.save(replace(store.provisioning.get(), **changes))  # type: ignore[arg-type]

    def arrive(self, phones: Phones, **changes: str) -> None:
        arrival = Arrival(self.NEW, "testphone", "T1", first_seen=phones.now, last_seen=phones.now)
        with phones.open() as place:
            place.store.arrivals.save([arrival._replace(**changes)])  # type: ignore[arg-type]

    def test_its_tenant_and_model_must_be_known(self, phones: Phones) -> None:
        self.call(phones)
        assert "no tenant of new devices is set" in phones.log[-1]
        self.provide(phones, auto_create_tenant="bolt")
        self.call(phones)
        assert "its model is not known" in phones.log[-1]
        self.arrive(phones, conflict="model")
        self.call(phones)
        assert "its model is not known" in phones.log[-1] and phones.line(self.NEW) == []
        self.arrive(phones)
        asterisk = self.call(phones)
        assert phones.line(self.NEW) == ["103"] and "SAY DIGITS 103" in asterisk.said
        assert phones.told == [(self.NEW, f"sip:aps-{self.NEW}@10.77.0.5:5060")]

    def test_the_whitelist_holds(self, phones: Phones) -> None:
        self.provide(phones, auto_create_tenant="bolt", whitelist=("192.0.2.0/24",))
        self.arrive(phones)
        self.call(phones)
        assert "the whitelist does not let it in" in phones.log[-1] and phones.line(self.NEW) == []
        self.provide(phones, whitelist=("10.77.0.0/24",))
        self.call(phones)
        assert phones.line(self.NEW) == ["103"]

    def test_one_that_is_kept_out_stays_out(self, phones: Phones) -> None:
        self.provide(phones, auto_create_tenant="bolt")
        self.arrive(phones)
        with phones.open() as place:
            place.store.arrivals.ignore([self.NEW])
        self.call(phones)
        assert "kept out of the queue" in phones.log[-1] and phones.line(self.NEW) == []

    def test_a_mac_that_nobody_saw_leaves_nothing_behind(self, phones: Phones) -> None:
        self.call(phones)
        with phones.open() as place:
            assert place.store.requests.registrations([self.NEW]) == {}


class TestThePin:
    """What becomes of the PIN."""

    def test_it_is_compared_in_constant_time(self, phones: Phones, monkeypatch: pytest.MonkeyPatch) -> None:
        compared: list[tuple[bytes, bytes]] = []
        real = hmac.compare_digest

        def compare(a: bytes, b: bytes) -> bool:
            compared.append((a, b))
            return bool(real(a, b))

        monkeypatch.setattr(hmac, "compare_digest", compare)
        phones.call(Asterisk(PHONE, typed=["1", *GOOD]))
        assert compared == [(b"1", PIN.encode()), (PIN.encode(), PIN.encode())]

    def test_without_one_nobody_is_let_in(self, phones: Phones) -> None:
        with phones.open() as place:
            place.store.provisioning.save(replace(place.store.provisioning.get(), unprovisioned_pin=""))
        asterisk = Asterisk(PHONE, typed=["", "", ""])
        phones.call(asterisk)
        assert asterisk.said == REFUSED and "no PIN is set" in phones.log[-1]

    def test_it_is_kept_nowhere_else(self, phones: Phones) -> None:
        wrong = "86420975"
        phones.call(Asterisk(PHONE, typed=[wrong, PIN, PIN, wrong, "103"]))  # and once more where an extension is due
        phones.call(Asterisk(f"aps-{MACS[0]}", address="10.77.0.9", typed=[wrong, wrong, wrong]))
        with phones.open() as place:
            everything = [*phones.log, *map(str, place.store.audit.recent()), *map(str, place.store.alarms.open())]
            everything += map(str, place.store.db.rows("SELECT * FROM pin_failure"))
        assert len(everything) > 5
        assert not [line for line in everything if PIN in line or wrong in line]


def test_a_broken_database_ends_the_call_with_a_line(phones: Phones) -> None:
    with phones.open() as place:
        place.store.db.execute_sql("DROP TABLE pin_failure")
    asterisk = Asterisk(PHONE, typed=GOOD)
    assert phones.call(asterisk).bound is None
    assert asterisk.said == REFUSED and len(phones.log) == 1 and phones.log[0].startswith("call: ")
