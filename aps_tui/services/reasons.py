"""Why a file changes: which stamps are above the device's last commit, and what the audit trail says was done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from aps_tui.data.rows import Candidate

if TYPE_CHECKING:
    from aps_tui.data.audit import Audit, AuditRow
    from aps_tui.services.fleet import Fleet


class Cause(NamedTuple):
    """One thing that may have changed a file."""

    kind: str
    """An audit kind (device, extension, template, tenant, site), or new, pack, missing, shared, gone, withdrawn,
    expired, undo."""
    name: str = ""
    """The object's name in the audit trail: `acme/T46 sales`."""
    since: int = -1
    """Only what was done after this epoch counts: the device's last commit."""


@lru_cache(maxsize=65536)
def _shared(*found: Cause) -> tuple[Cause, ...]:
    """One tuple for all devices with the same causes: fleets are large and causes few."""
    return found


def one_tuple(causes: tuple[Cause, ...]) -> tuple[Cause, ...]:
    """The tuple that all devices with the same causes share."""
    return _shared(*causes)


def causes(row: Candidate, fleet: Fleet, stale: frozenset[str]) -> tuple[Cause, ...]:
    """What has changed of what the device is rendered from, since it was last committed."""
    done = row.done
    if done < 0:
        return _shared(Cause("new"))
    found: list[Cause] = []
    if row.stamp > done:
        found.append(Cause("device", row.mac, done))
        tenant_name = fleet.tenants[row.tenant_id].name
        found.extend(Cause("extension", f"{tenant_name}/{line[1]}", done) for line in row.lines)
    template = fleet.templates.get(row.template_id or -1)
    if template is not None and template.stamp > done:
        owner = fleet.tenants[template.tenant_id].name + "/" if template.tenant_id is not None else ""
        found.append(Cause("template", owner + template.name, done))
    tenant = fleet.tenants[row.tenant_id]
    if tenant.stamp > done:
        found.append(Cause("tenant", tenant.name, done))
    if fleet.site.stamp > done:
        found.append(Cause("site", "", done))
    if row.vendor in stale:
        found.append(Cause("pack", row.vendor))
    return _shared(*found)


_FIXED = {
    "new": "new device",
    "missing": "missing from the disk",
    "gone": "nothing produces this file any more",
    "withdrawn": "withdrawn: {name}",
    "expired": "expired: {name}",
    "shared": "read by all phones of its model",
    "pack": "vendor pack {name} changed",
    "undo": "brought back",
}


class Reasons:
    """Turns causes into words, with what the audit trail says was done."""

    def __init__(self, audit: Audit, all_causes: Iterable[tuple[Cause, ...]]) -> None:
        since = [cause.since for found in set(all_causes) for cause in found if cause.kind not in _FIXED]
        self._rows: dict[tuple[str, str], list[AuditRow]] = {}
        for row in audit.since(min(since) + 1) if since else ():
            if row.action == "reveal":
                continue  # somebody looked; nothing changed
            name = row.name
            if row.kind == "mapping":
                name = row.name.rpartition("/")[0]
            elif row.kind in ("site", "provisioning", "generation"):
                name = ""
            self._rows.setdefault((row.kind, name), []).append(row)

    def words(self, found: tuple[Cause, ...]) -> list[str]:
        """One line for each thing that was done; never empty."""
        lines = list(dict.fromkeys(line for cause in found for line in self._lines(cause)))
        return lines or self._undone(found) or ["changed"]

    def _lines(self, cause: Cause) -> Iterator[str]:
        if cause.kind in _FIXED:
            yield _FIXED[cause.kind].format(name=cause.name)
        elif cause.kind == "site":
            yield from (f"site: {_said(row)}" for row in self._after("site", "", cause))
            yield from (f"provisioning: {_said(row)}" for row in self._after("provisioning", "", cause))
            yield from self._mappings("", cause)
        else:
            title = "" if cause.kind == "device" else f"{cause.kind} {cause.name}: "
            yield from (title + _said(row) for row in self._after(cause.kind, cause.name, cause))
            if cause.kind == "tenant":
                yield from self._mappings(cause.name, cause)

    def _mappings(self, owner: str, cause: Cause) -> Iterator[str]:
        for row in self._after("mapping", owner, cause):
            yield f"mapping {row.name}: {_said(row)}"

    def _after(self, kind: str, name: str, cause: Cause) -> Iterator[AuditRow]:
        return (row for row in self._rows.get((kind, name), ()) if row.epoch > cause.since)

    def _undone(self, found: tuple[Cause, ...]) -> list[str]:
        """Nothing was changed since: then the files themselves went back."""
        rows = [row for cause in found for row in self._after("generation", "", cause) if row.action == "undo"]
        return [f"{row.detail} (undo)" for row in rows[-1:]]


def _said(row: AuditRow) -> str:
    return row.detail if row.action == "change" and row.detail else " ".join(filter(None, (row.action, row.detail)))
