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
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names: tuple[str, ...] | None = None
    try:
        for found in reader:
            cells = [cell.strip() for cell in found]
            if not any(cells):
                continue
            line = reader.line_num
            if names is None:
                names, is_header = _columns(cells, f"{place}, line {line}")
                if is_header:
                    continue
            if len(cells) > len(names) and any(cells[len(names) :]):
                raise BadValue(f"{place}, line {line}: {len(cells)} cells, but only {len(names)} columns")
            yield line, dict(zip(names, cells, strict=False))
    except csv.Error as error:
        raise BadValue(f"{place}, line {reader.line_num}: {error}") from None


def _columns(first: list[str], place: str) -> tuple[tuple[str, ...], bool]:
    """The columns, and whether the first row was a header."""
    names = [column(cell) for cell in first]
    if "extension" not in names and "account" not in names:
        return COLUMNS, False
    return columns(first, place), True
