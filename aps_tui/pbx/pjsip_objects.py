"""The PJSIP objects that Asterisk makes of a pjsip.conf tree, and why it makes none of the others.

Facts: tests/oracle 30, 32, 40. The first `type` of a section decides; of a repeated option the last
value counts; an unknown option, or an auth without username or secret, loses that object.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from aps_tui.domain.errors import BadValue
from aps_tui.pbx.asterisk_conf import Section
from aps_tui.pbx.conf_guard import shown

Options = Mapping[str, str]
"""Option in lower case to its last value."""

KINDS = ("endpoint", "auth", "aor", "identify", "registration", "transport")


@dataclass(frozen=True, slots=True)
class Objects:
    """What Asterisk holds after loading, by kind and id, and the objects it refused."""

    loaded: Mapping[str, dict[str, Options]]
    refused: Mapping[str, dict[str, str]]
    """Kind to id to the reason."""
    refused_options: Mapping[str, Options] = field(default_factory=dict)
    """The options of refused endpoints, by id."""
    warnings: tuple[str, ...] = ()


def build(sections: Iterable[Section], place: str) -> Objects:
    """Make the objects of a tree.

    Raises BadValue when two objects of one kind have one id: then Asterisk loads none of that kind.
    """
    found = [(section.first("type"), section) for section in sections]
    newer = _newer_options([section for kind, section in found if kind == "endpoint"])
    loaded: dict[str, dict[str, Options]] = {kind: {} for kind in KINDS}
    refused: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    refused_options: dict[str, Options] = {}
    for kind, section in found:
        if kind not in loaded:
            continue
        if section.name in loaded[kind]:
            raise BadValue(
                f"{place}: two objects of type {kind} are named {shown(section.name)}: "
                f"Asterisk loads no {kind} of the whole tree; rename or remove one"
            )
        options = section.last()
        fault = _fault(kind, options, newer)
        if fault:
            refused[kind][section.name] = fault
            if kind == "endpoint":
                refused_options[section.name] = options
        else:
            loaded[kind][section.name] = options
            refused[kind].pop(section.name, None)
            if kind == "endpoint":
                refused_options.pop(section.name, None)
    warnings = tuple(
        f"{place}: option {shown(option)} is not known to this program; if it is not to Asterisk either, "
        "the endpoints that have it do not load"
        for option in sorted(newer)
    )
    return Objects(loaded, refused, refused_options, warnings)


@cache
def known_options() -> Mapping[str, frozenset[str]]:
    """Kind to the options it takes."""
    text = Path(__file__).with_name("pjsip_options.toml").read_text("utf-8")
    return {kind: frozenset(names) for kind, names in tomllib.loads(text).items()}


def _newer_options(endpoints: list[Section]) -> frozenset[str]:
    """Unknown options that most endpoints have: newer than our list rather than mistakes."""
    counts: Counter[str] = Counter()
    for endpoint in endpoints:
        counts.update(endpoint.last().keys() - known_options()["endpoint"])
    return frozenset(option for option, count in counts.items() if count > 1 and 2 * count > len(endpoints))


def _fault(kind: str, options: Options, newer: frozenset[str]) -> str:
    unknown = options.keys() - known_options().get(kind, options.keys()) - newer
    unknown = {option for option in unknown if not option.startswith("@")}
    if unknown:
        return f"Asterisk does not load it: unknown option {shown(min(unknown))}"
    if kind != "auth" or options.get("auth_type", "").lower() == "google_oauth":
        return ""
    if not options.get("username"):
        return "Asterisk does not load it: no username"
    if not any(options.get(key) for key in ("password", "md5_cred", "password_digest")):
        return "Asterisk does not load it: no password"
    return ""
