"""IP/DNS mapping: whole addresses, one pass, the tenant's first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aps_tui.domain.errors import BadValue
from aps_tui.domain.mapping import check_mapping, compile_mappings
from aps_tui.domain.site import AddressMapping

DUMMY = AddressMapping("1.1.1.1", "master88.example.net")
NAME = DUMMY.hostname


@pytest.mark.parametrize(
    ("text", "mapped"),
    [
        ("1.1.1.1", NAME),
        ("http://1.1.1.1:5555/x", f"http://{NAME}:5555/x"),
        ("sip:101@1.1.1.1;x", f"sip:101@{NAME};x"),
        ("1.1.1.1,1.1.1.1", f"{NAME},{NAME}"),
        ("see 1.1.1.1.", f"see {NAME}."),
        ("http://h/?s=1.1.1.1&t=1", f"http://h/?s={NAME}&t=1"),
    ],
)
def test_an_address_is_replaced_inside_longer_values(text: str, mapped: str) -> None:
    assert compile_mappings([DUMMY], [])(text) == mapped


@pytest.mark.parametrize(
    "text",
    ["11.1.1.1", "1.1.1.10", "1.1.1.1.5", "5.1.1.1.1", "01.1.1.1", "v1.1.1.1", "1.1.1.1a", "T48-1.1.1.1.rom",
     "1.1.1.1.example.net", "::ffff:1.1.1.1", "1.1.1", "1x1.1.1", "1.1.1.1٣", "host-1.1.1.1", "1.1.1.1-b"],
)  # fmt: skip
def test_what_is_not_the_whole_address_stays(text: str) -> None:
    assert compile_mappings([DUMMY], [])(text) == text


def test_the_tenants_mapping_beats_the_global_one() -> None:
    own = AddressMapping("1.1.1.1", "own.example", tenant="acme")
    assert compile_mappings([DUMMY], [own])("1.1.1.1") == "own.example"
    off = AddressMapping("1.1.1.1", "own.example", tenant="acme", enabled=False)
    assert compile_mappings([DUMMY], [off])("1.1.1.1") == NAME


def test_one_pass_is_never_chained() -> None:
    swap = [AddressMapping("1.1.1.1", "2.2.2.2"), AddressMapping("2.2.2.2", "1.1.1.1")]
    assert compile_mappings(swap, [])("1.1.1.1 2.2.2.2") == "2.2.2.2 1.1.1.1"


def test_nothing_to_map_is_the_identity() -> None:
    mapped = compile_mappings([AddressMapping("1.1.1.1", "x", enabled=False)], [])
    text = "sip:1.1.1.1"
    assert mapped(text) is text
    assert mapped is compile_mappings([], [])


ADDRESS = st.ip_addresses(v=4).map(str)


@given(st.lists(ADDRESS, min_size=1, max_size=6), ADDRESS, st.sampled_from([":5060", "/x", ";y", "", " "]))
def test_in_a_row_of_addresses_exactly_the_equal_ones_change(row: list[str], source: str, after: str) -> None:
    mapped = compile_mappings([AddressMapping(source, "h.example")], [])
    text = " ".join(f"sip:{one}{after}" for one in [*row, source])
    wanted = " ".join(f"sip:{'h.example' if one == source else one}{after}" for one in [*row, source])
    assert mapped(text) == wanted


TOUCH = st.text(alphabet="0123456789abz_-", min_size=1, max_size=4)


@given(ADDRESS, TOUCH, st.sampled_from(["{0}{1}", "{1}{0}", "{0}.{1}", "{1}.{0}"]))
def test_an_address_within_something_longer_never_changes(source: str, touch: str, shape: str) -> None:
    if shape == "{0}.{1}" and touch.startswith("-"):
        touch = "x" + touch
    text = shape.format(source, touch)
    assert compile_mappings([AddressMapping(source, "h.example")], [])(text) == text


def test_a_mapping_is_checked() -> None:
    assert check_mapping(" 1.1.1.1 ", "pbx.example.com") == ("1.1.1.1", "pbx.example.com")
    assert check_mapping("1.1.1.1", "10.0.0.1") == ("1.1.1.1", "10.0.0.1")


@pytest.mark.parametrize(
    ("source", "name", "reason"),
    [
        ("1.1.1", "a.example", "not an IPv4 address"),
        ("01.1.1.1", "a.example", "not an IPv4 address"),
        ("::1", "a.example", "not an IPv4 address"),
        ("1.1.1.1", "", "a host name to replace it with is needed"),
        ("1.1.1.1", "1.1.1.1", "replaced with itself"),
        ("1.1.1.1", "a.example:5060", "without port"),
        ("1.1.1.1", "a b", "neither an IP address nor a host name"),
    ],
)
def test_a_wrong_mapping_says_why(source: str, name: str, reason: str) -> None:
    with pytest.raises(BadValue, match=reason):
        check_mapping(source, name)
