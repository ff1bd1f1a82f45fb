"""The last question before a commit: its numbers, a note, and what to do about problems and edited files."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalGroup
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from aps_tui.services.console import counted
from aps_tui.services.judge import Findings
from aps_tui.widgets.keys import key
from aps_tui.widgets.tick import Tick


class Order(NamedTuple):
    """How to commit."""

    note: str = ""
    keep_going: bool = False
    overwrite: bool = False


def numbers_of(found: Findings) -> str:
    """`8 to add, 1 to remove`."""
    kinds = [(kind, sum(1 for change in found.changes if change.kind == kind)) for kind in ("add", "change", "remove")]
    return ", ".join(f"{count:,} to {kind}" for kind, count in kinds if count) or "no file changes"


class AskCommit(ModalScreen[Order | None]):
    """Asks how to commit."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "order", "Commit", "Commit in this way"),
        key("escape", "dismiss(None)", "Cancel", "Commit nothing"),
    ]

    def __init__(self, found: Findings) -> None:
        super().__init__()
        self.found = found

    def compose(self) -> ComposeResult:
        """The numbers, the note, the choices."""
        found = self.found
        conflicts = sum(1 for change in found.changes if change.path in found.edited)
        with VerticalGroup(classes="dialog"):
            yield Static(Content(f"Commit: {numbers_of(found)}, {found.unchanged:,} unchanged"))
            yield Input(placeholder="note for the history (optional)", id="note", compact=True)
            if found.problems:
                words = f"go on without {counted(len(found.problems), 'problem')}: old files stay"
                yield Tick(Content(words), id="keep-going", compact=True)
            if conflicts:
                words = f"overwrite {counted(conflicts, 'file')} edited by hand (kept in the archive)"
                yield Tick(Content(words), id="overwrite", compact=True)
            if found.problems or conflicts:
                yield Static(Content("Without these choices the commit stops and nothing is written."), classes="hint")
            with Horizontal(classes="buttons"):
                yield Button(Content("Commit"), id="yes", compact=True)
                yield Button(Content("Cancel"), id="no", compact=True)
            yield Static(Content("Enter commits, Tab goes on, Space chooses, Esc cancels"), classes="hint")

    @on(Button.Pressed)
    def pressed(self, event: Button.Pressed) -> None:
        """Commit or not."""
        if event.button.id == "yes":
            self.action_order()
        else:
            self.dismiss(None)

    @on(Input.Submitted)
    def action_order(self) -> None:
        """Commit in the way that is chosen."""
        chosen = {box.id for box in self.query(Tick) if box.value}
        note = self.query_one("#note", Input).value.strip()
        self.dismiss(Order(note, "keep-going" in chosen, "overwrite" in chosen))
