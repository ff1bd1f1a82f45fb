"""How settings are listed, and what is said of the one under the cursor."""

from __future__ import annotations

from collections.abc import Iterator

from aps_tui.services.console import counted
from aps_tui.services.values import SettingRow, Sheet
from aps_tui.widgets.pages import Row
from aps_tui.widgets.row_list import Column

_SIGNS = {"o!": "yellow", " !": "yellow", "-!": "yellow", "o ": "green", "o?": "green"}

COLUMNS = (
    Column("state", "", 2, colours=_SIGNS),
    Column("label", "Setting", 26, 1),
    Column("value", "Value", 24, 3),
    Column("source", "From", 12),
)
LEGEND = (
    "Signs: o said here, blank inherited, - not carried by the model, ! a warning, "
    "? the vendor's pack calls it unverified."
)
_UNITS = {"s": "seconds", "min": "minutes"}
_NUMBERS = frozenset({"int", "port", "seconds"})
SECTION = "unsupported"
"""The key of the row that begins the settings which the model does not carry."""


def rows_of(sheet: Sheet, tab: str) -> list[Row]:
    """The rows of a tab: what the model carries, then what it does not."""
    rows = [_row(row) for row in sheet.tab(tab)]
    lacking = sheet.unsupported(tab)
    if lacking:
        title = f"Not carried by {sheet.model}: {counted(len(lacking), 'setting')}"
        rows += [Row(SECTION, [title], "group"), *(_row(row) for row in lacking)]
    return rows


def _row(row: SettingRow) -> Row:
    return Row(row.id, [row.letters, row.label, row.shown, row.source])


def ask_lines(row: SettingRow) -> Iterator[str]:
    """What is to be known while a value is typed."""
    setting = row.setting
    yield setting.help
    if setting.kind in _NUMBERS:
        yield " ".join((f"{setting.min} to {setting.max}", _UNITS.get(setting.unit, setting.unit))).strip()
    if setting.recommendation:
        yield f"Recommended: {setting.recommendation}"


def help_lines(sheet: Sheet, row: SettingRow) -> Iterator[str]:
    """What is to be known of a setting, the most urgent first."""
    unit = _UNITS.get(row.setting.unit, row.setting.unit)
    yield f"{row.label} ({row.id}{', in ' + unit if unit else ''})"
    yield from (f"! {warning}" for warning in row.warnings)
    yield row.setting.help
    if row.setting.recommendation:
        yield f"Recommended: {row.setting.recommendation}"
    if row.said:
        yield f"x goes back to {_reset(row)}"
    elif not row.supported:
        yield f"{sheet.model} does not carry it; what is said of it is kept and not written."
    elif not row.shown and (example := sheet.example(row.id)):
        yield f"Example: {example}"
    yield from (f"? unverified: {doubt}" for doubt in row.doubts)


def _reset(row: SettingRow) -> str:
    if not row.reset_source:
        return "unset: nothing is written"
    return f"{row.reset or 'nothing'} ({row.reset_source})"
