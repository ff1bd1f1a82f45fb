"""A NOTIFY over UDP: what is sent, what is refused, what is believed of the answers."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aps_tui.domain.errors import BadValue
from aps_tui.wire.sip_notify import Answer, Ids, NoStack, Notice, Silence, parse_answer, request, send
from aps_tui.wire.sip_words import checked_endpoint, checked_event, parse_uri, uri_at
from tests.unit.wire.fake_phone import answered, fake_phone

IDS = Ids("z9hG4bKabc", "call", "tag")
HERE = ("192.0.2.1", 40000)
REBOOT = Notice("check-sync;reboot=true")


def test_what_is_sent() -> None:
    assert request("sip:101@192.0.2.9:5062;transport=udp", REBOOT, HERE, IDS).decode().split("\r\n") == [
        "NOTIFY sip:101@192.0.2.9:5062 SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.1:40000;rport;branch=z9hG4bKabc",
        "Max-Forwards: 70", "From: <sip:asterisk@192.0.2.1>;tag=tag", "To: <sip:101@192.0.2.9:5062>",
        "Call-ID: call", "CSeq: 1 NOTIFY", "Contact: <sip:asterisk@192.0.2.1:40000>",
        "Event: check-sync;reboot=true", "Subscription-State: terminated", "Content-Length: 0", "", "",
    ]  # fmt: skip


def test_a_body_comes_with_its_type_and_length() -> None:
    head, _, body = request("sip:[2001:db8::1]", Notice("service-control", "a=b\nc"), HERE, IDS).partition(b"\r\n\r\n")
    assert body == b"a=b\r\nc" and b"Content-Type: text/plain\r\nContent-Length: 6" in head
    assert head.startswith(b"NOTIFY sip:[2001:db8::1]:5060 SIP/2.0\r\n")


@pytest.mark.parametrize(
    "text",
    ["", "check-sync\r\nX: 1", "check sync", "a;", "a;b=", "é", "a" * 201, 'a"', "a\\;b", "a,b", "check-sync\n"],
)
def test_an_event_is_one_word(text: str) -> None:
    with pytest.raises(BadValue, match="Event"):
        checked_event(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "101", "sip:", "tel:101", "sip:a@b c", "sip:a@b\r\nX: 1", "sip:a@1.1.1.1:0", "sip:a@1.1.1.1:65536",
        'sip:"a"@1.1.1.1', "sip:a\\@1.1.1.1", "sip:a@[zz]", "sip:a@[1::2::3]", "sip:a@h?X=1", "<sip:a@1.1.1.1>",
        "sip:a@h;x=y z", "sip:" + "a" * 300, "sip:a@1.1.1.1\n", "sip:a;b c@h",
    ],
)  # fmt: skip
def test_an_address_is_one_word(text: str) -> None:
    with pytest.raises(BadValue, match="SIP address"):
        parse_uri(text)


def test_an_address_taken_apart() -> None:
    assert parse_uri("sip:805ec0112233@10.0.0.5:40760;transport=TCP;ob")[1:4] == ("805ec0112233", "10.0.0.5", 40760)
    assert parse_uri("sip:a@h;transport=TCP").transport == "tcp" and parse_uri("sips:a@h").transport == "tls"
    assert parse_uri("sip:a@pbx.example").address == "" and parse_uri("sip:[2001:DB8::1]").address == "2001:db8::1"
    assert uri_at("2001:db8::1", "101", 12000) == "sip:101@[2001:db8::1]:12000"
    with pytest.raises(BadValue, match="no IP address"):
        uri_at("phone.example")


@pytest.mark.parametrize("text", ["", "-x", "a b", "a;b", 'a"b', "a\\b", "a\nb", "a" * 81, "é", "$(x)", "`x`", "a,b"])
def test_an_endpoint_is_one_word(text: str) -> None:
    with pytest.raises(BadValue, match="PBX"):
        checked_endpoint(text)
    assert checked_endpoint("100_2") == "100_2"


@given(st.text())
def test_whatever_passes_is_one_line(text: str) -> None:
    for check in (checked_event, checked_endpoint, lambda one: parse_uri(one).host):
        try:
            check(text)
        except BadValue:
            continue
        assert text.isascii() and text.isprintable() and not {*text} & {*" \"\\'<>,()$`"}


def test_a_body_is_ascii_lines() -> None:
    for body in ("é", "a\0", "a\rb", "x" * 1001, "a\tb"):
        with pytest.raises(BadValue, match="body"):
            request("sip:192.0.2.1", Notice("x", body), HERE, IDS)
    with pytest.raises(BadValue, match="content type"):
        request("sip:192.0.2.1", Notice("x", "a", "text/plain\r\nX: 1"), HERE, IDS)


def test_only_answers_to_this_request_count() -> None:
    good = b"SIP/2.0 200 O\x1b[K\xffK\r\nVia: x;branch=z9hG4bKabc\r\nCall-ID: call\r\n\r\n"
    assert parse_answer(good, IDS) == Answer(200, "O[KK")
    changed = [(b"abc", b"abd"), (b"call", b"cal"), (b"200", b"700"), (b"SIP/2.0", b"SIP/1.0")]
    others = [b"SIP/2.0 200 OK\r\n\r\nz9hG4bKabc call", good[:15], b""]
    for bad in [good.replace(*change) for change in changed] + others:
        assert parse_answer(bad, IDS) is None


@given(st.binary(max_size=300))
def test_a_hostile_answer_is_no_answer(packet: bytes) -> None:
    found = parse_answer(b"SIP/2.0 " + packet, IDS)
    assert found is None or (found.reason.isascii() and found.reason.isprintable())
    same = parse_answer(b"SIP/2.0 486 " + packet + b"\r\nVia: z9hG4bKabc\r\nCall-ID: call\r\n\r\n", IDS)
    assert same is None or (same.status == 486 and same.reason.isprintable() and len(same.reason) <= 60)


def test_a_phone_that_answers() -> None:
    with fake_phone() as phone:
        assert send(phone.uri, REBOOT) == Answer(200, "OK")
        phone.answer = answered("489 Bad Event")
        assert send(phone.uri, REBOOT, source="127.0.0.1") == Answer(489, "Bad Event")
        assert len(phone.heard) == 2 and all("Event: check-sync;reboot=true\r\n" in one for one in phone.heard)


def test_the_request_is_sent_again_until_the_final_answer() -> None:
    with fake_phone() as phone:
        final = answered("200 OK")

        def late(request: str) -> list[bytes]:
            said = [b"noise", b"SIP/2.0 200 OK\r\nCall-ID: another\r\n\r\n", *answered("100 Trying")(request)]
            return said + (final(request) if len(phone.heard) == 3 else [])

        phone.answer = late
        assert send(phone.uri, REBOOT, first=0.02) == Answer(200, "OK")
        assert len(set(phone.heard)) == 1 and len(phone.heard) == 3


def test_nobody_listens_and_nobody_answers_are_told_apart() -> None:
    with fake_phone() as phone:
        phone.answer = lambda _: []
        with pytest.raises(Silence, match=r"127\.0\.0\.1 does not answer"):
            send(phone.uri, REBOOT, first=0.01, tries=2)
        assert len(phone.heard) == 2
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(NoStack, match=f"port {port}"):
        send(f"sip:127.0.0.1:{port}", REBOOT)


def test_a_phone_that_floods_is_not_listened_to_for_ever() -> None:
    with fake_phone() as phone:
        phone.answer = lambda _: [b"x"] * 200
        with pytest.raises(Silence):
            send(phone.uri, REBOOT, first=0.05, tries=2)


@pytest.mark.parametrize("uri", ["sip:a@phone.example", "sip:a@192.0.2.1;transport=tcp", "sips:a@192.0.2.1"])
def test_what_cannot_be_reached_directly(uri: str) -> None:
    with pytest.raises(BadValue, match="over UDP only"):
        send(uri, REBOOT)
