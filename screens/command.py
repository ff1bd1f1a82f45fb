"""The command line: `:` and a word goes to a screen, or leaves."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import ModalScreen
from textual.suggester import SuggestFromList
from textual.widgets import Input

from aps_tui.screens.areas import AREAS
from aps_tui.widgets.keys import key

WORDS = {"q": "quit", "quit": "quit", "help": "help", **{area.name: f"area('{area.name}')" for area in AREAS}}
"""Each command and the app's action."""


class CommandLine(ModalScreen[str | None]):
    """Asks for one command; gives the action to run."""

    CSS_PATH = "command.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [key("escape", "dismiss(None)", "Cancel", "Do nothing")]

    def compose(self) -> ComposeResult:
        """One line at the bottom."""
        known = ", ".join(word for word in WORDS if len(word) > 1)
        yield Input(placeholder=known, suggester=SuggestFromList([*WORDS]), compact=True)

    @on(Input.Submitted)
    def take(self, event: Input.Submitted) -> None:
        """Find the command; a beginning that only one has will do."""
        word = event.value.strip().lower().lstrip(":")
        found = [WORDS[word]] if word in WORDS else [WORDS[name] for name in WORDS if word and name.startswith(word)]
        if len(set(found)) != 1:
            self.notify(f"There is no command {word!r}: {', '.join(WORDS)}", severity="error", markup=False)
        self.dismiss(found[0] if len(set(found)) == 1 else None)
