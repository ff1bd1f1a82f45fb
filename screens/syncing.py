"""A sync with the PBX: what it would do, a yes, and what it did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Footer, Static
from textual.worker import get_current_worker

from aps_tui.domain.errors import ApsError
from aps_tui.screens.desk import Desk, Wrote
from aps_tui.screens.sync_texts import said_of
from aps_tui.services.extensions import Outcome, Source, Trust, carry_out, foresee
from aps_tui.widgets.keys import key
from aps_tui.widgets.plain import plain
from aps_tui.widgets.text_view import Text, TextView


class SyncScreen(ModalScreen[None]):
    """Reads some sources, shows what would change, and stores just that when told to."""

    CSS_PATH = "syncing.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("y", "store", "Store", "Store what is shown", footer=True),
        key("b", "believe", "Believe", "Believe a source that is empty or lost more than a fifth", footer=True),
        key("t", "take_over", "Take over", "Take the numbers that another source has", footer=True),
        key("r", "look", "Again", "Read the sources again", footer=True),
        key("escape,q", "leave", "Back", "Go back; nothing is stored", footer=True),
        key("question_mark,f1", "app.help", "Help", "Show the keys"),
    ]

    view = query_one(TextView)

    class Foreseen(Message):
        """The preview is ready."""

        def __init__(self, outcomes: list[Outcome], trust: Trust) -> None:
            super().__init__()
            self.outcomes = outcomes
            self.trust = trust

    class Stored(Message):
        """The sync was made."""

        def __init__(self, outcomes: list[Outcome]) -> None:
            super().__init__()
            self.outcomes = outcomes

    class Failed(Message):
        """It could not be read or stored."""

        def __init__(self, error: str) -> None:
            super().__init__()
            self.error = error

    def __init__(self, desk: Desk, sources: Sequence[Source]) -> None:
        super().__init__()
        self.desk = desk
        self.sources = tuple(sources)
        self.trust = Trust()
        self.foreseen: list[Outcome] | None = None
        """What is shown and may be stored; None while reading, and when it was stored."""

    def compose(self) -> ComposeResult:
        """How it stands, the text, the keys."""
        yield Static(id="name")
        yield TextView(id="text")
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Read at once."""
        self.view.focus()
        self._begin(self.trust)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what can be done with the preview."""
        found = [one.found for one in self.foreseen or () if one.found]
        offered = {
            "store": any(one.changes for one in self.foreseen or ()),
            "believe": any(one.refused for one in found),
            "take_over": any(one.conflicts for one in found),
        }
        return offered.get(action, True)

    def _say(self, text: str) -> None:
        self.query_one("#name", Static).update(Content(plain(f" Sync: {text}")))
        self.refresh_bindings()

    def action_look(self) -> None:
        """Read again."""
        self._begin(self.trust)

    def action_believe(self) -> None:
        """Show what would change if a source that lost much is believed."""
        self._begin(self.trust._replace(allow_removals=True))

    def action_take_over(self) -> None:
        """Show what would change if numbers are taken over."""
        self._begin(self.trust._replace(take_over=True))

    def action_leave(self) -> None:
        """Go back, unless it is being stored."""
        if self.desk.running:
            self.notify("Wait: it is being stored", markup=False)
        else:
            self.dismiss(None)

    def _begin(self, trust: Trust) -> None:
        if not self.desk.running:
            self.foreseen = None
            self._say(f"reading {', '.join(one.name for one in self.sources)} ...")
            self._foresee(trust)

    @work(thread=True, group="foresee", exclusive=True, exit_on_error=False)
    def _foresee(self, trust: Trust) -> None:
        worker = get_current_worker()
        try:
            with self.desk.place.store.connection():
                said: Message = self.Foreseen(foresee(self.desk.place, self.sources, trust), trust)
        except ApsError as error:
            said = self.Failed(str(error))
        if not worker.is_cancelled:  # another reading has begun
            self.post_message(said)

    @on(Foreseen)
    def show_preview(self, event: Foreseen) -> None:
        """Show what would be stored."""
        self.foreseen, self.trust = event.outcomes, event.trust
        self.view.show(said_of(event.outcomes))
        can = any(one.changes for one in event.outcomes)
        self._say("this would change; y stores it, Esc leaves everything as it is" if can else "nothing to store")

    def action_store(self) -> None:
        """Store what is shown."""
        if self.foreseen is not None and not self.desk.running and not self.desk.read_only:
            self.desk.running = "sync"
            self._say("storing ...")
            self._store(self.foreseen, self.trust)

    @work(thread=True, group="writing", exit_on_error=False)
    def _store(self, foreseen: list[Outcome], trust: Trust) -> None:
        words = f"extensions: sync of {', '.join(one.name for one in self.sources)}"
        try:
            with self.desk.place.store.connection(), self.desk.edit(words):
                done = carry_out(self.desk.place, foreseen, trust)
            self.post_message(self.Stored(done))
        except ApsError as error:
            self.post_message(self.Failed(str(error)))
        finally:
            self.desk.running = ""

    @on(Stored)
    def show_report(self, event: Stored) -> None:
        """Say what was stored."""
        left = [one for one in self.foreseen or () if one.found is None or one.found.refused]
        self.foreseen = None
        self.view.show(said_of([*event.outcomes, *left]))
        self._say("stored. Esc goes back; there z takes it back")
        self.post_message(Wrote())

    @on(Failed)
    def show_failure(self, event: Failed) -> None:
        """Say why nothing was stored."""
        self.foreseen = None
        self.view.show([Text(line, "fault") for line in event.error.splitlines()])
        self._say("nothing was stored; r reads again")
