"""Reads the lists of phones that other systems export: what each calls its columns is data (foreign.toml)."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from aps_tui.domain.errors import BadValue
from aps_tui.domain.keytypes import BANKS, KEY_TYPES, TRANSPORTS
from aps_tui.services.importing.columns import DELIMITERS
from aps_tui.services.importing.device import checked_more
from aps_tui.services.importing.entry import LONGEST_TEXT, Entry, Read, Rejected
from aps_tui.services.importing.macs import judged_mac
from aps_tui.services.importing.table import Line, cells_at, records, reject

_SIGNS = re.compile(r"[\W_]+")
_OFF = frozenset({"false", "0", "no", "f", "n"})
_HANDSETS = re.compile(r"\s*(\d{1,3})\s*:\s*([^&:]+?)\s*(?:&|\Z)")
"""`1:1002&2:1005`: handset and extension."""
_COLONS = re.compile(r"[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}\Z")
_MOST_LINES = 200
_SAMPLE = 200


class System(NamedTuple):
    """A system's list."""

    name: str
    source: str
    verified: bool
    needs: tuple[frozenset[str], ...]
    columns: Mapping[str, Sequence[str]]


@dataclass
class _Phone:
    """A device in the making: rows of one MAC."""

    line: int
    mac: str
    said: dict[str, str] = field(default_factory=dict)
    lines: dict[int, dict[str, Any]] = field(default_factory=dict)
    keys: list[dict[str, Any]] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)

    def entry(self) -> Entry:
        """As an entry. Raises BadValue for what is too long or has another shape."""
        first = self.lines.get(1, {})
        more = [{"number": n, **line} for n, line in sorted(self.lines.items()) if n > 1]
        plain = {"extension", "label"}
        more += [{"number": 1, **{k: v for k, v in first.items() if k not in plain}}] if first.keys() - plain else []
        said = {"line": more, "key": self.keys, "settings": self.settings}
        texts = {**self.said, "extension": first.get("extension", ""), "line_label": first.get("label", "")}
        for name, text in texts.items():
            if len(text) > LONGEST_TEXT:
                raise BadValue(f"{name}: {len(text)} characters are too many, at most {LONGEST_TEXT} are accepted")
        return Entry(self.line, self.mac, **texts, more=checked_more(json.loads(json.dumps(said))))


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("foreign.toml").read_text(encoding="utf-8"))


@cache
def systems() -> tuple[System, ...]:
    """The systems whose lists are known by their headings."""
    return tuple(
        System(one["name"], one["source"], one["verified"], tuple(map(frozenset, one["needs"])), one["columns"])
        for one in _data()["system"]
    )


def read_foreign(lines: Sequence[Line], rejected: list[Rejected]) -> Read | None:
    """Read another system's list; None where it is none of those known. Rejected lines are added to `rejected`."""
    if not lines:
        return None
    for delimiter in DELIMITERS:
        headings = [_plain(cell) for cell in cells_at(lines[0].text, delimiter)]
        for system in systems():
            if all(group & set(headings) for group in system.needs):
                return _by_heading(system, headings, lines, delimiter, rejected)
    if _is_nested(lines):
        return _nested(lines, rejected)
    return _of_lines(lines, rejected)


def _plain(heading: str) -> str:
    return _SIGNS.sub("", heading.lower())


def _by_heading(
    system: System, headings: Sequence[str], lines: Sequence[Line], delimiter: str, rejected: list[Rejected]
) -> Read:
    phones: dict[str, _Phone] = {}
    unread: dict[str, None] = {}
    for line in records(lines[1:], rejected):
        cells = [cell.strip() for cell in cells_at(line.text, delimiter)]
        if not any(cells):
            continue
        groups = _groups(system, headings, cells)
        try:
            mac = judged_mac(groups[0].get("mac", ""))
            phone = phones.get(mac) or _Phone(line.number, mac)
            for group in groups:
                _take(phone, group, unread)
            phones[mac] = phone
        except BadValue as error:
            rejected.append(reject(line, str(error), groups[0].get("mac", "") or "?"))
    known = {name for names in system.columns.values() for name in names}
    left = [one for one in dict.fromkeys(headings) if one and one not in known]
    notes = [f"read as a list of {system.name}" + ("" if system.verified else ", whose headings are not verified")]
    notes += [f"columns that are not read: {', '.join(left[:12])}"] if left else []
    return _read(phones.values(), [*notes, *unread], rejected)


def _groups(system: System, headings: Sequence[str], cells: Sequence[str]) -> list[dict[str, str]]:
    """What a row says: the first of each heading, then the second of those that stand again …"""
    found: list[dict[str, str]] = [{}]
    seen: dict[str, int] = {}
    for heading, cell in zip(headings, cells, strict=False):
        at = seen[heading] = seen.get(heading, -1) + 1
        while len(found) <= at:
            found.append({})
        found[at][heading] = cell
    return [{name: text for name, headings in system.columns.items()
             if (text := next((group[one] for one in headings if group.get(one)), ""))}
            for group in found]  # fmt: skip


def _take(phone: _Phone, said: Mapping[str, str], unread: dict[str, None]) -> None:
    """Put what a row says to its phone. Raises BadValue."""
    for name in ("vendor", "model", "label", "address"):
        if said.get(name):
            phone.said.setdefault(name, said[name])
    phone.settings |= {name: text for name, text in said.items() if name.startswith("network.")}
    if "network.address" in said:
        phone.settings["network.ip_mode"] = "static"
    if said.get("active", "").lower() not in _OFF:
        _take_lines(phone, said)
    elif said.get("extension"):
        unread["lines that are switched off are left out"] = None
    if said.get("key"):
        _take_key(phone, said, unread)


def _take_lines(phone: _Phone, said: Mapping[str, str]) -> None:
    text = said.get("extension", "")
    if not text:
        return
    handsets = _HANDSETS.findall(text) if ":" in text else []
    given = [(_number(n, "handset"), extension) for n, extension in handsets]
    if not given:
        number = _number(said["line"], "line") if said.get("line") else max(phone.lines, default=0) + 1
        given = [(number, text)]
    for number, extension in given:
        line = phone.lines.setdefault(number, {})
        line["extension"] = extension[: LONGEST_TEXT + 1]
        line["label"] = said.get("line_label", "")
        transport = _word(said.get("transport", ""))
        if transport in TRANSPORTS:
            line["transport"] = transport


def _take_key(phone: _Phone, said: Mapping[str, str], unread: dict[str, None]) -> None:
    bank, type_ = _word(said.get("key_bank", "") or "line"), _word(said.get("key_type", ""))
    bank = "dss" if bank == "line" else bank
    if bank not in BANKS or type_ not in KEY_TYPES or not said["key"].isdecimal():
        unread["keys whose type or place is said in the system's own way are left out"] = None
        return
    key: dict[str, Any] = {"bank": bank, "position": _number(said["key"], "key"), "type": type_}
    if said.get("key_line", "").isdecimal():
        key["line"] = max(1, _number(said["key_line"], "key's line"))
    key |= {name: said[f"key_{name}"] for name in ("value", "label") if said.get(f"key_{name}")}
    if all((one["bank"], one["position"]) != (bank, key["position"]) for one in phone.keys):
        phone.keys.append(key)


def _word(text: str) -> str:
    """A word of theirs as one of ours."""
    word = text.strip().lower()
    return str(_data()["words"].get(word, word))


def _number(text: str, what: str) -> int:
    if not text.isdecimal() or len(text) > 3 or not 0 < int(text) <= _MOST_LINES:
        raise BadValue(f"the number of a {what} is 1 to {_MOST_LINES}")
    return int(text)


def _is_nested(lines: Sequence[Line]) -> bool:
    """Whether it is a list of MACs with their properties and accounts below them, indented by commas."""
    first = lines[0].text.split(",")
    sample = [line.text for line in lines[1:_SAMPLE] if line.text.strip()]
    return bool(
        len(first) == 3 and _COLONS.match(first[0]) and sample
        and all(text.startswith(",") or _COLONS.match(text.split(",")[0]) for text in sample)
        and any(text.startswith(",") for text in sample)
    )  # fmt: skip


def _nested(lines: Sequence[Line], rejected: list[Rejected]) -> Read:
    """Issabel's other format (endpointconfig2 libs/EndpointFile_Nested.class.php): accounts by priority."""
    phones: dict[str, _Phone] = {}
    accounts: dict[str, list[tuple[int, str]]] = {}
    phone: _Phone | None = None
    for line in records(lines, rejected):
        cells = [cell.strip() for cell in cells_at(line.text, ",")] + [""] * 5
        if cells[0]:
            phone = None
            try:
                phone = _Phone(line.number, judged_mac(cells[0]), {"vendor": cells[1], "model": cells[2]})
                phones.setdefault(phone.mac, phone)
            except BadValue as error:
                rejected.append(reject(line, str(error), cells[0]))
        elif phone is not None and not cells[1] and cells[2] and cells[3]:
            order = int(cells[4]) if cells[4].isdecimal() and len(cells[4]) < 4 else 999
            accounts.setdefault(phone.mac, []).append((order, cells[3]))
    for mac, those in accounts.items():
        numbered = enumerate(sorted(those, key=lambda one: one[0])[:_MOST_LINES], 1)
        phones[mac].lines = {n: {"extension": account} for n, (_, account) in numbered}
    return _read(phones.values(), ["read as a list of Issabel endpoint configurator, with accounts"], rejected)


def _of_lines(lines: Sequence[Line], rejected: list[Rejected]) -> Read | None:
    """OSS Endpoint Manager's list, which has no heading: MAC, brand, model, extension, line; IPEI behind the MAC.

    Source: endpointman Endpointman_Advanced.class.php. None where not every line is such.
    """
    rows = [(line, [cell.strip() for cell in cells_at(line.text, ",")]) for line in lines if line.text.strip()]
    width = len(rows[0][1])
    if width not in (5, 6) or any(len(cells) != width or not _is_of_line(cells) for _, cells in rows):
        return None
    phones: dict[str, _Phone] = {}
    for line, cells in rows:
        vendor, model, extension, number = cells[-4:]
        try:
            phone = phones.setdefault(mac := judged_mac(cells[0]), _Phone(line.number, mac))
            _take(phone, {"vendor": vendor, "model": model, "extension": extension, "line": number}, {})
        except BadValue as error:
            rejected.append(reject(line, str(error), cells[0]))
    return _read(phones.values(), ["read as a list of FreePBX OSS Endpoint Manager"], rejected)


def _is_of_line(cells: Sequence[str]) -> bool:
    vendor, model, extension, number = cells[-4:]
    digits = len(cells[0].translate(str.maketrans("", "", ":-."))) == 12
    return bool(digits and vendor.isalpha() and model and number.isdecimal() and 0 < len(number) < 4) and (
        not extension or extension.isdecimal()
    )


def _read(phones: Iterable[_Phone], notes: Sequence[str], rejected: list[Rejected]) -> Read:
    entries = []
    for phone in phones:
        try:
            entries.append(phone.entry())
        except BadValue as error:
            rejected.append(Rejected(phone.line, phone.mac, str(error)))
    return Read(tuple(entries), tuple(sorted(rejected)), tuple(notes))
