"""A template for another model: what that model can carry, and what gets lost, each with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from aps_tui.domain.catalogue import find, show
from aps_tui.domain.errors import BadValue
from aps_tui.domain.setting import Level
from aps_tui.domain.site import Key, Raw, Settings, Template, Value
from aps_tui.services.sitefile.bymodel import check_raw, misfits, offered, wordless
from aps_tui.services.sitefile.keys import judge_keys
from aps_tui.services.sitefile.levels import facts_of
from aps_tui.services.sitefile.notes import Notes
from aps_tui.vendors.banks import takes
from aps_tui.vendors.pack import Model, Vendor
from aps_tui.vendors.support import unsupported


class Loss(NamedTuple):
    """Something that the other model cannot carry. No secret is in it."""

    kind: str
    """setting, key or raw parameter."""
    what: str
    """`LDAP server (ldap.host) = 10.0.0.9`, `dss key 7: blf 102`, `phone_setting.contrast`."""
    why: str


def refit(template: Template, vendor: Vendor, model: Model, below: Settings) -> tuple[Template, list[Loss]]:
    """The template for another model, and what that loses. `below`: what the site and the tenant say.

    The rules are those by which a site file is judged; what they refuse for the model, or would leave unwritten, goes.
    """
    move = _Move(template, vendor, model, below)
    settings, keys, raw = move.settings(), move.keys(), move.raw()
    return replace(template, vendor=vendor.slug, model=model.name, settings=settings, keys=keys, raw=raw), move.losses


class _Move:
    """A template on its way to another model."""

    def __init__(self, template: Template, vendor: Vendor, model: Model, below: Settings) -> None:
        self.template = template
        self.vendor = vendor
        self.model = model
        self.losses: list[Loss] = []
        self._kept = self._with_firmware(template.settings)
        self._below = below
        self.facts = facts_of(model, {**below, **self._kept}, "", None)

    def _with_firmware(self, own: Settings) -> dict[str, Value]:
        """The settings without a firmware that the model does not know."""
        firmware = own.get("general.firmware")
        if firmware and firmware not in self.model.generations:
            known = ", ".join(self.model.generations) or "one kind of firmware, without a choice"
            self._lose("general.firmware", firmware, f"{self.model.name} has {known}")
            return {id: value for id, value in own.items() if id != "general.firmware"}
        return dict(own)

    def _lose(self, id: str, value: Value, why: str) -> None:
        setting = find(id)
        self.losses.append(Loss("setting", f"{setting.label} ({id}) = {show(setting, value) or '(empty)'}", why))

    def settings(self) -> Settings:
        """The settings that the model's files carry, with the words that it has."""
        lacking = set(unsupported(self._kept, self.vendor, self.model, self.facts["firmware"] or None))
        for id, value in [*self._kept.items()]:
            if id in lacking:
                self._take_off(id, value, f"{self.model.name} does not carry it")
            elif fault := next(misfits({id: value}, self.model, self.facts), ""):
                self._take_off(id, value, fault.partition(": ")[2])
            else:
                self._without_words(id, value)
        return self._kept

    def _take_off(self, id: str, value: Value, why: str) -> None:
        self._lose(id, value, why)
        del self._kept[id]

    def _without_words(self, id: str, value: Value) -> None:
        """Take the words of a value off for which the model has none."""
        words = wordless(find(id), value, offered(find(id), self.vendor, self.model, self.facts))
        if not words:
            return
        left = tuple(word for word in value if word not in words) if isinstance(value, tuple) else ()
        self._lose(id, words, f"{self.model.name} has no word for it")
        if left:
            self._kept[id] = left
        else:
            del self._kept[id]

    def keys(self) -> tuple[Key, ...]:
        """The keys that the model has, of types that they take."""
        said = {**self._below, **self._kept}
        kept = []
        for key in self.template.keys:
            why = next(self._faults(key, said), "")
            if why:
                self.losses.append(Loss("key", " ".join(filter(None, (_place(key), key.value, key.label))), why))
            else:
                kept.append(key)
        return tuple(kept)

    def _faults(self, key: Key, said: Settings) -> Iterator[str]:
        notes = Notes()
        judge_keys({key: ""}, dict(said), self.vendor, self.model, self.facts, notes)
        yield from (fault.removeprefix(": ").partition(": ")[2] for fault in notes.faults)
        if not takes(self.vendor, self.facts, key.bank, key.type):
            yield f"{self.model.name} has no {key.type} among the types of its {key.bank} keys"

    def raw(self) -> Raw:
        """The raw parameters that the model's files can hold: those of its own vendor."""
        kept = {}
        for name, value in self.template.raw.items():
            why = self._refused(name, value)
            if why:
                self.losses.append(Loss("raw parameter", name, why))
            else:
                kept[name] = value
        return kept

    def _refused(self, name: str, value: str) -> str:
        if self.template.vendor != self.vendor.slug:
            return f"it is a parameter of {self.template.vendor}'s files"
        try:
            check_raw(name, value, self.vendor, self.model, Level.TEMPLATE)
        except BadValue as error:
            return str(error).removeprefix(f"raw {name}: ")
        return ""


def _place(key: Key) -> str:
    line = f" {key.line or 1}" if key.type in ("line", "shared-line") else ""
    return f"{key.bank} key {key.position}: {key.type}{line}"
