"""The settings: of the site, its tenants, its provisioning, and who changed what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, NamedTuple

from textual import events, on
from textual.binding import BindingType
from textual.containers import Container, Horizontal
from textual.getters import query_one
from textual.screen import Screen
from textual.widget import Widget

from aps_tui.screens.area import WIDE, AreaScreen
from aps_tui.screens.desk import Desk, Wrote
from aps_tui.screens.doctor import DoctorScreen
from aps_tui.screens.rules import RulesScreen
from aps_tui.screens.server_texts import server_texts
from aps_tui.screens.setting_rows import LEGEND
from aps_tui.screens.settings_audit import AuditTrail
from aps_tui.screens.settings_level import LevelPane
from aps_tui.screens.settings_pane import SettingsPane
from aps_tui.screens.settings_provisioning import Provisioning
from aps_tui.screens.settings_tenants import Tenants
from aps_tui.screens.settings_whitelist import Whitelist
from aps_tui.screens.sources import SourcesScreen
from aps_tui.services.overview import overview, summed
from aps_tui.services.values import Level
from aps_tui.widgets.keys import key
from aps_tui.widgets.pages import Fixed, Row
from aps_tui.widgets.row_list import Column, RowList

COLUMNS = (Column("title", "Section", 14), Column("says", "", 19, 1))
SECTIONS: Mapping[str, str] = {
    "site": "Site settings",
    "tenants": "Tenants",
    "provisioning": "Provisioning",
    "whitelist": "Whitelist",
    "sources": "Sources",
    "rules": "Prefix rules",
    "texts": "Server texts",
    "doctor": "Doctor",
    "audit": "Audit trail",
}
"""Each section and its title, in order."""


class Spot(NamedTuple):
    """A section, and the tenant it is about."""

    name: str
    subject: str = ""


MAKERS: Mapping[str, Callable[[Desk, str], SettingsPane]] = {
    "site": lambda desk, _: LevelPane(desk, Level("site")),
    "tenant": lambda desk, name: LevelPane(desk, Level("tenant", name)),
    "tenants": lambda desk, _: Tenants(desk),
    "provisioning": lambda desk, _: Provisioning(desk),
    "whitelist": lambda desk, _: Whitelist(desk),
    "audit": lambda desk, _: AuditTrail(desk),
}
"""What shows each section."""
SCREENS: Mapping[str, Callable[[Desk], Screen[Any]]] = {
    "sources": SourcesScreen,
    "rules": RulesScreen,
    "texts": server_texts,
    "doctor": DoctorScreen,
}
"""Sections that have a screen of their own."""


class SettingsScreen(AreaScreen):
    """A list of sections; the one under the cursor is beside it where it fits, in its place where it does not."""

    TITLE = "Settings"
    CSS_PATH = "settings.tcss"
    LEGEND = LEGEND
    BINDINGS: ClassVar[list[BindingType]] = [
        key("r", "reload", "Refresh", "Read everything again; DNS is asked again too"),
    ]

    menu = query_one("#menu", RowList)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.panes: dict[Spot, SettingsPane] = {}
        self.trail: list[Spot] = []
        self._judged = ""

    def body(self) -> Iterable[Widget]:
        """The sections, and room for one of them."""
        yield Horizontal(RowList(COLUMNS, id="menu"), Container(id="section"))

    def on_mount(self) -> None:
        """Begin in the list of sections."""
        self.menu.focus()

    def show_site(self) -> None:
        """Show the list again, and the section that is shown."""
        super().show_site()
        self._say_sections()
        if self.pane is not None:
            self.pane.show()

    def _say_sections(self) -> None:
        with self.complaints():
            says = overview(self.desk.place)
            if self._judged:
                says["provisioning"] = self._judged
            self.menu.replace(Fixed([Row(name, [title, says[name]]) for name, title in SECTIONS.items()]))

    @property
    def pane(self) -> SettingsPane | None:
        """The section that is shown."""
        return self.panes.get(self.trail[-1]) if self.trail else None

    @property
    def is_wide(self) -> bool:
        """Whether a section fits beside the list."""
        return self.size.width >= WIDE

    def on_resize(self, event: events.Resize) -> None:
        """Show a section beside the list where it fits now."""
        self.look_ahead()

    @on(RowList.Moved, "#menu")
    def look_ahead(self) -> None:
        """Show the section under the cursor beside the list, where it fits."""
        row = self.menu.current
        if self.is_wide and row is not None and row.key in MAKERS and self.menu.has_focus:
            self.trail = [Spot(row.key)]
            self._show()

    @on(RowList.Opened, "#menu")
    def open_section(self) -> None:
        """Go into the section under the cursor."""
        row = self.menu.current
        if row is None:
            return
        if row.key in MAKERS:
            self.go([Spot(row.key)])
        else:
            self.app.push_screen(SCREENS[row.key](self.desk))

    @on(SettingsPane.Wanted)
    def open_wanted(self, event: SettingsPane.Wanted) -> None:
        """Go from one section to another; Esc comes back."""
        self.go([*self.trail, Spot(event.name, event.subject)])

    def go(self, trail: list[Spot]) -> None:
        """Go into a section."""
        self.trail = trail
        self.add_class("-open")
        self._show()
        if self.pane is not None:
            self.pane.call_after_refresh(self.pane.take_keys)

    def _show(self) -> None:
        """Show the section at the end of the trail; it is made when it is first shown."""
        spot = self.trail[-1]
        if spot not in self.panes:
            pane = self.panes[spot] = MAKERS[spot.name](self.desk, spot.subject)
            self.query_one("#section").mount(pane)
        for at, pane in self.panes.items():
            pane.display = at == spot
        self.panes[spot].show()

    @on(SettingsPane.Left)
    def back(self) -> None:
        """Go back to the section before, or to the list of sections."""
        if len(self.trail) > 1:
            self.go(self.trail[:-1])
        else:
            self.remove_class("-open")
            self.menu.focus()

    @on(Provisioning.Read)
    def judged(self, event: Provisioning.Read) -> None:
        """Say beside the section what its checks found."""
        self._judged = summed(event.found)
        self._say_sections()

    def action_reload(self) -> None:
        """Read again."""
        self.post_message(Wrote())
