"""One device to read: itself, its lines and keys, its files as they would be written, and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Footer, Static, Tab, Tabs

from aps_tui.domain.mac import with_colons
from aps_tui.screens.desk import Desk
from aps_tui.screens.device_texts import device_of, keys_of, lines_of, rendered_of, why_of
from aps_tui.screens.reader import Reader
from aps_tui.services.workplace import Workplace
from aps_tui.widgets.keys import key
from aps_tui.widgets.text_view import Text, TextView

TABS: dict[str, Callable[[Workplace, str], list[Text]]] = {
    "Device": device_of, "Lines": lines_of, "Keys": keys_of, "Rendered": rendered_of, "Why": why_of,
}  # fmt: skip
"""Each tab, and what it says."""


class DeviceScreen(ModalScreen[None]):
    """A device, read only."""

    CSS_PATH = "device.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape", "dismiss", "Back", "Go back to the list", footer=True),
        key("q", "dismiss", "Back", "Go back to the list"),
        key("left_square_bracket", "turn(-1)", "Tab left", "Go to the tab on the left", footer=True),
        key("right_square_bracket", "turn(1)", "Tab right", "Go to the tab on the right", footer=True),
        key("question_mark,f1", "app.help", "Help", "Show the keys"),
    ]

    def __init__(self, desk: Desk, mac: str) -> None:
        super().__init__()
        self.desk = desk
        self.mac = mac

    def compose(self) -> ComposeResult:
        """The tabs and the text of the one in front."""
        yield Static(Content(f" {with_colons(self.mac)}"), id="name")
        yield Tabs(*(Tab(name, id=name) for name in TABS))
        yield TextView(id="text")
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Begin at the first tab, ready to scroll."""
        view = self.query_one("#text", TextView)
        self.reader = Reader[str](view, self.desk.place, lambda name: TABS[name](self.desk.place, self.mac))
        view.focus()

    def action_turn(self, step: int) -> None:
        """Go to a neighbouring tab."""
        tabs = self.query_one(Tabs)
        names = list(TABS)
        tabs.active = names[(names.index(tabs.active) + step) % len(names)]

    @on(Tabs.TabActivated)
    def show_tab(self, event: Tabs.TabActivated) -> None:
        """Read what the tab says."""
        self.reader.want(event.tab.id)
