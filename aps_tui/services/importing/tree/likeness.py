"""Which of a vendor's models a phone's files are the most like, by what they say and what they hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from aps_tui.domain.errors import BadValue
from aps_tui.services.importing.tree.asked import Values, ask_names
from aps_tui.services.importing.tree.cells import Cells, cells_of, text_of
from aps_tui.services.importing.tree.known_names import Of
from aps_tui.services.importing.tree.walk import Seen
from aps_tui.vendors.formats import Format
from aps_tui.vendors.pack import Model, Vendor, file_name

_HEAD = 6
"""Lines in which a file may say its model in a comment."""
_COMMENT = re.compile(r"\s*(?:[#;]|<!--|//)")
_ENOUGH = 0.25
"""The part of a file's values that a model must know for the file to be one of its own."""
_ALIKE = 0.5
"""The same where the file says its model."""
_NEARLY = 0.98
_MARGIN = 0.01
_AS_LIKE = 0.9
_SOME = 8
"""Models that are named where the best one is not certain."""
_WHOLE = 0.3
"""The part of what a model's files can hold from which on what they lack tells something."""


_NUMBER = re.compile(r"#\d+")
_NO_MATTER = frozenset({"name", "firmware", "verified", "note"})
"""Facts that change nothing of what is written."""


@dataclass
class PhoneFiles:
    """The files of one MAC."""

    mac: str
    files: dict[Seen, tuple[Of, ...]]


@dataclass
class Fit:
    """How well a model's own files fit a phone's."""

    vendor: Vendor
    model: Model
    firmware: str
    values: Values
    share: float
    """The part of the phone's values that it knows."""
    like: float
    """The part that the two have in common of all that either has."""
    models: tuple[str, ...] = ()
    """The one that is certain, or those that it could be."""
    why: str = ""
    """What makes it certain."""


def _rank(fit: Fit) -> tuple[float, float]:
    return round(fit.share, 3), fit.like


class Likeness:
    """Finds models; what the packs were asked, and what phones of one kind came to, is kept."""

    def __init__(self, seen_models: Mapping[str, frozenset[str]], cache: Path | None) -> None:
        self.seen_models, self.cache = seen_models, cache
        self._names: dict[tuple[str, str], frozenset[tuple[str, str]]] = {}
        self._kinds: dict[object, Fit | None] = {}

    def fit(self, vendor: Vendor, phone: PhoneFiles, texts: Mapping[Seen, bytes]) -> Fit | None:
        """The vendor's model that the files are the most like; None where they are like none's."""
        cells: dict[tuple[Seen, str], Cells] = {}
        named, said = _by_name(vendor, phone), _said(vendor, phone, texts)
        kind = (vendor.slug, frozenset(named), frozenset(said), _kind(vendor, phone, texts, cells))
        if kind not in self._kinds:
            self._kinds[kind] = self._fit(vendor, phone, texts, cells, named, said)
        known = self._kinds[kind]
        if known is None:
            return None
        return replace(known, values=_values(vendor, known.model, known.firmware, phone, texts, cells))

    def is_older(self, fit: Fit) -> bool:
        """Whether an older dialect explains the files better than the newest one does."""
        newest = self._of(fit.vendor, fit.model, fit.model.generation())
        held = _unnumbered(fit.values)
        return len(held & newest) < fit.share * len(held)

    def _fit(
        self, vendor: Vendor, phone: PhoneFiles, texts: Mapping[Seen, bytes], cells: dict[tuple[Seen, str], Cells],
        named: set[str], said: set[str],
    ) -> Fit | None:  # fmt: skip
        """The most alike; those first that a file or its name tells."""
        every = _candidates(vendor, phone)
        told = ((named if len(named) == 1 else set(), "its file's name"), (said, "its file says it"))
        for models, why in told:
            some = [one for one in every if one[0].name in models]
            fits = self._fits(vendor, some, phone, texts, cells)
            if fits and max(fit.share for fit in fits) >= _ALIKE:
                best = max(fits, key=_rank)
                best.models, best.why = (best.model.name,), why
                return best
        there = self.seen_models.get(vendor.slug, frozenset())
        fits = self._fits(vendor, every, phone, texts, cells)
        top = max((fit.share for fit in fits), default=0.0)
        if top < _ENOUGH:
            return None
        pool = [fit for fit in fits if fit.model.name in there and fit.share >= top - _MARGIN] or fits
        best = max(pool, key=_rank)
        close = [fit for fit in pool if fit.share >= best.share - _MARGIN]
        alike = {fit.model.name for fit in close if fit.like >= _AS_LIKE * best.like}
        sure = len(alike) == 1 and best.share >= _NEARLY and best.like >= _WHOLE
        if best.like < _WHOLE:  # a few values: they say little of what the model could do besides
            alike = {fit.model.name for fit in close}
        if len(alike) == 1 and not sure:
            alike |= {fit.model.name for fit in sorted(fits, key=_rank)[-_SOME:]}
        best.models, best.why = tuple(sorted(alike)), "what its file holds" if sure else ""
        return best

    def _fits(
        self, vendor: Vendor, candidates: Iterable[tuple[Model, str]], phone: PhoneFiles, texts: Mapping[Seen, bytes],
        cells: dict[tuple[Seen, str], Cells],
    ) -> list[Fit]:  # fmt: skip
        """How well candidates fit; those of which nothing is in the files are left out."""
        fits = []
        for model, firmware in candidates:
            values = _values(vendor, model, firmware, phone, texts, cells)
            names = self._of(vendor, model, firmware) if values else frozenset()
            held = _unnumbered(values)
            known = len(held & names)
            if known:
                share, like = known / len(held), known / len(held | names)
                fits.append(Fit(vendor, model, firmware, values, share, like))
        return fits

    def _of(self, vendor: Vendor, model: Model, firmware: str) -> frozenset[tuple[str, str]]:
        """The names in a model's files; models of the same facts have the same."""
        facts = model.facts(firmware or None)
        key = (
            vendor.slug,
            repr(sorted((name, repr(value)) for name, value in facts.items() if name not in _NO_MATTER)),
        )
        if key not in self._names:
            self._names[key] = frozenset(_unnumbered(ask_names(vendor, model, firmware, self.cache)))
        return self._names[key]


def _candidates(vendor: Vendor, phone: PhoneFiles) -> list[tuple[Model, str]]:
    """Models and dialects that ask for its files; all of the vendor's where the names are nobody's."""
    said = {(of.model, of.firmware) for ofs in phone.files.values() for of in ofs if of.vendor == vendor.slug}
    every = ((model, firmware) for model in vendor.models.values()
             for firmware in reversed(model.generations or ("",)))  # fmt: skip
    return [(model, firmware) for model, firmware in every if not said or (model.name, firmware) in said]


def _unnumbered(names: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Names without the numbers of elements that stand again: how many there are tells nothing of the model."""
    return {(path, _NUMBER.sub("", name) if "#" in name else name) for path, name in names}


def _kind(
    vendor: Vendor, phone: PhoneFiles, texts: Mapping[Seen, bytes], cells: dict[tuple[Seen, str], Cells]
) -> frozenset[tuple[str, str, frozenset[str]]]:
    """What phones have in common whose files are the same but for their values."""
    forms = {of.spec.format: of.spec.form for ofs in phone.files.values() for of in ofs if of.vendor == vendor.slug}
    forms = forms or {spec.format: spec.form for spec in vendor.files if not spec.shared}
    return frozenset(
        (_base(seen).lower().replace(phone.mac, ""), form.name, frozenset(_cells(seen, form, texts, cells)))
        for seen in texts for form in forms.values()
    )  # fmt: skip


def _base(seen: Seen) -> str:
    return seen.name.rpartition("/")[2]


def _values(
    vendor: Vendor, model: Model, firmware: str, phone: PhoneFiles, texts: Mapping[Seen, bytes],
    cells: dict[tuple[Seen, str], Cells],
) -> Values:  # fmt: skip
    """The values of a phone's files as a model's."""
    facts = model.facts(firmware or None)
    own = [spec for spec in vendor.files if not spec.shared and file_name(spec, facts, phone.mac) is not None]
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for seen in texts:
        base = _base(seen).lower()
        fit = [spec for spec in own if (file_name(spec, facts, phone.mac) or "").lower() == base]
        exact = [spec for spec in fit if file_name(spec, facts, phone.mac) == _base(seen)]
        for spec in exact[:1] or fit[:1] or (own if not phone.files[seen] else ()):
            for name, values in _cells(seen, spec.form, texts, cells).items():
                found.setdefault((spec.path, name), values)
    return found


def _cells(seen: Seen, form: Format, texts: Mapping[Seen, bytes], kept: dict[tuple[Seen, str], Cells]) -> Cells:
    key = (seen, form.name)
    if key not in kept:
        try:
            kept[key] = cells_of(text_of(texts[seen], form), form)
        except BadValue:
            kept[key] = {}
    return kept[key]


def _by_name(vendor: Vendor, phone: PhoneFiles) -> set[str]:
    """The models that the names of its files leave."""
    sets = [{of.model for of in ofs if of.vendor == vendor.slug} for ofs in phone.files.values() if ofs]
    sets = [one for one in sets if one]
    return set.intersection(*sets) if sets else set()


def _said(vendor: Vendor, phone: PhoneFiles, texts: Mapping[Seen, bytes]) -> set[str]:
    """The models that comments at the head of its files name."""
    longest = sorted(vendor.models, key=len, reverse=True)
    names = re.compile(rf"(?<![A-Za-z0-9.])(?:{'|'.join(map(re.escape, longest))})(?![A-Za-z0-9.]|-\d)")
    for data in texts.values():
        head = data[:4096].decode("utf-8", "replace").split("\n")[:_HEAD]
        found = {one for line in head if _COMMENT.match(line) for one in names.findall(line)}
        if len(found) == 1:
            return found
    return set()
