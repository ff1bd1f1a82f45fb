"""Devices as CSV, for `import` to read back: who they are, their lines, keys and own settings, and no secret."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from aps_tui.data.store import Store
from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.domain.site import Device
from aps_tui.services.importing.device import more_of
from aps_tui.services.masks import looks_secret
from aps_tui.services.sitefile.dump import in_both_scopes
from aps_tui.services.writing import write_private

COLUMNS = ("mac", "tenant", "vendor", "model", "template", "label", "extension", "line_label")
"""The first columns; the last two are line 1's. Further lines follow as `extension_2`, `line_label_2` …

Where a device has more, the last column is `more`: what these do not say of its lines, its own keys, settings and raw
parameters, as JSON in the shape of a site file's device.
"""


def export_rows(devices: Sequence[Device], both: set[tuple[str, str]] | None = None) -> Iterator[list[str]]:
    """The heading, then a row for each device, with as many lines as the longest of them needs.

    `both`: (tenant, name) of templates whose name a global one has as well.
    """
    most = max((line.number for device in devices for line in device.lines), default=1)
    further = [f"{name}_{number}" for number in range(2, most + 1) for name in ("extension", "line_label")]
    more = [_more(device, both or set()) for device in devices]
    last = ["more"] if any(more) else []
    yield [*COLUMNS, *further, *last]
    for device, beyond in zip(devices, more, strict=True):
        row = [device.mac, device.tenant, device.vendor, device.model, device.template or "", device.label]
        lines = {line.number: (line.extension, line.label) for line in device.lines}
        row += [text for number in range(1, most + 1) for text in lines.get(number, ("", ""))]
        yield [*row, beyond] if last else row


def _more(device: Device, both: set[tuple[str, str]]) -> str:
    """What the other columns do not hold, without secrets; "" for nothing."""
    raw = {name: value for name, value in device.raw.items() if not looks_secret(name)}
    found = more_of(replace(device, raw=raw), both)
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")) if found else ""


def export(store: Store, macs: Sequence[str] | None = None, *, tenant: str | None = None) -> str:
    """Devices as CSV text (UTF-8, comma, a heading): those of `macs` in this order, or all, or a tenant's, by MAC.

    Raises BadValue for an unknown tenant.
    """
    with store.snapshot():
        if tenant is not None and tenant.lower() not in {name.lower() for name in store.tenants.names()}:
            raise BadValue(f"there is no tenant {tenant!r}")
        return _text(export_rows(_chosen(store, macs, tenant), in_both_scopes(store.templates.rows())))


def _chosen(store: Store, macs: Sequence[str] | None, tenant: str | None) -> list[Device]:
    if macs is not None:
        found = {device.mac: device for device in store.devices.get_many(macs)}
        return [found[mac] for mac in macs if mac in found]
    return [one for one in store.devices.all() if tenant is None or one.tenant.lower() == tenant.lower()]


def _text(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def export_to(store: Store, file: Path, macs: Sequence[str]) -> int:
    """Write devices to a new file, readable by its owner alone; how many. Raises ApsError where it cannot."""
    if file.exists():
        raise ApsError(f"{file} is there already: name another file")
    text = export(store, macs)
    write_private(file, text.encode())
    return len(macs)
