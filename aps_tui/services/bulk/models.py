"""Another model for many devices: what no longer fits comes off and is said; a line too many refuses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from aps_tui.domain.site import Device, Key, Settings
from aps_tui.services.bulk.levels import Levels
from aps_tui.services.bulk.work import Change, Outcome, compared, refuse
from aps_tui.services.sitefile.bymodel import misfits
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.banks import takes
from aps_tui.vendors.pack import Facts, Model, Vendor
from aps_tui.vendors.support import unsupported

_BY_MODEL = ("keys.expansion_count", "keys.expansion_type")


def set_model(vendor: str, model: str) -> Change:
    """Give devices a model.

    A template of another model, keys and modules that the model has not, a firmware that it does not know, and raw
    parameters of another vendor come off. Own settings that its files do not carry are kept. Devices with more lines
    than it has are refused.
    """

    def change(place: Workplace, devices: Sequence[Device]) -> Outcome:
        pack = place.packs.vendor(vendor)
        move = _Move(pack, pack.model(model), Levels(place))
        moved = [move.moved(device) for device in devices]
        refuse(move.faults)
        said = [f"{old.mac}  {old.vendor}/{old.model}" for old, new in zip(devices, moved, strict=True) if old != new]
        return compared(devices, moved, list(move.notes()), said)

    return change


class _Move:
    """Devices on their way to a model, and what they leave behind."""

    def __init__(self, vendor: Vendor, model: Model, levels: Levels) -> None:
        self.vendor, self.model, self.levels = vendor, model, levels
        self.faults: list[str] = []
        self._templates: Counter[str] = Counter()
        self._lost: Counter[str] = Counter()
        """What comes off, to the number of devices."""
        self._kept: Counter[str] = Counter()
        self._carried = lru_cache(maxsize=None)(self._not_carried)

    def moved(self, device: Device) -> Device:
        """The device with the model, and without what does not fit it."""
        if (device.vendor, device.model) == (self.vendor.slug, self.model.name):
            return device
        if device.template:
            self._templates[device.template] += 1
        if device.raw and device.vendor != self.vendor.slug:
            self._lost["raw parameters of their vendor"] += 1
        raw = device.raw if device.vendor == self.vendor.slug else {}
        bare = replace(device, vendor=self.vendor.slug, model=self.model.name, template=None, template_tenant=None,
                       raw=raw)  # fmt: skip
        settings = self._settings(bare)
        facts = self.model.facts(str(settings.get("general.firmware") or "") or None)
        for line in device.lines:
            if line.number > int(facts["lines"]):
                self.faults.append(f"{device.mac}: line {line.number}: {self.model.name} has {facts['lines']} lines")
        return replace(bare, settings=settings, keys=self._keys(replace(bare, settings=settings), facts))

    def _settings(self, device: Device) -> Settings:
        """Its own settings without a firmware and modules that the model does not know."""
        own = device.settings
        gone = []
        if own.get("general.firmware") and own["general.firmware"] not in self.model.generations:
            gone.append("general.firmware")
        facts = self.model.facts()
        gone += [id for id in _BY_MODEL if id in own and [*misfits({id: own[id]}, self.model, facts)]]
        for id in gone:
            self._lost[f"{id}, which {self.model.name} does not take"] += 1
        kept = {id: value for id, value in own.items() if id not in gone}
        for id in self._carried(tuple(kept)):
            self._kept[id] += 1
        return kept if gone else own

    def _not_carried(self, ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(unsupported(dict.fromkeys(ids, True), self.vendor, self.model))

    def _keys(self, device: Device, facts: Facts) -> tuple[Key, ...]:
        """Its own keys without those that the model has not."""
        if not device.keys:
            return ()
        said = self.levels.of(device)
        count = int(str(said.get("keys.expansion_count") or 0))
        module = str(said.get("keys.expansion_type") or next(iter(facts["expansion"]), ""))
        lines = int(facts["lines"])
        kept = []
        for key in device.keys:
            there = key.position in self.model.keys_in(key.bank, facts, module, count)
            if there and (key.line or 1) <= lines and takes(self.vendor, facts, key.bank, key.type):
                kept.append(key)
        if len(kept) < len(device.keys):
            self._lost[f"keys that {self.model.name} has not"] += 1
        return tuple(kept)

    def notes(self) -> Iterator[str]:
        """What the operator should know."""
        for name, count in self._templates.items():
            yield f"{_of(count)} template {name}, which is for another model"
        for what, count in self._lost.items():
            yield f"{_of(count)} {what}"
        for id, count in self._kept.items():
            yield f"{id} is kept on {count:,} and not written: {self.model.name} does not support it"
        if not self.model.facts()["verified"]:
            yield f"{self.vendor.slug}/{self.model.name} is unverified: try one device first"


def _of(count: int) -> str:
    return f"{count:,} {'device loses' if count == 1 else 'devices lose'}"
