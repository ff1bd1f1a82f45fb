"""The settings of the site or of one tenant, and the raw parameters said there."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from aps_tui.screens.desk import Desk
from aps_tui.screens.raw_list import RawList
from aps_tui.screens.settings_editor import SettingsEditor
from aps_tui.screens.settings_pane import SettingsPane
from aps_tui.services.values import Level
from aps_tui.widgets.keys import key
from aps_tui.widgets.plain import plain


class LevelPane(SettingsPane):
    """Edits one level: its settings, or its raw parameters in their place."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("w", "raw", "Raw", "Show the vendors' raw parameters of this level; again: its settings", footer=True),
    ]

    def __init__(self, desk: Desk, level: Level) -> None:
        super().__init__(desk)
        self.level = level

    def compose(self) -> ComposeResult:
        """The level's name, the editor, the raw parameters."""
        yield Static(classes="heading")
        yield SettingsEditor(self.desk, self.level)
        yield RawList(self.desk, self.level, id="raw")

    def on_mount(self) -> None:
        """Begin with the settings."""
        self._turn(raw=False)

    def load(self) -> None:
        """Read both again."""
        self.query_one(SettingsEditor).reload()
        self.query_one(RawList).load()

    @property
    def raw(self) -> bool:
        """Whether the raw parameters are shown."""
        return bool(self.query_one(RawList).display)

    def _turn(self, *, raw: bool) -> None:
        whose = f"Tenant {self.level.name}" if self.level.kind == "tenant" else "Site, for all tenants"
        said = f"{whose}: {'raw parameters by vendor' if raw else 'settings'}"
        self.query_one(".heading", Static).update(Content(plain(said)))
        self.query_one(RawList).display = raw
        self.query_one(SettingsEditor).display = not raw

    def take_keys(self) -> None:
        """Give the keys to what is shown."""
        (self.query_one(RawList) if self.raw else self.query_one(SettingsEditor).rows).focus()

    def action_raw(self) -> None:
        """Show the other one."""
        self._turn(raw=not self.raw)
        self.take_keys()
