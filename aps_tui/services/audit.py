"""The audit trail: who changed what, and when; looked through, explained, written to a file."""

from __future__ import annotations

import csv
import io
import time
from datetime import UTC, datetime
from pathlib import Path

from aps_tui.data.audit import AuditRow
from aps_tui.data.store import Store
from aps_tui.domain.errors import BadValue
from aps_tui.services.console import when
from aps_tui.services.workplace import Workplace
from aps_tui.services.writing import write_private

__all__ = ["AuditRow", "as_record", "device_of", "explained", "export_trail", "when"]

COLUMNS = ("at", "who", "kind", "name", "action", "detail")
"""The columns of an export."""
_STEP = 10_000
"""Rows that are read at once."""


def device_of(place: Workplace, row: AuditRow) -> str:
    """The MAC of the device that a change is about, if there is one still; else empty."""
    return row.name if row.kind == "device" and place.store.devices.existing([row.name]) else ""


def explained(row: AuditRow) -> list[str]:
    """Everything that is known of a change."""
    said = [
        ("when", f"{when(row.at)} ({time.strftime('%Y-%m-%d %H:%M:%S', time.localtime(row.at))})"),
        ("who", row.operator or "nobody named"),
        ("what", f"{row.action} {row.kind} {row.name}".strip()),
        ("detail", row.detail or "none"),
        ("after", f"commit or undo number {row.epoch}" if row.epoch else "no commit yet"),
    ]
    return [f"{name:<8} {text}" for name, text in said]


def as_record(row: AuditRow) -> dict[str, str]:
    """A change as exports say it; the time in ISO 8601, UTC."""
    at = datetime.fromtimestamp(row.at, UTC).isoformat(timespec="seconds")
    return dict(zip(COLUMNS, (at, row.operator, row.kind, row.name, row.action, row.detail), strict=True))


def export_trail(store: Store, path: Path, text: str = "") -> int:
    """Write the changes that a filter lets through to a CSV file of mode 0600, newest first; how many they are.

    Raises BadValue for a folder, ApsError when it cannot be written.
    """
    if not path.name or path.is_dir():
        raise BadValue(f"{path} is a folder: name a file, such as audit.csv")
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    ids = store.audit.find(text)
    for start in range(0, len(ids), _STEP):
        writer.writerows(as_record(row) for row in store.audit.read(ids[start : start + _STEP]))
    write_private(path, out.getvalue().encode("utf-8", "backslashreplace"))
    return len(ids)
