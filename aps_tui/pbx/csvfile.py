"""Accounts of a CSV file: works wherever nothing else of the PBX can be read.

Columns without a header: `tenant,extension,auth_user,secret,display_name,mailbox,context`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from aps_tui.domain.errors import BadValue
from aps_tui.pbx.account import Reading
from aps_tui.pbx.conf_guard import open_regular, shown
from aps_tui.pbx.encoding import decoded
from aps_tui.pbx.named import Row, column, columns, reading

MAX_BYTES = 64 << 20
_MOST_LINE = 1 << 16
_MOST_CELLS = 1_000
_MOST_JOINED = 200
"""Lines of one row: a cell in quotes may have some."""
COLUMNS = ("tenant", "extension", "auth_user", "secret", "display_name", "mailbox", "context")


def read(path: Path, tenant: str | None = None) -> Reading:
    """Read the file; with `tenant`, leave out rows that name another tenant.

    Comma, semicolon or tab; a header is optional; UTF-8, UTF-16 or Latin-1. Raises BadValue with the line
    of the first fault, also when no tenant is asked for and the rows name several.
    """
    place = shown(str(path))
    return reading(((f"{place}, line {line}", row) for line, row in _rows(_text(path), place)), place, tenant)


def _text(path: Path) -> str:
    file = open_regular(str(path))
    if file is None:
        raise BadValue(f"{shown(str(path))}: no such file, or not a regular file")
    with file:
        raw = file.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise BadValue(f"{shown(str(path))}: larger than {MAX_BYTES >> 20} MB")
    text = decoded(raw)
    if "\0" in text:
        raise BadValue(f"{shown(str(path))}: not a text file")
    return text


def _rows(text: str, place: str) -> Iterator[tuple[int, Row]]:
    """(line number, column to cell), without empty rows; cells are stripped."""
    delimiter = max(",;\t", key=text.split("\n", 1)[0].count)
    ended = [0]
    reader = csv.reader(_lines(text, place, ended), delimiter=delimiter, strict=True)
    names: tuple[str, ...] | None = None
    try:
        for found in reader:
            line = ended[0] = reader.line_num
            if len(found) > _MOST_CELLS:
                raise BadValue(f"{place}, line {line}: more than {_MOST_CELLS} cells")
            cells = [cell.strip() for cell in found]
            if not any(cells):
                continue
            if names is None:
                names, is_header = _columns(cells, f"{place}, line {line}")
                if is_header:
                    continue
            if len(cells) > len(names) and any(cells[len(names) :]):
                raise BadValue(f"{place}, line {line}: {len(cells)} cells, but only {len(names)} columns")
            yield line, dict(zip(names, cells, strict=False))
    except csv.Error as error:
        raise BadValue(f"{place}, line {reader.line_num}: {error}") from None


def _lines(text: str, place: str, ended: list[int]) -> Iterator[str]:
    """The lines of a text: no line, and no row of many lines, so long that its cells would fill the memory.

    `ended`: the line with which the last whole row ended.
    """
    for number, line in enumerate(io.StringIO(text, newline=""), 1):
        if len(line) > _MOST_LINE:
            raise BadValue(f"{place}, line {number}: longer than {_MOST_LINE:,} characters")
        if number - ended[0] > _MOST_JOINED:
            raise BadValue(f"{place}, line {ended[0] + 1}: a row goes over more than {_MOST_JOINED} lines")
        yield line


def _columns(first: list[str], place: str) -> tuple[tuple[str, ...], bool]:
    """The columns, and whether the first row was a header."""
    names = [column(cell) for cell in first]
    if "extension" not in names and "account" not in names:
        return COLUMNS, False
    return columns(first, place), True
