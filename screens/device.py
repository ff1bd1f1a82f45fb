"""The device editor: one device, tab by tab."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.widget import Widget
from textual.widgets import Static

from aps_tui.domain.mac import with_colons
from aps_tui.screens.area import AreaScreen
from aps_tui.screens.desk import Desk, PlanDevices, TellDevices, Wrote
from aps_tui.screens.device_base import BasePane
from aps_tui.screens.device_editors import MAKERS, EditorPane
from aps_tui.screens.device_events import EventsPane
from aps_tui.screens.device_lines import LinesPane
from aps_tui.screens.device_pane import DevicePane
from aps_tui.screens.device_rendered import RenderedPane
from aps_tui.services.device_edit import neighbour
from aps_tui.services.keys import ORIGINS
from aps_tui.widgets.keys import key
from aps_tui.widgets.plain import plain
from aps_tui.widgets.tab_strip import TabStrip

TABS: dict[str, Callable[[Desk], DevicePane]] = {
    "Device": BasePane,
    "Lines": LinesPane,
    **{name: partial(EditorPane, make=make) for name, make in MAKERS.items()},
    "Rendered": RenderedPane,
    "History": EventsPane,
}
"""Each tab, and what shows it."""


class DeviceScreen(AreaScreen):
    """The desk's device. A tab is made when it is first shown."""

    TITLE = "Device"
    CSS_PATH = "device.tcss"
    LEGEND = (
        "Lines: X the extension is gone from the PBX.\n"
        f"Keys: {', '.join(f'{letter} {word}' for letter, word in ORIGINS.items())} says where a key comes from.\n"
        "Rendered: the line below says what gives the line under the cursor: a setting with its level, a key, a line's "
        "field, a mapping, or the vendor pack itself.\n"
        "Within Settings, [ and ] turn the tabs of the settings; Tab goes on to the next tab of the device."
    )
    WRITES = frozenset({"resync"})
    BINDINGS: ClassVar[list[BindingType]] = [
        key("tab,right_square_bracket", "turn(1)", "Next tab", "Go to the tab on the right", footer=True),
        key("shift+tab,left_square_bracket", "turn(-1)", "Tab before", "Go to the tab on the left"),
        key("n", "neighbour(1)", "Next", "Go to the next device of the list"),
        key("N", "neighbour(-1)", "Before", "Go to the device before in the list"),
        key("P", "plan", "Plan", "Show what a commit would change for this device"),
        key("F", "resync", "Fetch", "Tell this phone to fetch its files"),
        key("r", "reload", "Refresh", "Read the device again"),
        key("escape", "app.area('devices')", "Back", "Go back to the list of devices"),
    ]

    strip = query_one(TabStrip)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.panes: dict[str, DevicePane] = {}

    def body(self) -> Iterable[Widget]:
        """The device's name, the tabs, and room for the one in front."""
        yield Static(id="name")
        yield TabStrip(tuple(TABS))
        yield Vertical(id="panes")

    def on_mount(self) -> None:
        """Begin at the first tab."""
        self._show_tab()

    @property
    def pane(self) -> DevicePane:
        """The tab in front."""
        name = self.strip.current
        if name not in self.panes:
            pane = self.panes[name] = TABS[name](self.desk)
            self.query_one("#panes").mount(pane)
        return self.panes[name]

    def _show_tab(self) -> None:
        front = self.pane
        for pane in self.panes.values():
            pane.display = pane is front
        front.show()

    @on(DevicePane.Ready)
    def take_keys(self, event: DevicePane.Ready) -> None:
        """Give the keys to the tab in front, unless it has them."""
        front, entry = event.pane, event.pane.entry
        inside = self.focused is not None and front in self.focused.ancestors
        if front is self.pane and entry is not None and not inside:
            entry.focus()

    def show_site(self) -> None:
        """Show the device again."""
        super().show_site()
        mac = self.desk.device
        said = f" {with_colons(mac)}" if mac else " no device"
        with self.complaints():
            device = self.desk.place.store.devices.get(mac) if mac else None
            if device is not None:
                said += f"  {device.vendor} {device.model}  {device.tenant}  {device.label}"
        self.query_one("#name", Static).update(Content(plain(said)))
        if self.panes:
            self.pane.show()

    def freshen(self) -> None:
        """Another device is as good a reason as a changed site."""
        if self.panes and self.pane.mac != self.desk.device:
            self.show_site()
        else:
            super().freshen()

    def action_turn(self, step: int) -> None:
        """Go to a neighbouring tab."""
        names = list(TABS)
        self.strip.current = names[(names.index(self.strip.current) + step) % len(names)]
        self._show_tab()

    def action_neighbour(self, step: int) -> None:
        """Go to a neighbour in the list that the device was opened from."""
        with self.complaints():
            macs = self.desk.among() if self.desk.among else self.desk.place.store.devices.macs()
            self.desk.device = neighbour(macs, self.desk.device, step)
            self.freshen()

    def action_plan(self) -> None:
        """Show what a commit would change for this device."""
        if self.desk.device:
            self.post_message(PlanDevices([self.desk.device]))

    def action_resync(self) -> None:
        """Show how this device is told to fetch."""
        if self.desk.device:
            self.post_message(TellDevices([self.desk.device]))

    def action_reload(self) -> None:
        """Read again."""
        self.post_message(Wrote())
