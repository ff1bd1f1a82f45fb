"""Reads a phone's values back: its accounts, what its lines choose, its keys, its registrar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from aps_tui.domain.keytypes import VALUE_TYPES
from aps_tui.domain.site import Key
from aps_tui.services.importing.tree.asked import CHOICES, Asked, Candidate, Values
from aps_tui.services.importing.tree.marks import Pattern, Place


@dataclass
class Found:
    """What a phone's files say."""

    accounts: dict[int, dict[str, str]] = field(default_factory=dict, repr=False)
    """Line to its texts, named as `ACCOUNT_TEXTS` has them; they may hold secrets."""
    choices: dict[int, dict[str, str | bool]] = field(default_factory=dict)
    keys: tuple[Key, ...] = ()
    settings: dict[str, str] = field(default_factory=dict, repr=False)
    understood: int = 0
    """How many of the values were."""
    values: int = 0


def recover(asked: Asked, values: Values) -> Found:
    """What a phone's files say, read as the pack writes them."""
    found = Found(values=len(values))
    used: set[tuple[str, str]] = set()
    if asked.forget:
        values = {cell: tuple("" if one == asked.forget else one for one in ones) for cell, ones in values.items()}
    found.keys = tuple(_keys(asked, values, used))
    texts = _texts(asked, {cell: said for cell, said in values.items() if cell not in used}, used)
    for place, text in texts.items():
        if place[0] == "line":
            found.accounts.setdefault(place[2], {})[place[3]] = text
        else:
            found.settings[place[1]] = text
    for key in found.keys:  # where a line's key shows its label, there is one text for both
        if key.type == "line" and key.label and (key.line or 1) in found.accounts:
            found.accounts[key.line or 1].setdefault("label", key.label)
    found.accounts = {n: said for n, said in sorted(found.accounts.items()) if said.get("user") or said.get("number")}
    host, colon, port = found.settings.get("server.1.host", "").rpartition(":")
    if colon and port.isdigit() and ":" not in host:
        found.settings |= {"server.1.host": host, "server.1.port": port}
    found.choices = {n: dict(_choices(asked, values, n, used)) for n in found.accounts}
    found.understood = len(used)
    return found


def _texts(asked: Asked, values: Values, used: set[tuple[str, str]]) -> dict[Place, str]:
    """The texts of lines and settings; where several values give one, the plainest counts."""
    found: dict[Place, tuple[bool, str]] = {}
    for cell, patterns in asked.texts.items():
        if values.get(cell) in (None, asked.empty.get(cell)) and _of_a_line(patterns):
            continue
        for text in values.get(cell, ()):
            for pattern in patterns:
                said = None if pattern.plain and len(values[cell]) > 1 < len(patterns) else pattern.read(text)
                if said is None:
                    continue
                used.add(cell)
                default = values[cell] == asked.no_port.get(cell)
                for place, one in said.items():
                    if default and place[3] == "local_sip_port":
                        continue
                    if one and (place not in found or (pattern.plain and not found[place][0])):
                        found[place] = (pattern.plain, one)
                break
    return {place: text for place, (_, text) in found.items()}


def _of_a_line(patterns: list[Pattern]) -> bool:
    return any(place[0] == "line" for pattern in patterns for place in pattern.places)


def _choices(asked: Asked, values: Values, n: int, used: set[tuple[str, str]]) -> Iterator[tuple[str, str | bool]]:
    """What a line chooses, where only one of the choices is written as it is here."""
    for name in CHOICES:
        written = asked.choices.get((n, name), {})
        fit = [choice for choice, cells in written.items()
               if all((values.get(cell) or ("",))[0] == said for cell, said in cells.items())]  # fmt: skip
        default = CHOICES[name][0]
        if fit:
            used.update(next(iter(written.values())))
            yield name, default if default in fit else fit[0]


def _keys(asked: Asked, values: Values, used: set[tuple[str, str]]) -> Iterator[Key]:
    for (bank, position), candidates in asked.keys.items():
        there = [cell for cell in candidates[0].cells if cell in values]
        if not there:
            continue
        best: tuple[int, Key | None] | None = None
        for candidate in candidates:
            read = _key(bank, position, candidate, values, asked.forget)
            if read is not None and (best is None or read[0] > best[0]):
                best = read
        if best is not None and best[1] is not None:
            used.update(there)
            yield best[1]


def _key(
    bank: str, position: int, candidate: Candidate, values: Values, forget: str
) -> tuple[int, Key | None] | None:  # fmt: skip
    """A key read as a candidate has it, and how much of it is certain; None where it is written otherwise.

    No key stands for one of which nothing is said.
    """
    texts: dict[str, str] = {}
    sure = 0
    for cell, wanted in candidate.cells.items():
        given = values.get(cell, ())
        wanted = tuple("" if one == forget else one for one in wanted)
        if not any(given) and all(isinstance(one, Pattern) or not one for one in wanted):
            continue  # a text that is not set leaves its line out
        if len(given) != len(wanted):
            return None
        for text, one in zip(given, wanted, strict=True):
            if isinstance(one, str):
                if text != one:
                    return None
                sure += 2
                continue
            said = one.read(text)
            if said is None or any(place[1:3] != (bank, position) for place in said):
                return None
            for place, part in said.items():
                if texts.setdefault(place[3], part) != part:
                    return None
            sure += 1 if one.plain else 2
    if not candidate.type or candidate.type == "none":
        return (sure + 1, None) if not texts else None
    if candidate.type in VALUE_TYPES and not texts.get("value"):
        return None
    texts = {name: text for name, text in texts.items() if text}
    if texts.get("pickup") == texts.get("value"):
        texts.pop("pickup", None)
    return sure, Key(bank, position, candidate.type, candidate.line, **texts)
