"""The client of the manager interface, against one that speaks as Asterisk does, or worse."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from aps_tui.domain.errors import BadValue
from aps_tui.wire.ami import MOST_LINE, Ami, AmiError, AmiLost, Contact
from aps_tui.wire.sip_notify import Notice
from tests.unit.wire.fake_ami import SECRET, FakeAmi, fake_ami

REBOOT = Notice("check-sync;reboot=true")
URI = "sip:805ec0112233@127.0.0.11:40760"


@pytest.fixture
def pbx() -> Iterator[FakeAmi]:
    with fake_ami() as fake:
        yield fake


def ami(pbx: FakeAmi, secret: str = SECRET, timeout: float = 5) -> Ami:
    return Ami("127.0.0.1", pbx.port, "aps", secret, timeout)


def test_it_tells_by_endpoint_and_by_address(pbx: FakeAmi) -> None:
    with ami(pbx) as open:
        assert open.notify(REBOOT, endpoint="101") == "NOTIFY sent"
        open.notify(Notice("service-control", "action=restart\na=b"), uri=URI)
        open.sip_notify(REBOOT, "101")
    event = ("Variable", "Event=check-sync;reboot=true")
    assert pbx.asked == [
        [("Action", "PJSIPNotify"), ("Endpoint", "101"), event, ("ActionID", "2")],
        [("Action", "PJSIPNotify"), ("URI", URI), ("Variable", "Event=service-control"),
         ("Variable", "Content-type=text/plain"), ("Variable", "Content=action=restart"), ("Variable", "Content=a=b"),
         ("ActionID", "3")],
        [("Action", "SIPnotify"), ("Channel", "SIP/101"), event, ("ActionID", "4")],
    ]  # fmt: skip


def test_it_reads_registrations(pbx: FakeAmi) -> None:
    with ami(pbx) as open:
        assert open.contacts() == []
        said = {"Uri": URI, "Endpoint": "101", "ViaAddr": "10.0.0.5", "UserAgent": "Yealink: T46"}
        said |= {"Status": "Reachable", "ExpirationTime": "1795383757"}
        pbx.contacts = [said, {"Uri": "sip:x", "ExpirationTime": "9" * 99}]
        first, second = open.contacts()
    assert first == Contact(URI, "101", "10.0.0.5", "Yealink: T46", "Reachable", 1795383757.0)
    assert second == Contact("sip:x", "", "", "", "", 0.0)


def test_a_wrong_secret_is_refused_and_never_shown(pbx: FakeAmi) -> None:
    with pytest.raises(AmiError, match="does not let aps in") as caught:
        ami(pbx, "wr0ng-secret")
    assert "wr0ng" not in str(caught.value)
    with pytest.raises(BadValue, match="header Secret") as bad:
        ami(pbx, "two\r\nAction: Command")
    assert "two" not in str(bad.value)


@pytest.mark.parametrize("value", ["101\r\nAction: Command", "a b", ""])
def test_nothing_is_slipped_in(pbx: FakeAmi, value: str) -> None:
    with ami(pbx) as open:
        with pytest.raises(BadValue):
            open.notify(REBOOT, uri=value)
        with pytest.raises(BadValue):
            open.sip_notify(Notice(value or "\n"), "101")
        with pytest.raises(BadValue, match="comma"):
            open.notify(Notice("x", "a=1,b=2"), endpoint="101")
        with pytest.raises(BadValue, match="header X"):
            open.ask([("Action", "Ping"), ("X", "a\nb")])
    assert pbx.asked == []


def test_a_refusal_is_told_in_plain_words(pbx: FakeAmi) -> None:
    pbx.answer = lambda action: (
        f"Response: Error\r\nActionID: {action['ActionID']}\r\nMessage: no\x1b[2J {'x' * 500}\r\n\r\n".encode()
    )
    with ami(pbx) as open:
        with pytest.raises(AmiError, match=r"refuses: no\[2J x+$") as caught:
            open.notify(REBOOT, endpoint="101")
        assert len(str(caught.value)) < 200
        with pytest.raises(AmiError, match="PJSIPShowContacts"):
            open.contacts()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"", "closed"),
        (b"x" * (MOST_LINE * 2 + 2), "line without an end"),
        (b"a: b\r\n" * 300, "message without an end"),
        (b"Response: Success\r\nActionID: 99\r\n\r\n", "does not answer in"),
    ],
)
def test_what_is_no_answer_ends(pbx: FakeAmi, said: bytes, words: str) -> None:
    pbx.answer = lambda _: said
    with ami(pbx, timeout=0.2) as open, pytest.raises(AmiLost, match=words):
        open.notify(REBOOT, endpoint="101")


def test_what_is_no_manager_interface(pbx: FakeAmi) -> None:
    pbx.banner = b"SSH-2.0-OpenSSH\r\n"
    with pytest.raises(AmiError, match="is not Asterisk's"):
        ami(pbx)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(AmiError, match="no manager interface at 127"):
        Ami("127.0.0.1", port, "aps", SECRET)
