"""What a template sees: settings by name, lines, key banks, the model's facts, raw parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple

from aps_tui.domain.catalogue import CATALOGUE
from aps_tui.domain.errors import ApsError
from aps_tui.domain.http_auth import has_login
from aps_tui.domain.site import Key, Settings
from aps_tui.domain.timerules import time_rule
from aps_tui.vendors.banks import takes
from aps_tui.vendors.emit import SECRET_NAME, Placed, Secret, Slot, TemplateFault
from aps_tui.vendors.pack import Facts
from aps_tui.vendors.phone import ACCOUNT_TEXTS, KEY_TEXTS, Group, Phone

HTTP_USER, HTTP_PASSWORD, PROVISIONING_URL = "general.http_user", "general.http_password", "general.provisioning_url"
"""The settings by which a phone gets its files."""


class CannotRender(ApsError):
    """A device that asks for what its model does not have; the text names the place."""


@cache
def setting_prefixes() -> frozenset[str]:
    """Every dotted prefix of a setting id, list places as `N`: `server`, `server.N`, `services.directory` …"""
    parts = [setting.split(".") for setting in CATALOGUE]
    return frozenset(".".join(part[:i]) for part in parts for i in range(1, len(part)))


@cache
def spaces() -> tuple[str, ...]:
    """The names by which templates reach settings: `general`, `server`, `network` …"""
    return tuple(dict.fromkeys(setting.split(".")[0] for setting in CATALOGUE))


@lru_cache(maxsize=8192)
def neutral_id(id: str) -> str:
    """`server.2.host` as the catalogue has it: `server.N.host`."""
    return re.sub(r"\.\d+(?=\.|$)", ".N", id)


class Space:
    """Settings under one dotted prefix, reached as attributes; iterating gives a list setting's entries.

    An unset setting is None; a name that the catalogue lacks is undefined, which is an error.
    """

    __slots__ = ("_limits", "_prefix", "_shared", "_values", "n")

    def __init__(
        self,
        values: Mapping[str, Any],
        prefix: str,
        shared: bool,
        limits: Mapping[str, int],
        n: int | None = None,
    ) -> None:
        self._values = values
        self._prefix = prefix
        self._shared = shared
        self._limits = limits
        self.n = n

    def __getattr__(self, name: str) -> Any:
        neutral = neutral_id(f"{self._prefix}.{name}")
        setting = CATALOGUE.get(neutral)
        if setting is None:
            if neutral in setting_prefixes() or f"{neutral}.N" in CATALOGUE:
                return Space(self._values, f"{self._prefix}.{name}", self._shared, self._limits)
            raise AttributeError(name)
        if self._shared and setting.secret:
            raise TemplateFault(f"a file that several phones read may hold no secret: {neutral}")
        return self._values.get(f"{self._prefix}.{name}")

    def __iter__(self) -> Iterator[Space]:
        """The entries in use, ascending, as far as the model's `limits` go; each has `n` and its fields.

        A list of plain values (`services.action_url.N`) gives entries with `value`.
        """
        pattern = re.compile(re.escape(self._prefix) + r"\.(\d+)(?:\.|$)")
        found = {int(match[1]) for key in self._values if (match := pattern.match(key))}
        limit = self._limits.get(self._prefix, 1_000_000)
        for n in sorted(found):
            if n <= limit:
                yield Space(self._values, f"{self._prefix}.{n}", self._shared, self._limits, n)

    def __getitem__(self, n: int) -> Space:
        """Entry n of a list setting, in use or not."""
        if not isinstance(n, int):
            raise KeyError(n)
        return Space(self._values, f"{self._prefix}.{n}", self._shared, self._limits, n)

    @property
    def value(self) -> Any:
        """The value of an entry that is one plain value."""
        return self._values.get(self._prefix)


class FactsView:
    """The model's facts as attributes; a fact that the pack does not declare is undefined."""

    __slots__ = ("_facts",)

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def __getattr__(self, name: str) -> Any:
        try:
            return self._facts[name]
        except KeyError:
            raise AttributeError(name) from None


@dataclass(slots=True)
class LineView:
    """One account as templates see it. Texts are strings, or slots while a shape is rendered."""

    n: int
    user: Any
    auth_user: Any
    secret: Any
    display_name: Any
    label: Any
    number: Any
    mailbox: Any
    local_sip_port: Any
    caller_id_source: str
    srtp: str
    transport: str
    auto_answer: bool


class KeyView(NamedTuple):
    """One key position of a bank.

    `used` is False where the key does nothing (type `none`); `assigned` is True where anything, `none` included, was
    said for it.
    """

    n: int
    type: str
    line: int
    value: Any
    label: Any
    pickup: Any
    used: bool
    assigned: bool


class ModuleView(NamedTuple):
    """One expansion module, with every key it has."""

    n: int
    keys: Sequence[KeyView]


class RawView(NamedTuple):
    """A raw parameter; `name[3]` is cut into key and index."""

    name: str
    key: str
    idx: str | None
    value: str


class DeviceView(NamedTuple):
    """The device's own names."""

    mac: Any
    mac_upper: Any
    mac_colons: Any
    tenant: str
    bound: bool


VIEWS = frozenset({Space, FactsView, LineView, KeyView, ModuleView, RawView, DeviceView})
"""What templates reach into; plain data, so the sandbox need not look at each attribute."""


def bank_views(group: Group, facts: Facts, settings: Mapping[str, Any], keys: Mapping[tuple[str, int], Key | KeyView]
               ) -> tuple[dict[str, list[KeyView]], list[ModuleView]]:  # fmt: skip
    """Every position of every bank that the model has, assigned or not.

    Raises CannotRender for a key that it lacks, and for a type that the key's bank does not take.
    """
    count = int(settings.get("keys.expansion_count") or 0)
    module = str(settings.get("keys.expansion_type") or next(iter(facts["expansion"]), ""))
    placed: set[tuple[str, int]] = set()

    def bank(name: str) -> list[KeyView]:
        positions = group.model.keys_in(name, facts, module, count)
        placed.update((name, position) for position in positions)
        return [_key_view(keys.get((name, position)), name, position) for position in positions]

    banks = {"dss": bank("dss"), "programmable": bank("programmable")}
    modules = [ModuleView(n, bank(f"expansion-{n}")) for n in range(1, min(count, int(facts["expansion_max"])) + 1)]
    for (name, position), key in keys.items():
        if (name, position) not in placed:
            raise CannotRender(f"{name} key {position}: {facts['name']} has no such key{_why(name, count, facts)}")
        if not takes(group.vendor, facts, name, key.type):
            kind = name.partition("-")[0]
            raise CannotRender(
                f"{name} key {position}: key type {key.type!r} does not exist on this model's {kind} keys"
            )
    return banks, modules


def _why(bank: str, count: int, facts: Facts) -> str:
    if bank.startswith("expansion") and facts["expansion_max"]:
        return f" (keys.expansion_count is {count}, at most {facts['expansion_max']})"
    return f" (it has {facts['keys']})" if bank == "dss" else ""


def _key_view(key: Key | KeyView | None, bank: str, position: int) -> KeyView:
    if isinstance(key, KeyView):
        return key
    if key is None:
        first = bank == "dss" and position == 1
        return KeyView(position, "line" if first else "none", 1, "", "", "", first, False)
    kind = Placed(key.type, f"{bank} key {position}")
    return KeyView(position, kind, key.line or 1, key.value, key.label, key.pickup, key.type != "none", True)


def raw_views(raw: Mapping[str, str]) -> list[RawView]:
    """Raw parameters by name, ready for a template to write."""
    views = []
    for name in sorted(raw):
        key, _, index = name.partition("[")
        value = Secret(raw[name]) if SECRET_NAME.search(name) else raw[name]
        views.append(RawView(name, key, index.rstrip("]") or None, value))
    return views


def device_context(group: Group, phone: Phone, facts: Facts, texts: Sequence[Any], text_settings: Sequence[str]
                   ) -> dict[str, Any]:  # fmt: skip
    """The whole context of a per-device file. `texts` are the phone's own texts, or slots in their place."""
    given = iter(texts)
    mac, mac_upper, mac_colons = next(given), next(given), next(given)
    settings = {**group.settings, **phone.settings}
    server_transport = str(settings.get("server.1.transport", "udp"))
    lines = []
    for account in phone.accounts:
        own = {name: next(given) for name in ACCOUNT_TEXTS}
        own["secret"] = own["secret"] if isinstance(own["secret"], Slot) else Secret(own["secret"])
        lines.append(
            LineView(
                n=account.n,
                **own,
                caller_id_source=account.caller_id_source,
                srtp=account.srtp,
                transport=account.transport or server_transport,
                auto_answer=account.auto_answer,
            )
        )
    keys: dict[tuple[str, int], Key | KeyView] = {(key.bank, key.position): key for key in group.keys}
    for key in phone.keys:
        value, label, pickup = (next(given) for _ in KEY_TEXTS)
        used = key.type != "none"
        kind = Placed(key.type, f"{key.bank} key {key.position}")
        keys[key.bank, key.position] = KeyView(key.position, kind, key.line or 1, value, label, pickup, used, True)
    for name in text_settings:
        settings[name] = next(given)
    if not phone.bound:
        keys = {}
    _hide_secrets(settings, phone.settings, phone.bound)
    banks, modules = bank_views(group, facts, settings, keys)
    used_lines = {line.n for line in lines}
    raw = {**group.raw, **phone.raw} if phone.bound else {}
    return {
        **shared_context(settings, facts, shared=False),
        "device": DeviceView(mac, mac_upper, mac_colons, group.tenant, phone.bound),
        "lines": lines,
        "no_line": LineView(0, "", "", "", "", "", "", "", None, "from", "off", server_transport, False),
        "unused_lines": [n for n in range(1, int(facts["lines"]) + 1) if n not in used_lines],
        "bank": banks,
        "modules": modules,
        "raw": raw_views(raw),
    }


def shared_context(settings: Mapping[str, Any], facts: Facts, *, shared: bool = True) -> dict[str, Any]:
    """The part of the context that a file shared by several phones may read: settings and facts."""
    zone = settings.get("time.zone")
    limits = facts["limits"]
    context: dict[str, Any] = {name: Space(settings, name, shared, limits) for name in spaces()}
    context["model"] = FactsView(facts)
    context["tz"] = time_rule(str(zone)) if zone and not isinstance(zone, Slot) else None
    return context


def _hide_secrets(settings: dict[str, Any], own: Settings, bound: bool) -> None:
    """Mark secrets so that they can be masked. An UNPROV phone gets none, but its own way to its files."""
    for name in list(settings):
        setting = CATALOGUE.get(neutral_id(name))
        if setting is not None and setting.secret:
            if not bound and not (name == HTTP_PASSWORD and name in own):
                del settings[name]
            elif not isinstance(settings[name], Slot):
                settings[name] = Secret(settings[name])
    if not bound and HTTP_PASSWORD not in settings:
        settings.pop(HTTP_USER, None)  # what it knows stays in force; half of it would not
    url = settings.get(PROVISIONING_URL)
    if isinstance(url, str) and has_login(url):
        settings[PROVISIONING_URL] = Secret(url)
