"""What each thing that was seen of a phone claims it to be: vendor, model, firmware, MAC. Anybody can claim it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from aps_tui.domain.observation import AGENT, OPTION_60, PATH, PNP_MODEL, PNP_VENDOR, PNP_VERSION, heard
from aps_tui.services.importing.names import Names
from aps_tui.services.importing.tree.known_names import KnownNames
from aps_tui.vendors.loader import Packs
from aps_tui.wire.macs import mac_of

RULE, PREFIX, PNP_WORDS, NAME = "prefix rule", "MAC prefix", "plug and play", "file name"
WEIGHT = {AGENT: 5, PNP_WORDS: 5, OPTION_60: 4, RULE: 4, PREFIX: 3, NAME: 2}
"""How much a claim counts against others. Text that names the product counts more than who registered the MAC, for
makers buy others; a file's name is the easiest of all to invent."""
_MOST_KEPT = 4096
_SHARE = 12
"""A file of more models than that does not tell one from another."""


class Claim(NamedTuple):
    """What one thing says."""

    by: str
    """Its name, a key of `WEIGHT`."""
    vendor: str
    models: frozenset[str] = frozenset()
    """One is certain; several are those of which it is one; none: it does not say."""
    firmware: str = ""
    mac: str = ""
    """The MAC that it names itself; empty for none."""
    unsure: bool = False
    """Others may say the same, as a name like `config.xml`: it does not speak against another vendor."""


class Claims:
    """Reads claims out of texts, by the packs as they were when it was made."""

    def __init__(self, packs: Packs, names: Names) -> None:
        self._names = names
        self._files = KnownNames(packs)
        vendors = packs.vendors.items()
        self._agents = [(slug, pattern) for slug, vendor in vendors for pattern in vendor.user_agents]
        self._classes = list(_classes(packs))
        self._agent = lru_cache(maxsize=_MOST_KEPT)(self._read_agent)
        self._class = lru_cache(maxsize=_MOST_KEPT)(self._read_class)
        self._name = lru_cache(maxsize=_MOST_KEPT)(self._read_name)

    def of(self, said: Mapping[str, str], vendor: str) -> Iterator[Claim]:
        """The claims of what a source said; `vendor` is the one of the MAC's prefix, which settles what is unclear."""
        if agent := said.get(AGENT, ""):
            yield from self._agent(heard(agent), vendor)
        if kind := said.get(OPTION_60, ""):
            yield from self._class(heard(kind), vendor)
        if said.get(PNP_VENDOR) or said.get(PNP_MODEL):
            yield from self._plug(said, vendor)
        if path := said.get(PATH, ""):
            yield from self._name(heard(path))

    def _read_agent(self, text: str, vendor: str) -> tuple[Claim, ...]:
        found = []
        for slug, pattern in self._agents:
            if match := pattern.search(text):
                groups = match.groupdict()
                models = self._model(groups.get("model") or "", slug)
                found.append(Claim(AGENT, slug, models, groups.get("firmware") or "", mac_of(groups.get("mac") or "")))
        return _best(found, vendor) or self._named(AGENT, text, vendor)

    def _read_class(self, text: str, vendor: str) -> tuple[Claim, ...]:
        found = []
        for slug, pattern, only in self._classes:
            match = pattern.search(text) or pattern.search(f"\0\0{text}")  # `heard` took NULs from before it
            if match:
                told = match.groupdict().get("model") or ""
                named = bool(told) or slug in self._names.vendors(text) or "\\x00" in pattern.pattern
                models = self._model(told, slug) if told else only if named else frozenset[str]()
                found.append(Claim(OPTION_60, slug, models, unsure=not named))
        return _best(found, vendor) or self._named(OPTION_60, text, vendor)

    def _plug(self, said: Mapping[str, str], vendor: str) -> Iterator[Claim]:
        maker, model = heard(said.get(PNP_VENDOR, "")), heard(said.get(PNP_MODEL, ""))
        slugs = self._names.vendors(maker)
        named = {slug: self._model(model, slug) for slug in sorted(slugs)}
        slug = next((one for one in (vendor, *named) if named.get(one)), vendor if vendor in named else "")
        slug = slug or next(iter(named), "")
        if not slug and (found := self._names.certain(model)):
            slug, _, model = found.partition("/")
            named = {slug: frozenset((model,))}
        if slug:
            yield Claim(PNP_WORDS, slug, named[slug], heard(said.get(PNP_VERSION, "")))

    def _read_name(self, path: str) -> tuple[Claim, ...]:
        """What asks for a file of this name. A name that phones of several vendors ask for claims nothing."""
        named = self._files.named(path)
        slugs = {one.vendor for one in named.of}
        if len(slugs) != 1:
            return ()
        models = frozenset(one.model for one in named.of)
        common = any(one.spec.scope == "vendor" for one in named.of)
        if common or len(models) > _SHARE:
            models = frozenset()
        return (Claim(NAME, slugs.pop(), models, mac=named.mac, unsure=common),)

    def _model(self, text: str, slug: str) -> frozenset[str]:
        found, _, model = self._names.certain(text, slug).partition("/") if text else ("", "", "")
        return frozenset((model,)) if found == slug else frozenset()

    def _named(self, by: str, text: str, vendor: str) -> tuple[Claim, ...]:
        """The vendor that a text begins with, where no pattern of its pack fits."""
        slugs = self._names.vendors(text) if text else frozenset[str]()
        if not slugs:
            return ()
        return (Claim(by, vendor if vendor in slugs else sorted(slugs)[0]),)


def _classes(packs: Packs) -> Iterator[tuple[str, re.Pattern[str], frozenset[str]]]:
    """Vendor, what its phones send as option 60, and the model where only one sends it."""
    senders: dict[tuple[str, str], set[str]] = {}
    for slug, vendor in packs.vendors.items():
        for contact, places in vendor.contacts():
            for pattern in contact.dhcp.vendor_class:
                senders.setdefault((slug, pattern), set()).update(model.name for model, _ in places)
    for (slug, text), models in senders.items():
        yield slug, re.compile(text), frozenset(models) if len(models) == 1 else frozenset()


def _best(found: Iterable[Claim], vendor: str) -> tuple[Claim, ...]:
    """Of what several patterns say, that which names a model; then that of the prefix's vendor."""
    ranked = sorted(found, key=lambda one: (not one.models, one.vendor != vendor, one.unsure, not one.mac))
    return tuple(ranked[:1])
