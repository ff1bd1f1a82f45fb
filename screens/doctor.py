"""The doctor: what the checks of the whole installation found, the worst first, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import PurePath
from typing import ClassVar

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
from aps_tui.screens.desk import Desk, Wrote
from aps_tui.screens.dialogs import FEW, Confirm
from aps_tui.services.doctor import (
    FAULT,
    OK,
    UNKNOWN,
    WARNING,
    Examination,
    Finding,
    Fix,
    examine,
    fixes_of,
    mend_all,
    scene_of,
)
from aps_tui.widgets.keys import key
from aps_tui.widgets.pages import Fixed, Row
from aps_tui.widgets.plain import plain
from aps_tui.widgets.row_list import Column, RowList

COLUMNS = (Column("check", "Check", 19), Column("what", "What was found", 30, 1))
GROUPS = {FAULT: "FAULTS", WARNING: "Warnings", UNKNOWN: "Could not be looked at", OK: "All well"}
"""Severity to the title over its findings."""


class DoctorScreen(ModalScreen[None]):
    """The findings, and all of the one under the cursor below them."""

    CSS_PATH = "doctor.tcss"
    LEGEND = (
        "Nothing is changed by looking. F takes rights away from our own files and finishes a commit, nothing else."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        key("r", "look", "Again", "Run every check again", footer=True),
        key("F", "fix", "Fix", "Mend what is safe to mend, after a question", footer=True),
        key("escape,q", "dismiss", "Back", "Go back", footer=True),
        key("question_mark,f1", "app.help", "Help", "Show the keys", footer=True),
    ]

    rows = query_one(RowList)

    class Found(Message):
        """The checks have ended."""

        def __init__(self, found: Examination) -> None:
            super().__init__()
            self.found = found

    class Mended(Message):
        """What was mended, or why not."""

        def __init__(self, done: list[tuple[bool, str]]) -> None:
            super().__init__()
            self.done = done

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.found: dict[str, Finding] = {}
        self.fixes: list[Fix] = []

    def compose(self) -> ComposeResult:
        """How it stands, the findings, all of one."""
        yield Static(id="name")
        yield RowList(COLUMNS, opens=False, id="findings")
        yield Static(id="about")
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Look at once."""
        self.rows.focus()
        self.action_look()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A read-only console mends nothing, and nobody does where nothing can be mended."""
        if action == "fix":
            return (bool(self.fixes) or None) if self.desk.admin else False
        return True

    def action_look(self) -> None:
        """Run the checks, unless they run already."""
        if not any(one.node is self and one.group == "doctor" and not one.is_finished for one in self.workers):
            self.say("looking ...")
            self._look()

    @work(thread=True, group="doctor", exit_on_error=False)
    def _look(self) -> None:
        worker, desk = get_current_worker(), self.desk

        def progress(done: int, total: int) -> None:
            self.call_later(self.say, f"looking: {done} of {total} checks")

        scene = scene_of(desk.place, desk.config, touch=not desk.read_only)
        found = examine(scene, progress, stop=lambda: worker.is_cancelled)
        if not worker.is_cancelled:
            self.call_later(self.post_message, self.Found(found))

    def say(self, text: str) -> None:
        """Say how it stands."""
        self.query_one("#name", Static).update(Content(plain(f" Doctor: {text}")))

    @on(Found)
    def take(self, event: Found) -> None:
        """Show what was found."""
        self.fixes = fixes_of(event.found.findings)
        self.found = {str(number): one for number, one in enumerate(event.found.findings)}
        self.say(event.found.words)
        self.rows.show(Fixed(list(self._rows())))
        self.rows.move_to(1)
        self.refresh_bindings()

    def _rows(self) -> Iterator[Row]:
        for severity, group in groupby(self.found.items(), lambda item: item[1].severity):
            items = list(group)
            yield Row(severity, [f"{GROUPS[severity]}: {len(items)}"], "group")
            for number, one in items:
                name = PurePath(one.subject).name if one.subject.startswith("/") else one.subject
                yield Row(number, [one.check, f"{name}: {one.what}" if name else one.what])

    @on(RowList.Moved)
    def tell(self) -> None:
        """Say everything of the finding under the cursor."""
        one = self.found.get(self.rows.current.key) if self.rows.current else None
        self.query_one("#about", Static).update(Content("\n".join(plain(line) for line in _said(one))))

    def action_fix(self) -> None:
        """Ask, then mend."""
        if self.desk.running:
            self.notify(f"Wait: a {self.desk.running} is under way", markup=False)
            return
        words = [fix.words for fix in self.fixes]
        more = [f"and {len(words) - FEW} more"] if len(words) > FEW else []
        question = ["Mend this? Rights are taken away, begun work is finished.", *words[:FEW], *more]
        self.app.push_screen(Confirm(question, "Mend"), self._asked)

    def _asked(self, sure: bool | None) -> None:
        if sure:
            self._mend()

    @work(thread=True, group="mend", exit_on_error=False)
    def _mend(self) -> None:
        place = self.desk.place
        with place.store.connection():
            done = mend_all(self.fixes, scene_of(place, self.desk.config).config, place)
        self.call_later(self.post_message, self.Mended(done))

    @on(Mended)
    def mended(self, event: Mended) -> None:
        """Say what was done, and look again."""
        for done, words in event.done[:FEW]:
            self.notify(plain(words), severity="information" if done else "error", markup=False, timeout=10)
        self.post_message(Wrote())
        self.action_look()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Say what went wrong in a thread."""
        if event.state is WorkerState.ERROR:
            error = event.worker.error
            text = str(error) if isinstance(error, ApsError) else f"unexpected {type(error).__name__}"
            self.notify(plain(text), severity="error", markup=False, timeout=10)


def _said(one: Finding | None) -> Iterator[str]:
    """A finding as a whole."""
    if one is None:
        return
    yield one.subject or one.check
    yield f"{GROUPS[one.severity].rstrip('sS')}: {one.what}" if one.severity in (FAULT, WARNING) else one.what
    yield f"Why it matters: {one.why}"
    if one.mend:
        yield f"To mend: {one.mend}{'. F does it.' if one.fix else ''}"
