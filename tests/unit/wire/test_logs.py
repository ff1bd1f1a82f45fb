"""Logs of web servers, TFTP servers and DHCP servers, as they are written, and as nobody should."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aps_tui.domain.observation import AGENT, BYTES, HOST, HTTP, LEASE, OPTION_60, PATH, STATUS, TFTP, Observation
from aps_tui.wire.dhcp_log import DhcpLog
from aps_tui.wire.http_log import HttpLog
from aps_tui.wire.macs import mac_in_name, mac_in_text
from aps_tui.wire.syslog import entry
from aps_tui.wire.tftp_log import HOLD, MOST_HELD, TftpLog

MAC, NOW = "805ec0123456", 1_800_000_000.0
UA = "Yealink SIP-T46U 108.86.0.20 80:5e:c0:12:34:56"
COMBINED = (
    f'10.77.1.1 - - [30/Nov/2026:13:19:02 +0100] "GET /tftpboot/{MAC}.cfg?x=1 HTTP/1.1" 200 1234 "-" "{UA}"'
)  # fmt: skip
TOLD = Observation(HTTP, MAC, "10.77.1.1", 1796041142.0, {PATH: f"{MAC}.cfg", STATUS: "200", BYTES: "1234", AGENT: UA})


def line(**other: object) -> str:
    said = {"t": "2026-11-30T13:19:02+01:00", "ms": 1796041142.5, "ip": "10.77.1.1", "user": "prov", "m": "GET",
            "uri": f"/tftpboot/{MAC}.cfg?x=1", "st": 200, "b": 1234, "ua": UA}  # fmt: skip
    return json.dumps({**said, **other}, separators=(",", ":"))


def http(*lines: str) -> list[Observation]:
    return list(HttpLog().feed(lines, NOW))


def test_combined_and_json_tell_the_same() -> None:
    assert http(COMBINED) == [TOLD]
    assert http(line()) == [TOLD._replace(at=1796041142.5)]


def test_a_user_name_with_blanks_and_a_common_log() -> None:
    assert http(COMBINED.replace("- - [", "- a b [x] c [")) == [TOLD]
    common = COMBINED.partition(' "-"')[0]
    (found,) = http(common)
    assert AGENT not in found.said and found.mac == MAC


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("/tftpboot/sub/a.cfg", "sub/a.cfg"),
        ("/a.cfg", "a.cfg"),
        ("//tftpboot/a.cfg", "tftpboot/a.cfg"),
        ("http://prov:secret@10.0.0.1:5555/tftpboot/a.cfg?password=x", "a.cfg"),
        ("/tftpboot/%2e%2e/etc%0Apasswd", "../etc passwd"),
        ("/tftpboot/%zz%ff", "%zz\ufffd"),
        ("/tftpboot/" + "a" * 5000, "a" * 200),
    ],
)
def test_the_path_is_the_one_under_the_root(uri: str, path: str) -> None:
    (found,) = http(line(uri=uri, ua="x"))
    assert found.said[PATH] == path and found.mac == ""
    (found,) = http(COMBINED.replace(f"/tftpboot/{MAC}.cfg?x=1", uri).replace(UA, "x"))
    assert found.said[PATH] == path


def test_what_names_no_mac_has_its_address_unless_it_is_a_browser() -> None:
    plain = line(uri="/tftpboot/y000000000028.cfg", ua="Yealink SIP-T46U 1.2.3.4")
    assert [(one.mac, one.address) for one in http(plain)] == [("", "10.77.1.1")]
    (named,) = http(line(uri="/tftpboot/y000000000028.cfg"))
    assert named.mac == MAC, "the user agent names it"
    for agent in ("Mozilla/5.0 (X11; Linux x86_64) Firefox/140",):
        assert http(line(uri="/", ua=agent), COMBINED.replace(UA, agent).replace(MAC, "index")) == []
        assert [one.mac for one in http(line(ua=agent), COMBINED.replace(UA, agent))] == [MAC, MAC]


def test_escapes_of_nginx_and_apache_in_user_agents() -> None:
    (found,) = http(COMBINED.replace(UA, r"a\x22b\"c\x1b\xd0"))
    assert found.said[AGENT] == 'a"b"c Ð'
    (found,) = http(line(ua="Yea").replace('"Yea"', r'"a\x1b\"b"'))
    assert found.said[AGENT] == 'a "b'


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "{}", "[]", "null", "{" * 5000, line(m="PUT"), line(uri=5), line(ip="x", uri="/a", ua="y"),
        line(st="x"), line(ua=None), '{"a":' * 3000, COMBINED.replace("GET", "POST"),
        COMBINED.replace("200 1234", "2000 1234"), line(ms="soon"),
        COMBINED.replace("10.77.1.1", "phone.example"), line(ms="x", st=None),
    ],
)  # fmt: skip
def test_lines_that_tell_nothing(text: str) -> None:
    assert http(text) == []


def test_times_that_are_none_or_to_come_are_now() -> None:
    for text in (line(ms=9e9), line(ms=9e99), line(ms=-1), COMBINED.replace("30/Nov/2026", "99/Foo/2026")):
        assert [one.at for one in http(text)] == [NOW]


@pytest.mark.parametrize(
    "name",
    [
        "{mac}.cfg", "cfg{mac}.xml", "cfg{mac}", "SEP{MAC}.cnf.xml", "spa{mac}.cfg", "SPA{MAC}.cfg", "ATA{MAC}.cnf.xml",
        "snom320-{MAC}.htm", "{MAC}-aps.cfg", "sipconfig-{mac}.txt", "config.{mac}.xml", "ConfigKX{MAC}.cfg",
        "VSP735A_{MAC}.cfg", "{mac}", "000000000000-{mac}.cfg", "aastra{mac}.cfg", "a/b/{mac}.boot",
    ],
)  # fmt: skip
def test_a_mac_in_a_name(name: str) -> None:
    assert mac_in_name(name.format(mac=MAC, MAC=MAC.upper())) == MAC


@pytest.mark.parametrize(
    "name",
    [
        "y000000000028.cfg", "y000000000123.cfg", "000000000000.cfg", "000000000000-license.cfg", "ffffffffffff.cfg",
        "825ec0123456.cfg", "0123456789abcdef.bin", "805ec012345.cfg", "805ec0123456/x.cfg", "", "1805ec0123456.cfg",
    ],
)  # fmt: skip
def test_no_mac_in_a_name(name: str) -> None:
    assert mac_in_name(name) == ""


def test_a_mac_in_a_text() -> None:
    for text in (UA, "Aastra6731i MAC:80-5E-C0-12-34-56 V:3.3", "x (805EC0123456)", "Polycom-UA/5.9_805ec0123456"):
        assert mac_in_text(text) == MAC
    for text in ("", "80:5e:c0:12:34:56:78", "80:5e:c0:12:34", "12805ec0123456", "000000000028", "12.34.56.78.90.12"):
        assert mac_in_text(text) == ""


RRQ, NAK = "RRQ from 10.77.1.1 filename /805ec0123456.cfg", "sending NAK (1, File not found) to 10.77.1.1"
AT = int(NOW) - 100
STAMPS = [
    time.strftime("%b %e %H:%M:%S pbx ", time.localtime(AT)),
    time.strftime("<29>%b %e %H:%M:%S ", time.localtime(AT)),
    time.strftime("%Y-%m-%dT%H:%M:%S.000000+00:00 pbx ", time.gmtime(AT)),
    time.strftime("%Y-%m-%dT%H:%M:%SZ pbx ", time.gmtime(AT)),
]


def journal(text: object, program: str = "in.tftpd") -> str:
    return json.dumps({"__REALTIME_TIMESTAMP": f"{AT}000000", "SYSLOG_IDENTIFIER": program, "_PID": "7",
                       "MESSAGE": text})  # fmt: skip


@pytest.mark.parametrize("stamp", STAMPS)
def test_stamps_of_syslog(stamp: str) -> None:
    assert entry(f"{stamp}in.tftpd[7]: {RRQ}", NOW) == (AT, "in.tftpd", "7", RRQ)
    assert entry(journal(RRQ), NOW) == (AT, "in.tftpd", "7", RRQ)
    assert entry(journal(list(RRQ.encode())), NOW) == (AT, "in.tftpd", "7", RRQ)
    assert entry("<30>in.tftpd[7]: x", NOW) == (0.0, "in.tftpd", "7", "x")


def test_a_stamp_without_a_year_is_of_the_last_twelve_months() -> None:
    january = time.mktime((2027, 1, 1, 0, 10, 0, 0, 0, -1))
    found = entry("Dec 31 23:59:00 pbx in.tftpd[7]: x", january)
    assert found and january - found.at == 660
    leap = entry("Feb 29 12:00:00 pbx in.tftpd[7]: x", time.mktime((2028, 3, 1, 0, 0, 0, 0, 0, -1)))
    assert leap and time.localtime(leap.at)[:3] == (2028, 2, 29)


@pytest.mark.parametrize("stamp", STAMPS)
def test_a_request_waits_for_its_refusal(stamp: str) -> None:
    log = TftpLog()
    asked, refused, other = (f"{stamp}in.tftpd[{pid}]: {text}" for pid, text in ((7, RRQ), (7, NAK), (8, NAK)))
    told = Observation(TFTP, MAC, "10.77.1.1", AT, {PATH: f"{MAC}.cfg", STATUS: "404"})
    assert list(log.feed([asked], NOW)) == []
    assert list(log.feed([other, refused], NOW)) == [told]
    assert list(log.feed([asked], NOW)) == [] and list(log.feed([], NOW + HOLD / 2)) == []
    assert list(log.feed([], NOW + HOLD)) == [told._replace(said={**told.said, STATUS: "200"})]
    assert list(log.feed([journal(RRQ), journal(NAK)], NOW)) == [told]


def test_requests_that_wait_are_bounded_and_none_is_lost() -> None:
    log = TftpLog()
    lines = [f"{STAMPS[0]}in.tftpd[{n}]: {RRQ}" for n in range(MOST_HELD + 5)]
    assert len(list(log.feed([*lines, lines[-1]], NOW))) == 6
    assert len(list(log.feed([], NOW - 9))) == MOST_HELD, "the clock was set back"


@pytest.mark.parametrize(
    ("text", "path", "address", "status"),
    [
        (f"sent /tftpboot/{MAC}.cfg to 10.77.1.1", f"{MAC}.cfg", "10.77.1.1", "200"),
        (f"file /tftpboot/{MAC}.cfg not found for 10.77.1.1", f"{MAC}.cfg", "10.77.1.1", "404"),
        ("file /tftpboot/a to b.cfg not found for ::ffff:10.77.1.1", "a to b.cfg", "10.77.1.1", "404"),
        (f"cannot access /srv/{MAC}.cfg: Permission denied", f"srv/{MAC}.cfg", "", "404"),
        (f"failed sending /tftpboot/{MAC}.cfg to 10.77.1.1", f"{MAC}.cfg", "10.77.1.1", "404"),
    ],
)
def test_dnsmasq_tells_all_in_one_line(text: str, path: str, address: str, status: str) -> None:
    (found,) = TftpLog().feed([f"{STAMPS[1]}dnsmasq-tftp[9]: {text}"], NOW)
    assert (found.said, found.address, found.at) == ({PATH: path, STATUS: status}, address, AT)


def test_what_neither_tells_who_nor_what_is_left_out() -> None:
    lines = ["dnsmasq-tftp[9]: cannot access /tftpboot/a.cfg: Permission denied", "x in.tftpd[9]: " + NAK, "tftp", ""]
    log = TftpLog()
    assert [*log.feed(lines, NOW), *log.feed([], NOW + 9)] == []


def test_dhcp_servers_in_syslog() -> None:
    lines = [
        STAMPS[0] + "dhcpd[1]: DHCPACK on 10.77.1.1 to 80:5e:c0:12:34:56 (phone 0) via lan0",
        STAMPS[2] + "dhcpd[1]: DHCPACK on 10.77.1.2 to 80:5e:c0:12:34:57 via lan0",
        STAMPS[2] + "dhcpd[1]: DHCPACK to 10.77.1.3 (80:5e:c0:12:34:58) via lan0",
        STAMPS[0] + "dnsmasq-dhcp[1]: 403 vendor class: yealink",
        STAMPS[0] + "dnsmasq-dhcp[1]: 404 vendor class: snom320",
        STAMPS[0] + "dnsmasq-dhcp[1]: 403 DHCPACK(lan0) 10.77.1.4 80:5e:c0:12:34:59 phone4",
        STAMPS[0] + "dnsmasq-dhcp[1]: DHCPACK(lan0) 10.77.1.5 80:5e:c0:12:34:60",
        STAMPS[0] + "evil[1]: DHCPACK(lan0) 10.77.1.5 80:5e:c0:12:34:61",
        "DHCPACK", "DHCPACK on x to y via z",
    ]  # fmt: skip
    assert list(DhcpLog().feed(lines, NOW)) == [
        Observation(LEASE, "805ec0123456", "10.77.1.1", AT, {HOST: "phone 0"}),
        Observation(LEASE, "805ec0123457", "10.77.1.2", AT, {}),
        Observation(LEASE, "805ec0123458", "10.77.1.3", AT, {}),
        Observation(LEASE, "805ec0123459", "10.77.1.4", AT, {OPTION_60: "yealink", HOST: "phone4"}),
        Observation(LEASE, "805ec0123460", "10.77.1.5", AT, {}),
    ]


TEXT = st.one_of(
    st.text(max_size=400), st.sampled_from([RRQ, NAK, "DHCPACK(l) 1.1.1.1 80:5e:c0:12:34:56 x", "sent a to "])
)
PROGRAMS = st.sampled_from(["in.tftpd", "dnsmasq-tftp", "dnsmasq-dhcp", "dhcpd"])
HOSTILE = st.one_of(
    TEXT,
    st.builds("{}{}[7]: {}".format, st.sampled_from(STAMPS), PROGRAMS, TEXT),
    st.builds(journal, st.one_of(TEXT, st.lists(st.integers()), st.none())),
    st.builds(lambda **other: line(**other), uri=TEXT, ua=TEXT, st=st.one_of(st.integers(), TEXT), ms=st.floats()),
    st.builds(lambda a, b: COMBINED.replace(MAC, a).replace(UA, b), TEXT, TEXT),
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.lists(HOSTILE))
def test_no_log_makes_a_reader_fail_or_tell_what_is_unfit(lines: list[str]) -> None:
    tftp = TftpLog()
    found = [*http(*lines), *tftp.feed(lines, NOW), *tftp.feed([], NOW + 9), *DhcpLog().feed(lines, NOW)]
    for one in found:
        assert one.at <= NOW and (one.mac or one.address)
        assert all(len(text) <= 200 and text.isprintable() for text in (*one.said.values(), one.address))
