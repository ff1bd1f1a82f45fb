"""What the sections of the settings screen share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.worker import Worker, WorkerState

from aps_tui.domain.errors import ApsError
from aps_tui.screens.desk import Desk, Wrote
from aps_tui.widgets.keys import key
from aps_tui.widgets.plain import plain


class SettingsPane(Vertical):
    """One section. `load` reads it; it is read again when the site was seen to change."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape", "leave", "Back", "Go back to where this section was opened from", footer=True),
    ]
    WRITES: ClassVar[frozenset[str]] = frozenset()
    ADMINS: ClassVar[frozenset[str]] = frozenset({"reveal"})
    """Actions that are offered to admins alone."""
    """Actions that leave a trace: a read-only console does not offer them."""

    class Wanted(Message):
        """Another section is wanted: its name, and whom it is about."""

        def __init__(self, name: str, subject: str = "") -> None:
            super().__init__()
            self.name = name
            self.subject = subject

    class Left(Message):
        """The section is to be left."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._there = False
        self._seen = -1

    def on_mount(self) -> None:
        """Read for the first time."""
        self._there = True
        self.show()

    def show(self) -> None:
        """Read the section unless it is shown as the site was seen last."""
        if self._there and self._seen != self.desk.edition:
            self._seen = self.desk.edition
            with self.complaints():
                self.load()

    def load(self) -> None:
        """Read the section and show it."""

    def take_keys(self) -> None:
        """Give the keys to the section's list."""
        first = next((widget for widget in self.query("RowList") if widget.focusable), None)
        if first is not None:
            first.focus()

    def action_leave(self) -> None:
        """Go back."""
        self.post_message(self.Left())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer nothing that writes in a read-only console."""
        return self.desk.may(action, self.WRITES, self.ADMINS)

    @contextmanager
    def complaints(self) -> Iterator[None]:
        """Show what goes wrong inside as one line, and go on."""
        try:
            yield
        except ApsError as error:
            self.complain(error)

    def complain(self, error: BaseException) -> None:
        """Say what went wrong."""
        text = str(error) if isinstance(error, ApsError) else f"unexpected {type(error).__name__}: {error}"
        self.notify(plain(text.replace("\n", "; ")), severity="error", markup=False, timeout=10)

    def wrote(self, warnings: Iterable[str] = ()) -> None:
        """Say that the site was changed, and what the operator should know now."""
        for warning in warnings:
            self.notify(plain(warning), severity="warning", markup=False, timeout=10)
        self.post_message(Wrote())

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Say what went wrong in a thread."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            self.complain(event.worker.error)
