"""Says what one phone's files come to: vendor and model as far as they tell, and what is read back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache

from aps_tui.domain.catalogue import check
from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.domain.site import Key, Value
from aps_tui.services.importing.tree.asked import Asked, Values, ask, ask_names, values_of
from aps_tui.services.importing.tree.cells import Cells, cells_of, text_of
from aps_tui.services.importing.tree.known_names import Of
from aps_tui.services.importing.tree.recover import Found, recover
from aps_tui.services.importing.tree.walk import Seen, content
from aps_tui.vendors.engine import GroupRenderer
from aps_tui.vendors.formats import Format
from aps_tui.vendors.loader import Packs
from aps_tui.vendors.pack import Model, Vendor, file_name
from aps_tui.vendors.phone import Account, Group, Phone

_HEAD = 6
"""Lines in which a file may say its model in a comment."""
_COMMENT = re.compile(r"\s*(?:[#;]|<!--|//)")
_ENOUGH = 0.25
"""The part of a file's values that a model must know for the file to be one of its own."""
_NEARLY = 0.98
_MARGIN = 0.01


@dataclass
class Read:
    """A phone as its files say it."""

    vendor: str = ""
    models: tuple[str, ...] = ()
    """One that is certain, or those that it could be."""
    why: str = ""
    firmware: str = ""
    """A dialect that is not the model's newest."""
    found: Found = field(default_factory=Found)
    lost: int = 0
    """Keys that could not be read for certain."""
    unread: tuple[str, ...] = ()
    """Files that were not understood, each with the reason."""


@dataclass
class Phone_:
    """The files of one MAC."""

    mac: str
    files: dict[Seen, tuple[Of, ...]]


class Reader:
    """Reads phones of all vendors; what the packs were asked is kept."""

    def __init__(self, packs: Packs, seen_models: Mapping[str, frozenset[str]]) -> None:
        self.packs = packs
        self.seen_models = seen_models
        """Vendor to the models of which the tree holds shared files."""
        self._names = lru_cache(maxsize=2048)(self._ask_names)

    def read(self, phone: Phone_) -> Read:
        """What a phone's files say."""
        texts, unread = _texts(phone)
        best: tuple[float, _Fit] | None = None
        for slug in self._vendors(phone):
            fit = self._fit(self.packs.vendors[slug], phone, texts)
            if fit is not None and (best is None or fit.share > best[0]):
                best = (fit.share, fit)
        if best is None:
            reasons = unread or [f"{seen.name}: nothing in it is known of any vendor" for seen in phone.files]
            owner = self.packs.by_mac(phone.mac)
            return Read(owner.slug if owner else "", unread=tuple(reasons))
        return self._recovered(phone, best[1], tuple(unread))

    def _vendors(self, phone: Phone_) -> list[str]:
        """The vendors that it may be of: by its MAC where that one asks for such files, else all that do."""
        asking = {of.vendor for ofs in phone.files.values() for of in ofs}
        owner = self.packs.by_mac(phone.mac)
        if owner is not None and (owner.slug in asking or not asking):
            return [owner.slug]
        return sorted(asking)

    def _fit(self, vendor: Vendor, phone: Phone_, texts: Mapping[Seen, bytes]) -> _Fit | None:
        """The vendor's models that the files are the most like."""
        said = _said(vendor, phone, texts)
        cells: dict[tuple[Seen, str], Cells] = {}
        fits: list[_Fit] = []
        for model, firmware in self._candidates(vendor, phone):
            values = _values(vendor, model, firmware, phone, texts, cells)
            names = self._names(vendor.slug, model.name, firmware)
            known = len(values.keys() & names)
            if values and known:
                fits.append(_Fit(vendor, model, firmware, values, known / len(values), known / len(values.keys() | names)))
        if not fits:
            return None
        top = max(fit.share for fit in fits)
        if top < _ENOUGH:
            return None
        named = [fit for fit in fits if fit.model.name in said and fit.share >= top / 2]
        told = [fit for fit in fits if len(_by_name(vendor, phone)) == 1 and fit.model.name in _by_name(vendor, phone)]
        pool, why = (told, "its file's name") if told else (named, "its file says it") if named else (fits, "")
        if not why and (there := self.seen_models.get(vendor.slug)):
            pool = [fit for fit in pool if fit.model.name in there and fit.share >= top - _MARGIN] or pool
        best = max(pool, key=lambda fit: (round(fit.share, 3), fit.like))
        alike = {fit.model.name for fit in pool
                 if fit.share >= best.share - _MARGIN and fit.like >= best.like - _MARGIN}  # fmt: skip
        best.models = tuple(sorted(alike))
        best.why = why or ("what its file holds" if len(alike) == 1 and best.share >= _NEARLY else "")
        if not best.why and len(alike) == 1:
            best.models = tuple(sorted({fit.model.name for fit in pool if fit.share >= best.share - 0.1}))
        return best

    def _candidates(self, vendor: Vendor, phone: Phone_) -> list[tuple[Model, str]]:
        """Models and dialects that ask for its files; all of the vendor's where the names are nobody's."""
        said = {(of.model, of.firmware) for ofs in phone.files.values() for of in ofs if of.vendor == vendor.slug}
        every = ((model, firmware) for model in vendor.models.values()
                 for firmware in reversed(model.generations or ("",)))  # fmt: skip
        return [(model, firmware) for model, firmware in every if not said or (model.name, firmware) in said]

    def _ask_names(self, slug: str, model: str, firmware: str) -> frozenset[tuple[str, str]]:
        vendor = self.packs.vendors[slug]
        return _class_names(vendor.fingerprint, slug, _facts_key(vendor.models[model], firmware), vendor, model, firmware)

    def _recovered(self, phone: Phone_, fit: _Fit, unread: tuple[str, ...]) -> Read:
        try:
            asked = ask(fit.vendor, fit.model, fit.firmware)
        except ApsError as error:
            return Read(fit.vendor.slug, fit.models, fit.why, unread=(*unread, f"the pack does not render: {error}"))
        found = recover(asked, fit.values)
        before = len(found.keys)
        found.keys = _proven(fit, asked, found)
        newest = fit.model.generation()
        firmware = fit.firmware if fit.firmware != newest and self._older(fit) else ""
        return Read(fit.vendor.slug, fit.models, fit.why, firmware, found, before - len(found.keys), unread)

    def _older(self, fit: _Fit) -> bool:
        """Whether an older dialect explains the files better than the newest one does."""
        newest = self._names(fit.vendor.slug, fit.model.name, fit.model.generation())
        return len(fit.values.keys() & newest) < fit.share * len(fit.values)


@dataclass
class _Fit:
    """How well a model's own files fit a phone's."""

    vendor: Vendor
    model: Model
    firmware: str
    values: Values
    share: float
    """The part of the phone's values that it knows."""
    like: float
    models: tuple[str, ...] = ()
    why: str = ""


_class_cache: dict[tuple[str, str, str], frozenset[tuple[str, str]]] = {}


def _class_names(
    fingerprint: str, slug: str, facts: str, vendor: Vendor, model: str, firmware: str
) -> frozenset[tuple[str, str]]:
    """The names in a model's files; models of the same facts have the same."""
    key = (fingerprint, slug, facts)
    if key not in _class_cache:
        _class_cache[key] = ask_names(vendor, vendor.models[model], firmware)
    return _class_cache[key]


_NO_MATTER = frozenset({"name", "firmware", "verified", "note"})


def _facts_key(model: Model, firmware: str) -> str:
    facts = model.facts(firmware or None)
    return repr(sorted((name, repr(value)) for name, value in facts.items() if name not in _NO_MATTER))


def _texts(phone: Phone_) -> tuple[dict[Seen, bytes], list[str]]:
    texts, unread = {}, []
    for seen in phone.files:
        try:
            texts[seen] = content(seen)
        except BadValue as error:
            unread.append(f"{seen.name}: {error}")
    return texts, unread


def _values(
    vendor: Vendor, model: Model, firmware: str, phone: Phone_, texts: Mapping[Seen, bytes],
    cells: dict[tuple[Seen, str], Cells],
) -> Values:  # fmt: skip
    """The values of a phone's files as a model's."""
    facts = model.facts(firmware or None)
    own = [spec for spec in vendor.files if not spec.shared and file_name(spec, facts, phone.mac) is not None]
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for seen in texts:
        base = seen.name.rpartition("/")[2].lower()
        fit = [spec for spec in own if (file_name(spec, facts, phone.mac) or "").lower() == base]
        exact = [spec for spec in fit if file_name(spec, facts, phone.mac) == seen.name.rpartition("/")[2]]
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


def _by_name(vendor: Vendor, phone: Phone_) -> set[str]:
    """The models that the names of its files leave."""
    sets = [{of.model for of in ofs if of.vendor == vendor.slug} for ofs in phone.files.values() if ofs]
    sets = [one for one in sets if one]
    return set.intersection(*sets) if sets else set()


def _said(vendor: Vendor, phone: Phone_, texts: Mapping[Seen, bytes]) -> set[str]:
    """The models that comments at the head of its files name."""
    longest = sorted(vendor.models, key=len, reverse=True)
    names = re.compile(rf"(?<![\w\-])(?:{'|'.join(map(re.escape, longest))})(?![\w\-])")
    for data in texts.values():
        head = data[:4096].decode("utf-8", "replace").split("\n")[:_HEAD]
        found = {one for line in head if _COMMENT.match(line) for one in names.findall(line)}
        if len(found) == 1:
            return found
    return set()


def _proven(fit: _Fit, asked: Asked, found: Found) -> tuple[Key, ...]:
    """The keys that, rendered again, are written as the file has them."""
    keys = found.keys
    if not keys:
        return ()
    settings: dict[str, Value] = {}
    for id, text in found.settings.items():
        with suppress(BadValue):
            settings[id] = check(id, text)
    facts = fit.model.facts(fit.firmware or None)
    modules = max((int(key.bank.rpartition("-")[2]) for key in keys if key.bank.startswith("expansion")), default=0)
    if modules:
        settings |= {"keys.expansion_type": next(iter(facts["expansion"])), "keys.expansion_count": modules}
    if fit.firmware:
        settings["general.firmware"] = fit.firmware
    accounts = tuple(_account(n, said) for n, said in found.accounts.items())
    for _ in range(2):  # what is left is proven once more: keys may be written one after the other
        group = Group(fit.vendor, fit.model, "import", settings, frozenset(settings), keys)
        mac = "0002b3c4d5e6"
        paths = {name: spec for spec in fit.vendor.files if not spec.shared and (name := file_name(spec, facts, mac))}
        try:
            again = values_of(GroupRenderer(group).plain(Phone(mac, accounts)).files, paths)
        except ApsError:
            return ()
        kept = tuple(key for key in keys if _same(asked.keys[key.bank, key.position][0].cells, again, fit.values))
        if kept == keys:
            break
        keys = kept
    return keys


def _same(cells: Iterable[tuple[str, str]], one: Values, other: Values) -> bool:
    return all(_plain(one.get(cell)) == _plain(other.get(cell)) for cell in cells)


def _plain(values: tuple[str, ...] | None) -> tuple[str, ...]:
    return tuple(one for one in values or () if one)


def _account(n: int, said: Mapping[str, str]) -> Account:
    user = said.get("user") or said.get("number", "")
    texts = {name: said.get(name, "") for name in ("display_name", "label", "mailbox")}
    account = Account(n, user, said.get("auth_user") or user, said.get("secret", ""), **texts)
    return replace(account, number=said.get("number") or user)
