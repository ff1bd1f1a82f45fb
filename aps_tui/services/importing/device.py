"""Between the rows of a draft and devices; what the columns do not hold is JSON in the site file's shape."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from aps_tui.data.draft_list import DraftRow
from aps_tui.domain.errors import BadValue
from aps_tui.domain.site import GLOBAL, Device, Key, Line
from aps_tui.services.sitefile.dump import device_table
from aps_tui.services.sitefile.shape import KeyIn

_PLAIN_LINE = frozenset({"number", "extension", "label"})
_FURTHER = ("key", "settings", "raw")


class MoreLine(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A line as far as the columns do not say it; line 1's extension and label are theirs."""

    number: int
    extension: str = ""
    label: str = ""
    caller_id_source: str = "from"
    local_sip_port: int | None = None
    srtp: str = "off"
    transport: str = ""
    auto_answer: bool = False


class More(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What a device has beyond the columns of a list."""

    line: list[MoreLine] = []
    key: list[KeyIn] = []
    settings: dict[str, Any] = {}
    raw: dict[str, str] = {}
    template_global: bool = False


def checked_more(said: Mapping[str, Any]) -> str:
    """The JSON of what was said, "" for nothing. Raises BadValue when it has another shape."""
    try:
        return _written(msgspec.convert(said, More))
    except msgspec.ValidationError as error:
        raise BadValue(f"more: {str(error).partition(' - ')[0]}") from None


def _written(more: More) -> str:
    return "" if more == More() else msgspec.json.encode(more).decode()


def more_of(device: Device, both: set[tuple[str, str]]) -> dict[str, Any]:
    """What the columns do not say of a device, without secret settings; `both` as `device_table` takes it."""
    table = device_table(device, False, both)
    lines = [line for line in table.get("line", ()) if not line.keys() <= _PLAIN_LINE]
    said = {"line": lines} | {name: table.get(name) for name in (*_FURTHER, "template_global")}
    return {name: value for name, value in said.items() if value}


def device_of(row: DraftRow) -> Device:
    """A row as a device; its settings are as they were written."""
    more = msgspec.json.decode(row.more, type=More) if row.more else None
    lines: tuple[Line, ...] = (Line(1, row.extension, row.line_label),) if row.extension else ()
    template = row.template or None
    owner = None if row.template_tenant in ("", GLOBAL) else row.template_tenant
    if more is None:
        return Device(row.mac, row.tenant, row.vendor, row.model, template, owner, row.label, lines)
    return Device(
        row.mac, row.tenant, row.vendor, row.model, template, owner, row.label, _lines(row, more),
        tuple(Key(**msgspec.structs.asdict(key)) for key in more.key),
        {id: tuple(value) if isinstance(value, list) else value for id, value in more.settings.items()}, more.raw,
    )  # fmt: skip


def _lines(row: DraftRow, more: More) -> tuple[Line, ...]:
    lines = {one.number: Line(**msgspec.structs.asdict(one)) for one in more.line}
    first = msgspec.structs.asdict(next((one for one in more.line if one.number == 1), MoreLine(1)))
    lines.pop(1, None)
    if row.extension:
        lines[1] = Line(**{**first, "extension": row.extension, "label": row.line_label})
    return tuple(lines[number] for number in sorted(lines))


def row_of(row: DraftRow, device: Device) -> DraftRow:
    """The row with what an edit made of its device."""
    first = next((line for line in device.lines if line.number == 1), None)
    changed = row._replace(
        vendor=device.vendor, model=device.model, tenant=device.tenant, template=device.template or "",
        template_tenant=(device.template_tenant or GLOBAL) if device.template else "", label=device.label,
        extension=first.extension if first else "", line_label=first.label if first else row.line_label,
    )  # fmt: skip
    if not row.more:
        return changed
    table = device_table(device, True, set())
    lines = [line for line in table.get("line", ()) if line["number"] != 1 or not line.keys() <= _PLAIN_LINE]
    said: dict[str, Any] = {"line": lines} | {name: table[name] for name in _FURTHER if name in table}
    return changed._replace(more=checked_more(json.loads(json.dumps(said))))
