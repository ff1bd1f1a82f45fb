"""Says what one phone's files come to: vendor and model as far as they tell, and what is read back."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from aps_tui.domain.catalogue import check
from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.domain.site import Key, Value
from aps_tui.services.importing.tree.asked import Asked, Values, ask, values_of
from aps_tui.services.importing.tree.likeness import Fit, Likeness, PhoneFiles
from aps_tui.services.importing.tree.recover import Found, recover
from aps_tui.services.importing.tree.walk import Seen, content
from aps_tui.vendors.engine import GroupRenderer
from aps_tui.vendors.loader import Packs
from aps_tui.vendors.pack import file_name
from aps_tui.vendors.phone import Account, Group, Phone

_MAC = "0002b3c4d5e6"


@dataclass
class Said:
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


class Reader:
    """Reads phones of all vendors. `seen_models`: vendor to the models of which the tree holds files of their own."""

    def __init__(self, packs: Packs, seen_models: Mapping[str, frozenset[str]], cache: Path | None = None) -> None:
        self.packs, self.cache = packs, cache
        self.likeness = Likeness(seen_models, cache)

    def read(self, phone: PhoneFiles) -> Said:
        """What a phone's files say."""
        texts, unread = _texts(phone)
        best: tuple[float, Fit] | None = None
        for slug in self._vendors(phone):
            fit = self.likeness.fit(self.packs.vendors[slug], phone, texts)
            if fit is not None and (best is None or fit.share > best[0]):
                best = (fit.share, fit)
        if best is None:
            reasons = unread or [f"{seen.name}: nothing in it is known of any vendor" for seen in phone.files]
            owner = self.packs.by_mac(phone.mac)
            return Said(owner.slug if owner else "", unread=tuple(reasons))
        return self._recovered(phone, best[1], tuple(unread))

    def _vendors(self, phone: PhoneFiles) -> list[str]:
        """The vendors that it may be of: by its MAC where that one asks for such files, else all that do."""
        asking = {of.vendor for ofs in phone.files.values() for of in ofs}
        owner = self.packs.by_mac(phone.mac)
        if owner is not None and (owner.slug in asking or not asking):
            return [owner.slug]
        return sorted(asking)

    def _recovered(self, phone: PhoneFiles, fit: Fit, unread: tuple[str, ...]) -> Said:
        try:
            asked = ask(fit.vendor, fit.model, fit.firmware, fit.values, self.cache)
        except ApsError as error:
            return Said(fit.vendor.slug, fit.models, fit.why, unread=(*unread, f"the pack does not render: {error}"))
        found = recover(asked, fit.values)
        before = len(found.keys)
        found.keys = _proven(fit, asked, found, self.cache)
        newest = fit.model.generation()
        firmware = fit.firmware if fit.firmware != newest and self.likeness.is_older(fit) else ""
        return Said(fit.vendor.slug, fit.models, fit.why, firmware, found, before - len(found.keys), unread)


def _texts(phone: PhoneFiles) -> tuple[dict[Seen, bytes], list[str]]:
    texts, unread = {}, []
    for seen in phone.files:
        try:
            texts[seen] = content(seen)
        except BadValue as error:
            unread.append(f"{seen.name}: {error}")
    return texts, unread


def _proven(fit: Fit, asked: Asked, found: Found, cache: Path | None) -> tuple[Key, ...]:
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
        paths = {name: spec for spec in fit.vendor.files if not spec.shared and (name := file_name(spec, facts, _MAC))}
        try:
            again = values_of(GroupRenderer(group, cache).plain(Phone(_MAC, accounts)).files, paths)
        except ApsError:
            return ()
        kept = tuple(key for key in keys if _same(asked, key, again, fit.values))
        if kept == keys:
            break
        keys = kept
    return keys


def _same(asked: Asked, key: Key, one: Values, other: Values) -> bool:
    """Whether a key is written alike in two files; no text and the vendor's word for it are the same."""
    nothing = ("", asked.forget)
    cells = asked.keys[key.bank, key.position][0].cells
    return all(_said(one, cell, nothing) == _said(other, cell, nothing) for cell in cells)


def _said(values: Values, cell: tuple[str, str], nothing: tuple[str, str]) -> tuple[str, ...]:
    return tuple(one for one in values.get(cell, ()) if one not in nothing)


def _account(n: int, said: Mapping[str, str]) -> Account:
    user = said.get("user") or said.get("number", "")
    account = Account(n, user, said.get("auth_user") or user, said.get("secret", ""), said.get("display_name", ""))
    return replace(account, label=said.get("label", ""), number=said.get("number") or user)
