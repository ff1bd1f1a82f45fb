"""The tabs of the device editor that are another editor on the device: services, keys, settings, raw parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, TypeAlias

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Static

from aps_tui.screens.desk import Desk
from aps_tui.screens.device_pane import NO_DEVICE, DevicePane
from aps_tui.screens.key_board import KeyBoard
from aps_tui.screens.raw_list import RawList
from aps_tui.screens.setting_list import SettingList
from aps_tui.screens.settings_editor import SettingsEditor
from aps_tui.services.values import Level
from aps_tui.widgets.plain import plain
from aps_tui.widgets.row_list import RowList


class ServicesEditor(Vertical):
    """The settings of one tab, PBX Services, without the others."""

    DEFAULT_CSS = """
    ServicesEditor { height: 1fr; }
    ServicesEditor > SettingList { height: 1fr; }
    ServicesEditor > #about { height: 6; border-top: solid $primary; padding: 0 1; }
    """
    TAB: ClassVar[str] = "PBX Services"
    rows = query_one(SettingList)

    def __init__(self, desk: Desk, level: Level) -> None:
        super().__init__()
        self.desk = desk
        self.level = level

    def compose(self) -> ComposeResult:
        """The settings, and what is to be known of the one under the cursor."""
        yield SettingList(self.desk, self.level, id="services")
        yield Static(id="about")

    def on_mount(self) -> None:
        """Show the one tab."""
        self.rows.turn_to(self.TAB)

    def go(self, level: Level) -> None:
        """Show another device."""
        self.rows.go(level)

    @on(SettingList.Loaded)
    @on(RowList.Moved, "#services")
    def tell(self) -> None:
        """Say what is to be known of the setting under the cursor."""
        self.query_one("#about", Static).update(Content("\n".join(plain(line) for line in self.rows.about())))


Editor: TypeAlias = ServicesEditor | KeyBoard | SettingsEditor | RawList
"""What edits a place; `go` shows another one, or reads the same again."""


class EditorPane(DevicePane):
    """A tab that holds an editor; it is made when there is a device to edit."""

    DEFAULT_CSS = "EditorPane > .nothing { padding: 0 2; height: 1; }"

    def __init__(self, desk: Desk, make: Callable[[Desk, Level], Editor]) -> None:
        super().__init__(desk)
        self.make = make
        self.editor: Editor | None = None

    def compose(self) -> ComposeResult:
        """What to do while no device is chosen."""
        yield Static(Content(NO_DEVICE), classes="nothing")

    def load(self) -> None:
        """Show the device in the editor."""
        there = bool(self.mac) and self.opened() is not None
        self.query_one(".nothing").display = not there
        level = Level("device", self.mac)
        if self.editor is not None:
            self.editor.display = there
            if there:
                self.editor.go(level)
        elif there:
            self.editor = self.make(self.desk, level)
            self.mount(self.editor)


MAKERS: dict[str, Callable[[Desk, Level], Editor]] = {
    "PBX Services": ServicesEditor, "Keys": KeyBoard, "Settings": SettingsEditor, "Raw": RawList,
}  # fmt: skip
"""Each such tab, and what edits it."""
