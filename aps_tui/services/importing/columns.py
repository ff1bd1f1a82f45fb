"""The columns of a list: what a heading calls them, and what they are where there is no heading."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from aps_tui.services.importing.entry import bounded
from aps_tui.services.importing.macs import macs_in

Knows: TypeAlias = Callable[[str, str], str]
"""Told a MAC and a text beside it: whether that is a `model`, `vendor`, `template` or `tenant` here; else ""."""

NAMES: dict[str, str] = {
    name: column
    for column, names in {
        "mac": "mac macaddress macaddr macid macno macnumber mac48 hwaddr hwaddress hardwareaddress ethernetaddress "
               "lladdr phonemac devicemac macadresse adressemac direccionmac",
        "vendor": "vendor brand make maker manufacturer hersteller fabricant",
        "model": "model modelname phonemodel devicemodel phonetype devicetype hardware product modell modele",
        "template": "template templatename phonetemplate devicetemplate profile vorlage",
        "tenant": "tenant tenantname customer company organization organisation mandant",
        "extension": "extension ext exten extno extnumber extensionnumber extensionno number directorynumber dn "
                     "extension1 ext1 line1 nebenstelle",
        "label": "label devicelabel displayname display name phonedisplay description caption bezeichnung",
        "line_label": "linelabel linelabel1 line1label linedisplay",
        "address": "ip ipaddress ipaddr ipv4 ipv4address",
        "more": "more",
    }.items()
    for name in names.split()
}  # fmt: skip
"""A heading without case, blanks and signs, to the column that it is."""

_FURTHER = re.compile(r"(?:(?P<extension>ext(?:ension)?)|(?P<line_label>linelabel))(?P<n>[2-9]|[1-9][0-9]{1,2})\Z")
_NUMBER = re.compile(r"[0-9]{1,10}\Z")
_SIGNS = re.compile(r"[\W_]+")
DELIMITERS = ",;\t|"
SAMPLE = 50
"""Lines that decide how a list without a heading is read."""


class Columns(NamedTuple):
    """How the lines of a table are read."""

    delimiter: str
    names: tuple[str, ...]
    """Column by column; `extension_2`, `line_label_2` are of further lines, "" is not read."""
    heading: bool
    notes: tuple[str, ...] = ()


def heading(line: str, cells: Callable[[str, str], list[str]]) -> Columns | None:
    """The columns that a first line names; None when it is no heading. `cells` splits a line at a delimiter."""
    best: Columns | None = None
    for delimiter in DELIMITERS:
        said = cells(line, delimiter)
        names = [_named(cell) for cell in said]
        if "mac" in names and (best is None or len(names) > len(best.names)):
            best = Columns(delimiter, *_unique(names, said))
    return best


def _named(cell: str) -> str:
    name = _SIGNS.sub("", cell.lower())
    further = _FURTHER.match(name)
    if further:
        return f"{'extension' if further['extension'] else 'line_label'}_{further['n']}"
    return NAMES.get(name, "")


def _unique(names: list[str], said: Sequence[str]) -> tuple[tuple[str, ...], bool, tuple[str, ...]]:
    """The first column of each name, that there is a heading, and which columns are not read."""
    unread = []
    for at, (name, cell) in enumerate(zip(names, said, strict=True)):
        if not name or name in names[:at]:
            names[at] = ""
            unread += [bounded(cell, 30)] if cell.strip() else []
    notes = (f"columns that are not read: {', '.join(unread)}",) if unread else ()
    return tuple(names), True, notes


def by_content(lines: Sequence[str], cells: Callable[[str, str], list[str]], knows: Knows) -> Columns | None:
    """The columns of a table without a heading: one column is MACs, others are what most of their cells are.

    None for plain text. What was taken for what is in the notes.
    """
    for delimiter in DELIMITERS:
        rows = [cells(line, delimiter) for line in lines if delimiter in line]
        at = _mac_column(rows, len(lines))
        if at is not None:
            names = _contents(rows, at, knows)
            told = ", ".join(name or "(not read)" for name in names)
            return Columns(delimiter, names, False, (f"there is no heading; the columns are taken as: {told}",))
    return None


def _mac_column(rows: Sequence[Sequence[str]], count: int) -> int | None:
    """The one column in which the MACs are; None when lines hold several, or it changes, or there is none."""
    places = {tuple(at for at, cell in enumerate(row) if macs_in(cell)[0]) for row in rows}
    places.discard(())
    if len(rows) < count or len(places) != 1:
        return None
    (place,) = places
    return place[0] if len(place) == 1 else None


def _contents(rows: Sequence[Sequence[str]], mac: int, knows: Knows) -> tuple[str, ...]:
    names = [""] * max(map(len, rows))
    names[mac] = "mac"
    for at in range(len(names)):
        if at == mac:
            continue
        full = [row for row in rows if len(row) > max(at, mac)]
        said = [(found[0], row[at].strip()) for row in full if (found := macs_in(row[mac])[0])]
        kind = _kind([(mac, cell) for mac, cell in said if cell], knows)
        names[at] = kind if kind not in names else ""
    return tuple(names)


def _kind(said: Sequence[tuple[str, str]], knows: Knows) -> str:
    """What most cells of a column are; a few of them may be misspelt. "" for an empty column."""
    kinds = Counter(knows(mac, cell) or ("extension" if _NUMBER.match(cell) else "label") for mac, cell in said)
    kind, number = kinds.most_common(1)[0] if kinds else ("", 0)
    return kind if 2 * number > len(said) else kind and "label"
