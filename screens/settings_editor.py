"""The settings editor: tabs, the list of settings, and what is to be known of the one under the cursor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from aps_tui.domain.catalogue import TABS, find
from aps_tui.screens.desk import Desk
from aps_tui.screens.setting_list import SettingList
from aps_tui.services.values import Level
from aps_tui.widgets.keys import key
from aps_tui.widgets.plain import plain
from aps_tui.widgets.row_list import RowList
from aps_tui.widgets.tab_strip import TabStrip

MOST_BESIDE = 7
"""Rows of settings that are shown above another widget; the rest scrolls."""


class SettingsEditor(Vertical):
    """Edits the settings of one place. Every edit posts Wrote; the owner calls `reload` when the site changed.

    The owner may `mount_for` some tabs a widget of its own (their keys): it stands below the settings, and alone
    where a tab has none. `more`: tabs that are the owner's alone.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        key("left_square_bracket", "turn(-1)", "Tab left", "Go to the tab on the left"),
        key("right_square_bracket", "turn(1)", "Tab right", "Go to the tab on the right"),
    ]
    DEFAULT_CSS = """
    SettingsEditor {
        height: 1fr;
        #about { height: 6; border-top: solid $primary; padding: 0 1; }
        SettingList { height: 1fr; }
    }
    """

    class TabShown(Message):
        """Another tab is in front."""

        def __init__(self, tab: str) -> None:
            super().__init__()
            self.tab = tab

    strip = query_one(TabStrip)
    rows = query_one(SettingList)

    def __init__(self, desk: Desk, level: Level, more: Sequence[str] = (), *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.desk = desk
        self.tabs = (*TABS, *more)
        self._level = level
        self._companions: list[tuple[Widget, frozenset[str]]] = []
        self._sought = ""

    def compose(self) -> ComposeResult:
        """The strip, the list, the help."""
        yield TabStrip(self.tabs)
        yield SettingList(self.desk, self._level, id="settings")
        yield Static(id="about")

    @property
    def tab(self) -> str:
        """The tab in front."""
        return self.rows.tab

    def go(self, level: Level) -> None:
        """Show another place."""
        self.rows.go(level)

    def reload(self) -> None:
        """Read everything again."""
        self.rows.load()

    def mount_for(self, widget: Widget, tabs: Iterable[str]) -> None:
        """Show a widget of the owner's below the settings of some tabs."""
        self._companions.append((widget, frozenset(tabs)))
        self.mount(widget, before="#about")
        self._arrange()

    def turn_to(self, tab: str) -> None:
        """Show a tab."""
        self.strip.current = tab
        self.rows.turn_to(tab)
        self._arrange()
        self.post_message(self.TabShown(tab))

    def on_descendant_focus(self) -> None:
        """Leave the room of the help to the tab's own widget while that is in use."""
        self._arrange()

    def seek(self, id: str) -> bool:
        """Put the cursor on a setting, once the settings are read; False where this place has none such."""
        sheet = self.rows.sheet
        if sheet is not None and id not in sheet.rows:
            return False
        self._sought = id
        self.turn_to(find(id).tab)
        self.found()
        return True

    @on(SettingList.Loaded)
    def found(self) -> None:
        """Put the cursor on what is sought."""
        if self._sought and self.rows.sheet is not None:
            self.rows.go_to(self._sought)
            self.rows.focus()
            self._sought = ""

    def _arrange(self) -> None:
        """Give the room to the settings, or share it with the tab's own widget."""
        beside = [widget for widget, tabs in self._companions if self.tab in tabs]
        for widget, _ in self._companions:
            widget.display = widget in beside
        alone = not self.rows.total and self.rows.sheet is not None
        focused = self.has_focus_within
        self.rows.display = not (beside and alone)
        self.query_one("#about").display = self.rows.display and not any(one.has_focus_within for one in beside)
        self.rows.styles.height = min(self.rows.total, MOST_BESIDE) + 1 if beside else None
        shown = [*([self.rows] if self.rows.display else []), *beside]
        if focused and not any(widget.has_focus_within for widget in shown):
            _entry(shown[0]).focus()

    def action_turn(self, step: int) -> None:
        """Go to a neighbouring tab."""
        self.turn_to(self.tabs[(self.tabs.index(self.tab) + step) % len(self.tabs)])

    @on(SettingList.Loaded)
    @on(RowList.Moved, "#settings")
    def tell(self) -> None:
        """Say what is to be known of the setting under the cursor."""
        self._arrange()
        lines = self.rows.about()
        if not self.rows.total and self.rows.sheet is not None:
            lines = [f"{self.tab} has no settings of its own.", *lines]
        self.query_one("#about", Static).update(Content("\n".join(plain(line) for line in lines)))


def _entry(widget: Widget) -> Widget:
    """What takes the keys of a widget: itself, or the first in it that can."""
    return next((one for one in (widget, *widget.query("*")) if one.can_focus), widget)
