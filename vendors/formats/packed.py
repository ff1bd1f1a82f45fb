"""Formats whose file is packed: templates, diffs and masks see lines of text, the disk holds what is made of them."""

from __future__ import annotations

import re
import struct
from urllib.parse import quote, unquote_plus

from aps_tui.vendors.formats.base import Format, FormatFault, Refused, printable

_PARAMETER = re.compile(r"(?P<before>(?P<key>(?!gnkey=)[A-Za-z_][\w.\-]*)=)(?P<value>.*)(?P<after>)\Z", re.ASCII)
_GRANDSTREAM_HEAD = 16
_GRANDSTREAM_KEY = "gnkey=0b82"
_GRANDSTREAM_ENDS = b"\r\n\r\n"


def _parameters_only(text: str) -> None:
    """Nothing but parameters is packed: any other line would be lost."""
    for number, line in enumerate(text.split("\n"), 1):
        if line and not _PARAMETER.match(line):
            raise FormatFault(f"line {number} is no parameter")


def _words(data: bytes) -> int:
    """The sum of all big-endian words of 16 bits, modulo 2^16."""
    total: int = sum(struct.unpack(f">{len(data) // 2}H", data))
    return total & 0xFFFF


def _grandstream(text: str, mac: str) -> bytes:
    """Grandstream's own file: a header of 16 bytes and the parameters as a web form sends them, its key the last.

    Header: u32 length of all in words, u16 that makes the sum of all words 0, the MAC (0 where there is none), two
    line ends. Generators pad with NULs to whole words or to pairs of them: pairs suit both.
    """
    cut = (line.partition("=") for line in text.split("\n") if line)
    body = "&".join([*(f"{name}={quote(value, safe='')}" for name, _, value in cut), _GRANDSTREAM_KEY]).encode()
    body += bytes(-len(body) % 4)
    length = (_GRANDSTREAM_HEAD + len(body)) // 2
    owner = bytes.fromhex(mac or "0" * 12)
    rest = owner + _GRANDSTREAM_ENDS + body
    return struct.pack(">IH", length, -_words(struct.pack(">I", length) + rest) & 0xFFFF) + rest


def _grandstream_text(data: bytes) -> str:
    """The lines of such a file. Raises FormatFault for what is none."""
    if len(data) < _GRANDSTREAM_HEAD or len(data) % 2 or data[12:_GRANDSTREAM_HEAD] != _GRANDSTREAM_ENDS:
        raise FormatFault("it has no such header")
    if int.from_bytes(data[:4], "big") * 2 != len(data):
        raise FormatFault("its length is not what the header says")
    if _words(data):
        raise FormatFault("its checksum is wrong")
    body = data[_GRANDSTREAM_HEAD:].rstrip(b"\x00").decode("utf-8", "replace")
    said = (part.partition("=") for part in body.split("&") if part and part != _GRANDSTREAM_KEY)
    lines = [f"{name}={unquote_plus(value)}" for name, _, value in said]
    try:
        return "".join(f"{printable(line)}\n" for line in lines)
    except Refused as refused:
        raise FormatFault(f"a value {refused}") from None


GS_BINARY = Format(
    "gs-binary",
    _PARAMETER,
    printable,
    re.compile(r"(?!gnkey\Z)[A-Za-z_][\w.\-]{0,119}\Z", re.ASCII),
    _parameters_only,
    pack=_grandstream,
    unpack=_grandstream_text,
)
"""`P2=value`, packed: Grandstream's `cfg<mac>` of phones that read no XML."""

PACKED = (GS_BINARY,)
