"""Which devices still depend on TFTP, which has no password."""

from __future__ import annotations

from typing import NamedTuple

from aps_tui.domain.mac import with_colons
from aps_tui.services.console import counted
from aps_tui.services.fleet import decoded
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.spaces import PROVISIONING_URL

URL, OPTION = "provisioning URL", "DHCP option"


class Dependent(NamedTuple):
    """Devices of one model that depend on TFTP for one reason."""

    vendor: str
    model: str
    why: str
    """URL: a level says a tftp URL for them. OPTION: DHCP can name them a server alone, whose TFTP they use."""
    macs: tuple[str, ...]

    @property
    def text(self) -> str:
        """`yealink T46S: 3 devices (80:5e:c0:00:00:01 ...), tftp in the provisioning URL`."""
        some = with_colons(self.macs[0]) + (" ..." if len(self.macs) > 1 else "")
        reason = "tftp in their provisioning URL" if self.why == URL else "DHCP tells them a TFTP server alone"
        return f"{self.vendor} {self.model}: {counted(len(self.macs), 'device')} ({some}), {reason}"


def tftp_dependents(place: Workplace) -> list[Dependent]:
    """The devices that depend on TFTP, by model; reads where each is told to fetch, and renders nothing."""
    found: dict[tuple[str, str, str], list[str]] = {}
    with place.store.snapshot():
        said = place.store.render.said_by_device(PROVISIONING_URL)
        levels = _Levels(place)
        for mac, vendor, model, tenant, template in place.store.render.outlines():
            url = decoded({"url": said[mac]})["url"] if mac in said else levels.url(tenant, template)
            if str(url or "").startswith("tftp:"):
                found.setdefault((vendor, model, URL), []).append(mac)
            elif levels.by_option(vendor, model):
                found.setdefault((vendor, model, OPTION), []).append(mac)
    return [Dependent(*key, tuple(macs)) for key, macs in sorted(found.items())]


class _Levels:
    """What stands above the devices; each asked once."""

    def __init__(self, place: Workplace) -> None:
        self._packs = place.packs
        render = place.store.render
        self._site = render.site().settings
        self._tenants = {id: one.settings for id, one in render.tenants().items()}
        self._templates = {id: one.settings for id, one in render.templates().items()}
        self._options: dict[tuple[str, str], bool] = {}

    def url(self, tenant: int, template: int | None) -> object:
        """The provisioning URL above a device."""
        levels = (self._templates.get(template or 0, {}), self._tenants[tenant], self._site)
        text = next((level[PROVISIONING_URL] for level in levels if PROVISIONING_URL in level), None)
        return decoded({"url": text})["url"] if text else None

    def by_option(self, vendor: str, model: str) -> bool:
        """Whether DHCP can tell a model's phones no URL, but a server alone."""
        key = (vendor, model)
        if key not in self._options:
            pack = self._packs.vendors.get(vendor)
            known = pack.models.get(model) if pack else None
            self._options[key] = known is not None and known.contact().dhcp.url == "{host}"
        return self._options[key]
