"""Lists of MACs in every notation, encoding and table; and what is refused, with its reason."""

from __future__ import annotations

import codecs
import csv
import io
import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.services.importing import Read, judged_mac, read
from aps_tui.services.importing.entry import SHOWN
from aps_tui.services.importing.macs import macs_in
from aps_tui.services.importing.reader import MAX_BYTES, MAX_LINE, MAX_LINES

MAC = "001565123456"
NOTATIONS = [
    "00:15:65:12:34:56", "00-15-65-12-34-56", "0015.6512.3456", "00 15 65 12 34 56", "001565123456", "001565-123456",
    "001565.123456", "0015:6512:3456", "0015-6512-3456", "00.15.65.12.34.56", "00:15-65:12-34:56",
    "00\u201115\u201165\u201112\u201134\u201156", "00:\u200b15:65:12:34:56",
]  # fmt: skip
"""Ways to write one MAC; the last two are what word processors make of them."""


def macs(data: str | bytes) -> list[str]:
    return [entry.mac for entry in read(data).entries]


def reasons(data: str | bytes) -> list[str]:
    return [one.reason for one in read(data).rejected]


@pytest.mark.parametrize("text", [one for notation in NOTATIONS for one in (notation, notation.upper())])
class TestNotations:
    def test_alone_and_in_a_cell(self, text: str) -> None:
        assert macs(text) == [MAC] == [judged_mac(f"  {text} ")]
        assert macs(f'mac,ext\n"{text}",101') == [MAC]

    @pytest.mark.parametrize("line", ["phone {} in room 12", "10.77.0.12\t{}\t2026-11-23 03:29:05", "({})", "mac={};"])
    def test_anywhere_on_a_line(self, text: str, line: str) -> None:
        assert macs(line.format(text)) == [MAC]

    def test_many_on_a_line(self, text: str) -> None:
        assert macs(f"{text}, 80:5e:c0:aa:bb:cc; {text}") == [MAC, "805ec0aabbcc", MAC]


def test_files_of_phones_name_their_macs() -> None:
    names = f"SEP{MAC}.cnf.xml spa{MAC}.xml ATA{MAC}.cnf.xml cfg{MAC}.xml -rw-r--r-- 1 root 30412 {MAC}.cfg {MAC}.boot"
    assert macs(names) == [MAC] * 6


def test_pairs_with_blanks_between_them() -> None:
    assert macs("00 15 65 12 34 56 00 15 65 12 34 57") == [MAC, "001565123457"]
    assert macs("00 15 65 12 34 56 101") == [MAC] and macs("0015 6512 3456") == [MAC]
    assert reasons("00 15 65 12 34 56 10") == ["14 hex digits: a MAC has exactly 12"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("00156512345", "11 hex digits: a MAC has exactly 12 (a spreadsheet takes noughts off the front)"),
        ("00:15:65:12:34:5", "11 hex digits: a MAC has exactly 12"),
        ("0:15:65:12:34:56", "11 hex digits: a MAC has exactly 12"),
        ("0015651234567", "13 hex digits: a MAC has exactly 12"),
        ("00:15:65:12:34:56:7", "13 hex digits: a MAC has exactly 12"),
        ("01:00:15:65:12:34:56", "14 hex digits: a MAC has exactly 12"),
        ("00:15:65:ff:fe:12:34:56", "16 hex digits are an EUI-64: a MAC has exactly 12"),
        ("001565fffe123456", "16 hex digits are an EUI-64: a MAC has exactly 12"),
        ("0015.65ff.fe12.3456", "16 hex digits are an EUI-64: a MAC has exactly 12"),
        ("ff:ff:ff:ff:ff:ff", "ffffffffffff: the broadcast address belongs to no device"),
        ("000000000000", "000000000000: the all-zero address belongs to no device"),
        ("01:00:5e:00:00:01", "01005e000001: a multicast address belongs to no device"),
        ("02:15:65:00:00:01", "021565000001: a locally administered address names no maker's device"),
        ("1.56512E+11", "a spreadsheet made a rounded number of the MAC: make its column text"),
        ("192.168.100.200", "no MAC address"),
        ("a decade-facade, feedfacebeef", "no MAC address"),
        ("all our phones", "no MAC address"),
    ],
)
def test_what_is_none(text: str, reason: str) -> None:
    assert macs(text) == [] and (reasons(text) == [reason] or text[:2] == "1.")
    table = read(f'mac,extension\n"{text}",101')
    assert not table.entries and [one.reason for one in table.rejected] == [reason]
    assert table.rejected[0].line == 2 and text[:10] in table.rejected[0].text


def test_lines_are_counted_and_notes_left_out() -> None:
    found = read("# our phones\n\n00:15:65:12:34:56\r\nnothing\r00:15:65:12:34:57\n")
    assert [(entry.line, entry.mac) for entry in found.entries] == [(3, MAC), (5, "001565123457")]
    assert found.rejected == ((4, "nothing", "no MAC address"),)


TABLE = "MAC Address;Model;Ext;Display Name\n00:15:65:12:34:56;SIP-T46S;101;Zoë Müller\n"


@pytest.mark.parametrize(
    "data",
    [
        TABLE.encode(), codecs.BOM_UTF8 + TABLE.encode(), TABLE.encode("utf-16"), TABLE.encode("utf-16-le"),
        TABLE.encode("utf-16-be"), codecs.BOM_UTF16_BE + TABLE.encode("utf-16-be"), TABLE.encode("latin-1"),
        TABLE.encode("cp1252"), TABLE.replace("\n", "\r\n").encode(), TABLE.replace("\n", "\r").encode(), TABLE,
        "\ufeff" + TABLE, "sep=;\n" + TABLE,
    ],
)  # fmt: skip
def test_encodings_and_line_ends(data: str | bytes) -> None:
    (entry,) = read(data).entries
    assert entry[1:8] == (MAC, "", "SIP-T46S", "", "", "101", "Zoë Müller") and entry.line_label == "Zoë Müller"


@pytest.mark.parametrize("delimiter", list(",;\t|"))
@pytest.mark.parametrize("names", ["Ext,MAC Address,Label", "extension number,mac_addr,display name", "DN,MAC,NAME"])
def test_columns_in_any_order_and_by_other_names(delimiter: str, names: str) -> None:
    data = "\n".join([names, '"101",00:15:65:12:34:56,"Desk ""A"", 1"']).replace(",", delimiter)
    label = 'Desk "A", 1'.replace(",", delimiter)
    (entry,) = read(data).entries
    assert (entry.mac, entry.extension, entry.label) == (MAC, "101", label)


def test_columns_that_are_not_read_are_said_and_never_shown() -> None:
    found = read("mac,password,ext,mac\n00:15:65:12:34:56,s3cret,101,805ec0000001\nx,s3cret,102,\n,s3cret,,\n")
    assert found.notes == ("columns that are not read: password, mac",)
    assert found.entries[0].mac == MAC and "s3cret" not in repr(found)
    assert [(one.line, one.text) for one in found.rejected] == [(3, "x 102"), (4, "?")]


def test_a_table_without_a_heading() -> None:
    def knows(_: str, text: str) -> str:
        return {"T46S": "model", "acme": "tenant"}.get(text, "")

    found = read("101;00:15:65:12:34:56;T46S;Bob;acme\n102;x;T46S;;acme\n103;00:15:65:12:34:57;;Al;\n", knows)
    assert found.notes == ("there is no heading; the columns are taken as: extension, mac, model, label, tenant",)
    assert found.entries[0][1:8] == (MAC, "", "T46S", "", "acme", "101", "Bob")
    assert [(one.line, one.reason) for one in found.rejected] == [(2, "no MAC address")]
    assert "only MACs are read" in read("00:15:65:12:34:56 extension 101 of Bob").notes[0]


def test_further_lines_of_a_device() -> None:
    (entry,) = read("mac,ext,line label,extension_2,Line Label 2\n001565123456,101,Al,102,Bo\n").entries
    assert (entry.extension, entry.line_label, entry.label) == ("101", "Al", "")
    assert '{"number":2,"extension":"102","label":"Bo"}' in entry.more


def test_a_quote_that_nothing_closes_spoils_its_own_line_only() -> None:
    rows = "\n".join(f"0015651200{n:02x},{n}" for n in range(60))
    found = read(f'mac,label\n001565123456,"open\n{rows}\n001565123457,"two\nlines"\n')
    assert len(found.entries) == 61 and found.entries[-1].label == "two\nlines"
    assert [(one.line, one.reason) for one in found.rejected] == [(2, "a quote is not closed")]


def test_what_is_too_much() -> None:
    with pytest.raises(BadValue, match="64 MB"):
        read(b"x" * (MAX_BYTES + 1))
    with pytest.raises(BadValue, match="at most 200,000"):
        read("\n" * (MAX_LINES + 1))
    with pytest.raises(BadValue, match="not a text file"):
        read(b"\x7fELF\x00\x00\x01\x02" * 100 + b"\x01")
    found = read(f"00:15:65:12:34:56\n{'x' * (MAX_LINE + 1)}\n")
    assert len(found.entries) == 1 and found.rejected[0].reason == "longer than 65,536 characters"
    assert len(found.rejected[0].text) <= SHOWN
    assert reasons(f"mac,label\n001565123456,{'x' * 301}")[0].startswith("label: 301 characters")


def test_what_is_shown_is_plain() -> None:
    (one,) = read("\x1b[31mred\x07 \u202eabc [b]").rejected
    assert one.text == "\\x1b[31mred\\x07 \\u202eabc [b]" and one.text.isprintable()


@pytest.mark.parametrize(
    "more", ["{", "[]", '{"line":[{}]}', '{"secret":1}', '{"key":[{"bank":"x"}]}', '{"line":1}', "1"]
)
def test_more_that_no_export_wrote(more: str) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([["mac", "more"], [MAC, more]])
    assert reasons(text.getvalue())[0].startswith("more: ")


DIGITS = st.integers(0, 2**48 - 1).map(lambda n: f"{n:012x}")
OWNED = DIGITS.filter(lambda mac: not int(mac[:2], 16) & 3 and mac != "0" * 12)


@given(OWNED, st.sampled_from(["", ":", "-", ".", " "]), st.sampled_from([2, 4, 6]), st.booleans())
def test_every_device_s_mac_is_found(mac: str, sign: str, size: int, upper: bool) -> None:
    text = (sign if size == 2 or sign != " " else "-").join(mac[at : at + size] for at in range(0, 12, size))
    assert judged_mac(text.upper() if upper else text) == mac


@given(st.text(max_size=200))
def test_what_is_found_is_a_mac_of_a_device(text: str) -> None:
    found, missed = macs_in(text)
    for mac in found:
        assert judged_mac(mac) == mac
    assert all(miss.text for miss in missed)


@given(st.text("0123456789abcdefABCDEF:-. ", max_size=40))
def test_twelve_digits_or_nothing(text: str) -> None:
    try:
        mac = judged_mac(text)
    except BadValue:
        return
    assert mac in text.translate(str.maketrans("", "", ":-. ")).lower() and len(mac) == 12


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30).map(str.strip)


@given(
    st.lists(st.tuples(OWNED, st.integers(1, 99999).map(str), CELLS), min_size=1, max_size=8),
    st.sampled_from(",;\t|"), st.permutations([0, 1, 2]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)  # fmt: skip
def test_a_table_comes_back(rows: list[tuple[str, str, str]], sign: str, order: list[int], encoding: str) -> None:
    text = io.StringIO(newline="")
    names = ("mac", "extension", "label")
    csv.writer(text, delimiter=sign).writerows([[row[at] for at in order] for row in (names, *rows)])
    found = read(text.getvalue().encode(encoding))
    assert [(one.mac, one.extension, one.label) for one in found.entries] == rows and not found.rejected


def _mutated(seed: bytes, dice: random.Random) -> bytes:
    data = bytearray(seed)
    for _ in range(dice.randrange(1, 12)):
        at = dice.randrange(len(data) + 1)
        data[at : at + dice.randrange(3)] = dice.choice(
            [dice.randbytes(3), b'"', b"\n", b",", b"\0", b"\xff\xfe", b"0"]
        )
    return bytes(data)


@pytest.mark.parametrize("number", range(20))
def test_no_bytes_bring_it_down(number: int) -> None:
    dice = random.Random(number)
    letters = string.printable + "é€\u202e\ud7ff"
    for _ in range(60):
        seeds = [
            TABLE.encode(), b'mac,more\n001565123456,"{""line"":[{""number"":2,""extension"":""1""}]}"\n',
            dice.randbytes(dice.randrange(400)), "".join(dice.choices(letters, k=200)).encode("utf-8", "replace"),
            " ".join(NOTATIONS).encode(),
        ]  # fmt: skip
        try:
            found = read(_mutated(dice.choice(seeds), dice))
        except ApsError:
            continue
        assert isinstance(found, Read) and all(one.text.isprintable() and one.reason for one in found.rejected)
        assert all(len(one.mac) == 12 for one in found.entries)


def test_a_sign_of_notes_within_a_table() -> None:
    found = read("label,mac\n#1,001565123456\n#2,001565123457\n")
    assert [entry.label for entry in found.entries] == ["#1", "#2"]
    assert macs("mac,label\n#001565123456,old\n001565123457,new\n") == ["001565123457"]
    (entry,) = read('mac,label\n001565123456,"a\n\n# b"\n').entries
    assert entry.label == "a\n\n# b"
