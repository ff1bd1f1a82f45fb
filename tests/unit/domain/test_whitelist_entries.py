"""The whitelist: what an entry is, and whom it lets in."""

from __future__ import annotations

import pytest

from aps_tui.domain.errors import BadValue
from aps_tui.domain.whitelist import admits, parse_entry

MAC = "805ec0123456"


@pytest.mark.parametrize(
    ("text", "kind", "meaning"),
    [
        ("192.0.2.7", "address", "192.0.2.7/32"),
        (" 10.77.0.0/22 ", "network", "10.77.0.0/22"),
        ("2001:db8::1", "address", "2001:db8::1/128"),
        ("80:5E:C0", "MAC prefix", "805ec0"),
        ("805e.c01", "MAC prefix", "805ec01"),
        ("80-5e-c0-12-34-56", "MAC", MAC),
    ],
)
def test_an_entry_is_what_it_looks_like(text: str, kind: str, meaning: str) -> None:
    entry = parse_entry(text)
    assert (entry.text, entry.kind, entry.meaning) == (text.strip(), kind, meaning)


@pytest.mark.parametrize(
    "text", ["", "80:5e", "805ec01234567", "10.77.0.1/22", "pbx.example.net", "300.1.1.1", "10.0.0.256", "10.0.0.1/33"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        parse_entry(text)


@pytest.mark.parametrize(
    ("text", "address", "lets_in"),
    [
        ("192.0.2.0/24", "192.0.2.200", True),
        ("192.0.2.0/24", "192.0.3.1", False),
        ("192.0.2.0/24", "", False),
        ("192.0.2.0/24", "2001:db8::1", False),
        ("192.0.2.7", "192.0.2.7", True),
        ("80:5e:c0", "", True),
        ("805ec0123456", "", True),
        ("805ec0123457", "", False),
        ("00:15:65", "192.0.2.7", False),
    ],
)
def test_whom_an_entry_lets_in(text: str, address: str, lets_in: bool) -> None:
    assert parse_entry(text).lets_in(MAC, address) is lets_in
    assert not admits([], MAC, address)


def test_a_network_of_everything_is_an_open_door() -> None:
    assert parse_entry("0.0.0.0/0").is_open and parse_entry("::/0").is_open
    assert not parse_entry("10.0.0.0/8").is_open
