"""Learns a pack from a configuration that a real unit exported: what is proposed, and what is written."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from aps_tui.domain.errors import BadValue
from aps_tui.services.learning.export import Export, read_export
from aps_tui.services.learning.overlay import dispatcher, document_for, new_document, original, write_pack
from aps_tui.services.learning.probe import Answers, ask, empty_word
from aps_tui.services.learning.propose import Proposal, propose, unit_mac
from aps_tui.services.learning.template import Learned, Writer
from aps_tui.vendors.loader import SHIPPED, Packs, load_packs
from aps_tui.vendors.pack import FileSpec, Model, Vendor, file_name

_SLUG = re.compile(r"[a-z0-9][a-z0-9\-]{0,40}\Z")
_MODEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_+.\-]{0,60}\Z")


@dataclass(frozen=True, slots=True)
class Written:
    """A learned pack that stands in its place."""

    folder: Path
    left_out: tuple[str, ...]
    lines: int


@dataclass
class Lesson:
    """A unit's file, held against the packs; `vendor` is None for a vendor that none is there for."""

    export: Export
    slug: str
    model: str
    packs: Packs
    vendor: Vendor | None
    like: Model | None
    """The pack's model, or its nearest one where it lacks the unit's."""

    @cached_property
    def answers(self) -> Answers:
        """What the pack writes."""
        return ask(self.vendor, self.like) if self.vendor and self.like else Answers()

    @cached_property
    def mac(self) -> str | None:
        """The unit's own MAC, where the file tells it."""
        return unit_mac(self.export, self.vendor.mac_prefixes if self.vendor else ())

    @cached_property
    def proposals(self) -> tuple[Proposal, ...]:
        """What stands where."""
        return propose(self.export, self.answers, self.mac)

    @property
    def is_new(self) -> bool:
        """Whether the pack lacks the model."""
        return self.like is None or self.like.name != self.model

    def template(self, taken: tuple[Proposal, ...]) -> Learned:
        """The template with the proposals that were taken. Raises BadValue."""
        empty = empty_word(self.vendor, self.like) if self.vendor and self.like else ""
        lines = 0 if self.is_new or self.like is None else int(self.like.facts()["lines"])
        return Writer(self.export, self.answers, taken, self.mac, empty).write(lines)

    def write(self, taken: tuple[Proposal, ...], into: Path, shipped: Path = SHIPPED) -> Written:
        """Write the pack into an overlay folder. Raises ApsError; then nothing is written."""
        spec = self._spec(self.vendor, self.like) if self.vendor and self.like else None
        learned = self.template(taken)
        if self.vendor is None or self.like is None or spec is None:
            document = new_document(self.slug, self.model, self.export, learned, self.mac, self.packs)
            templates = {"phone.j2": learned.text}
        else:
            document = document_for(self.vendor, spec, self.model, self.like.name, self.export, learned, into)
            name = original(spec)
            templates = {f"{self.model}.{name}": learned.text, f"learned.{name}": dispatcher(document, name)}
        folder = write_pack(into, self.slug, document, templates, self.model, shipped)
        return Written(folder, learned.left_out, learned.lines)

    def _spec(self, vendor: Vendor, like: Model) -> FileSpec:
        """The per-MAC file that the unit's is: of its format, and with the most names in common."""
        facts, names = like.facts(), {parameter.key for parameter in self.export.parameters}
        fit = [
            spec
            for spec in vendor.files
            if not spec.shared and spec.form is self.export.form and file_name(spec, facts, "0" * 12) is not None
        ]
        if not fit:
            raise BadValue(
                f"{self.export.name} is {self.export.form.name}, and {like.name} reads no per-MAC file of that format"
            )
        return max(fit, key=lambda spec: len(names & self.answers.specs.get(spec.path, set())))


def lesson(file: Path, target: str, into: Path, shipped: Path = SHIPPED) -> Lesson:
    """Read a unit's file for `VENDOR/MODEL`; the packs are the shipped ones under those in `into`. Raises BadValue."""
    slug, model = split_target(target)
    packs = load_packs((into, shipped))
    broken = [fault for fault in packs.faults if f"/{slug}/" in fault]
    vendor = packs.vendors.get(slug)
    if vendor is None and broken:
        raise BadValue(f"the pack of {slug} does not load: {broken[0]}")
    like = nearest(vendor, model) if vendor else None
    if like is not None and like.name.lower() == model.lower():
        model = like.name
    return Lesson(read_export(file, formats(vendor, like)), slug, model, packs, vendor, like)


def split_target(target: str) -> tuple[str, str]:
    """`yealink/T46U` cut in two. Raises BadValue."""
    slug, _, model = target.partition("/")
    if not _SLUG.match(slug.lower()) or not _MODEL.match(model):
        raise BadValue(f"--model {target}: write VENDOR/MODEL, in letters, digits and _ + . -")
    return slug.lower(), model


def nearest(vendor: Vendor, model: str) -> Model:
    """The vendor's model of that name, or the one whose name is the most like it."""
    by_lower = {name.lower(): found for name, found in vendor.models.items()}
    close = difflib.get_close_matches(model.lower(), by_lower, n=1, cutoff=0.0)
    return by_lower[close[0] if close else next(iter(by_lower))]


def formats(vendor: Vendor | None, model: Model | None) -> tuple[str, ...]:
    """The formats of a model's own files."""
    if vendor is None or model is None:
        return ()
    facts = model.facts()
    specs = (spec for spec in vendor.files if file_name(spec, facts, "0" * 12) is not None)
    return tuple(dict.fromkeys(spec.format for spec in sorted(specs, key=lambda spec: spec.shared)))


def described(one: Proposal, taken: bool) -> dict[str, Any]:
    """A proposal as plain data; secrets are masked."""
    return {
        "name": one.name,
        "keys": len(one.keys),
        "place": one.place,
        "confidence": one.confidence,
        "why": one.why,
        "value": one.value,
        "accepted": taken,
    }


def accepts(said: tuple[str, ...]) -> Mapping[str, str]:
    """`NAME=PLACE` texts as a mapping. Raises BadValue."""
    found: dict[str, str] = {}
    for one in said:
        name, equals, place = one.rpartition("=")
        if not equals or not name or not place:
            raise BadValue(f"--accept {one}: write NAME=PLACE, as account.1.user_name=line.user")
        found[name] = place
    return found
