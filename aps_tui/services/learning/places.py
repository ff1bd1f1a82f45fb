"""What may stand in a parameter's place of a template, and what a name says that stands there."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from aps_tui.domain.catalogue import CATALOGUE, check, find, numbered
from aps_tui.domain.errors import BadValue
from aps_tui.services.learning.names import Place, words
from aps_tui.services.masks import looks_secret

KEEP, LEAVE_OUT = "keep", "leave-out"
"""Instead of a place: the unit's value stays as it is; the parameter is not written at all."""

_LINE = {
    "user": "l.user",
    "auth_user": "l.auth_user or l.user",
    "secret": "l.secret",
    "display_name": "l.display_name",
    "label": "l.label or l.number",
    "number": "l.number",
    "mailbox": "l.mailbox",
    "local_sip_port": 'l.local_sip_port or ""',
}
ENABLED = "line.enabled"
_DEVICE = ("mac", "mac_upper", "mac_colons")
_PLAIN_KINDS = frozenset(
    {"text", "secret", "host", "ip", "netmask", "url", "folder-url", "number", "extension", "int", "port", "seconds",
     "multicast", "filter", "digit-map"}
)  # fmt: skip
"""Kinds of settings that vendors write as they are; others need a table of the vendor's words."""
_SWITCHES = (("1", "0", "bit"), ("on", "off", "onoff"), ("yes", "no", "yesno"))
_OPPOSITES = {"1": "0", "on": "off", "yes": "no", "true": "false", "enabled": "disabled", "enable": "disable", "y": "n"}
_RESET = ("server.2.", "server.outbound_proxy.", "network.stun_host")
"""Settings that are written empty when nothing is said, so that the unit's own value goes."""
_IN_ONE_LINE = re.compile(r"\b(sip|auth\w*|account|line|reg\w*)\b")


@dataclass(frozen=True, slots=True)
class _Rule:
    place: str
    name: re.Pattern[str]
    line: bool | None
    confidence: float


@cache
def _rules() -> tuple[_Rule, ...]:
    said = tomllib.loads(Path(__file__).with_name("places.toml").read_text(encoding="utf-8"))["rule"]
    return tuple(_Rule(r["place"], re.compile(r["name"]), r.get("line"), r.get("confidence", 0.9)) for r in said)


def by_name(key: str, line: Place | None) -> tuple[str, float] | None:
    """The place that a name tells, and how sure that is; `line` is where the name holds a line's number."""
    said = words(key)
    for rule in _rules():
        if not rule.name.search(said) or (rule.line is False and line is not None):
            continue
        if rule.line and line is None:
            if re.search(r"\d", said) or not _IN_ONE_LINE.search(said):
                continue
            return rule.place, min(rule.confidence, 0.8)
        return rule.place, rule.confidence
    return None


def checked_place(said: str) -> str:
    """A place that the operator names, `line.2.user` for a certain line included. Raises BadValue."""
    place = re.sub(r"\Aline\.\d+\.", "line.", said)
    if place in (KEEP, LEAVE_OUT, ENABLED):
        return said
    head, _, field = place.partition(".")
    if head == "line" and field not in _LINE:
        raise BadValue(f"{said}: a line has {', '.join(_LINE)} and enabled")
    if head == "device" and field not in _DEVICE:
        raise BadValue(f"{said}: a device has {', '.join(_DEVICE)}")
    if head not in ("line", "device") and find(place).kind not in {*_PLAIN_KINDS, "bool"}:
        raise BadValue(f"{said}: its values need a table of the vendor's words: write that into the template by hand")
    return said


def is_line(place: str) -> bool:
    """Whether a place belongs to one of the phone's lines."""
    return place.startswith("line.")


def is_secret(place: str) -> bool:
    """Whether a secret stands in a place."""
    return place == "line.secret" or (not is_line(place) and place[:7] != "device." and looks_secret(place))


def expression(place: str, value: str) -> str:
    """What a template emits in a place; `value` is the unit's own, which shows how it writes switches.

    Raises BadValue for a switch whose two words are not known.
    """
    head, _, field = place.partition(".")
    if head == "line":
        return _LINE[field]
    if head == "device":
        return place
    path = re.sub(r"\.(\d+)(?=\.|\Z)", r"[\1]", place) + (".value" if place in _entries() else "")
    if find(place).kind == "bool":
        word = next((name for on, off, name in _SWITCHES if value.lower() in (on, off)), None)
        if word is None:
            raise BadValue(f"{place}: the unit's own value does not show how it writes a switch")
        return f"{path} | {word}"
    return f'{path} or ""' if place.startswith(_RESET) else path


@cache
def _entries() -> frozenset[str]:
    """Ids of list settings whose entries are plain values: `services.action_url.3`."""
    plain = (setting for setting in CATALOGUE.values() if setting.id.endswith(".N"))
    return frozenset(id for setting in plain for id in numbered(setting))


def switched_off(value: str) -> str | None:
    """The opposite of a word that switches something on; None for any other text."""
    found = _OPPOSITES.get(value.lower())
    return found.capitalize() if found and value[:1].isupper() else found


def fits(place: str, value: str) -> bool:
    """Whether the unit's own value could stand in a place."""
    if place == ENABLED:
        return switched_off(value) is not None or value.lower() in _OPPOSITES.values()
    if place == "line.local_sip_port":
        return not value or value.isdigit()
    if not value or is_line(place) or place.startswith("device."):
        return True
    try:
        check(place, value)
    except BadValue:
        return False
    return True
