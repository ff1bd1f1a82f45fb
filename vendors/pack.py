"""The typed shape of a vendor.toml, and the models that it describes."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.vendors.contact import TABLES, Contact, Dhcp, Notify, merged
from aps_tui.vendors.formats import FORMATS, Format

Facts = Mapping[str, Any]

CORE_FACTS: dict[str, Any] = {
    "lines": 1,
    "keys": 0,
    "programmable": [],
    "programmable_defaults": {},
    "expansion": {},
    "expansion_max": 0,
    "generations": [],
    "limits": {},
    "key_types": {},
    "bounds": {},
    "verified": True,
    "note": "",
}
"""Facts that the core itself reads. `keys`: DSS keys; `programmable`: positions; `expansion`: module
name to its number of keys; `limits`: list setting (`server`, `multicast` …) to how many the model takes; `key_types`:
bank (`dss`, `programmable`, `expansion`) to its table of [words], or to a list of the types of [words.key] it takes;
`bounds`: `line.<field>` or a setting's id (with N) to the least and greatest number, or length of a text, it takes."""


class PackFault(ApsError):
    """A vendor folder that cannot be used; the text names the file and the place in it."""


class FileSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One file that the vendor's phones ask for."""

    path: str
    """Pattern: `{mac}`, `{MAC}`, `{model}` and `{fact}`; not written for a model whose fact is empty."""
    template: str
    format: str
    scope: Literal["device", "model", "vendor"] = "device"
    only: str = ""
    """A fact: the file is written for models where it holds."""
    optional: bool = False
    """True: not written when it renders to nothing but blanks."""
    repeatable: tuple[str, ...] = ()
    """Parameters that may stand more than once (a password line per user)."""

    @property
    def form(self) -> Format:
        """The file's format."""
        return FORMATS[self.format]

    @property
    def shared(self) -> bool:
        """True for a file that several phones read: it may hold no secret and no MAC."""
        return self.scope != "device"


class Document(msgspec.Struct, forbid_unknown_fields=True):
    """A vendor.toml."""

    name: str
    mac_prefixes: list[str]
    file: list[FileSpec]
    model: dict[str, dict[str, Any]]
    source: str = ""
    unverified: list[str] = []
    default_passwords: dict[str, str] = {}
    user_agents: list[str] = []
    reserved_names: list[str] = []
    never_withdraw: bool = False
    dhcp: Dhcp = Dhcp()
    notify: Notify = Notify()
    words: dict[str, dict[str, Any]] = {}
    defaults: dict[str, Any] = {}
    generation: dict[str, dict[str, Any]] = {}
    family: dict[str, dict[str, Any]] = {}


@dataclass(frozen=True, slots=True)
class Model:
    """One hardware model: its facts for each firmware generation."""

    vendor: str
    name: str
    family: str
    generations: tuple[str, ...]
    """Oldest first; the last is the default. Empty when the vendor has only one dialect."""
    _layers: tuple[Facts, Facts, Facts] = field(repr=False, hash=False)
    _generation_facts: Mapping[str, Facts] = field(repr=False, hash=False)
    _contact: Contact = field(repr=False, hash=False)
    """The vendor's; generation, family and model may say more in their layers."""

    def facts(self, firmware: str | None = None) -> dict[str, Any]:
        """The facts in force; `firmware` is a generation's name, None for the newest.

        Raises BadValue for a generation that the model does not have.
        """
        chosen = self.generation(firmware)
        defaults, family, model = self._layers
        every = {**CORE_FACTS, **defaults, **self._generation_facts.get(chosen, {}), **family, **model}
        for table in TABLES:
            every.pop(table, None)
        return {**every, "name": self.name, "firmware": chosen}

    def generation(self, firmware: str | None = None) -> str:
        """The generation in force, the newest for None; empty for a model without. Raises BadValue as `facts` does."""
        if firmware and firmware not in self.generations:
            known = ", ".join(self.generations) or "none"
            raise BadValue(f"firmware {firmware!r} is not known for {self.vendor}/{self.name} (known: {known})")
        return firmware or (self.generations[-1] if self.generations else "")

    def contact(self, firmware: str | None = None) -> Contact:
        """How the model's phones are met: `.dhcp`, `.notify`, `.default_passwords`. Raises BadValue as `facts` does."""
        _, family, own = self._layers
        return merged(self._contact, (self._generation_facts.get(self.generation(firmware), {}), family, own))

    def keys_in(self, bank: str, facts: Facts, module: str = "", modules: int = 0) -> tuple[int, ...]:
        """The positions of a bank; an expansion bank exists as far as `modules` of type `module` go."""
        if bank == "dss":
            return tuple(range(1, int(facts["keys"]) + 1))
        if bank == "programmable":
            return tuple(facts["programmable"])
        number = int(bank.rpartition("-")[2])
        if number > min(modules, int(facts["expansion_max"])):
            return ()
        return tuple(range(1, int(facts["expansion"].get(module, 0)) + 1))


@dataclass(frozen=True, slots=True)
class Vendor:
    """One vendor's pack, loaded and checked."""

    slug: str
    name: str
    folders: tuple[Path, ...]
    """Where its templates are looked for: the operator's overlay first, then the shipped folder."""
    fingerprint: str
    """Changes whenever any file of the pack does."""
    mac_prefixes: tuple[str, ...]
    files: tuple[FileSpec, ...]
    models: Mapping[str, Model]
    words: Mapping[str, Mapping[str, str]]
    user_agent_patterns: tuple[str, ...]
    reserved_names: tuple[str, ...]
    never_withdraw: bool
    """A phone that finds no file of its own takes a shared one in its place, or may: its files are never withdrawn."""
    contact: Contact
    """What holds for every model that says nothing else: see `contacts`."""
    unverified: tuple[str, ...]
    source: str

    @property
    def user_agents(self) -> tuple[re.Pattern[str], ...]:
        """What its phones call themselves over HTTP and SIP, with groups `model`, `firmware`, `mac` where they tell."""
        return tuple(_compiled(pattern) for pattern in self.user_agent_patterns)

    def contacts(self) -> list[tuple[Contact, list[tuple[Model, str]]]]:
        """Every way in which phones of the vendor are met, with its models and their generations ("" for none)."""
        ways: list[tuple[Contact, list[tuple[Model, str]]]] = []
        for model in self.models.values():
            for generation in model.generations or ("",):
                way = model.contact(generation or None)
                places = next((places for known, places in ways if known == way), None)
                if places is None:
                    ways.append((way, places := []))
                places.append((model, generation))
        return ways

    def model(self, name: str) -> Model:
        """Find a model, ignoring case. Raises BadValue naming the nearest ones."""
        import difflib

        by_lower = {known.lower(): model for known, model in self.models.items()}
        found = by_lower.get(name.lower())
        if found is None:
            near = difflib.get_close_matches(name, self.models, n=3, cutoff=0.4)
            hint = f": did you mean {', '.join(near)}?" if near else ""
            raise BadValue(f"{self.slug} has no model {name!r}{hint}")
        return found


_compiled = lru_cache(maxsize=1024)(re.compile)


def make_vendor(slug: str, raw: Document, folders: tuple[Path, ...], fingerprint: str) -> Vendor:
    """The vendor that a checked document describes."""
    contact = Contact(raw.dhcp, raw.notify, raw.default_passwords)
    models = {name: _model(slug, name, facts, raw, contact) for name, facts in raw.model.items()}
    return Vendor(
        slug=slug,
        name=raw.name,
        folders=folders,
        fingerprint=fingerprint,
        mac_prefixes=tuple(prefix.lower() for prefix in raw.mac_prefixes),
        files=tuple(raw.file),
        models=models,
        words={table: {word: str(given) for word, given in words.items()} for table, words in raw.words.items()},
        user_agent_patterns=tuple(raw.user_agents),
        reserved_names=tuple(raw.reserved_names),
        never_withdraw=raw.never_withdraw,
        contact=contact,
        unverified=tuple(raw.unverified),
        source=raw.source,
    )


def _model(slug: str, name: str, facts: dict[str, Any], raw: Document, contact: Contact) -> Model:
    own = {key: value for key, value in facts.items() if key != "family"}
    family = facts.get("family", "")
    layers = (raw.defaults, raw.family.get(family, {}), own)
    generations = next(layer["generations"] for layer in (*layers[::-1], CORE_FACTS) if "generations" in layer)
    return Model(slug, name, family, tuple(generations), layers, raw.generation, contact)


_LONGEST = 200
"""Bytes of one name of a path; file systems take 255."""
_DEEPEST = 8
"""Names of a path, its folders and its own."""


def file_name(spec: FileSpec, facts: Facts, mac: str = "") -> str | None:
    """The file's name under the root; None when the model lacks a fact that the name, or `only`, needs.

    Raises PackFault for a name that would leave the root.
    """
    if spec.only and not facts[spec.only]:
        return None
    names = {"mac": mac, "MAC": mac.upper(), "model": facts["name"]}
    for _, name, _, _ in string.Formatter().parse(spec.path):
        if name is not None and name not in names and not facts.get(name):
            return None
    path = spec.path.format(**{**facts, **names})
    parts = path.split("/")
    if any(not part or part.startswith(".") or len(part.encode("utf-8", "replace")) > _LONGEST for part in parts):
        raise PackFault(f"{path!r} is not a plain name under the root")
    if len(parts) > _DEEPEST or "\\" in path or not path.isprintable():
        raise PackFault(f"{path!r} is not a plain name under the root")
    return path
