"""Every place of the console, and every key that is declared there."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator

from textual.screen import Screen
from textual.widget import Widget

from aps_tui.domain.catalogue import TABS
from aps_tui.screens.areas import AREAS
from aps_tui.screens.device import TABS as DEVICE_TABS
from aps_tui.screens.dialogs import Confirm
from aps_tui.screens.settings import SECTIONS
from aps_tui.screens.template_editor import RAW
from aps_tui.services.workplace import Workplace
from aps_tui.widgets.keys import declared_by
from tests.screens.console import Hand

EDITOR_TABS = (TABS[0], "DSS Keys", "Programmable Keys", RAW)
"""Tabs of the template editor: one with settings, and those that show more."""


def _ways() -> Iterator[tuple[str, list[str]]]:
    for area in AREAS:
        yield area.name, [area.key]
    for number, tab in enumerate(DEVICE_TABS):
        yield f"device {tab}", ["1", "g", "enter", *["tab"] * number]
    for tab in EDITOR_TABS:
        yield f"template {tab}", ["3", "g", "enter", *["right_square_bracket"] * [*TABS, RAW].index(tab)]
    for number, name in enumerate(SECTIONS):
        yield f"settings {name}", ["0", "g", *["down"] * number, "enter"]
    yield "history", ["9", "H"]
    yield "sources", ["8", "s"]
    yield "resync", ["1", "F"]


WAYS: dict[str, list[str]] = dict(_ways())
"""Every place and the keys that lead to it, from the first screen."""


def dump(place: Workplace) -> list[str]:
    """Everything in the database."""
    db = sqlite3.connect(place.store.path)
    try:
        return [*db.iterdump()]
    finally:
        db.close()


_MOVES = {f"aps_tui.widgets.{name}" for name in ("row_list", "text_view")}
"""Where the keys are declared that only move about, the same everywhere."""


def keys_here(hand: Hand, *, moves: bool) -> list[str]:
    """Every key that is declared for what has the focus, for what holds it, and for the screen.

    Without `moves`, those of lists and texts are left out, but for Enter.
    """
    focused = hand.app.focused or hand.app.screen
    found = ["enter"]
    for node in focused.ancestors_with_self:
        if isinstance(node, Widget):
            for base, bindings in declared_by(node):
                if moves or base.__module__ not in _MOVES:
                    found += [key.strip() for binding in bindings for key in binding.key.split(",")]
    return [key for key in dict.fromkeys(found) if key != "escape"]


async def go(hand: Hand, way: list[str]) -> None:
    """Press keys, each when the one before has done its work."""
    for key in way:
        await hand.press(key)


async def back(hand: Hand, to: Screen[object], way: list[str]) -> None:
    """Leave whatever was opened, by Escape alone; a form that asks is told to forget."""
    for _ in range(8):
        if hand.app.screen is to:
            return
        if not hand.app.screen.is_modal and len(hand.app.screen_stack) == 1:
            break
        await hand.press("y" if isinstance(hand.app.screen, Confirm) and "lost" in hand.look() else "escape")
    assert len(hand.app.screen_stack) == 1, f"Escape does not lead out of {hand.app.screen}"
    await go(hand, way)


async def every_key(hand: Hand, way: list[str]) -> AsyncIterator[str]:
    """Go somewhere and press every key there, one after the other; yields while what it opened is up.

    The keys that move about in a list are pressed on the first screen only.
    """
    await go(hand, way)
    here = hand.app.screen
    for key in keys_here(hand, moves=way == WAYS["devices"]):
        await hand.press(key)
        yield key
        await back(hand, here, way)
        here = hand.app.screen
