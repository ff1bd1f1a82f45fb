"""What an edit of many devices would do, or why it cannot be done: to read before it is saved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from aps_tui.services.bulk import Outcome
from aps_tui.services.console import counted
from aps_tui.widgets.keys import key
from aps_tui.widgets.plain import plain
from aps_tui.widgets.text_view import Text, TextView


class Review(ModalScreen[bool]):
    """Shows an outcome; gives whether to save it. With faults, or where nothing would change, it can only be left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter,y", "save", "Save", "Save it: z takes it back"),
        key("escape,n,q", "dismiss(False)", "Cancel", "Change nothing"),
    ]
    DEFAULT_CSS = """
    Review {
        .dialog { width: 78; height: auto; max-height: 90%; padding: 0 2; }
        .title { text-style: bold; }
        TextView { height: auto; max-height: 14; margin-top: 1; }
    }
    """

    def __init__(self, words: str, found: Outcome | Sequence[str]) -> None:
        super().__init__()
        self.words = words
        self.found = found
        self.can_save = isinstance(found, Outcome) and bool(found.devices)

    def compose(self) -> ComposeResult:
        """What would be done, what the operator should know, examples; or the faults."""
        lines = list(self._lines())
        hint = "Enter saves, Esc changes nothing" if self.can_save else "Nothing was changed. Esc closes"
        with VerticalGroup(classes="dialog"):
            yield Static(Content(plain(self.words)), classes="title")
            yield TextView(lines, id="review")
            yield Static(Content(hint), classes="hint")

    def _lines(self) -> Iterator[Text]:
        found = self.found
        if not isinstance(found, Outcome):
            yield from (Text(fault, "fault") for fault in found)
            return
        same = f"; {found.same:,} stay as they are" if found.same else ""
        yield Text(
            f"Changes {counted(len(found.devices), 'device')}{same}." if found.devices else "Nothing would change."
        )
        yield from (Text(note, "warning") for note in found.notes)
        if found.shown:
            yield Text("")
            yield from (Text(line) for line in found.shown)

    def on_mount(self) -> None:
        """Ready to read."""
        self.query_one(TextView).focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to save only what can be saved."""
        return self.can_save or action != "save"

    def action_save(self) -> None:
        """Save it."""
        self.dismiss(True)
