"""One setting for many devices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from aps_tui.domain.catalogue import check, find, show, warnings_for
from aps_tui.domain.errors import BadValue
from aps_tui.domain.setting import Level
from aps_tui.domain.site import Device, Settings, Value
from aps_tui.services.bulk.levels import Levels
from aps_tui.services.bulk.work import Change, Models, Outcome, compared, refuse
from aps_tui.services.sitefile.bymodel import ill_matched, misfits, offered, wordless
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.support import unsupported


def set_setting(id: str, value: object | None) -> Change:
    """Say a setting for devices, from a text as typed or a value; None takes it back, so that it is inherited.

    Raises BadValue for what the setting does not take, Faults naming the devices whose model or other settings do
    not go with it. Where a model's files do not carry it, it is kept, not written, and noted.
    """
    said = None if value is None else check(id, value, Level.DEVICE)

    def change(place: Workplace, devices: Sequence[Device]) -> Outcome:
        judge = _Judge(place, id, said)
        after = [judge.changed(device) for device in devices]
        refuse(judge.faults)
        what = "inherited" if said is None else (show(find(id), said) or "(empty)")
        lines = [f"{old.mac}  {what}" for old, new in zip(devices, after, strict=True) if old != new]
        return compared(devices, after, judge.notes(), lines)

    return change


class _Judge:
    """A setting against the models and the other settings of devices."""

    def __init__(self, place: Workplace, id: str, value: Value | None) -> None:
        self.id, self.value = id, value
        self.models, self.levels = Models(place), Levels(place)
        self.faults: list[str] = []
        self._unwritten: Counter[str] = Counter()
        self._wordless: Counter[str] = Counter()
        self._judged: dict[tuple[str, str], tuple[tuple[str, ...], bool, tuple[str, ...]]] = {}

    def changed(self, device: Device) -> Device:
        """The device with the setting; what keeps it from that is noted."""
        own = {id: value for id, value in device.settings.items() if id != self.id}
        if self.value is not None:
            own[self.id] = self.value
        if own == device.settings:
            return device
        self.faults += (f"{device.mac}: {fault}" for fault in self._faults(device, own))
        return replace(device, settings=own)

    def _faults(self, device: Device, own: Settings) -> list[str]:
        above = self.levels.of(replace(device, settings={}))
        faults = ill_matched({**above, **own}, {**above, **device.settings})
        if self.value is None:
            return faults
        try:
            misfit, unwritten, words = self._by_model(device)
        except BadValue as error:
            return [*faults, str(error)]
        self._unwritten[f"{device.vendor}/{device.model}"] += unwritten
        self._wordless[f"{device.vendor}/{device.model}"] += bool(words)
        return [*faults, *misfit]

    def _by_model(self, device: Device) -> tuple[tuple[str, ...], bool, tuple[str, ...]]:
        """What a model cannot take, whether its files do not carry it, and words that it lacks."""
        key = (device.vendor, device.model)
        if key not in self._judged:
            assert self.value is not None
            vendor, model = self.models.of(device)
            own, facts = {self.id: self.value}, model.facts()
            faults = [*misfits(own, model, facts)]
            if self.id == "general.firmware":
                try:
                    model.facts(str(self.value) or None)
                except BadValue as error:
                    faults.append(f"general.firmware: {error}")
            words = wordless(find(self.id), self.value, offered(find(self.id), vendor, model, facts))
            self._judged[key] = (tuple(faults), bool(unsupported(own, vendor, model)), words)
        return self._judged[key]

    def notes(self) -> list[str]:
        """What the operator should know."""
        notes = [] if self.value is None else warnings_for({self.id: self.value})
        notes += (
            f"{count:,} of {model}: kept and not written, it does not support {self.id}"
            for model, count in self._unwritten.items()
            if count
        )
        notes += (
            f"{count:,} of {model}: it has no word for this value, so it is left out"
            for model, count in self._wordless.items()
            if count
        )
        return notes
