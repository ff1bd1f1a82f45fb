"""Reads a table (CSV): rows into entries, each fault to its own line."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from aps_tui.domain.errors import BadValue
from aps_tui.services.importing.columns import SAMPLE, Columns, Knows, by_content, heading
from aps_tui.services.importing.device import checked_more
from aps_tui.services.importing.entry import LONGEST_TEXT, Entry, Rejected, bounded
from aps_tui.services.importing.macs import judged_mac

SHOWN = ("mac", "model", "extension", "label")
"""Columns that are shown of a rejected row: one that is not read may hold passwords."""
_MAX_JOINED = 40
"""Lines that a cell in quotes may go over."""


class Line(NamedTuple):
    """A line of a list."""

    number: int
    text: str


def reject(line: Line, reason: str, text: str = "") -> Rejected:
    """A line that is left out; `text` is shown of it where not all may be."""
    return Rejected(line.number, bounded(text or line.text), reason)


def columns_of(lines: Sequence[str], knows: Knows) -> Columns | None:
    """How lines are read as a table; None when they are none."""
    return (heading(lines[0], cells_at) or by_content(lines[:SAMPLE], cells_at, knows)) if lines else None


def cells_at(line: str, delimiter: str) -> list[str]:
    """The cells of a line; one with quotes goes through the CSV reader."""
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        return line.split(delimiter)


def records(lines: Sequence[Line], rejected: list[Rejected]) -> Iterator[Line]:
    """Lines, those joined that a cell in quotes goes over; a quote that nothing closes spoils its own line only."""
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if line.text.count('"') % 2 == 0:
            yield line
            continue
        open_lines = [line]
        for further in lines[at : at + _MAX_JOINED]:
            open_lines.append(further)
            if further.text.count('"') % 2:
                break
        else:
            rejected.append(reject(line, "a quote is not closed", line.text.partition('"')[0] or "?"))
            continue
        at += len(open_lines) - 1
        yield Line(line.number, "\n".join(one.text for one in open_lines))


def table(lines: Sequence[Line], columns: Columns, rejected: list[Rejected]) -> list[Entry]:
    """The entries of a table's rows; those that are none go to `rejected`."""
    entries: list[Entry] = []
    noted = columns.names[0] in ("", "mac")  # elsewhere a # begins a text
    for line in records(lines, rejected):
        cells = cells_at(line.text, columns.delimiter)
        if not any(cell.strip() for cell in cells) or (noted and cells[0].lstrip().startswith("#")):
            continue
        if any(cell.strip() for cell in cells[len(columns.names) :]):
            rejected.append(reject(line, f"{len(cells)} cells, but {len(columns.names)} columns", cells[0] or "?"))
            continue
        said = {name: cell.strip() for name, cell in zip(columns.names, cells, strict=False) if name}
        try:
            entries.append(_entry(line.number, said))
        except BadValue as error:
            shown = " ".join(filter(None, (said.get(name) for name in SHOWN)))
            rejected.append(reject(line, str(error), shown or "?"))
    return entries


def _entry(line: int, said: Mapping[str, str]) -> Entry:
    """The entry of a row of a table. Raises BadValue."""
    if not said.get("mac"):
        raise BadValue("no MAC address")
    mac = judged_mac(said["mac"])
    texts = {name: said.get(name, "") for name in Entry._fields[2:-2]}
    for name, text in texts.items():
        if len(text) > LONGEST_TEXT:
            raise BadValue(f"{name}: {len(text)} characters are too many, at most {LONGEST_TEXT} are accepted")
    if "line_label" not in said:  # a list with one name for a phone means what it shows
        texts["line_label"] = texts["label"]
    return Entry(line, mac, **texts, more=_more(said))


def _more(said: Mapping[str, str]) -> str:
    """What is beyond line 1, as JSON; "" for nothing. Raises BadValue."""
    further = {name: text for name, text in said.items() if "_" in name and name[-1].isdigit() and text}
    text = said.get("more", "")
    if not further and not text:
        return ""
    try:
        more = json.loads(text) if text else {}
        lines = {int(one["number"]): dict(one) for one in more.get("line", ())}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise BadValue("more: this is not what an export writes") from None
    for name, value in further.items():
        kind, _, number = name.rpartition("_")
        line = lines.setdefault(int(number), {"number": int(number)})
        line["extension" if kind == "extension" else "label"] = value
    return checked_more({**more, **({"line": list(lines.values())} if lines else {})})
