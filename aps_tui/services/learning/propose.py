"""Says which parameters of a unit's configuration are one phone's own, and what would stand there instead."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from aps_tui.domain.catalogue import MASK
from aps_tui.domain.errors import BadValue
from aps_tui.domain.mac import parse_mac, with_colons
from aps_tui.services.learning.export import Export
from aps_tui.services.learning.names import line_place, neutral
from aps_tui.services.learning.places import KEEP, LEAVE_OUT, by_name, checked_place, fits, is_line, is_secret
from aps_tui.services.learning.probe import Answers
from aps_tui.services.masks import looks_secret
from aps_tui.vendors.formats import Parameter

CONFIDENT = 0.8
"""What is at least so sure is taken without asking."""
SWITCHES = frozenset({"", "0", "1", "true", "false", "on", "off", "yes", "no", "enabled", "disabled"})
"""Values that are no secret, whatever their parameter is called."""
_MAC = re.compile(r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{2}([:-]?)(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}(?![0-9A-Fa-f])")
_RANDOM = re.compile(r"(?=[^\s]*\d)(?=[^\s]*[A-Za-z])[^\s./:,]{8,64}\Z")
WITHIN = re.compile(r"://[^/\s:@]+:[^/\s@]+@|(?:pass\w*|pwd|secret|token)['\"]?\s*[=: ]\s*\S", re.IGNORECASE)
"""A user and a password in a URL; a secret's name and its text within a longer value."""
_TELLS = re.compile(r"[A-Za-z]{3}")
_REPEATS = {"line.user": re.compile(r"\d{3,}\Z"), "server.1.host": re.compile(r"[\w\-]+(\.[\w\-]+)+\Z")}
"""Places whose value, when it stands elsewhere again, is the same thing there."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One parameter, lines taken together, and what would stand in it."""

    name: str
    """The parameter's name, `N` for a line's number."""
    keys: tuple[str, ...]
    place: str
    """`line.<field>`, `device.<field>`, a setting's id, `keep` or `leave-out`."""
    confidence: float
    why: str
    value: str
    """The unit's own value; masked where it may be a secret."""

    @property
    def confident(self) -> bool:
        """Whether it is taken without asking."""
        return self.confidence >= CONFIDENT


def propose(export: Export, answers: Answers, mac: str | None) -> tuple[Proposal, ...]:
    """What the unit's parameters are for, in the file's order; a parameter that stays as it is has no proposal."""
    first: dict[str, Parameter] = {}
    keys: dict[str, list[str]] = {}
    for parameter in export.parameters:
        name = pattern(parameter.key)
        if not first.setdefault(name, parameter).value and parameter.value:
            first[name] = parameter
        keys.setdefault(name, []).append(parameter.key)
    found = {name: _judged(parameter, answers, mac) for name, parameter in first.items()}
    if export.has_secret_table:
        rows = (name for name, parameter in first.items() if "," in parameter.value)
        found |= dict.fromkeys(rows, (LEAVE_OUT, 0.9, "a table of the file has a column of secrets"))
    _add_repeats(found, first)
    return tuple(
        Proposal(name, tuple(dict.fromkeys(keys[name])), place, sure, why, _shown(first[name], place))
        for name, (place, sure, why) in found.items()
        if place != KEEP
    )


def accepted(
    proposals: tuple[Proposal, ...], export: Export, said: Mapping[str, str], *, unsure: bool = False
) -> tuple[Proposal, ...]:
    """The proposals in force: the confident ones (`unsure`: all), and what the operator said, by name or by key.

    Raises BadValue for a name that the file does not hold, a place that there is not, and a secret that should be kept.
    """
    names = {pattern(parameter.key): parameter for parameter in export.parameters}
    taken = {one.name: one for one in proposals if unsure or one.confident or one.place == LEAVE_OUT}
    for key, place in said.items():
        name = key if key in names else pattern(key)
        if name not in names:
            raise BadValue(f"--accept {key}: {export.name} has no such parameter")
        if checked_place(place) == KEEP:
            if _is_secret_name(names[name]):
                raise BadValue(
                    f"--accept {key}: a secret of one unit is not kept for others: name its place or {LEAVE_OUT}"
                )
            taken.pop(name, None)
            continue
        if name in taken:
            taken[name] = replace(taken[name], place=place, confidence=1.0, why="said by the operator")
        else:
            same = tuple(dict.fromkeys(one.key for one in export.parameters if pattern(one.key) == name))
            taken[name] = Proposal(name, same, place, 1.0, "said by the operator", _shown(names[name], place))
    return tuple(taken.values())


def pattern(key: str) -> str:
    """A parameter's name with `N` for the line's number."""
    place = line_place(key)
    return place.pattern if place is not None else key


def unit_mac(export: Export, prefixes: tuple[str, ...]) -> str | None:
    """The unit's own MAC, 12 lower-case hex digits: in the file's name, else the one that stands in it most often."""
    seen: Counter[str] = Counter()
    for text, weight in ((export.name, 1000), *((line.text, 1) for line in export.lines)):
        for found in _MAC.finditer(text):
            try:
                mac = parse_mac(found[0])
            except BadValue:
                continue
            if mac.startswith(prefixes or "?") or (not mac.isdigit() and (found[1] or weight > 1)):
                seen[mac] += weight
    return seen.most_common(1)[0][0] if seen else None


def _judged(parameter: Parameter, answers: Answers, mac: str | None) -> tuple[str, float, str]:
    """Place, confidence and reason for one parameter; `keep` where nothing speaks for a place."""
    key, value = parameter.key, parameter.value.strip('"')
    if key in answers.places:
        return answers.places[key][0], 0.95, "the pack writes it there"
    if neutral(key) in answers.holding or WITHIN.search(value):
        return LEAVE_OUT, 0.9, "holds a secret within a longer value"
    if mac is not None and value.lower() in (mac, with_colons(mac)) and value in _notations(mac):
        return _notations(mac)[value], 0.95, "holds the unit's MAC"
    named = by_name(key, line_place(key))
    if named is not None and named[0] != KEEP and key not in answers.unclear:
        place, sure = named
        sure = sure if fits(place, value) else sure / 2
        if sure >= CONFIDENT or not _is_secret_name(parameter):
            return place, round(sure, 2), "its name"
    if _is_secret_name(parameter):
        return LEAVE_OUT, 0.9, "its name is a secret's"
    if not _TELLS.search(key) and key not in answers.names and _RANDOM.match(value):
        return LEAVE_OUT, 0.6, "may be a secret: its name says nothing, its value looks random"
    return KEEP, 0.0, ""


def _notations(mac: str) -> dict[str, str]:
    """The notations of a MAC that templates have, each with its name."""
    return {mac: "device.mac", mac.upper(): "device.mac_upper", with_colons(mac): "device.mac_colons"}


def _add_repeats(found: dict[str, tuple[str, float, str]], first: Mapping[str, Parameter]) -> None:
    """Propose a known place for parameters that hold the very value that stands there."""
    for place, shape in _REPEATS.items():
        values = {first[name].value for name, (known, sure, _) in found.items() if known == place and sure >= CONFIDENT}
        for name, (known, _, _) in list(found.items()):
            value, lined = first[name].value, line_place(first[name].key) is not None
            if known == KEEP and value in values and shape.match(value) and (lined or not is_line(place)):
                found[name] = (place, 0.5, f"holds what {place} does")


def _is_secret_name(parameter: Parameter) -> bool:
    return looks_secret(parameter.key) and parameter.value.lower() not in SWITCHES


def _shown(parameter: Parameter, place: str) -> str:
    if parameter.value and (is_secret(place) or place == LEAVE_OUT or looks_secret(parameter.key)):
        return MASK
    return parameter.value
