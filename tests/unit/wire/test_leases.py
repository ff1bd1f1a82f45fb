"""Leases of ISC dhcpd, dnsmasq and Kea, as the servers wrote them, and as nobody should."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aps_tui.domain.observation import HOST, LEASE, OPTION_60, Observation
from aps_tui.wire.dnsmasq_leases import DnsmasqLeases
from aps_tui.wire.isc_leases import IscLeases
from aps_tui.wire.kea_leases import KeaLeases, older_files
from aps_tui.wire.lines import LONGEST_LINE, Lines

MAC, NOW = "805ec0000000", 2_000_000_000.0
ISC = r"""# The format of this file is documented in the dhcpd.leases(5) manual page.
authoring-byte-order little-endian;

lease 10.77.1.0 {
  starts 1 2026/11/30 12:19:02;
  ends 1 2026/11/30 12:29:02;
  cltt 1 2026/11/30 12:19:03;
  binding state active;
  next binding state free;
  rewind binding state free;
  hardware ethernet 80:5e:c0:00:00:00;
  uid "\001\200^\300\000\000\000";
  set vendor-class-identifier = "Yealink \"T46\"\303\251\012\\x";
  client-hostname "phone0";
}
"""
TOLD = Observation(
    LEASE, MAC, "10.77.1.0", 1796041143.0, {OPTION_60: 'Yealink "T46"é \\x', HOST: "phone0"}
)  # fmt: skip


def isc(text: str) -> list[Observation]:
    return list(IscLeases().feed(text.split("\n"), NOW))


def test_isc_tells_what_the_lease_says() -> None:
    assert isc(ISC) == [TOLD]


@pytest.mark.parametrize("step", [1, 7, 100])
def test_isc_in_pieces_cut_at_every_byte(step: int) -> None:
    raw, lines, reader = ISC.encode(), Lines(), IscLeases()
    pieces = [raw[at : at + step] for at in range(0, len(raw), step)]
    assert [one for piece in pieces for one in reader.feed(lines.feed(piece), NOW)] == [TOLD]


def test_isc_cut_once_at_any_byte() -> None:
    raw = ISC.encode()
    for at in range(len(raw)):
        lines, reader = Lines(), IscLeases()
        found = [one for piece in (raw[:at], raw[at:]) for one in reader.feed(lines.feed(piece), NOW)]
        assert found == [TOLD], at


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [
        ("cltt 1 2026/11/30 12:19:03;", "cltt epoch 1700000000; # Tue Nov 14", 1700000000.0),
        ("  cltt 1 2026/11/30 12:19:03;\n", "", 1796041142.0),
        ("cltt 1 2026/11/30 12:19:03;", "cltt 1 2099/11/30 12:19:03;", NOW),
        ("cltt 1 2026/11/30 12:19:03;", "cltt 1 2026/99/99 99:99:99;", None),
    ],
)  # fmt: skip
def test_isc_times(old: str, new: str, at: float | None) -> None:
    (found,) = isc(ISC.replace(old, new))
    assert found.at == at if at else found.at <= NOW


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  binding state active", "  binding state free"),
        ("  binding state active", "  binding state abandoned"),
        ("  hardware ethernet 80:5e:c0:00:00:00;\n", ""),
        ("ethernet 80:5e:c0:00:00:00", "ethernet 82:5e:c0:00:00:00"),
        ("hardware ethernet", "hardware token-ring"),
        ("lease 10.77.1.0 {", "host phone {"),
        ("lease 10.77.1.0 {", "lease phone {"),
        ("}\n", ""),
    ],
)
def test_isc_tells_nothing_of_what_is_no_lease_of_a_phone(old: str, new: str) -> None:
    assert old in ISC and isc(ISC.replace(old, new)) == []


def test_isc_a_block_that_breaks_off_does_not_reach_into_the_next() -> None:
    broken = ISC[: ISC.index("  hardware")]
    assert isc(broken + ISC) == [TOLD]
    other = ISC.replace('  client-hostname "phone0";\n', "")
    assert isc(ISC[: ISC.index("}")] + other) == [TOLD._replace(said={OPTION_60: TOLD.said[OPTION_60]})]


DNSMASQ = f"1796041742 80:5e:c0:00:00:00 10.77.1.1 phone0 01:80:5e:c0:00:00:00\n1796041742 {MAC} x * *\n"


def test_dnsmasq_tells_what_is_new_or_renewed() -> None:
    reader = DnsmasqLeases()
    text = DNSMASQ + "duid 00:01:00:01\n1796041742 2345 fd00::1 phone6 00:01:00:01\n"
    assert list(reader.read(text, 5.0)) == [Observation(LEASE, MAC, "10.77.1.1", 5.0, {HOST: "phone0"})]
    assert list(reader.read(text, 6.0)) == []
    (renewed,) = reader.read(text.replace("1796041742 80:5e", "1796041999 80:5e"), 7.0)
    assert renewed.at == 7.0


def test_dnsmasq_half_a_line_is_not_read() -> None:
    reader = DnsmasqLeases()
    assert list(reader.read(DNSMASQ[:50], 5.0)) == []
    assert [one.said[HOST] for one in reader.read(DNSMASQ, 6.0)] == ["phone0"]


def test_dnsmasq_without_a_host_name() -> None:
    (found,) = DnsmasqLeases().read("0 80:5e:c0:00:00:00 10.77.1.1 * *\n", 5.0)
    assert found.said == {}


KEA = """address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context
10.77.1.0,80:5e:c0:00:00:00,01:80:5e:c0:00:00:00,600,1796041742,1,0,0,phone0&#x2cx,0,
"""


def kea(text: str) -> list[Observation]:
    return list(KeaLeases().feed(text.split("\n"), NOW))


def test_kea_tells_what_the_lease_says() -> None:
    assert kea(KEA) == [Observation(LEASE, MAC, "10.77.1.0", 1796041142.0, {HOST: "phone0,x"})]
    assert kea(KEA.split("\n", 1)[1]) == kea(KEA), "from the middle of a file as well"


def test_kea_columns_may_move() -> None:
    moved = "address,state,hostname,expire,valid_lifetime,pool_id,hwaddr\n10.77.1.0,0,a,1796041742,600,9,805EC0000000"
    assert kea(moved) == [Observation(LEASE, MAC, "10.77.1.0", 1796041142.0, {HOST: "a"})]
    assert kea("address,hwaddr\n10.77.1.0,805ec0000000") == [], "without times it is no lease"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (",600,", ",0,"),
        (",0,\n", ",2,\n"),
        ("80:5e:c0:00:00:00,01", ",01"),
        (",1796041742,", ",soon,"),
        ("10.77", "x\n"),
    ],
)
def test_kea_tells_nothing_of_what_is_no_lease(old: str, new: str) -> None:
    assert kea(KEA.replace(old, new, 1)) == []


def test_kea_files_that_its_cleaning_leaves_are_read_in_its_order(tmp_path: Path) -> None:
    def names() -> list[str]:
        return [path.name for path in older_files(tmp_path / "l.csv")]

    assert names() == []
    for name in ("l.csv", "l.csv.2", "l.csv.1", "other"):
        (tmp_path / name).touch()
    assert names() == ["l.csv.2", "l.csv.1"]
    (tmp_path / "l.csv.completed").touch()
    assert names() == ["l.csv.completed"]


HOSTILE: Any = st.lists(
    st.one_of(
        st.sampled_from(["lease 10.0.0.1 {", "}", "  hardware ethernet 80:5e:c0:00:00:00;", "  binding state active;",
                         "duid", "address,hwaddr,state", "address,"]),
        st.text(max_size=300),
        st.builds('  set vendor-class-identifier = "{}";'.format, st.text(max_size=3000)),
        st.builds("  client-hostname {}".format, st.text(max_size=300)),
        st.builds("  starts {}".format, st.text(max_size=30)),
        st.builds("{} 80:5e:c0:00:00:00 {} {} *".format, st.integers(), st.text(max_size=9), st.text(max_size=300)),
        st.builds("{},80:5e:c0:00:00:00,,{},{},1,0,0,{},0,".format, *[st.text(max_size=9)] * 3, st.text(max_size=900)),
    )
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(HOSTILE)
def test_no_lease_file_makes_a_reader_fail_or_tell_what_is_unfit(lines: list[str]) -> None:
    found = [*IscLeases().feed(lines, NOW), *KeaLeases().feed(lines, NOW), *DnsmasqLeases().read("\n".join(lines), NOW)]
    assert all(fit(one) for one in found)


def fit(one: Observation) -> bool:
    """Whether an observation may be kept."""
    texts = [*one.said.values(), one.address]
    return one.at <= NOW and all(len(text) <= 200 and text.isprintable() for text in texts)


def test_lines_that_are_too_long_are_dropped_and_the_next_is_whole() -> None:
    lines = Lines()
    assert lines.feed(b"a\n" + b"x" * LONGEST_LINE) == ["a"]
    assert lines.feed(b"x" * 2 * LONGEST_LINE) == [] and lines.feed(b"x") == []
    assert lines.feed(b"x\nb\n" + b"y" * 2 * LONGEST_LINE + b"\nc") == ["b"]
    assert (lines.feed(b"\n"), lines.dropped) == (["c"], 2)


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=60), st.lists(st.integers(0, 60), max_size=5))
def test_lines_do_not_depend_on_how_they_are_cut(raw: bytes, cuts: list[int]) -> None:
    lines = Lines()
    edges = [0, *sorted(cuts), len(raw)]
    found = [one for a, b in pairwise(edges) for one in lines.feed(raw[a:b])]
    assert found == raw.decode("utf-8", "replace").split("\n")[:-1] or b"\n" not in raw
