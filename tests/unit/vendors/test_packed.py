"""Packed formats: the bytes on disk are right, the text in them is what templates, diffs and masks see."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aps_tui.vendors.engine import GroupRenderer, render_shared
from aps_tui.vendors.formats import FORMATS, FormatFault, Refused, readable
from aps_tui.vendors.formats.packed import GS_BINARY
from aps_tui.vendors.spaces import CannotRender
from tests.unit.vendors.tiny import MAC, SECRET, TOML, group, line, one_pack, phone

HOSTILE = "a&P34=x=%41+b #;\"'<é 日本🙂> \\ ~"
BINARY = TOML.replace('"{mac}.cfg"', '"cfg{mac}"').replace('"flat"', '"gs-binary"')
TEMPLATE = """\
{% for l in lines %}
P{{ 34 + l.n }}={{ l.user }}
P{{ 70 + l.n }}={{ l.secret }}
{% endfor %}
P30={{ time.ntp_1 }}
{% for p in raw %}
{{ p.name }}={{ p.value }}
{% endfor %}
"""


def packed(text: str, mac: str = "000b82010203") -> bytes:
    """The file of a text."""
    return GS_BINARY.packed(GS_BINARY.encode(text), mac)


def unpacked(data: bytes) -> str:
    """The text of a file."""
    assert GS_BINARY.unpack is not None
    return GS_BINARY.unpack(data)


def test_the_bytes_are_those_computed_by_hand() -> None:
    body = b"P2=a%26b&P3=&gnkey=0b82\0"
    head = [0x0000, 20, 0, 0x000B, 0x8201, 0x0203, 0x0D0A, 0x0D0A]
    words = [*head, *((body[i] << 8) + body[i + 1] for i in range(0, len(body), 2))]
    head[2] = 0x10000 - sum(words) % 0x10000
    assert packed("P2=a&b\n\nP3=\n") == struct.pack(">8H", *head) + body


@pytest.mark.parametrize("value", ["", "1", "12", "123", "1234", HOSTILE, "  x  ", "%NULL%"])
def test_length_checksum_and_owner_hold_for_any_length(value: str) -> None:
    data = packed(f"P2={value}\n")
    assert len(data) % 4 == 0 and struct.unpack(">I", data[:4])[0] * 2 == len(data)
    assert sum(struct.unpack(f">{len(data) // 2}H", data)) % 0x10000 == 0
    assert data[6:16] == bytes.fromhex("000b820102030d0a0d0a")
    assert data[16:].rstrip(b"\0").endswith(b"&gnkey=0b82") and data[16:].isascii()
    assert unpacked(data) == f"P2={value}\n"


def carried(value: str) -> bool:
    """Whether a template may write a value at all."""
    try:
        return GS_BINARY.escape(value) == value
    except Refused:
        return False


@given(
    st.dictionaries(st.from_regex(r"P[0-9]{1,5}", fullmatch=True), st.text().filter(carried)),
    st.from_regex(r"[0-9a-f]{12}", fullmatch=True),
)
def test_unpacking_undoes_packing(said: dict[str, str], mac: str) -> None:
    text = "".join(f"{name}={value}\n" for name, value in said.items())
    GS_BINARY.check(text)
    assert unpacked(packed(text, mac)) == text


def test_a_file_of_no_one_phone_has_no_owner() -> None:
    assert packed("P2=1\n", "")[6:12] == bytes(6)


@pytest.mark.parametrize("text", ["# P2=1\n", "<P2>1</P2>\n", "gnkey=1\n", "P2\n"])
def test_what_would_be_lost_in_packing_is_a_fault(text: str) -> None:
    with pytest.raises(FormatFault, match="line 1 is no parameter"):
        GS_BINARY.check(text)


@pytest.mark.parametrize("at", [0, 3, 4, 9, 12, 20, -1])
def test_a_broken_file_says_only_that_it_is_one(at: int) -> None:
    data = bytearray(packed(f"P34={SECRET}\n"))
    data[at] ^= 1
    for broken in (bytes(data), bytes(data[:-2]), bytes(data[:7]), b"", b"P34=x\n"):
        with pytest.raises(FormatFault):
            unpacked(broken)
        assert SECRET not in (said := readable(broken, GS_BINARY)) and "no gs-binary file" in said


def test_other_generators_files_are_read() -> None:
    body = b"P2=a+b%2B&P3=%0a"
    head = struct.pack(">I", 8 + len(body) // 2) + b"\0\0" + bytes.fromhex("000b82010203") + b"\r\n\r\n"
    whole = head + body
    fixed = -sum(struct.unpack(f">{len(whole) // 2}H", whole)) & 0xFFFF
    with pytest.raises(FormatFault, match="line break"):
        unpacked(whole[:4] + struct.pack(">H", fixed) + whole[6:])
    whole = head[:3] + bytes([8 + 5]) + head[4:] + body[:10]
    fixed = -sum(struct.unpack(f">{len(whole) // 2}H", whole)) & 0xFFFF
    assert unpacked(whole[:4] + struct.pack(">H", fixed) + whole[6:]) == "P2=a b+\n"


def test_bytes_of_no_known_format_are_shown_only_as_text() -> None:
    assert readable(b"a = 1\n", None) == readable(b"a = 1\n", FORMATS["flat"]) == "a = 1\n"
    assert readable(b"\0secret", None) == "(7 bytes that are no text)\n"


def test_both_paths_pack_the_same_bytes(tmp_path: Path) -> None:
    renderer = GroupRenderer(group(one_pack(tmp_path, TEMPLATE, toml=BINARY), {"time.ntp_1": "ntp.example.com"}))
    for one in (phone(), phone(line(user=HOSTILE)), phone(line(user="x")), phone(raw={"P30": "own=&1"})):
        (file,) = renderer.plain(one).files
        assert renderer.render(one).files == (file,)
        assert file.path == f"cfg{MAC}" and file.data == packed(file.text, MAC)
        assert f"P35={one.accounts[0].user}\n" in file.text and f"P71={SECRET}\n" in file.text
        assert file.text.count("P30=") == 1 and ("P30=own=&1\n" in file.text) == bool(one.raw)
    assert all(renderer.quick)


def test_a_refused_value_is_named_and_a_secret_masked(tmp_path: Path) -> None:
    renderer = GroupRenderer(group(one_pack(tmp_path, TEMPLATE, toml=BINARY)))
    for render in (renderer.plain, renderer.render):
        with pytest.raises(CannotRender, match=r"^line 1 user: holds a line break"):
            render(phone(line(user="x\nP2=1")))
    (file,) = renderer.plain(phone(), lambda _: "••••(12ab)").files
    assert "P71=••••(12ab)\n" in file.text and SECRET not in file.text


def test_a_shared_file_is_packed_too(tmp_path: Path) -> None:
    toml = BINARY.replace('"cfg{mac}"', '"cfg"\nscope = "vendor"')
    vendor = one_pack(tmp_path, "P30={{ time.ntp_1 }}\n", toml=toml)
    (file,) = render_shared(vendor, vendor.model("T1"), {"time.ntp_1": "ntp"}, str).files
    assert file.data == packed("P30=ntp\n", "") and file.text == "P30=ntp\n"


def test_elements_become_lines(tmp_path: Path) -> None:
    elements = "{% filter flattened %}\n<!-- Account -->\n<P35>{{ lines[0].user }}</P35>\n<P30>{{ time.ntp_1 }}</P30>\n"
    renderer = GroupRenderer(group(one_pack(tmp_path, elements + "{% endfilter %}\n", toml=BINARY)))
    for user in ("</P35>", "<P1>x</P1>", "$1 \\1 &amp;"):
        (file,) = renderer.plain(phone(line(user=user))).files
        assert renderer.render(phone(line(user=user))).files == (file,)
        assert file.text == f"P35={user}\n"
    assert renderer.quick == [True]
