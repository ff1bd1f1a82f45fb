"""Keeps Textual's own ways out of the console shut: suspending, web pages, pictures and files that nobody asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from textual.app import App

SHUT = frozenset(
    {
        "suspend_process", "screenshot", "simulate_key", "change_theme", "toggle_dark", "show_help_panel",
        "push_screen", "pop_screen", "switch_screen", "add_class", "remove_class", "toggle_class",
    }
)  # fmt: skip
"""Actions that Textual has for every app, and that nothing here offers."""


class Shut(RuntimeError):
    """Something asked for what the console never does."""


class Sealed(App[None]):
    """An app that never gives the terminal away, opens nothing outside and writes no file by itself."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Shut the actions that nothing here offers, whoever may name them."""
        return False if action in SHUT else super().check_action(action, parameters)

    @contextmanager
    def suspend(self) -> Iterator[None]:
        """Refuse to hand the terminal to another program."""
        if self._driver is not None:
            raise Shut("the console is not suspended")
        yield

    def action_suspend_process(self) -> None:
        """Stay: whoever has the console alone would have nothing to come back with."""

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Open nothing: there is no browser on a server, and what is shown comes from phones."""

    def save_screenshot(
        self, filename: str | None = None, path: str | None = None, time_format: str | None = None
    ) -> str:
        """Refuse to write a picture."""
        raise Shut("the console takes no pictures")

    def deliver_screenshot(
        self, filename: str | None = None, path: str | None = None, time_format: str | None = None
    ) -> str | None:
        """Write no picture."""
        return None
