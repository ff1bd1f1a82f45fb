"""Phones to judge a pack with: one that says everything, one that says next to nothing, and one that nobody owns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import cycle
from string import Formatter

from aps_tui.domain.catalogue import CATALOGUE, cross_check
from aps_tui.domain.keytypes import CALLER_ID_SOURCES, KEY_TYPES, VALUE_TYPES
from aps_tui.domain.mac import parse_mac
from aps_tui.domain.mapping import compile_mappings
from aps_tui.domain.resolve import resolve, values
from aps_tui.domain.setting import Level
from aps_tui.domain.site import AddressMapping, Key, Settings, Value
from aps_tui.vendors.banks import takes
from aps_tui.vendors.engine import GroupRenderer, Result
from aps_tui.vendors.loader import SHIPPED, load_packs
from aps_tui.vendors.pack import Facts, Model, Vendor
from aps_tui.vendors.phone import Account, Group, Phone
from tests.conformance.values import DUMMY, every_setting

PACKS = load_packs((SHIPPED,))
TENANT = "acme"
PBX = "pbx.example.com"
"""What the tenant's mapping makes of the dummy address."""
RAW = ("raw_parameter", "raw value")
LIMITED_SECRET = "limited-Account-5x"
MAPPED = compile_mappings(
    [AddressMapping(DUMMY, "global.example.com")], [AddressMapping(DUMMY, PBX, tenant=TENANT)]
)  # fmt: skip
_OWN = ("network.address", "services.extension", "security.user_password", "phone.wallpaper_url")
"""Settings that the full phone says at device level."""
_VALUES: dict[str, str] = {
    "url": f"http://{DUMMY}/key",
    "xml-browser": f"http://{DUMMY}/key.xml",
    "multicast-paging": "224.5.6.1:10001",
    "feature": "*78",
    "dtmf": "12#",
    "prefix": "9",
}


@lru_cache(maxsize=8)
def _renderer(group: Group) -> GroupRenderer:
    return GroupRenderer(group)


@dataclass(frozen=True)
class Sample:
    """One phone with its group."""

    group: Group
    phone: Phone

    @property
    def renderer(self) -> GroupRenderer:
        """The renderer of the sample's group, the same for all its phones."""
        return _renderer(self.group)

    def plain(self, mask: Callable[[str], str] | None = None) -> Result:
        """The phone's files, rendered by Jinja."""
        return self.renderer.plain(self.phone, mask)

    def quick(self) -> Result:
        """The phone's files, rendered through its shape."""
        return self.renderer.render(self.phone)

    def with_phone(self, **changes: object) -> Sample:
        """The same with some of the phone's fields replaced."""
        return Sample(self.group, replace(self.phone, **changes))  # type: ignore[arg-type]

    def with_account(self, **changes: object) -> Sample:
        """The same with fields of the phone's first account replaced."""
        first, *rest = self.phone.accounts
        return self.with_phone(accounts=(replace(first, **changes), *rest))  # type: ignore[arg-type]

    @property
    def secrets(self) -> set[str]:
        """Every secret that the phone or its group holds."""
        settings = {**self.group.settings, **self.phone.settings}
        found = {str(value) for id, value in settings.items() if id in CATALOGUE and CATALOGUE[id].secret}
        return found | {account.secret for account in self.phone.accounts}


def mac_of(vendor: Vendor, last: str = "1") -> str:
    """A MAC of the vendor's, ending as given."""
    prefix = vendor.mac_prefixes[0]
    return parse_mac(prefix + last.rjust(12 - len(prefix), "0"))


def account(n: int) -> Account:
    """Account n with every field said, each in its own words."""
    return Account(
        n,
        user=f"{100 + n}-{TENANT}",
        auth_user=f"auth{n:02}",
        secret=f"Secret-{n:02}-x9",
        display_name=f"Zoë Müller {n:02}",
        label=f"Réception {n:02}",
        number=str(100 + n),
        mailbox=str(8100 + n),
        caller_id_source=CALLER_ID_SOURCES[n % len(CALLER_ID_SOURCES)],
        local_sip_port=10000 + n,
        srtp=("off", "optional", "required")[n % 3],
        transport=("", "tcp", "tls")[n % 3],
        auto_answer=n == 2,
    )


def _group(vendor: Vendor, model: Model, said: Settings, **more: object) -> Group:
    """A group whose template says what is given."""
    levels: list[tuple[Level, Mapping[str, Value]]] = [(Level.GLOBAL, {}), (Level.TENANT, {}), (Level.TEMPLATE, said)]
    settings = values(resolve(levels))
    return Group(vendor, model, TENANT, settings, frozenset(said), mapped=MAPPED, **more)  # type: ignore[arg-type]


def _of_model(model: Model, generation: str | None, module: str | None = None) -> dict[str, Value]:
    """The settings that only a model can answer: firmware, and as many expansion modules as it takes."""
    facts = model.facts(generation)
    said: dict[str, Value] = {"general.firmware": generation} if generation else {}
    modules = facts["expansion"]
    if modules and facts["expansion_max"]:
        module = module or max(modules, key=lambda name: int(modules[name]))
        said |= {"keys.expansion_type": module, "keys.expansion_count": int(facts["expansion_max"])}
    return said


def full(vendor: Vendor, model: Model, generation: str | None = None) -> Sample:
    """A phone with every line, setting, key and module that its model can have."""
    said = every_setting(Level.TEMPLATE) | _of_model(model, generation)
    own = {id: value for id, value in every_setting(Level.DEVICE).items() if id in _OWN}
    assert not cross_check({**said, **own})
    facts = model.facts(generation)
    keys = every_key(vendor, model, facts, said)
    group = _group(vendor, model, said, keys=keys[0::2], raw=dict([RAW]))
    accounts = tuple(account(n) for n in range(1, int(facts["lines"]) + 1))
    return Sample(group, Phone(mac_of(vendor), accounts, own, keys[1::2]))


def every_key(vendor: Vendor, model: Model, facts: Facts, said: Settings) -> tuple[Key, ...]:
    """A key at every position, taking in turn the pack's types that its bank takes."""
    types = cycle([word for word in vendor.words.get("key", {"none": ""}) if word in KEY_TYPES])
    module, modules = str(said.get("keys.expansion_type", "")), int(str(said.get("keys.expansion_count", 0)))
    banks = ("dss", "programmable", *(f"expansion-{n}" for n in range(1, modules + 1)))
    places = [(bank, n) for bank in banks for n in model.keys_in(bank, facts, module, modules)]
    return tuple(
        _key(bank, n, next(type_ for type_ in types if takes(vendor, facts, bank, type_)), number, facts)
        for number, (bank, n) in enumerate(places, 1)
    )


def _key(bank: str, position: int, type_: str, number: int, facts: Facts) -> Key:
    if type_ == "none":
        return Key(bank, position, type_)
    line = 1 + number % int(facts["lines"])
    value = _VALUES.get(type_, str(200 + number)) if type_ in VALUE_TYPES else ""
    pickup = "*8" if type_ == "blf" else ""
    return Key(bank, position, type_, line, value, f"Key {number}", pickup)


def minimal(vendor: Vendor, model: Model, generation: str | None = None) -> Sample:
    """A phone with one line and nothing said but its registrar."""
    said: dict[str, Value] = {"server.1.host": DUMMY, **({"general.firmware": generation} if generation else {})}
    first = Account(1, "101", "101", "Minimal-Secret-3k", number="101")
    return Sample(_group(vendor, model, said), Phone(mac_of(vendor), (first,)))


def unprovisioned(vendor: Vendor, model: Model, generation: str | None = None) -> Sample:
    """An UNPROV phone in a group that holds secrets, keys and a raw parameter of which it may get none."""
    owned = full(vendor, model, generation)
    mac = owned.phone.mac
    limited = Account(1, f"aps-{mac}", "apunprov", LIMITED_SECRET, display_name="UNPROV", label="UNPROV")
    return Sample(owned.group, Phone(mac, (limited,), bound=False))


KINDS: dict[str, Callable[[Vendor, Model, str | None], Sample]] = {
    "full": full,
    "minimal": minimal,
    "unprovisioned": unprovisioned,
}


def generations(model: Model) -> tuple[str | None, ...]:
    """The model's dialects, newest first; None alone where there is but one."""
    return tuple(reversed(model.generations)) or (None,)


def distinct(vendor: Vendor) -> Iterator[Model]:
    """The models whose newest facts differ in more than names: the others render the same."""
    naming = {"name", "note", "verified", *_facts_of_paths(vendor)}
    seen: set[str] = set()
    for model in vendor.models.values():
        facts = repr(sorted((name, fact) for name, fact in model.facts().items() if name not in naming))
        if facts not in seen:
            seen.add(facts)
            yield model


def _facts_of_paths(vendor: Vendor) -> Iterator[str]:
    for spec in vendor.files:
        yield from (name for _, name, _, _ in Formatter().parse(spec.path) if name)


def dialects(vendor: Vendor) -> Iterator[tuple[Model, str | None]]:
    """One model for each family in its newest generation, and one for each generation beyond these."""
    families: set[str] = set()
    spoken: set[str | None] = set()
    for model in vendor.models.values():
        if (model.family or model.name) not in families:
            families.add(model.family or model.name)
            spoken.add(generations(model)[0])
            yield model, generations(model)[0]
    for model in vendor.models.values():
        for generation in generations(model):
            if generation not in spoken:
                spoken.add(generation)
                yield model, generation
