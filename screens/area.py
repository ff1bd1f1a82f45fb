"""What every screen is made of: the site, the line of screens, the footer, errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Footer, Static
from textual.worker import Worker, WorkerState

from aps_tui.domain.errors import ApsError
from aps_tui.screens.desk import Desk
from aps_tui.screens.strip import ScreenStrip
from aps_tui.services.console import counted
from aps_tui.widgets.plain import plain
from aps_tui.widgets.too_small import TooSmall

WIDE = 110
"""The width from which a second pane fits beside a list."""
_WIDEST = 500
"""The site's line is filled up to here, so that it is one bar on any window."""


class AreaScreen(Screen[None]):
    """A screen of the table in `areas`."""

    WRITES: ClassVar[frozenset[str]] = frozenset()
    """Actions that change something: a read-only console does not offer them."""
    ADMINS: ClassVar[frozenset[str]] = frozenset({"reveal"})
    """Actions that are offered to admins alone."""
    LEGEND: ClassVar[str] = ""
    """What the help says besides the keys."""
    TITLE = ""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._edition = desk.edition

    def compose(self) -> ComposeResult:
        """The site's line, the screens, what this one has of its own, the footer."""
        yield Static(id="site")
        yield ScreenStrip()
        yield from self.body()
        yield Footer(show_command_palette=False, compact=True)
        yield TooSmall()

    def body(self) -> Iterable[Widget]:
        """The screen's own widgets."""
        return ()

    def show_site(self) -> None:
        """Show the site as it is now; screens show their own part too."""
        self._edition = self.desk.edition
        now = self.desk.now
        changed = f"{now.changed:,} to commit" if now.changed else "all committed"
        mode = "  READ-ONLY" if self.desk.read_only else ""
        count = f"{counted(now.devices, 'device')}, {changed}" if self.desk.seen else "counting ..."
        said = f" APS TUI{mode}   {count}   {self.desk.place.root}"
        self.query_one("#site", Static).update(Content(plain(said).ljust(_WIDEST)))

    def freshen(self) -> None:
        """Show the site again if it was seen to change meanwhile."""
        if self._edition != self.desk.edition:
            self.show_site()

    def on_mount(self) -> None:
        """Show the site's line."""
        self.show_site()

    def on_screen_resume(self) -> None:
        """Show what changed while another screen was up."""
        self.freshen()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer nothing that writes in a read-only console."""
        return self.desk.may(action, self.WRITES, self.ADMINS)

    def complain(self, error: BaseException) -> None:
        """Show an error as one clear line."""
        text = str(error) if isinstance(error, ApsError) else f"unexpected {type(error).__name__}: {error}"
        self.notify(plain(text.replace("\n", "; ")), severity="error", markup=False, timeout=10)

    @contextmanager
    def complaints(self) -> Iterator[None]:
        """Show what goes wrong inside instead of raising it."""
        try:
            yield
        except ApsError as error:
            self.complain(error)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show what went wrong in a thread."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            self.complain(event.worker.error)
