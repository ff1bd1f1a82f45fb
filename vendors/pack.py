"""The typed shape of a vendor.toml, and the models that it describes."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from aps_tui.domain.errors import ApsError, BadValue
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
    "verified": True,
    "note": "",
}
"""Facts that the core itself reads. `keys`: DSS keys; `programmable`: positions; `expansion`: module
name to its number of keys; `limits`: list setting (`server`, `multicast` …) to how many the model takes."""


class PackFault(ApsError):
    """A vendor folder that cannot be used; the text names the file and the place in it."""


class FileSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file that the vendor's phones ask for."""

    path: str
    """Pattern: `{mac}`, `{MAC}`, `{model}` and `{fact}`; not written for a model whose fact is empty."""
    template: str
    format: str
    scope: Literal["device", "model", "vendor"] = "device"
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


class Dhcp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the vendor's phones are known to a DHCP server, and which option tells them the URL."""

    option: int = 66
    suboption: int | None = None
    """Inside option 43, when `option` is 43."""
    vendor_class: tuple[str, ...] = ()
    """Option 60 as the phones send it; a regular expression with a group `model` where it tells."""
    url: str = "{url}"


class Notify(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The Event header of the SIP NOTIFY that makes a phone fetch, or restart."""

    resync: str = "check-sync"
    restart: str = "check-sync"


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

    def facts(self, firmware: str | None = None) -> dict[str, Any]:
        """The facts in force; `firmware` is a generation's name, None for the newest.

        Raises BadValue for a generation that the model does not have.
        """
        if firmware and firmware not in self.generations:
            known = ", ".join(self.generations) or "none"
            raise BadValue(f"firmware {firmware!r} is not known for {self.vendor}/{self.name} (known: {known})")
        chosen = firmware or (self.generations[-1] if self.generations else "")
        defaults, family, model = self._layers
        merged = {**CORE_FACTS, **defaults, **self._generation_facts.get(chosen, {}), **family, **model}
        return {**merged, "name": self.name, "firmware": chosen}

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
    default_passwords: Mapping[str, str]
    user_agent_patterns: tuple[str, ...]
    reserved_names: tuple[str, ...]
    dhcp: Dhcp
    notify: Notify
    unverified: tuple[str, ...]
    source: str

    @property
    def user_agents(self) -> tuple[re.Pattern[str], ...]:
        """What its phones call themselves over HTTP and SIP, with groups `model`, `firmware`, `mac` where they tell."""
        return tuple(_compiled(pattern) for pattern in self.user_agent_patterns)

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


def checked(slug: str, document: Mapping[str, Any], where: Path) -> Document:
    """A decoded vendor.toml as what it is to be. Raises PackFault naming each place that is wrong."""
    try:
        raw = msgspec.convert(document, Document)
        for pattern in (*raw.user_agents, *raw.dhcp.vendor_class):
            re.compile(pattern)
    except msgspec.ValidationError as error:
        raise PackFault(f"{where}: {error}") from None
    except re.error as error:
        raise PackFault(f"{where}: {error.pattern!r} is no regular expression: {error}") from None
    faults = list(_faults(slug, raw))
    if faults:
        raise PackFault("\n".join(f"{where}: {fault}" for fault in faults))
    return raw


def make_vendor(slug: str, raw: Document, folders: tuple[Path, ...], fingerprint: str) -> Vendor:
    """The vendor that a checked document describes."""
    models = {name: _model(slug, name, facts, raw) for name, facts in raw.model.items()}
    return Vendor(
        slug=slug,
        name=raw.name,
        folders=folders,
        fingerprint=fingerprint,
        mac_prefixes=tuple(prefix.lower() for prefix in raw.mac_prefixes),
        files=tuple(raw.file),
        models=models,
        words={table: {word: str(given) for word, given in words.items()} for table, words in raw.words.items()},
        default_passwords=raw.default_passwords,
        user_agent_patterns=tuple(raw.user_agents),
        reserved_names=tuple(raw.reserved_names),
        dhcp=raw.dhcp,
        notify=raw.notify,
        unverified=tuple(raw.unverified),
        source=raw.source,
    )


def _model(slug: str, name: str, facts: dict[str, Any], raw: Document) -> Model:
    own = {key: value for key, value in facts.items() if key != "family"}
    family = facts.get("family", "")
    layers = (raw.defaults, raw.family.get(family, {}), own)
    merged = {**CORE_FACTS, **layers[0], **layers[1], **layers[2]}
    return Model(slug, name, family, tuple(merged["generations"]), layers, raw.generation)


_PREFIX = re.compile(r"[0-9a-f]{6,11}\Z")


def _faults(slug: str, raw: Document) -> Iterator[str]:
    known = {*CORE_FACTS, *raw.defaults}
    groups = (("generation", raw.generation), ("family", raw.family), ("model", raw.model))
    for kind, members in groups:
        for member, facts in members.items():
            extra = {"family"} if kind == "model" else set()
            for fact in sorted(set(facts) - known - extra):
                yield f"{kind} {member}: unknown fact {fact!r} (facts are declared in [defaults])"
            for fact in sorted(set(facts) & known):
                wanted = {**CORE_FACTS, **raw.defaults}[fact]
                if type(facts[fact]) is not type(wanted):
                    yield f"{kind} {member}: {fact} must be {type(wanted).__name__}"
    for model, facts in raw.model.items():
        if facts.get("family", "") not in {"", *raw.family}:
            yield f"model {model}: unknown family {facts['family']!r}"
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_+.\-]*", model):
            yield f"model {model!r}: a model's name holds letters, digits and _ + . - only"
        merged = {**CORE_FACTS, **raw.defaults, **raw.family.get(facts.get("family", ""), {}), **facts}
        for generation in merged["generations"]:
            if generation not in raw.generation:
                yield f"model {model}: unknown generation {generation!r}"
    for prefix in raw.mac_prefixes:
        if not _PREFIX.match(prefix.lower()):
            yield f"mac_prefixes: {prefix!r} is not 6 to 11 hex digits"
    for spec in raw.file:
        if spec.format not in FORMATS:
            yield f"file {spec.path}: unknown format {spec.format!r} (known: {', '.join(FORMATS)})"
        for _, name, _, _ in string.Formatter().parse(spec.path):
            if name is not None and name not in known | {"mac", "MAC", "model"}:
                yield f"file {spec.path}: unknown fact {name!r} in its path"
        per_mac = "{mac}" in spec.path or "{MAC}" in spec.path
        if per_mac == spec.shared:
            yield f"file {spec.path}: scope {spec.scope!r} does not fit its name"


def file_name(spec: FileSpec, facts: Facts, mac: str = "") -> str | None:
    """The file's name under the root; None when the model lacks a fact that the name needs.

    Raises PackFault for a name that would leave the root.
    """
    names = {"mac": mac, "MAC": mac.upper(), "model": facts["name"]}
    for _, name, _, _ in string.Formatter().parse(spec.path):
        if name is not None and name not in names and not facts.get(name):
            return None
    path = spec.path.format(**{**facts, **names})
    parts = path.split("/")
    if any(part in ("", ".", "..") or part.startswith(".") for part in parts) or "\\" in path or "\x00" in path:
        raise PackFault(f"{path!r} is not a plain name under the root")
    return path
