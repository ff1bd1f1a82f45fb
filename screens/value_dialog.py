"""Asks for one value: a line with an example, or words in an order. What will not do is said as it is typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, TypeAlias

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from aps_tui.domain.errors import ApsError
from aps_tui.screens.dialogs import Confirm
from aps_tui.screens.pick import Option
from aps_tui.widgets.keys import key
from aps_tui.widgets.pages import Fixed, Row
from aps_tui.widgets.plain import plain
from aps_tui.widgets.row_list import Column, RowList

Check: TypeAlias = Callable[[str], object]
"""Raises ApsError for a text that will not do."""


class Ask(ModalScreen[str | None]):
    """Asks for one line. `save` stores it: what it raises is shown and the dialog stays. None: it was left.

    A text that was not changed is not saved; one that was cleared is saved empty, if `check` lets it be.
    `example` is what Tab puts into an empty line.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "save", "Save", "Check and save", first=True),
        key("tab", "example", "Example", "Take the example into an empty line", first=True),
        key("escape", "leave", "Cancel", "Leave; asks first when something was typed"),
    ]
    DEFAULT_CSS = """
    Ask {
        .dialog { width: 76; padding: 0 2; }
        .title { text-style: bold; }
        #error { color: $error; text-style: bold; min-height: 1; }
        #help { color: $secondary; margin-top: 1; }
    }
    """

    def __init__(
        self,
        title: str,
        text: str,
        save: Check,
        *,
        check: Check | None = None,
        help: str = "",
        example: str = "",
        secret: bool = False,
    ) -> None:
        super().__init__()
        self.title_text = title
        self.first = text
        self.save = save
        self.check = check
        self.help_text = help
        self.example = example
        self.secret = secret

    def compose(self) -> ComposeResult:
        """The title, the line, what is wrong with it, what belongs there."""
        with VerticalGroup(classes="dialog"):
            yield Static(Content(plain(self.title_text)), classes="title")
            yield Input(self.first, password=self.secret, placeholder=self.example, compact=True)
            yield Static(id="error")
            yield Static(Content(plain(self.help_text)), id="help")
            tab = "   Tab: the example" if self.example else ""
            yield Static(Content(f"Enter: save{tab}   Esc: cancel"), classes="hint")

    def on_mount(self) -> None:
        """Ready to type."""
        self.query_one(Input).focus()

    @property
    def text(self) -> str:
        """What the line says now."""
        text = self.query_one(Input).value
        return text if self.secret else text.strip()

    @on(Input.Changed)
    def judge(self) -> None:
        """Say what is wrong with the text."""
        self._said(lambda: self.check(self.text) if self.check and self.text != self.first else None)

    def _said(self, do: Callable[[], object]) -> bool:
        """Do something and say what it raises; whether nothing was raised."""
        error = ""
        try:
            do()
        except ApsError as raised:
            error = "\n".join(plain(line) for line in str(raised).splitlines())
        self.query_one("#error", Static).update(Content(error))
        return not error

    def action_example(self) -> None:
        """Take the example."""
        line = self.query_one(Input)
        if not line.value:
            line.value = self.example
            line.cursor_position = len(line.value)

    def action_save(self) -> None:
        """Save and close, or say what is wrong and stay."""
        text = self.text
        if text == self.first:
            self.dismiss(None)
        elif self._said(lambda: self.check(text) if self.check else None) and self._said(lambda: self.save(text)):
            self.dismiss(text)

    def action_leave(self) -> None:
        """Leave; ask first when something would be lost."""
        if self.text == self.first:
            self.dismiss(None)
            return
        question = Confirm(["Leave? What you typed is lost."], "Leave")
        self.app.push_screen(question, self._left)

    def _left(self, sure: bool | None) -> None:
        if sure:
            self.dismiss(None)


class Arrange(ModalScreen[list[str] | None]):
    """Asks for some of several words, in an order where that counts; gives them, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "done", "Take", "Take those that are chosen, in this order", first=True),
        key("space", "choose", "Choose", "Choose the word, or not"),
        key("J", "shift(1)", "Later", "Move the word down"),
        key("K", "shift(-1)", "Earlier", "Move the word up"),
        key("escape", "dismiss(None)", "Cancel", "Leave everything as it is"),
    ]
    DEFAULT_CSS = "Arrange { RowList { height: auto; max-height: 16; margin-top: 1; } }"

    def __init__(self, title: str, options: Sequence[Option], chosen: Sequence[str], *, ordered: bool = True) -> None:
        super().__init__()
        self.title_text = title
        self.texts = dict(options)
        self.chosen = set(chosen)
        rest = [word for word in self.texts if word not in self.chosen]
        self.words = [*chosen, *rest] if ordered else list(self.texts)
        self.ordered = ordered

    def compose(self) -> ComposeResult:
        """The title and the words, the chosen ones first."""
        with VerticalGroup(classes="dialog"):
            yield Static(Content(plain(self.title_text)))
            yield RowList([Column("word", "", 10, 1)], Fixed(self._rows()), header=False)
            moves = ", J and K move" if self.ordered else ""
            yield Static(Content(f"Space chooses{moves}, Enter takes, Esc cancels"), classes="hint")

    @property
    def rows(self) -> RowList:
        """The list."""
        return self.query_one(RowList)

    def on_mount(self) -> None:
        """Ready to choose."""
        self.rows.focus()

    def _rows(self) -> list[Row]:
        order = [word for word in self.words if word in self.chosen]
        numbers = {word: str(place) if self.ordered else "X" for place, word in enumerate(order, 1)}
        return [Row(word, [f"[{numbers.get(word, ' ')}] {self.texts.get(word, word)}"]) for word in self.words]

    def action_choose(self) -> None:
        """Choose the word under the cursor, or not."""
        if self.rows.current is not None:
            self.chosen ^= {self.rows.current.key}
            self.rows.replace(Fixed(self._rows()))

    def action_shift(self, step: int) -> None:
        """Move the word under the cursor."""
        here, there = self.rows.cursor, self.rows.cursor + step
        if self.ordered and 0 <= there < len(self.words):
            self.words[here], self.words[there] = self.words[there], self.words[here]
            self.rows.replace(Fixed(self._rows()))
            self.rows.move_to(there)

    def action_done(self) -> None:
        """Give what is chosen."""
        self.dismiss([word for word in self.words if word in self.chosen])


class Tell(ModalScreen[None]):
    """Shows a text until a key is pressed: a secret that was asked for."""

    BINDINGS: ClassVar[list[BindingType]] = [key("escape,enter,q,space", "dismiss", "Close", "Close it")]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self.title_text = title
        self._text = text

    def compose(self) -> ComposeResult:
        """The title and the text."""
        with VerticalGroup(classes="dialog"):
            yield Static(Content(plain(self.title_text)))
            yield Static(Content(plain(self._text)), id="told", classes="hint")
            yield Static(Content("Esc closes"), classes="hint")
