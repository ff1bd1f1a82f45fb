"""A text to read over a screen: it is found in a thread and scrolls."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from aps_tui.screens.reader import Reader
from aps_tui.services.workplace import Workplace
from aps_tui.widgets.keys import key
from aps_tui.widgets.plain import plain
from aps_tui.widgets.text_view import Text, TextView


class Told(ModalScreen[None]):
    """What `say` tells, in a frame. It runs in a thread with a connection; an ApsError becomes its text."""

    CSS_PATH = "told.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [key("escape,q,enter", "dismiss", "Back", "Close this")]

    def __init__(self, place: Workplace, title: str, say: Callable[[], list[Text]]) -> None:
        super().__init__()
        self.place = place
        self.title_text = title
        self.say = say

    def compose(self) -> ComposeResult:
        """The title, the text, how to close it."""
        with Vertical(id="told"):
            yield Static(Content(plain(self.title_text)), id="told-title")
            yield TextView([Text("...")], id="told-text")
            yield Static(Content("Arrows scroll, Esc closes"), classes="hint")

    def on_mount(self) -> None:
        """Find out what to tell."""
        view = self.query_one("#told-text", TextView)
        Reader[bool](view, self.place, lambda _: self.say()).want(True)
        view.focus()
