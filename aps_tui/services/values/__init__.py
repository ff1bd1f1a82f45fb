"""The settings editor's service: what may be said at a place (site, tenant, template, device), and saying it."""

from aps_tui.data.settings import Level
from aps_tui.services.values.choices import Choice
from aps_tui.services.values.raw import RawRow, put_raw, raw_rows, reveal_raw
from aps_tui.services.values.sheet import SettingRow, Sheet, sheet
from aps_tui.services.values.write import put, put_many, reveal

__all__ = [
    "Choice", "Level", "RawRow", "SettingRow", "Sheet", "put", "put_many", "put_raw", "raw_rows", "reveal",
    "reveal_raw", "sheet",
]  # fmt: skip
