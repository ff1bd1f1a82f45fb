"""The command line: `:` and a word. Tab completes, Up and Down bring back what was typed before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.screen import ModalScreen
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

from aps_tui.domain.errors import ApsError
from aps_tui.screens.desk import Desk
from aps_tui.screens.words import WORDS, Action, action_of, completed, said
from aps_tui.widgets.keys import key
from aps_tui.widgets.plain import plain


class CommandLine(ModalScreen[Action | None]):
    """Asks for one command; gives the App's action to run."""

    TITLE = "Command line"
    CSS_PATH = "command.tcss"
    LEGEND = "\n".join(["Words; show may stand before any of them:", *said()])
    BINDINGS: ClassVar[list[BindingType]] = [
        key("tab", "complete", "Complete", "Complete the word, or what it takes; where there are several, list them"),
        key("up", "recall(-1)", "Before", "Bring back what was typed before"),
        key("down", "recall(1)", "After", "Go on to what was typed after"),
        key("escape", "dismiss(None)", "Cancel", "Do nothing"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._at = len(desk.commands)

    def compose(self) -> ComposeResult:
        """One line at the bottom, and above it the ways to go on."""
        known = ", ".join(word.name for word in WORDS if len(word.name) > 1)
        with VerticalGroup():
            yield Static(id="ways")
            yield Input(
                placeholder=known, suggester=SuggestFromList([word.name for word in WORDS]), compact=True,
                select_on_focus=False,
            )  # fmt: skip

    @property
    def line(self) -> Input:
        """Where it is typed."""
        return self.query_one(Input)

    @on(Input.Submitted)
    def take(self, event: Input.Submitted) -> None:
        """Give the action; an unknown word stays, to be mended."""
        try:
            action = action_of(event.value)
        except ApsError as error:
            self._say(str(error))
            return
        if action and self.desk.commands[-1:] != [event.value]:
            self.desk.commands.append(event.value)
        self.dismiss(action)

    def action_recall(self, step: int) -> None:
        """Go through what was typed before."""
        self._at = max(0, min(self._at + step, len(self.desk.commands)))
        self._put([*self.desk.commands, ""][self._at])

    @work(thread=True, group="complete", exclusive=True, exit_on_error=False)
    def action_complete(self) -> None:
        """Complete what is typed; the database is asked in a thread."""
        typed = self.line.value
        with self.desk.place.store.connection():
            line, ways = completed(self.desk.place, typed)
        self.call_later(self._completed, typed, line, ways)

    def _completed(self, typed: str, line: str, ways: Sequence[str]) -> None:
        if self.line.value == typed:  # and not something else by now
            self._put(line)
            self._say("  ".join(ways))

    def _put(self, text: str) -> None:
        self.line.value = text
        self.line.cursor_position = len(text)

    def _say(self, text: str) -> None:
        self.query_one("#ways", Static).update(Content(plain(text)))
