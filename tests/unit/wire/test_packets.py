"""DHCP packets and SIP plug and play, byte by byte."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aps_tui.domain.observation import (
    AGENT,
    DHCP,
    HOST,
    OPTION_55,
    OPTION_60,
    PNP,
    PNP_MODEL,
    PNP_VENDOR,
    PNP_VERSION,
    Observation,
)
from aps_tui.wire.dhcp_packet import dhcp_packet
from aps_tui.wire.pnp import GROUP, pnp_frame
from tests.unit.wire.frames import MAC, dhcp, subscribe, udp

NOW = 5.0
SAID = ((60, b"yealink"), (12, b"phone0"), (55, bytes([1, 3, 66])))
WORDS = {OPTION_60: "yealink", HOST: "phone0", OPTION_55: "1,3,66"}
ASKED = (50, bytes([10, 77, 1, 1]))
DISCOVER, REQUEST, INFORM = 1, 3, 8
EVENT = 'ua-profile;profile-type="device";vendor="Yealink";model="T46S";version="66.85.0.5"'
TOLD = {PNP_VENDOR: "Yealink", PNP_MODEL: "T46S", PNP_VERSION: "66.85.0.5", AGENT: "Yealink SIP-T46S"}


def seen(packet: bytes) -> Observation | None:
    return dhcp_packet(udp(packet, 67), NOW)


@pytest.mark.parametrize(
    ("packet", "address"),
    [
        (dhcp(DISCOVER, *SAID, ASKED), ""),
        (dhcp(REQUEST, *SAID, ASKED), "10.77.1.1"),
        (dhcp(REQUEST, *SAID, ciaddr="10.77.1.2"), "10.77.1.2"),
        (dhcp(INFORM, *SAID, ciaddr="10.77.1.3"), "10.77.1.3"),
    ],
)
def test_what_a_client_says(packet: bytes, address: str) -> None:
    assert seen(packet) == Observation(DHCP, MAC, address, NOW, WORDS)


def test_tagged_frames_and_options_in_other_fields() -> None:
    frame = udp(dhcp(REQUEST, *SAID), 67)
    assert dhcp_packet(frame[:12] + b"\x81\x00\x00\x05" + frame[12:], NOW) == seen(dhcp(REQUEST, *SAID))
    overloaded = dhcp(REQUEST, (52, b"\x01"), *SAID[1:], file=b"\x3c\x07yealink\xff")
    assert seen(overloaded) == Observation(DHCP, MAC, "", NOW, WORDS)
    parts = seen(dhcp(REQUEST, (60, b"yea"), (60, b"link")))
    assert parts and parts.said == {OPTION_60: "yealink"}


def test_the_client_identifier_names_it_where_the_hardware_address_does_not() -> None:
    named = seen(dhcp(REQUEST, (61, b"\x01" + bytes.fromhex(MAC)), mac="025ec0123456"))
    assert named and named.mac == MAC
    assert seen(dhcp(REQUEST, (61, b"\x00phone"), mac="025ec0123456")) is None


@pytest.mark.parametrize("kind", [0, 2, 4, 5, 6, 7, 9])
def test_other_messages_are_passed_over(kind: int) -> None:
    assert seen(dhcp(kind, *SAID)) is None


def test_packets_cut_off_anywhere_are_refused() -> None:
    packet = dhcp(REQUEST, *SAID)
    frame = udp(packet, 67)
    assert all(dhcp_packet(frame[:n], NOW) is None for n in range(len(frame)))
    assert all(seen(packet[:n]) is None for n in range(240, len(packet) - 1) if n not in (240, 243, 252, 260, 265))


@pytest.mark.parametrize(
    ("at", "byte"),
    [(12, 0x86), (14, 0x65), (14, 0x4F), (14, 0x41), (20, 0x20), (21, 1), (23, 6), (16, 0xFF), (17, 0), (38, 0xFF)],
)
def test_other_frames_fragments_and_wrong_lengths(at: int, byte: int) -> None:
    frame = bytearray(udp(dhcp(REQUEST, *SAID), 67))
    frame[at] = byte
    assert dhcp_packet(bytes(frame), NOW) is None
    assert dhcp_packet(udp(dhcp(REQUEST, *SAID), 68), NOW) is None


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=400), st.integers(0, 400), st.binary(max_size=20))
def test_no_frame_makes_it_fail_or_tell_what_is_unfit(noise: bytes, at: int, few: bytes) -> None:
    for whole in (udp(dhcp(REQUEST, *SAID, ASKED), 67), udp(dhcp(REQUEST), 67)[:-1] + noise, PNP_FRAME):
        frame = whole[:at] + few + whole[at + len(few) :]
        for one in (dhcp_packet(frame, NOW), pnp_frame(frame, NOW), dhcp_packet(noise, NOW), pnp_frame(noise, NOW)):
            assert one is None or all(len(text) <= 200 and text.isprintable() for text in one.said.values())


PNP_FRAME = udp(subscribe(f"sip:{MAC}@{GROUP}", EVENT, "Yealink SIP-T46S"), 5060, GROUP, "10.77.1.1")


@pytest.mark.parametrize(
    "user",
    ["{mac}", "MAC%3a{MAC}", "MAC%3A{mac}", "MAC={mac}", "MAC:{MAC}", "mac{mac}", "80:5e:c0:12:34:56", "MAC%3d{MAC}"],
)
def test_a_subscribe_tells_vendor_model_and_version(user: str) -> None:
    uri = f"sip:{user.format(mac=MAC, MAC=MAC.upper())}@{GROUP}"
    frame = udp(subscribe(uri, EVENT, "Yealink SIP-T46S"), 5060, GROUP, "10.77.1.1", mac="000b82000001")
    assert pnp_frame(frame, NOW) == Observation(PNP, MAC, "10.77.1.1", NOW, TOLD)


def test_without_a_mac_the_sender_is_the_phone() -> None:
    frame = udp(subscribe("sip:00000001@10.77.1.1", EVENT), 5060, GROUP, "10.77.1.1")
    found = pnp_frame(frame, NOW)
    assert found and found.mac == MAC
    compact = frame.replace(b"\r\nEvent:", b"\r\no:    ")
    assert pnp_frame(compact, NOW) == found


@pytest.mark.parametrize(
    "frame",
    [
        udp(subscribe(f"sip:{MAC}@{GROUP}", "presence"), 5060, GROUP),
        udp(subscribe(f"sip:{MAC}@{GROUP}", EVENT), 5060, "10.77.0.1"),
        udp(subscribe(f"sip:{MAC}@{GROUP}", EVENT), 5061, GROUP),
        udp(b"REGISTER sip:x SIP/2.0\r\nEvent: ua-profile\r\n\r\n", 5060, GROUP),
        udp(subscribe(f"sip:x@{GROUP}", EVENT), 5060, GROUP, mac="025ec0123456"),
    ],
)
def test_other_messages_tell_nothing(frame: bytes) -> None:
    assert pnp_frame(frame, NOW) is None
