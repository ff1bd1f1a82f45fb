"""Reads a list of MACs: any text that has them in it, or a table (CSV) with a column of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.pbx.encoding import decoded
from aps_tui.services.importing.columns import Knows
from aps_tui.services.importing.entry import Entry, Read, Rejected
from aps_tui.services.importing.foreign import read_foreign
from aps_tui.services.importing.macs import judged_mac, macs_in
from aps_tui.services.importing.pausing import collector_paused
from aps_tui.services.importing.table import Line, columns_of, reject, table

MAX_BYTES = 64 << 20
MAX_LINES = 200_000
MAX_LINE = 1 << 16
"""Characters of a line."""
_SEPARATOR = re.compile(r'"?sep=.?"?', re.IGNORECASE)
"""What spreadsheets write above a heading."""


def read_file(path: Path, knows: Knows | None = None) -> Read:
    """Read a file as `read` does. Raises ApsError when it cannot be opened."""
    try:
        with path.open("rb") as file:
            return read_stream(file, knows)
    except OSError as error:
        raise ApsError(f"{path} cannot be read: {error.strerror}") from None


def read_stream(file: BinaryIO, knows: Knows | None = None) -> Read:
    """Read an open file, as far as may be, as `read` does."""
    return read(file.read(MAX_BYTES + 1), knows)


def read(data: str | bytes, knows: Knows | None = None) -> Read:
    """Read a list: free text, or CSV with or without a heading, whatever its delimiter and encoding.

    `knows` tells what a cell is where there is no heading. Lines that begin with # are left out. Raises BadValue for
    what is no text or too much.
    """
    with collector_paused():
        return _read(_lines(data), knows or _nothing)


def _read(lines: Sequence[Line], knows: Knows) -> Read:
    too_long = f"longer than {MAX_LINE:,} characters"
    rejected = [reject(line, too_long, line.text[:18]) for line in lines if len(line.text) > MAX_LINE]
    lines = [line for line in lines if len(line.text) <= MAX_LINE]
    said = [line for line in lines if line.text.strip() and not line.text.lstrip().startswith("#")]
    if said and _SEPARATOR.fullmatch(said[0].text.strip()):
        del said[0]
    foreign = read_foreign(said, rejected)
    if foreign is not None:
        return foreign
    columns = columns_of([line.text for line in said], knows)
    if columns:
        first = said[0].number + columns.heading
        rows = [line for line in lines if line.number >= first]  # blank lines too: a cell in quotes may have some
        entries, notes = table(rows, columns, rejected), columns.notes
    else:
        entries, notes = _text(said, rejected)
    return Read(tuple(entries), tuple(sorted(rejected)), notes)


def _lines(data: str | bytes) -> list[Line]:
    if len(data) > MAX_BYTES:
        raise BadValue(f"the list is larger than {MAX_BYTES >> 20} MB: import it in parts")
    text = (decoded(data) if isinstance(data, bytes) else data).removeprefix("\ufeff")
    if "\0" in text:
        raise BadValue("the list is not a text file")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > MAX_LINES + 1:
        raise BadValue(f"the list has {len(lines):,} lines, at most {MAX_LINES:,} are read: import it in parts")
    return [Line(number, line) for number, line in enumerate(lines, 1)]


def _nothing(_mac: str, _text: str) -> str:
    return ""


def _text(lines: Sequence[Line], rejected: list[Rejected]) -> tuple[list[Entry], tuple[str, ...]]:
    """Every MAC in free text."""
    entries: list[Entry] = []
    beside = 0
    for line in lines:
        found, missed = macs_in(line.text)
        if not found and not any(miss.sure for miss in missed):
            found = _whole(line)
        sure = [miss for miss in missed if miss.sure or not found]
        rejected += (reject(line, miss.reason, miss.text) for miss in sure if miss.reason)
        if not found and not any(miss.reason for miss in sure):
            rejected.append(reject(line, "no MAC address"))
        entries += (Entry(line.number, mac) for mac in found)
        beside += len(found) == 1 and len(line.text.strip()) > 20
    note = "only MACs are read of free text: to give models and extensions, separate columns by commas"
    return entries, (note,) if beside else ()


def _whole(line: Line) -> list[str]:
    """The MAC that a line is as a whole, in a notation that no text would show (0015 6512 3456)."""
    try:
        return [judged_mac(line.text)]
    except BadValue:
        return []
