"""What is in force for many devices: each level is read once."""

from __future__ import annotations

from aps_tui.data.settings import Level as Spot
from aps_tui.domain.site import Device, Settings, Value
from aps_tui.services.workplace import Workplace


class Levels:
    """The settings above devices. Make one within a snapshot or a transaction."""

    def __init__(self, place: Workplace) -> None:
        self._settings = place.store.settings
        self._above: dict[tuple[str, str | None, str | None], Settings] = {}

    def of(self, device: Device) -> dict[str, Value]:
        """What is in force for a device, its own settings included; defaults are not."""
        key = (device.tenant, device.template, device.template_tenant)
        if key not in self._above:
            spots = [Spot("site"), Spot("tenant", device.tenant)]
            if device.template:
                spots.append(Spot("template", device.template, device.template_tenant))
            found: dict[str, Value] = {}
            for spot in spots:
                found |= self._settings.get(spot)
            self._above[key] = found
        return {**self._above[key], **device.settings}
