"""Judges a decoded vendor.toml: each place that is wrong is named, all at once."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from aps_tui.domain.catalogue import CATALOGUE
from aps_tui.vendors.contact import TABLES, Contact, faults_of, merged
from aps_tui.vendors.formats import FORMATS
from aps_tui.vendors.pack import CORE_FACTS, Document, Facts, FileSpec, PackFault
from aps_tui.vendors.phone import ACCOUNT_TEXTS

_BOUND_FIELDS = frozenset(f"line.{name}" for name in ACCOUNT_TEXTS)
"""Fields of a line that `bounds` may name."""


def checked(slug: str, document: Mapping[str, Any], where: Path) -> Document:
    """A decoded vendor.toml as what it is to be. Raises PackFault naming each place that is wrong."""
    try:
        raw = msgspec.convert(document, Document)
        for pattern in raw.user_agents:
            re.compile(pattern)
    except msgspec.ValidationError as error:
        raise PackFault(f"{where}: {error}") from None
    except re.error as error:
        raise PackFault(f"{where}: {error.pattern!r} is no regular expression: {error}") from None
    faults = list(_faults(slug, raw))
    if faults:
        raise PackFault("\n".join(f"{where}: {fault}" for fault in faults))
    return raw


_PREFIX = re.compile(r"[0-9a-f]{6,11}\Z")
_MODEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_+.\-]*\Z")


def _faults(slug: str, raw: Document) -> Iterator[str]:
    declared = {**CORE_FACTS, **raw.defaults}
    known = {*declared}
    if not raw.name.isprintable():
        yield f"name: {raw.name!r} holds a control character"
    yield from (f"defaults: {table} is no fact: say it at the top" for table in TABLES if table in raw.defaults)
    yield from (
        f"model {model}: {fault}" for model, facts in raw.model.items() for fault in _model_faults(model, facts, raw)
    )
    for kind, members in (("generation", raw.generation), ("family", raw.family), ("model", raw.model)):
        for member, facts in members.items():
            yield from (f"{kind} {member}: {fault}" for fault in _fact_faults(kind, facts, raw, declared))
    for prefix in raw.mac_prefixes:
        if not _PREFIX.match(prefix.lower()):
            yield f"mac_prefixes: {prefix!r} is not 6 to 11 hex digits"
    yield from faults_of(Contact(raw.dhcp, raw.notify, raw.default_passwords), raw.mac_prefixes)
    yield from (f"defaults: {fault}" for fault in (*_key_faults(raw.defaults, raw), *_bound_faults(raw.defaults)))
    for spec in raw.file:
        yield from (f"file {spec.path}: {fault}" for fault in _file_faults(spec, known))


def _model_faults(model: str, facts: Facts, raw: Document) -> Iterator[str]:
    family = facts.get("family", "")
    if family not in {"", *raw.family}:
        yield f"unknown family {family!r}"
    if not _MODEL.match(model):
        yield "a model's name holds letters, digits and _ + . - only"
    layers = (facts, raw.family.get(family, {}), raw.defaults, CORE_FACTS)
    for generation in next(layer["generations"] for layer in layers if "generations" in layer):
        if generation not in raw.generation:
            yield f"unknown generation {generation!r}"


def _fact_faults(kind: str, said: Facts, raw: Document, declared: Facts) -> Iterator[str]:
    """Judge what one generation, family or model says."""
    for fact in sorted(said):
        if fact in declared:
            if type(said[fact]) is not type(declared[fact]):
                yield f"{fact} must be {type(declared[fact]).__name__}"
        elif fact not in TABLES and (fact, kind) != ("family", "model"):
            yield f"unknown fact {fact!r} (facts are declared in [defaults])"
    if "key_types" in said:
        yield from _key_faults(said, raw)
    if "bounds" in said:
        yield from _bound_faults(said)
    if not said.keys().isdisjoint(TABLES):
        yield from _contact_faults(said, raw)


def _contact_faults(said: Facts, raw: Document) -> Iterator[str]:
    """Judge `dhcp`, `notify`, `default_passwords`."""
    loose = [table for table in TABLES if not isinstance(said.get(table, {}), dict)]
    if loose:
        yield f"{loose[0]} must be a table"
        return
    try:
        contact = merged(Contact(), (said,))
    except msgspec.ValidationError as error:
        yield f"dhcp, notify, default_passwords: {error}"
    else:
        yield from faults_of(contact, raw.mac_prefixes)


def _key_faults(said: Facts, raw: Document) -> Iterator[str]:
    """Judge `key_types`: banks, and tables or types of [words]."""
    types = said.get("key_types", {}) if isinstance(said.get("key_types", {}), dict) else {}
    for bank in sorted({*types} - {"dss", "programmable", "expansion"}):
        yield f"key_types: {bank} is none of dss, programmable, expansion"
    for given in types.values():
        if isinstance(given, str) and given not in raw.words:
            yield f"key_types: there is no table [words.{given}]"
        elif not isinstance(given, str) and (unknown := {*given} - {*raw.words.get("key", {})}):
            yield f"key_types: not in [words.key]: {', '.join(sorted(unknown))}"


def _bound_faults(said: Facts) -> Iterator[str]:
    """Judge `bounds`: known fields, and two numbers in order for each."""
    bounds = said.get("bounds", {})
    for name, given in bounds.items() if isinstance(bounds, dict) else ():
        if name not in CATALOGUE and name not in _BOUND_FIELDS:
            yield f"bounds: {name!r} is neither a setting nor one of {', '.join(sorted(_BOUND_FIELDS))}"
        if not (isinstance(given, list) and [type(one) for one in given] == [int, int] and given[0] <= given[1]):
            yield f"bounds: {name} must be [least, most]"


def _file_faults(spec: FileSpec, known: set[str]) -> Iterator[str]:
    if spec.format not in FORMATS:
        yield f"unknown format {spec.format!r} (known: {', '.join(FORMATS)})"
    try:
        places = list(string.Formatter().parse(spec.path))
    except ValueError as error:
        places = []
        yield f"its path is no pattern: {error}"
    for _, name, form, turned in places:
        if name is not None and name not in known | {"mac", "MAC", "model"}:
            yield f"unknown fact {name!r} in its path"
        if form or turned:
            yield f"its path says how {name!r} is written: only {{{name}}} is known"
    if set(spec.template.split("/")) & {"", ".", ".."} or not spec.template.isprintable():
        yield f"template {spec.template!r} is not a plain name in the pack"
    if spec.only and spec.only not in known:
        yield f"unknown fact {spec.only!r} in only"
    per_mac = "{mac}" in spec.path or "{MAC}" in spec.path
    if per_mac == spec.shared:
        yield f"scope {spec.scope!r} does not fit its name"
