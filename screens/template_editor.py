"""One template: its settings tab by tab, its keys, its raw parameters; every edit is saved at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.widget import Widget
from textual.widgets import Static

from aps_tui.domain.site import GLOBAL
from aps_tui.screens.area import AreaScreen
from aps_tui.screens.desk import Desk, OpenDevice, PlanDevices
from aps_tui.screens.key_board import KeyBoard
from aps_tui.screens.raw_list import RawList
from aps_tui.screens.setting_list import SettingList
from aps_tui.screens.setting_rows import LEGEND
from aps_tui.screens.settings_editor import SettingsEditor
from aps_tui.screens.template_used import Used
from aps_tui.services.console import counted
from aps_tui.services.templates import Level, TemplateRow, level_of, row_of, title_of, used_by
from aps_tui.widgets.keys import key
from aps_tui.widgets.plain import plain

BOTH = "DSS Keys"
"""The tab with settings and keys."""
KEY_TABS = {BOTH: "dss", "Programmable Keys": "programmable"}
"""Tabs that show keys, and the bank that each begins with."""
RAW = "Raw"


class TemplateScreen(AreaScreen):
    """The editor of one template, whatever it is called meanwhile."""

    TITLE = "Templates"
    LEGEND = LEGEND
    CSS_PATH = "templates.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape", "leave", "Back", "Go back to the list of templates", footer=True),
        key("w", "where", "Where", "Show the devices that use it", footer=True),
        key("P", "plan", "Plan", "Show what a commit would change in the devices that use it"),
        key("r", "reload", "Refresh", "Read everything again"),
    ]

    editor = query_one(SettingsEditor)
    board = query_one(KeyBoard)
    raw = query_one(RawList)

    def __init__(self, desk: Desk, row: TemplateRow) -> None:
        super().__init__(desk)
        self.row = row

    def body(self) -> Iterable[Widget]:
        """Whose settings they are, and the editor."""
        yield Static(id="template")
        yield SettingsEditor(self.desk, level_of(self.row), (RAW,))

    def on_mount(self) -> None:
        """Put the keys and the raw parameters on their tabs; begin in the settings."""
        level = level_of(self.row)
        self.editor.mount_for(KeyBoard(self.desk, level), KEY_TABS)
        self.editor.mount_for(RawList(self.desk, level), (RAW,))
        self.editor.rows.focus()

    def show_site(self) -> None:
        """Read the template again; it may have another name by now, or be no more."""
        super().show_site()
        with self.complaints():
            found = row_of(self.desk.place, self.row.id)
            self.set_class(found is None, "-gone")
            if found is None:
                self._head([f" {title_of(self.row)} was removed meanwhile: Esc goes back to the list"])
                return
            self.row = found
            self._show_head()
            self._read(level_of(found))

    def _read(self, level: Level) -> None:
        """Show what is said there now; what is not up yet reads by itself."""
        if self.editor.rows.sheet is not None:
            self.editor.go(level)
        for widget in (*self.query(KeyBoard), *self.query(RawList)):
            widget.level = level
            if widget.is_mounted:
                widget.go(level)

    @on(SettingList.Loaded)
    def _show_head(self) -> None:
        self._head([*self._lines()])

    def _head(self, lines: list[str]) -> None:
        self.query_one("#template", Static).update(Content("\n".join(plain(line) for line in lines)))

    def _lines(self) -> Iterator[str]:
        """The template, who uses it, and what is to be known of its model."""
        row, sheet = self.row, self.editor.rows.sheet
        yield f" {row.name}   {row.vendor}/{row.model}   {row.tenant or GLOBAL}"
        use = f"{counted(row.devices, 'device')}: a change here changes {'it' if row.devices == 1 else 'each'}"
        notes = [
            *(sheet.notes if sheet else ()),
            *(["Tab: keys below"] if self.editor.tab == BOTH else []),
        ]
        yield "  ".join([f" Used by {use}." if row.devices else " No device uses it.", *notes])

    @on(SettingsEditor.TabShown)
    def show_bank(self, event: SettingsEditor.TabShown) -> None:
        """Begin with the bank of keys that the tab is about."""
        self._show_head()
        if event.tab in KEY_TABS:
            self.board.front(KEY_TABS[event.tab])

    def action_leave(self) -> None:
        """Go back to the list."""
        self.dismiss()

    def action_reload(self) -> None:
        """Read everything again."""
        self.show_site()

    def action_where(self) -> None:
        """Show the devices that use it."""
        if self.row.devices:
            self.app.push_screen(Used(self.desk.place, self.row), self._open_device)
        else:
            self.notify("No device uses it", markup=False)

    def _open_device(self, mac: str | None) -> None:
        if mac is not None:
            self.post_message(OpenDevice(mac, partial(used_by, self.desk.place, self.row)))

    def action_plan(self) -> None:
        """Show what a commit would change in the devices that use it."""
        with self.complaints():
            if macs := used_by(self.desk.place, self.row):
                self.post_message(PlanDevices(macs))
            else:
                self.notify("No device uses it", markup=False)
