"""How every bulk edit is worked out and saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from aps_tui.data.errors import ChangedMeanwhile
from aps_tui.domain.errors import BadValue, Faults
from aps_tui.domain.site import Device
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.pack import Model, Vendor


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an edit would do."""

    devices: tuple[Device, ...]
    """The devices that would change, as they would be, in the list's order."""
    same: int = 0
    """Devices that are so already."""
    notes: tuple[str, ...] = ()
    """What the operator should know before it is saved."""
    shown: tuple[str, ...] = ()
    """The first and the last of what would be said, as `805ec0000001  101`."""


Change: TypeAlias = Callable[[Workplace, Sequence[Device]], Outcome]
"""Works an edit out for devices in the list's order. Raises Faults or BadValue."""

Say: TypeAlias = Callable[[str], None]
"""Told what is being done, for a line of progress."""


def outcome(place: Workplace, macs: Sequence[str], change: Change) -> Outcome:
    """Work an edit out; nothing is written. Raises Faults naming each device that it cannot serve."""
    with place.store.snapshot():
        return change(place, _read(place, macs))


def apply(place: Workplace, macs: Sequence[str], change: Change, seen: Outcome, say: Say | None = None) -> int:
    """Save an edit as it was seen; how many devices it changed.

    Raises ChangedMeanwhile, and saves nothing, when it would come out otherwise by now.
    """
    with place.store.transaction():
        if say:
            say(f"reading {len(macs):,} devices")
        try:
            devices = _read(place, macs)
            now = change(place, devices)
        except Faults as faults:
            raise ChangedMeanwhile(f"the site was changed meanwhile: {faults.faults[0]}") from None
        if now != seen:
            raise ChangedMeanwhile("the site was changed meanwhile, and this would come out otherwise: look again")
        if say:
            say(f"saving {len(now.devices):,} devices")
        place.store.devices.save_many(now.devices, {device.mac: device for device in devices})
    return len(now.devices)


def _read(place: Workplace, macs: Sequence[str]) -> list[Device]:
    """The devices in the order of `macs`. Raises Faults naming those that are no more."""
    found = {device.mac: device for device in place.store.devices.get_many(macs)}
    gone = [mac for mac in macs if mac not in found]
    if gone:
        raise Faults(f"{mac}: this device is no more" for mac in gone)
    return [found[mac] for mac in macs]


def compared(before: Sequence[Device], after: Sequence[Device], notes: Sequence[str], said: Sequence[str]) -> Outcome:
    """The outcome of a change of devices; `said` is what is shown of each that changes, of any number of them."""
    changed = tuple(new for old, new in zip(before, after, strict=True) if new != old)
    return Outcome(changed, len(before) - len(changed), tuple(notes), ends(said))


SHOWN = 3
"""Examples shown from either end."""


def ends(said: Sequence[str]) -> tuple[str, ...]:
    """The first few and the last of many lines."""
    if len(said) <= SHOWN + 2:
        return tuple(said)
    return (*said[:SHOWN], "…", said[-1])


def refuse(faults: Sequence[str]) -> None:
    """Raise Faults when there are any."""
    if faults:
        raise Faults(faults)


class Models:
    """The models of devices, each looked up once."""

    def __init__(self, place: Workplace) -> None:
        self.packs = place.packs
        self._known: dict[tuple[str, str], tuple[Vendor, Model] | BadValue] = {}
        self._lines: dict[tuple[str, str], int] = {}

    def of(self, device: Device) -> tuple[Vendor, Model]:
        """The device's vendor and model. Raises BadValue where no pack has them."""
        key = (device.vendor, device.model)
        if key not in self._known:
            try:
                vendor = self.packs.vendor(device.vendor)
                self._known[key] = (vendor, vendor.model(device.model))
            except BadValue as error:
                self._known[key] = error
        found = self._known[key]
        if isinstance(found, BadValue):
            raise found
        return found

    def lines(self, device: Device) -> int:
        """How many lines the device's model has. Raises BadValue likewise."""
        key = (device.vendor, device.model)
        if key not in self._lines:
            self._lines[key] = int(self.of(device)[1].facts()["lines"])
        return self._lines[key]
