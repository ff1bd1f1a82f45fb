"""The settings catalogue: what can be set, read from `catalogue.toml`, and how values are checked."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import msgspec

from aps_tui.domain.errors import BadValue
from aps_tui.domain.http_auth import without_password
from aps_tui.domain.kinds import KINDS
from aps_tui.domain.setting import SAID_LEVELS, Level, Setting
from aps_tui.domain.site import Settings, Value

__all__ = [
    "CATALOGUE", "MASK", "TABS", "Level", "Setting", "check", "cross_check", "find", "numbered", "show",
    "warnings_for",
]  # fmt: skip

MASK = "••••••"
"""What is shown in a secret's place, whatever its length."""

_NUMBER = re.compile(r"(?<=\.)[1-9][0-9]*(?=\.|\Z)")


class _Entry(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One table of catalogue.toml; the fields are `Setting`'s."""

    label: str
    kind: str
    help: str
    allowed: tuple[str, ...] = ()
    min: int | None = None
    max: int | None = None
    default: bool | int | str | tuple[str, ...] | None = None
    recommendation: str = ""
    warning: str = ""
    warn: str = ""
    levels: tuple[str, ...] = tuple(level.word for level in SAID_LEVELS)
    count: int = 1
    unit: str = ""
    by_model: bool = False
    example: str = ""


def _setting(tab: str, id: str, entry: _Entry) -> Setting:
    """The setting that a table of the file describes; ranges fall back to the kind's."""
    kind = KINDS[entry.kind]
    fields = msgspec.structs.asdict(entry) | {
        "min": kind.min if entry.min is None else entry.min,
        "max": kind.max if entry.max is None else entry.max,
        "levels": tuple(Level[word.upper()] for word in entry.levels),
    }
    return Setting(id=id, tab=tab, **fields)


def _read() -> tuple[tuple[str, ...], Mapping[str, Setting]]:
    """The tabs in their order, and every setting by id in the file's order."""
    text = Path(__file__).with_name("catalogue.toml").read_bytes()
    tabs = msgspec.toml.decode(text, type=dict[str, dict[str, _Entry]])
    found = {id: _setting(tab, id, entry) for tab, entries in tabs.items() for id, entry in entries.items()}
    return tuple(tabs), MappingProxyType(found)


TABS: tuple[str, ...]
"""The eleven tabs, in order; `Programmable Keys` holds keys and no setting."""
CATALOGUE: Mapping[str, Setting]
"""Setting id (with `N` for lists) to setting, tab by tab."""
TABS, CATALOGUE = _read()


@lru_cache(maxsize=4096)
def find(id: str) -> Setting:
    """Return the setting that an id names; `server.2.host` and `server.N.host` name the same.

    Raises BadValue for an id that is unknown (with the nearest known one) or counts too far.
    """
    numbers = _NUMBER.findall(id)
    setting = CATALOGUE.get(_NUMBER.sub("N", id))
    if setting is None:
        raise BadValue(_unknown(id, numbers))
    if numbers and int(numbers[0]) > setting.count:
        raise BadValue(f"{id}: there is no number {numbers[0]}, only 1 to {setting.count}")
    return setting


def _unknown(id: str, numbers: list[str]) -> str:
    """Say that an id is unknown, and what may have been meant."""
    if "local_sip_port" in id.lower().replace("-", "_"):
        return f"{id}: the local SIP port belongs to a device's line, not to a template or any other level"
    near = difflib.get_close_matches(_NUMBER.sub("N", id), CATALOGUE, n=1)
    if not near:
        return f"unknown setting {id!r}"
    return f"unknown setting {id!r}: did you mean {near[0].replace('N', numbers[0]) if numbers else near[0]}?"


def numbered(setting: Setting) -> tuple[str, ...]:
    """Every full id of a setting: `server.1.host` and `server.2.host` for `server.N.host`."""
    if not setting.listed:
        return (setting.id,)
    return tuple(setting.id.replace("N", str(n)) for n in range(1, setting.count + 1))


def check(id: str, raw: object, level: Level | None = None) -> Value:
    """Return the checked value for a setting, from what a file or a form gave.

    Takes `true/false/on/off/yes/no` for switches and a list or comma-separated text for lists.
    An empty text, where a kind takes one, is a value: it overrides what is inherited and is
    written empty. Raises BadValue naming the id; a secret's text is never in the message.
    """
    setting = find(id)
    if setting.id == id and setting.listed:
        raise BadValue(f"{id}: write a number from 1 to {setting.count} for N")
    if level is not None and level not in setting.levels:
        accepted = " or ".join(one.word for one in setting.levels)
        raise BadValue(f"{id}: cannot be set at {level.word} level, only at {accepted} level")
    if raw is None:
        raise BadValue(f"{id}: a value is needed")
    try:
        return KINDS[setting.kind].check(raw, setting)
    except BadValue as error:
        raise BadValue(f"{id}: {error}") from None


def show(setting: Setting, value: Value | None) -> str:
    """A value as people read it; a secret is masked, also in a URL; an unset value is empty."""
    if value is None or value == "":
        return ""
    if setting.secret:
        return MASK
    if isinstance(value, bool):
        return "on" if value else "off"
    if setting.url:
        return without_password(str(value), lambda _: MASK)
    return ", ".join(value) if isinstance(value, tuple) else str(value)


_WARN: Mapping[str, Callable[[Setting, Value], bool]] = {
    "differs": lambda setting, value: value != setting.default,
    "filled": lambda _, value: value != "",
    "tftp": lambda _, value: str(value).startswith("tftp:"),
}


def warnings_for(settings: Settings) -> list[str]:
    """Say which recommendations the given settings do not follow; what is absent never warns."""
    found = ((id, value, find(id)) for id, value in settings.items())
    return [
        f"{id}: {setting.warning}"
        for id, value, setting in found
        if setting.warn and _WARN[setting.warn](setting, value)
    ]


def cross_check(settings: Settings) -> list[str]:
    """Say what does not go together in one device's settings, all levels merged."""
    faults = []
    if settings.get("phone.tone_country") != "custom":
        faults += [
            f"{id}: a tone of one's own needs phone.tone_country = custom"
            for id in settings
            if id.startswith("phone.tone.")
        ]
    low, high = settings.get("network.rtp_port_min"), settings.get("network.rtp_port_max")
    if isinstance(low, int) and isinstance(high, int) and low > high:
        faults.append(f"network.rtp_port_min: {low} is above network.rtp_port_max, {high}")
    if settings.get("network.ip_mode") == "static":
        faults += [
            f"{id}: network.ip_mode = static needs it"
            for id in ("network.address", "network.netmask", "network.gateway")
            if not settings.get(id)
        ]
    return faults
