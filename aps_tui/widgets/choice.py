"""A closed list of choices in a form: shows the present one, opens on a key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from aps_tui.widgets.keys import key
from aps_tui.widgets.plain import plain


class Choice(Static, can_focus=True):
    """One line: `< the choice >`. Space opens the list, or switches where there are two; a letter narrows it."""

    BINDINGS: ClassVar[list[BindingType]] = [key("space", "open", "Choose", "Choose another, or switch")]
    DEFAULT_CSS = "Choice { height: 1; width: 1fr; text-wrap: nowrap; &:focus { text-style: reverse; } }"

    value: reactive[str] = reactive("", init=False)

    class Wanted(Message):
        """The list is to be opened, narrowed by what was typed."""

        def __init__(self, choice: Choice, typed: str = "") -> None:
            super().__init__()
            self.choice = choice
            self.typed = typed

    class Changed(Message):
        """Another one is chosen."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

    def __init__(self, options: Sequence[tuple[str, str]], value: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self.options = tuple(options)
        self.set_reactive(Choice.value, value)

    def on_mount(self) -> None:
        """Show the choice."""
        self._say()

    def offer(self, options: Sequence[tuple[str, str]]) -> None:
        """Offer other options; a choice that is no longer among them falls back to the first that says nothing."""
        self.options = tuple(options)
        if self.value not in dict(options):
            self.value = ""
        self._say()

    def watch_value(self) -> None:
        """Show the new choice and say so."""
        self._say()
        self.post_message(self.Changed(self))

    def _say(self) -> None:
        self.update(Content(f"< {plain(dict(self.options).get(self.value, self.value)) or '-'} >"))

    @property
    def other(self) -> str | None:
        """The other one of two; None where there are more to choose from."""
        names = [name for name, _ in self.options]
        return names[1 - names.index(self.value)] if len(names) == 2 and self.value in names else None

    def action_open(self) -> None:
        """Open the list, or take the other of two."""
        if self.other is not None:
            self.value = self.other
        elif self.options:
            self.post_message(self.Wanted(self))

    def on_click(self) -> None:
        """Open the list."""
        self.action_open()

    def on_key(self, event: events.Key) -> None:
        """A letter or digit opens the list narrowed by it."""
        if event.character and event.character.isalnum() and self.options and self.other is None:
            event.stop()
            self.post_message(self.Wanted(self, event.character))
