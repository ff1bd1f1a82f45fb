"""The ways to phones, and telling one: a command, a manager interface and phones that are fakes on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.services.resync.one import tell_one
from aps_tui.services.resync.settings import ResyncSettings
from aps_tui.services.resync.ways import DirectWay, open_way
from aps_tui.services.resync.words import Target, section_of, sections
from aps_tui.services.workplace import Workplace
from aps_tui.wire.sip_notify import Notice
from tests.unit.services.fake_asterisk import FakeAsterisk, put_asterisk
from tests.unit.services.resync_site import NotedWay, fetch, register
from tests.unit.services.small_site import MACS
from tests.unit.wire.fake_ami import SECRET, FakeAmi, fake_ami
from tests.unit.wire.fake_phone import FakePhone, answered, fake_phone

REBOOT = Notice("check-sync;reboot=true")
ALONE = MACS[2]
"""The only one on its account, 103; 101 and 102 are on phones of both tenants."""
URI = "sip:101@10.0.0.5:5062"


@pytest.fixture
def asterisk(tmp_path: Path) -> FakeAsterisk:
    (tmp_path / "bin").mkdir()
    return put_asterisk(tmp_path / "bin")


@pytest.fixture
def pbx() -> Iterator[FakeAmi]:
    with fake_ami() as fake:
        yield fake


@pytest.fixture
def phone() -> Iterator[FakePhone]:
    with fake_phone() as fake:
        yield fake


def by_ami(pbx: FakeAmi, folder: Path, secret: str = SECRET) -> ResyncSettings:
    file = folder / "secret"
    file.write_text(secret + "\n")
    file.chmod(0o600)
    return ResyncSettings(way="ami", ami_port=pbx.port, ami_user="aps", ami_secret_file=str(file))


def test_the_command_is_given_plain_words(asterisk: FakeAsterisk) -> None:
    way = open_way(ResyncSettings(asterisk=asterisk.command))
    way.tell(REBOOT, Target(endpoint="100_2"))
    way.tell(Notice("check-sync"), Target(uri=URI))
    old = open_way(ResyncSettings(way="asterisk", asterisk=asterisk.command, channel="sip"))
    old.tell(REBOOT, Target(endpoint="101"))
    old.tell(REBOOT, Target(uri=URI))
    assert asterisk.given == [
        ["-rx", "pjsip send notify aps-check-sync-reboot-true endpoint 100_2"],
        ["-rx", f"pjsip send notify aps-check-sync uri {URI}"],
        ["-rx", "sip notify aps-check-sync-reboot-true 101"],
        ["-rx", "sip notify aps-check-sync-reboot-true 10.0.0.5:5062"],
    ]


@pytest.mark.parametrize("hostile", ["101; core stop now", "101 102", "$(reboot)", '"', "101\ncore stop now", "é"])
def test_the_command_is_never_given_anything_else(asterisk: FakeAsterisk, hostile: str) -> None:
    way = open_way(ResyncSettings(asterisk=asterisk.command))
    for target in (Target(endpoint=hostile), Target(uri=f"sip:{hostile}@10.0.0.1"), Target(uri=hostile)):
        with pytest.raises(BadValue):
            way.tell(REBOOT, target)
    with pytest.raises(BadValue):
        way.tell(Notice("check sync\n" + hostile), Target(endpoint="101"))
    assert asterisk.given == []


@pytest.mark.parametrize(
    ("says", "words"),
    [
        ("Unable to find notify type 'aps-check-sync'", "pjsip_notify.conf lacks"),
        ("No such command 'pjsip send notify'", "no such command"),
        ("Sending NOTIFY of type 'x' to '101'\nUnable to retrieve endpoint '101'", "refuses: Sending"),
        ("\x1b[1;31mwhat", r"refuses: \[1;31mwhat$"),
        ("Unable to connect to remote asterisk (does /run/asterisk.ctl exist?)", "does not answer"),
    ],
)
def test_what_the_command_refuses(asterisk: FakeAsterisk, says: str, words: str) -> None:
    way = open_way(ResyncSettings(asterisk=asterisk.command))
    asterisk.says(says)
    with pytest.raises(ApsError, match=words):
        way.tell(REBOOT, Target(endpoint="101"))


def test_the_manager_interface_is_connected_again_when_it_was_lost(pbx: FakeAmi, tmp_path: Path) -> None:
    way = open_way(replace_way(by_ami(pbx, tmp_path), "auto"))
    pbx.answer = lambda _: b"" if len(pbx.asked) == 1 else None  # type: ignore[return-value,assignment]
    assert way.name == "ami" and way.tell(REBOOT, Target(endpoint="101")) == "NOTIFY sent"
    way.close()
    assert pbx.logins == 2 and len(pbx.asked) == 2


def replace_way(settings: ResyncSettings, way: str) -> ResyncSettings:
    return msgspec.structs.replace(settings, way=way)


def test_the_secret_is_kept_to_itself(pbx: FakeAmi, tmp_path: Path) -> None:
    settings = by_ami(pbx, tmp_path, "wr0ng")
    with pytest.raises(ApsError, match="does not let aps in") as caught:
        open_way(settings)
    assert "wr0ng" not in str(caught.value)
    file = Path(settings.ami_secret_file)
    for text in ("", "two\nlines", "x" * 2000 + "\n\n"):
        file.write_text(text)
        with pytest.raises(ApsError) as bad:
            open_way(settings)
        assert not text or text[:3] not in str(bad.value)
    file.chmod(0o604)
    with pytest.raises(ApsError, match="chmod o="):
        open_way(settings)
    file.unlink()
    with pytest.raises(ApsError, match="cannot be read"):
        open_way(settings)
    with pytest.raises(ApsError, match="ami_user and ami_secret_file"):
        open_way(ResyncSettings(way="ami"))


def test_without_a_pbx_phones_are_told_directly(phone: FakePhone) -> None:
    assert open_way(ResyncSettings(asterisk="/nowhere/asterisk")).name == "direct"
    with pytest.raises(ApsError, match="there is no command"):
        open_way(ResyncSettings(way="asterisk", asterisk="/nowhere/asterisk"))
    way = open_way(ResyncSettings(way="ami"), "direct")
    assert way.tell(REBOOT, Target(uri=phone.uri)) == "the phone answers 200"


@pytest.mark.parametrize(
    ("status", "words"),
    [("401 Unauthorized", "its registrar only"), ("489 Bad Event", "does not know"), ("486 Busy", "refuses: 486 Busy")],
)
def test_what_a_phone_refuses(phone: FakePhone, status: str, words: str) -> None:
    phone.answer = answered(status)
    with pytest.raises(ApsError, match=words):
        DirectWay().tell(REBOOT, Target(uri=phone.uri))


def test_the_sections_of_the_pbx_escape_what_begins_a_comment() -> None:
    said = sections([REBOOT, Notice("service-control", "action=restart\nx=1;2"), REBOOT])
    assert said == (
        "[aps-check-sync-reboot-true]\nEvent=>check-sync\\;reboot=true\n\n"
        "[aps-service-control-action-restart-x-1-2]\nEvent=>service-control\nContent-type=>text/plain\n"
        "Content=>action=restart\nContent=>x=1\\;2\n"
    )
    assert section_of(REBOOT) == "aps-check-sync-reboot-true"


def test_one_phone_is_told_by_its_own_endpoint(place: Workplace) -> None:
    way = NotedWay()
    result = tell_one(place, ALONE.upper(), way=way)
    assert way.told == [(0.0, "endpoint 103", "check-sync")]
    stored = place.store.resyncs.of([ALONE])[ALONE]
    assert (stored.state, stored.event, stored.target) == ("sent", "check-sync", "endpoint 103") and stored.at > 1
    assert stored.operator == "tester" and result.state == "sent"


def test_a_phone_that_still_shows_unprov_is_told_by_its_address(place: Workplace) -> None:
    way = NotedWay()
    register(place, ALONE, f"aps-{ALONE}", URI, at=50.0)
    assert tell_one(place, ALONE, way=way).target == f"uri {URI}"
    assert tell_one(place, ALONE, "sip:x@10.0.0.9", way=way).target == "uri sip:x@10.0.0.9"


def test_a_phone_that_fetched_its_account_is_told_by_it_again(place: Workplace) -> None:
    from aps_tui.services.commit import commit

    register(place, ALONE, f"aps-{ALONE}", URI, at=50.0)
    commit(place)
    written = place.store.resyncs.written([ALONE])[ALONE]
    fetch(place, ALONE, written - 1)
    assert tell_one(place, ALONE, way=NotedWay()).target == f"uri {URI}"
    fetch(place, ALONE, written + 1)
    assert tell_one(place, ALONE, way=NotedWay()).target == "endpoint 103"


def test_no_endpoint_of_many_is_ever_told(place: Workplace) -> None:
    way = NotedWay()
    shared = place.store.extensions.find("acme", "103")
    assert shared is not None
    unbound, twice = MACS[5], MACS[0]
    for mac, words in ((unbound, "where this phone registered"), (twice, "is on several devices")):
        result = tell_one(place, mac, way=way)
        assert result.state == "failed" and words in result.detail
    place.store.extensions.save_many([replace(shared, account="apunprov")])
    assert tell_one(place, ALONE, way=way).state == "failed"
    register(place, unbound, f"aps-{unbound}", "<sip:not an address", "10.0.0.7")
    register(place, twice, "101", URI)
    assert tell_one(place, unbound, way=way).target == f"uri sip:aps-{unbound}@10.0.0.7:5060"
    assert tell_one(place, twice, way=way).target == f"uri {URI}"
    assert all(target.startswith("uri") for _, target, _ in way.told) and len(way.told) == 2


def test_a_refusal_is_a_result(place: Workplace) -> None:
    way = NotedWay()
    way.refused = {"endpoint 103"}
    result = tell_one(place, ALONE, way=way)
    assert result.state == "failed" and "no such endpoint" in result.detail
    assert place.store.resyncs.of([ALONE])[ALONE].state == "failed"
    lost = replace(place, resync=ResyncSettings(way="ami"))
    assert "ami_user" in tell_one(lost, ALONE).detail
    with pytest.raises(BadValue, match="no such device"):
        tell_one(place, "001122aabbcc", way=way)
    with pytest.raises(BadValue):
        tell_one(lost, "nonsense")


def test_by_the_real_ways(place: Workplace, pbx: FakeAmi, phone: FakePhone, tmp_path: Path) -> None:
    """The PBX says success for whoever is not there too: it stays `sent`."""
    assert tell_one(replace(place, resync=by_ami(pbx, tmp_path)), ALONE).state == "sent"
    assert ("Endpoint", "103") in pbx.asked[0]
    direct = replace(place, resync=ResyncSettings(way="direct"))
    assert "not known" in tell_one(direct, ALONE).detail
    register(place, ALONE, "103", phone.uri)
    assert tell_one(direct, ALONE).detail == "the phone answers 200"
    assert "Event: check-sync\r\n" in phone.heard[0]
