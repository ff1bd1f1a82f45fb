"""Small questions over a screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalGroup
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from aps_tui.widgets.keys import key
from aps_tui.widgets.plain import plain
from aps_tui.widgets.tick import Tick

FEW = 5
"""Names that a question gives of many."""


def first_few(names: Sequence[str]) -> str:
    """`a, b, c and 40 more`."""
    more = len(names) - FEW
    return ", ".join(names[:FEW]) + (f" and {more:,} more" if more > 0 else "")


class Confirm(ModalScreen[bool]):
    """A question with yes and no; no is what Enter gives."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("y", "answer(True)", "Yes", "Do it"),
        key("n,escape", "answer(False)", "No", "Leave everything as it is"),
        key("left,right", "app.focus_next", "Other", "Go to the other button"),
    ]

    def __init__(self, question: Iterable[str], yes: str) -> None:
        super().__init__()
        self.question = [plain(line) for line in question]
        self.yes = yes

    def compose(self) -> ComposeResult:
        """The question and two buttons."""
        with VerticalGroup(classes="dialog"):
            yield Static(Content("\n".join(self.question)))
            with Horizontal(classes="buttons"):
                yield Button(Content("n No"), id="no", compact=True)
                yield Button(Content(f"y {self.yes}"), id="yes", compact=True)

    def action_answer(self, answer: bool) -> None:
        """Give the answer."""
        self.dismiss(answer)

    @on(Button.Pressed)
    def pressed(self, event: Button.Pressed) -> None:
        """Give the button's answer."""
        self.dismiss(event.button.id == "yes")


class Choose(ModalScreen[list[str] | None]):
    """Any of several names, in their order."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "done", "Take", "Take what is chosen", first=True),
        key("up,k", "app.focus_previous", "Up", "Go to the one above"),
        key("down,j", "app.focus_next", "Down", "Go to the one below"),
        key("escape", "dismiss(None)", "Cancel", "Leave everything as it is"),
    ]

    def __init__(self, title: str, names: Sequence[tuple[str, str]], chosen: Sequence[str]) -> None:
        super().__init__()
        self.title_text = title
        self.names = names
        self.chosen = chosen

    def compose(self) -> ComposeResult:
        """The names, each with a box."""
        with VerticalGroup(classes="dialog"):
            yield Static(Content(self.title_text))
            for title, name in self.names:
                yield Tick(Content(title), name in self.chosen, id=name, compact=True)
            yield Static(Content("Space chooses, Enter takes, Esc cancels"), classes="hint")

    def action_done(self) -> None:
        """Give what is chosen."""
        self.dismiss([str(tick.id) for tick in self.query(Tick) if tick.value])
