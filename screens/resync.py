"""Telling phones to fetch: by which way each is reached, the run with its stages, what came of each device."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, get_args

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Footer, Static
from textual.worker import Worker, WorkerState, get_current_worker

from aps_tui.domain.errors import ApsError
from aps_tui.screens.commit_messages import bar
from aps_tui.screens.desk import Desk
from aps_tui.screens.resync_rows import COLUMNS, LEGEND, ResultRows
from aps_tui.services.console import counted
from aps_tui.services.resync.run import Run, Step, Wanted, changed
from aps_tui.services.resync.settings import Way
from aps_tui.widgets.keys import key
from aps_tui.widgets.plain import plain
from aps_tui.widgets.row_list import RowList

RUNNING = "resync"
"""What the desk says while one is under way: the console is not left then."""


class ResyncScreen(ModalScreen[None]):
    """Shows how some devices, or those whose files changed, are told; tells them when told to."""

    TITLE = "Telling phones to fetch"
    LEGEND = LEGEND
    CSS_PATH = "resync.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("y", "tell", "Tell them", "Tell the phones, as the lines above say", footer=True),
        key("s", "stop", "Stop", "Tell no more; those that were told may still fetch", footer=True),
        key("o", "canary", "One first", "One phone first, then a tenth, then the rest; or all at once", footer=True),
        key("R", "restart", "Restart", "Make them restart, where their vendor has an event for it; or fetch"),
        key("w", "way", "Way", "Take another way to them: as configured, asterisk, ami, direct", footer=True),
        key("r", "prepare", "Again", "Find out again how it stands", footer=True),
        key("escape,q", "leave", "Back", "Go back", footer=True),
        key("question_mark,f1", "app.help", "Help", "Show the keys"),
    ]

    rows = query_one("#phones", RowList)

    class Prepared(Message):
        """It is known how each device is told; None where there is none to tell."""

        def __init__(self, run: Run | None) -> None:
            super().__init__()
            self.run = run

    class Failed(Message):
        """It cannot be done in this way."""

        def __init__(self, error: str) -> None:
            super().__init__()
            self.error = error

    class Stepped(Message):
        """A run got on; only the latest word counts."""

        def __init__(self, step: Step) -> None:
            super().__init__()
            self.step = step

        def can_replace(self, message: Message) -> bool:
            """Fold a burst into one."""
            return isinstance(message, ResyncScreen.Stepped)

    class Ended(Message):
        """A run came to its end."""

    def __init__(self, desk: Desk, macs: Sequence[str] = ()) -> None:
        """`macs`: the devices; none for all whose files changed since they last fetched."""
        super().__init__()
        self.desk, self.macs = desk, tuple(macs)
        self.run: Run | None = None
        self.ready = self.running = False
        self.wanted = Wanted(canary=desk.place.resync.canary)

    def compose(self) -> ComposeResult:
        """What it is, how far it is, the devices, what is known of one."""
        yield Static(Content(f" {self.TITLE}"), id="name")
        yield Static(id="progress")
        yield RowList(COLUMNS, opens=False, id="phones")
        yield Static(id="said")
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Find out how each is reached."""
        self.rows.focus()
        self.action_prepare()

    def on_unmount(self) -> None:
        """Let go of the way where nothing was told."""
        if self.run is not None and not self.running:
            self.run.close()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what can be done now."""
        offered = {
            "tell": self.ready and bool(self.run and self.run.orders),
            "stop": self.running,
            **dict.fromkeys(("canary", "restart", "way", "prepare"), not self.running),
        }
        return offered.get(action, True)

    def _say(self, text: str) -> None:
        self.query_one("#progress", Static).update(Content(plain(text)))
        self.refresh_bindings()

    def action_prepare(self) -> None:
        """Find out how each is reached, by the way and in the manner that are chosen."""
        if self.run is not None:
            self.run.close()
        self.run, self.ready = None, False
        self._say("finding out how they are reached ...")
        self._prepare(self.wanted)

    @work(thread=True, group="prepare", exclusive=True, exit_on_error=False)
    def _prepare(self, wanted: Wanted) -> None:
        worker, place = get_current_worker(), self.desk.place
        said: Message
        run = None
        try:
            with place.store.connection():
                macs = self.macs or changed(place)
                run = Run(place, macs, wanted) if macs else None
                said = self.Prepared(run)
        except ApsError as error:
            said = self.Failed(str(error))
        if not worker.is_cancelled:
            self.post_message(said)
        elif run is not None:
            run.close()

    @on(Prepared)
    def show_plan(self, event: Prepared) -> None:
        """Show what would be done."""
        self.run, self.ready = event.run, event.run is not None
        if event.run is None:
            self._say("nothing to tell: every device has fetched what was committed")
            return
        self.rows.show(ResultRows(event.run))
        unable = len(event.run.plan.unable)
        left = f"{counted(unable, 'phone')} cannot be told. " if unable else ""
        self._say(left + (event.run.words if event.run.orders else "There is nobody to tell"))

    @on(Failed)
    def show_failure(self, event: Failed) -> None:
        """Say what the way lacks."""
        self._say("it cannot be done in this way: w takes another one")
        self.query_one("#said", Static).update(Content(plain(event.error)))

    def action_canary(self) -> None:
        """One first, or all at once."""
        self.wanted = self.wanted._replace(canary=not self.wanted.canary)
        self.action_prepare()

    def action_restart(self) -> None:
        """Make them restart, or only fetch."""
        self.wanted = self.wanted._replace(restart=not self.wanted.restart)
        self.action_prepare()

    def action_way(self) -> None:
        """Take the next way."""
        ways = ["" if one == "auto" else one for one in get_args(Way)]
        self.wanted = self.wanted._replace(way=ways[(ways.index(self.wanted.way) + 1) % len(ways)])
        self.action_prepare()

    def action_tell(self) -> None:
        """Begin."""
        if self.desk.running:
            self.notify(f"Wait: a {self.desk.running} is under way", markup=False)
        elif self.run is not None and self.ready and not self.desk.read_only:
            self.ready, self.running, self.desk.running = False, True, RUNNING
            self.refresh_bindings()
            self._tell(self.run)

    @work(thread=True, group="resync", exit_on_error=False)
    def _tell(self, run: Run) -> None:
        worker = get_current_worker()
        try:
            with self.desk.place.store.connection(), run:
                for step in run.steps():
                    self.post_message(self.Stepped(step))
                    if worker.is_cancelled:  # the console ends
                        run.stop()
        finally:
            self.desk.running = ""
            self.post_message(self.Ended())

    @on(Stepped)
    def show_step(self, event: Stepped) -> None:
        """Say how far it is."""
        step = event.step
        self._say(f"{bar(step.told, step.total)} {step}")
        self.rows.reload()
        self.show_row()

    @on(Ended)
    def show_end(self) -> None:
        """Say how it ended."""
        self.running = False
        if self.run is not None:
            self.rows.reload()
            self.show_row()
            self._say(f"{'ended: ' + self.run.reason if self.run.reason else 'done'} ({self.run.summary}); r: again")

    def action_stop(self) -> None:
        """Tell no more."""
        if self.run is not None and self.running:
            self.run.stop()
            self._say("stopping ...")

    def action_leave(self) -> None:
        """Go back, unless phones are being told."""
        if self.running:
            self.notify("Phones are being told: s stops it first", markup=False)
        else:
            self.dismiss(None)

    @on(RowList.Moved)
    def show_row(self) -> None:
        """Say all of what is known of the device under the cursor."""
        if self.run is not None and self.rows.current is not None:
            mac, state, event, target, detail = self.rows.current.cells
            said = " ".join(filter(None, (mac, event, target))) + f": {state}" + (f", {detail}" if detail else "")
            self.query_one("#said", Static).update(Content(plain(said)))

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Say what went wrong in a thread."""
        if event.state is WorkerState.ERROR:
            self.notify(plain(str(event.worker.error)), severity="error", markup=False, timeout=10)
