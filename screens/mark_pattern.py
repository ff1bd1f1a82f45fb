"""The question for a pattern by which rows of a list are marked, or unmarked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aps_tui.screens.area import AreaScreen
from aps_tui.screens.bulk import some_text
from aps_tui.screens.form import Field, Form
from aps_tui.services.console import counted
from aps_tui.widgets.mark_list import MarkList


def ask_pattern(
    screen: AreaScreen, rows: MarkList, matching: Callable[[str], Sequence[str]], noun: str, *, on: bool
) -> None:
    """Ask, and mark or unmark what the pattern matches. `matching` gives the keys of the list's rows that it does."""
    verb = "Mark" if on else "Unmark"

    def preview(said: dict[str, str]) -> str:
        return f"{verb}s {counted(len(matching(said['pattern'])), noun)} of the list"

    def take(said: dict[str, str] | None) -> None:
        if said:
            with screen.complaints():
                found = matching(said["pattern"])
                rows.mark(found) if on else rows.unmark(found)

    field = Field("pattern", "Pattern", help="words, !word, column:value, as in the filter", check=some_text)
    form = Form(f"{verb} by pattern", [field], lambda _: None, does=verb.lower(), preview=preview)
    screen.app.push_screen(form, take)
