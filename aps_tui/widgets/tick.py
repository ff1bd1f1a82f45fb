"""A box that says by a letter whether it is chosen: Textual's own tells it by colour alone."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.widgets import Checkbox

from aps_tui.widgets.keys import key


class Tick(Checkbox, inherit_bindings=False):
    """`[X]` chosen, `[ ]` not. Enter is left to the dialog."""

    BINDINGS: ClassVar[list[BindingType]] = [key("space", "toggle_button", "Choose", "Choose it, or not")]

    BUTTON_LEFT = "["
    BUTTON_INNER = " "
    BUTTON_RIGHT = "]"

    def watch_value(self) -> None:
        """Show the letter, and say so."""
        self.BUTTON_INNER = "X" if self.value else " "
        super().watch_value()
