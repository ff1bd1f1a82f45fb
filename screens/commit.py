"""The commit screen: the plan with its reasons, the diff of a file, the commit, the history and the way back."""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import partial
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content
from textual.getters import query_one
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import Worker, WorkerState, get_current_worker

from aps_tui.screens.area import AreaScreen
from aps_tui.screens.commit_ask import AskCommit, Order, numbers_of
from aps_tui.screens.commit_messages import Finished, Planned, Progressed, bar
from aps_tui.screens.commit_rows import COLUMNS, Item, PlanRows, Section, sections_of
from aps_tui.screens.desk import Desk, TellDevices, Wrote
from aps_tui.screens.dialogs import Confirm, first_few
from aps_tui.screens.history import HistoryScreen
from aps_tui.screens.reader import Reader
from aps_tui.services.commit import commit
from aps_tui.services.console import counted, file_diff, grouped
from aps_tui.services.judge import Change, Findings
from aps_tui.services.planning import plan
from aps_tui.services.resync.run import changed
from aps_tui.services.undo import undo
from aps_tui.widgets.keys import key
from aps_tui.widgets.plain import plain
from aps_tui.widgets.row_list import RowList
from aps_tui.widgets.text_view import Text, TextView, diff_lines

LEGEND = "Signs: + a file to add, ~ to change, - to remove, ! what stops a commit, ? a warning."
QUICK = 1.0
"""Seconds up to which a plan is made again by itself when someone changes the site."""
_EDITED = (
    Text("Someone changed this file since it was written, or it stood there before."),
    Text("A commit that would change it stops, unless it is told to overwrite."),
)
_EVERY = 100
"""Files put in place between two words about it."""


class CommitScreen(AreaScreen):
    """What a commit would write, and the commit."""

    TITLE = "Commit"
    LEGEND = LEGEND
    CSS_PATH = "commit.tcss"
    WRITES = frozenset({"commit", "resync"})
    BINDINGS: ClassVar[list[BindingType]] = [
        key("C", "commit", "Commit", "Write the changes of the whole site, after a question", footer=True),
        key("F", "resync", "Fetch", "Tell the phones whose files changed since they last fetched", footer=True),
        key("H", "history", "History", "The commits so far, and the way back to one", footer=True),
        key("r", "plan", "Plan", "Plan the whole site again", footer=True),
        key("tab", "other_pane", "Diff", "Go from the list to the diff and back", footer=True),
        key("p", "go('problems')", "Problems", "Go to the problems"),
        key("e", "go('edited')", "Edited", "Go to the files edited by hand"),
        key("w", "go('warnings')", "Warnings", "Go to the warnings"),
    ]

    rows = query_one("#changes", RowList)
    view = query_one("#diff", TextView)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.source = PlanRows()
        self.found: Findings | None = None
        self.macs: tuple[str, ...] = ()
        self._planned = -1
        self._planning = False
        self._began = self._took = 0.0
        self._ask_next = False

    def body(self) -> Iterable[Widget]:
        """The line that says how things stand, the list of changes, the diff."""
        yield Static(id="plan-line")
        yield Container(RowList(COLUMNS, self.source, header=False, id="changes"), TextView(id="diff"), id="panes")

    def on_mount(self) -> None:
        """Plan at once."""
        self.reader = Reader[tuple[Section, Item | None]](self.view, self.desk.place, self._explained)
        self.rows.focus()

    def on_screen_resume(self) -> None:
        """Plan again when the site changed meanwhile, or when another screen asked for it."""
        wanted, self.desk.plan_for = self.desk.plan_for, None
        if wanted is not None or self._planned < 0:
            self._start_plan(wanted or ())

    def show_site(self) -> None:
        """Plan again where that is quick; else say that the plan is old."""
        super().show_site()
        if self._planned in (-1, self.desk.edition) or self._planning or self.desk.running:
            return
        if self._took < QUICK:
            self._start_plan(self.macs)
        else:
            self._say("The site has changed since this plan: r plans again")

    def action_plan(self) -> None:
        """Plan the whole site."""
        self._start_plan(())

    def _start_plan(self, macs: tuple[str, ...]) -> None:
        if not self.desk.running:
            self.macs, self._planned = macs, self.desk.edition
            self._planning, self._began = True, time.monotonic()
            self._say("planning ...")
            self._plan(macs)

    @work(thread=True, group="plan", exclusive=True, exit_on_error=False)
    def _plan(self, macs: tuple[str, ...]) -> None:
        worker = get_current_worker()
        place = self.desk.place
        with place.store.connection():
            found = plan(place, macs, lambda done, total: self._progress(worker, "planning", done, total))
            sections = sections_of(found, grouped(place, found))
        if not worker.is_cancelled:
            self.post_message(Planned(macs, found, sections))

    def _progress(self, worker: Worker[None], doing: str, done: int, total: int) -> None:
        if not worker.is_cancelled:
            self.post_message(Progressed(doing, done, total))

    @on(Progressed)
    def show_progress(self, event: Progressed) -> None:
        """Say how far the work is."""
        self._say(f"{event.doing} {bar(event.done, event.total)} {event.done:,} of {event.total:,}")

    @on(Planned)
    def show_plan(self, event: Planned) -> None:
        """Show a plan that is ready."""
        self.found, self.macs, self._planning = event.found, event.macs, False
        self._took = time.monotonic() - self._began
        self.source = PlanRows(event.sections, self.source.open_ones)
        self.rows.replace(self.source)
        self._say(self._summary(event.found))
        if self._ask_next:
            self._ask_next = False
            self._ask(event.found)

    def _summary(self, found: Findings) -> str:
        of = counted(len(self.macs), "marked device") + ": " if self.macs else ""
        parts = [of + numbers_of(found), f"{found.unchanged:,} unchanged"]
        parts += [counted(len(found.problems), "problem") + " (p)"] if found.problems else []
        parts += [f"{len(found.edited):,} edited (e)"] if found.edited else []
        parts += [counted(len(found.warnings), "warning") + " (w)"] if found.warnings else []
        return ", ".join(parts)

    def _say(self, text: str) -> None:
        self.query_one("#plan-line", Static).update(Content(plain(f" {text}")))

    @on(RowList.Moved)
    def show_diff(self) -> None:
        """Show what is under the cursor."""
        self.reader.want(self.source.at(self.rows.cursor))

    @on(RowList.Opened)
    def fold(self) -> None:
        """Fold or unfold a section; from a file, go to its diff."""
        here = self.source.at(self.rows.cursor)
        if here is not None and here[1] is None:
            self.source.fold(here[0].name)
            self.rows.reload()
        elif here is not None:
            self.view.focus()

    def _explained(self, here: tuple[Section, Item | None]) -> list[Text]:
        """What the lower pane says of a row; runs in a thread."""
        section, item = here
        if item is None:
            return [Text(section.title, "title"), Text("Enter folds and unfolds.")]
        if isinstance(item, Change):
            lines = diff_lines(file_diff(self.desk.place, item))
            return lines or [Text("Only what is masked differs: a secret changed.", "warning")]
        if isinstance(item, str):
            return [
                Text(item, "title"),
                *_EDITED,
            ]
        return [Text(item.mac or "more than one device", "title"), Text(item.problem, "fault")]

    def action_other_pane(self) -> None:
        """Go from the list to the diff and back."""
        (self.view if self.rows.has_focus else self.rows).focus()

    def action_go(self, name: str) -> None:
        """Go to a section and unfold it."""
        row = self.source.start_of(name)
        if row is None:
            self.notify(f"There are no {name.replace('edited', 'files edited by hand')}", markup=False, timeout=3)
            return
        self.source.open_ones.add(name)
        self.rows.reload()
        self.rows.move_to(row)
        self.rows.focus()

    def action_commit(self) -> None:
        """Ask and commit; a plan of some devices is widened to the whole site first."""
        if self.desk.running:
            self.notify(f"Wait: {self.desk.running} is under way", markup=False)
        elif self._planning or self.found is None or self.macs:
            self._ask_next = True
            if not self._planning or self.macs:
                self._start_plan(())
        else:
            self._ask(self.found)

    def _ask(self, found: Findings) -> None:
        if not (found.changes or found.problems or self.desk.now.changed):
            self.notify("Nothing to commit: every file is as it should be", markup=False)
            return
        self.app.push_screen(AskCommit(found), self._take_order)

    def _take_order(self, order: Order | None) -> None:
        if order is not None:
            self.desk.running = "commit"
            self._commit(order, len(self.found.changes) if self.found else 0)

    @work(thread=True, group="writing", exit_on_error=False)
    def _commit(self, order: Order, files: int) -> None:
        worker = get_current_worker()
        placed = 0

        def step(name: str) -> None:
            nonlocal placed
            if name.startswith("place "):
                placed += 1
                if placed % _EVERY == 0:
                    self._progress(worker, "writing", placed, max(files, placed))

        with self.desk.place.store.connection():
            outcome = commit(
                self.desk.place, note=order.note, keep_going=order.keep_going, overwrite=order.overwrite,
                progress=lambda done, total: self._progress(worker, "rendering", done, total), step=step,
            )  # fmt: skip
            behind = len(changed(self.desk.place)) if outcome.generation is not None else 0
        self.post_message(Finished("commit", outcome, behind=behind))

    def action_resync(self) -> None:
        """Show how the phones are told whose files changed."""
        self.post_message(TellDevices())

    def action_history(self) -> None:
        """Show the history; it may give a generation to go back to."""
        self.app.push_screen(HistoryScreen(self.desk), self._take_target)

    def _take_target(self, target: int | None) -> None:
        if target is not None and not self.desk.running:
            self.desk.running = "undo"
            self._say("undoing ...")
            self._undo(target, False)

    @work(thread=True, group="writing", exit_on_error=False)
    def _undo(self, target: int, overwrite: bool) -> None:
        with self.desk.place.store.connection():
            outcome = undo(self.desk.place, target, overwrite=overwrite)
            behind = len(changed(self.desk.place)) if outcome.generation is not None else 0
        self.post_message(Finished("undo", outcome, target, behind))

    @on(Finished)
    def show_outcome(self, event: Finished) -> None:
        """Say how it went, and plan again."""
        self.desk.running = ""
        self._took = 0.0
        outcome = event.outcome
        if outcome.generation is not None:
            name = "Commit" if event.what == "commit" else "Undo"
            said = f"{outcome.written:,} written, {outcome.removed:,} removed, {outcome.seconds:.1f} s"
            tell = f". F tells {counted(event.behind, 'phone')} to fetch" if event.behind else ""
            self.notify(f"{name} {outcome.generation}: {said}{tell}", markup=False)
        elif outcome.refused:
            held = outcome.conflicts or [problem.mac or problem.problem for problem in outcome.found.problems]
            self.notify(f"Stopped, nothing was written: {plain(first_few(held))}", severity="warning", markup=False)
        else:
            self.notify("Nothing had to be written", markup=False)
        if event.what == "undo" and outcome.conflicts:
            question = ["These files were edited by hand since:", first_few(outcome.conflicts), "Overwrite them?"]
            self.app.push_screen(Confirm(question, "Overwrite"), partial(self._undo_anyway, event.target))
        self.post_message(Wrote())

    def _undo_anyway(self, target: int, sure: bool | None) -> None:
        if sure:
            self.desk.running = "undo"
            self._undo(target, True)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """When the work fails nothing is under way any more; what went wrong is shown by every screen alike."""
        if event.state is WorkerState.ERROR:
            if event.worker.group == "writing":
                self.desk.running = ""
            self._planning = self._ask_next = False
            self._say(f"{event.worker.group} failed: r plans again")
