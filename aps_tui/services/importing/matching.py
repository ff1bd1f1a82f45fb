"""Says which vendor and model a new device is of: by what the list says, by prefix rules, by its MAC's prefix."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from aps_tui.data.prefix_rules import Rule
from aps_tui.services.importing.columns import Knows
from aps_tui.services.importing.makers import maker_of
from aps_tui.services.importing.names import Names, plain_name
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.loader import Packs

BLOCK = 6
"""Digits of a block as makers register them."""


class Match(NamedTuple):
    """What a MAC and the texts beside it come to."""

    vendor: str
    """Slug; empty where no pack supports it."""
    model: str = ""
    why: str = ""
    """What gave the model: file or rule."""
    choices: tuple[str, ...] = ()
    """`vendor/model` of those that an unclear text could mean."""


class Matcher:
    """Matches many MACs. It knows the packs and rules as they were when it was made."""

    def __init__(self, packs: Packs, rules: Sequence[Rule]) -> None:
        self.packs = packs
        self.names = _names(packs)
        prefixes = {prefix: slug for slug, vendor in packs.vendors.items() for prefix in vendor.mac_prefixes}
        self._prefixes = prefixes
        self._lengths = sorted({len(prefix) for prefix in prefixes}, reverse=True)
        self._rules: dict[str, list[Rule]] = {}
        for rule in sorted(rules, key=lambda one: int(one.last, 16) - int(one.first, 16)):
            self._rules.setdefault(rule.first[:BLOCK], []).append(rule)
        self._said = lru_cache(maxsize=10_000)(self._match_said)

    def by_prefix(self, mac: str) -> str:
        """The vendor whose longest prefix fits; "" for none."""
        return next((self._prefixes[mac[:n]] for n in self._lengths if mac[:n] in self._prefixes), "")

    def rule_of(self, mac: str) -> Rule | None:
        """The narrowest rule that the MAC falls into, of those whose model there is."""
        return next((rule for rule in self._rules.get(mac[:BLOCK], ()) if rule.first <= mac <= rule.last
                     and self.has(rule.vendor, rule.model)), None)  # fmt: skip

    def has(self, vendor: str, model: str) -> bool:
        """Whether a pack has this model."""
        found = self.packs.vendors.get(vendor)
        return found is not None and model in found.models

    def match(self, mac: str, vendor: str = "", model: str = "") -> Match:
        """What a device is. `vendor`, `model`: as a list says them; what it says counts before rules."""
        prefix = self.by_prefix(mac)
        if vendor or model:
            found = self._said(vendor, model, prefix)
            if found.model or model:
                return found
            prefix = found.vendor
        rule = self.rule_of(mac)
        if rule and (not vendor or rule.vendor == prefix):
            return Match(rule.vendor, rule.model, "rule")
        return Match(prefix)

    def _match_said(self, vendor: str, model: str, prefix: str) -> Match:
        """What the texts say; `prefix` is the vendor of the MAC's prefix."""
        slugs = self.names.vendors(vendor) if vendor else frozenset[str]()
        slug = prefix if prefix in slugs or not slugs else sorted(slugs)[0]
        if not model:
            return Match(slug)
        said = self.names.find(f"{vendor}/{model}" if slugs and "/" not in model else model, prefix)
        if said.certain:
            found, _, name = said.models[0].partition("/")
            return Match(found, name, "file")
        named = said.vendors or slugs
        return Match(slug if not named or slug in named else sorted(named)[0], "", "", said.models)

    def doubt(self, mac: str, vendor: str) -> str:
        """What speaks against this vendor's having made the device; "" for nothing."""
        prefix = self.by_prefix(mac)
        if self.names.related(prefix, vendor) or ((rule := self.rule_of(mac)) and rule.vendor == vendor):
            return ""
        name = self.packs.vendors[vendor].name if vendor in self.packs.vendors else vendor
        if prefix:
            return f"by its MAC it is of {self.packs.vendors[prefix].name}, not of {name}"
        return f"its MAC is not known as one of {name}: {registered(mac)}"


_kept: dict[tuple[tuple[str, str], ...], Names] = {}
"""The names of the packs that were asked for last, by their fingerprints."""


def _names(packs: Packs) -> Names:
    key = tuple((slug, vendor.fingerprint) for slug, vendor in packs.vendors.items())
    if key not in _kept:
        _kept.clear()
        _kept[key] = Names(packs)
    return _kept[key]


def registered(mac: str) -> str:
    """`registered to Foo Corp`."""
    maker = maker_of(mac[:BLOCK])
    return f"registered to {maker}" if maker else "its prefix is registered to nobody known"


def matcher(place: Workplace) -> Matcher:
    """A matcher of this site's packs and rules."""
    return Matcher(place.packs, place.store.rules.all())


def knowledge(place: Workplace) -> Knows:
    """What tells a reader of a table without a heading what its cells are."""
    known = matcher(place)
    templates = {one.name.lower() for one in place.store.templates.rows()}
    tenants = {name.lower() for name in place.store.tenants.names()}

    @lru_cache(maxsize=10_000)
    def kind(prefix: str, text: str) -> str:
        said = known.names.find(text, prefix)
        if said.certain and (not prefix or said.vendors or said.models[0].startswith(f"{prefix}/")):
            return "model"
        if plain_name(text) in known.names.aliases:
            return "vendor"
        return "template" if text.lower() in templates else "tenant" if text.lower() in tenants else ""

    return lambda mac, text: kind(known.by_prefix(mac), text)
