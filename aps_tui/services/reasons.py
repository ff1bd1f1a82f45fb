"""Why a file changes: which stamps are above the device's last commit, and what the audit trail says was done."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from aps_tui.data.audit import AuditRow
from aps_tui.data.render import Candidate

if TYPE_CHECKING:
    from aps_tui.services.fleet import Fleet


class Cause(NamedTuple):
    """One thing that may have changed a file. `name` is the object's name in the audit trail."""

    kind: str
    """new, device, template, tenant, site, pack, missing, shared, gone, extension."""
    name: str = ""


@lru_cache(maxsize=65536)
def _shared(*found: Cause) -> tuple[Cause, ...]:
    """One tuple for all devices with the same causes: fleets are large and causes few."""
    return found


def causes(row: Candidate, fleet: Fleet, stale: frozenset[str]) -> tuple[Cause, ...]:
    """What has changed of what the device is rendered from, since it was last committed."""
    if row.done < 0:
        return _shared(Cause("new"))
    found: list[Cause] = []
    if row.stamp > row.done:
        found.append(Cause("device", row.mac))
        found.extend(Cause("extension", f"{fleet.tenants[row.tenant_id].name}/{line[1]}") for line in row.lines)
    template = fleet.templates.get(row.template_id or -1)
    if template is not None and template.stamp > row.done:
        owner = fleet.tenants[template.tenant_id].name if template.tenant_id is not None else ""
        found.append(Cause("template", f"{owner}/{template.name}" if owner else template.name))
    tenant = fleet.tenants[row.tenant_id]
    if tenant.stamp > row.done:
        found.append(Cause("tenant", tenant.name))
    if fleet.site.stamp > row.done:
        found.append(Cause("site"))
    if row.vendor in stale:
        found.append(Cause("pack", row.vendor))
    return _shared(*found)


class Reasons:
    """Turns causes into words, with what the audit trail says was changed since an epoch."""

    def __init__(self, trail: Iterable[AuditRow]) -> None:
        self._done: dict[tuple[str, str], dict[str, None]] = {}
        for row in trail:
            said = row.detail or row.action
            self._done.setdefault((row.kind, row.name), {}).setdefault(said)
            if row.kind == "mapping":
                owner = row.name.rpartition("/")[0]
                self._done.setdefault(("mappings", owner), {}).setdefault(f"mapping {row.name}: {said}")

    def words(self, found: Iterable[Cause]) -> list[str]:
        """One line for each cause that says something."""
        lines = [line for cause in found for line in self._line(cause)]
        return list(dict.fromkeys(lines))

    def _line(self, cause: Cause) -> list[str]:
        match cause.kind:
            case "new":
                return ["new device"]
            case "missing":
                return ["missing from the disk"]
            case "gone":
                return ["nothing produces this file any more"]
            case "shared":
                return ["shared by all phones of the model"]
            case "pack":
                return [f"vendor pack {cause.name} changed"]
            case "extension":
                return [f"extension {cause.name}: {what}" for what in self._done.get(("extension", cause.name), ())]
            case "device":
                return [f"device: {what}" for what in self._done.get(("device", cause.name), ())]
            case "template":
                return self._said("template", cause.name, f"template {cause.name}")
            case "tenant":
                mappings = list(self._done.get(("mappings", cause.name), ()))
                return [*self._said("tenant", cause.name, f"tenant {cause.name}", bool(mappings)), *mappings]
        mappings = list(self._done.get(("mappings", ""), ()))
        provisioning = [
            f"provisioning: {what}" for key in self._done if key[0] == "provisioning" for what in self._done[key]
        ]
        site = [f"site: {what}" for key in self._done if key[0] == "site" for what in self._done[key]]
        return [*site, *provisioning, *mappings] or ["site settings changed"]

    def _said(self, kind: str, name: str, title: str, known: bool = False) -> list[str]:
        said = self._done.get((kind, name))
        if said:
            return [f"{title}: {what}" for what in said]
        return [] if known else [f"{title} changed"]
