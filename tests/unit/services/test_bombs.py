"""Lists, tables and site files that are made to be too much: refused as one line, in bounded memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.pbx import csvfile
from aps_tui.services.importing import read
from aps_tui.services.importing.pasted import MOST_PASTED
from aps_tui.services.importing.reader import MAX_BYTES, read_stream
from aps_tui.services.sitefile import read as sitefile
from aps_tui.widgets.paste import PasteParser

MAC = "001565123456"
MB = 1 << 20


@contextmanager
def at_most(megabytes: int) -> Iterator[None]:
    """Holds what Python takes meanwhile to a bound."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < megabytes * MB
    finally:
        tracemalloc.stop()


class Endless:
    """A file of any size, made as it is read; it knows how much was taken."""

    def __init__(self, line: bytes, size: int) -> None:
        self.line, self.left, self.taken = line, size, 0

    def read(self, most: int = -1) -> bytes:
        """Some more of it."""
        size = self.left if most < 0 else min(most, self.left)
        self.left -= size
        self.taken += size
        return (self.line * (size // len(self.line) + 1))[:size]


def test_a_stream_of_a_gigabyte_is_read_no_further_than_its_bound() -> None:
    stream = Endless(b"nothing to see here\n", 1 << 30)
    with at_most(3 * (MAX_BYTES >> 20)), pytest.raises(BadValue, match="larger than 64 MB: import it in parts"):
        read_stream(stream)  # type: ignore[arg-type]
    assert stream.taken == MAX_BYTES + 1


def test_a_paste_of_a_gigabyte_keeps_no_more_than_its_bound() -> None:
    """By pieces, as a terminal sends it; the same 64 KB stand for all of them."""
    parser, piece = PasteParser(), "00:15:65:12:34:56\n" * 3_640
    list(parser.feed("\x1b[200~"))
    with at_most(4 * (MOST_PASTED >> 20)):
        for _ in range((1 << 30) // len(piece)):
            assert not list(parser.feed(piece))
        (paste,) = [one for one in parser.feed("\x1b[201~") if hasattr(one, "text")]
    assert len(paste.text) == MOST_PASTED + 1  # one too many: it is refused, not cut


BOMBS: dict[str, Callable[[], bytes]] = {
    "a million columns": lambda: b"mac," + b"x," * 1_000_000,
    "a million cells": lambda: f"mac,label\n{MAC}".encode() + b"," * 1_000_000,
    "quotes in quotes": lambda: b"mac,label\n" + b'"' * 60_001 + b"\n" + b'"""",' * 12_000,
    "a quote on every line": lambda: b"mac,label\n" + b'x"\n' * 20_000,
    "one line": lambda: b"0" * (8 * MB),
    "nested more": lambda: f'mac,more\n{MAC},"{"[" * 60_000}"\n'.encode(),
    "NULs": lambda: b"\0" * MB,
    "compressed": lambda: b"\x1f\x8b\x08\x00" + b"\x00\xff" * 1000,
    "an archive": lambda: b"PK\x03\x04" + b"\x00\xff" * 1000,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_list_that_is_a_bomb_gives_no_device(bomb: str) -> None:
    """Nothing is ever unpacked: what is compressed is no text."""
    data = BOMBS[bomb]()
    with at_most(200):
        try:
            found = read(data)
        except BadValue as error:
            assert len(str(error)) < 300 and str(error).isprintable()
        else:
            assert not found.entries
            assert all(len(one.text) + len(one.reason) < 600 for one in found.rejected)


TABLES: dict[str, Callable[[], bytes]] = {
    "a line of cells": lambda: b"," * (16 * MB),
    "a thousand cells": lambda: b"extension,secret\n101" + b",x" * 2_000,
    "a row without end": lambda: b'extension,secret\n101,"' + b'x","\n' * 300_000,
    "an open quote": lambda: b'extension,secret\n101,"' + b"x\n" * 100_000,
    "no text": lambda: b"\0" * MB,
}


@pytest.mark.parametrize("bomb", TABLES)
def test_a_pbx_table_that_is_a_bomb_is_refused(tmp_path: Path, bomb: str) -> None:
    file = tmp_path / "pbx.csv"
    file.write_bytes(TABLES[bomb]())
    with at_most(160), pytest.raises(BadValue) as error:
        csvfile.read(file)
    assert str(file) in str(error.value) and len(str(error.value)) < 300


SITES: dict[str, bytes] = {
    "lists in JSON": b'{"version": 1, "device": ' + b"[" * 50_000,
    "tables in JSON": b'{"version": 1, "site": ' + b'{"a":' * 50_000,
    "lists in TOML": b"version = 1\ndevice = " + b"[" * 50_000,
    "inline tables in TOML": b"version = 1\nsite = " + b"{a=" * 50_000,
    "a number in JSON": b'{"version": ' + b"9" * 50_000 + b"}",
    "a number in TOML": b"version = " + b"9" * 50_000,
    "a date in TOML": b"version = 1\na = 2020-13-45\n",
}


@pytest.mark.parametrize("bomb", SITES)
def test_a_site_file_that_is_a_bomb_is_one_line(bomb: str) -> None:
    with at_most(200), pytest.raises(ApsError) as error:
        sitefile.read_document(SITES[bomb])
    assert len(str(error.value)) < 300 and str(error.value).isprintable()


def test_a_site_file_without_end_is_read_no_further_than_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitefile, "MAX_BYTES", 1 << 20)
    with at_most(20), pytest.raises(BadValue, match="/dev/zero is larger than 1 MB"):
        sitefile.read_document(Path("/dev/zero"))
