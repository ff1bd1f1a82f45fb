"""Where a list of MACs is typed, pasted, or read from a file: what was understood of it is counted as it comes."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, NamedTuple

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.getters import query_one
from textual.message import Message
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import Footer, Input, Static, TextArea
from textual.worker import get_current_worker

from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.screens.dialogs import Confirm
from aps_tui.screens.pick import Pick
from aps_tui.services import importing
from aps_tui.services.console import counted
from aps_tui.services.exchange import Exchange
from aps_tui.services.importing import Read
from aps_tui.services.workplace import Workplace
from aps_tui.widgets.choice import Choice
from aps_tui.widgets.keys import key
from aps_tui.widgets.plain import plain

HINT = "Any text with MACs in it, or CSV: mac, vendor, model, template, tenant, extension, label. # begins a comment."
QUIET = 0.3
"""Seconds without a key after which what was typed is counted."""


class Entered(NamedTuple):
    """A list as it was read, and what it is called."""

    read: Read
    title: str
    tenant: str


class ListText(TextArea):
    """The text. A paste is made plain first, and refused when it is too much."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("ctrl+l", "clear", "Clear", "Empty the text"),
    ]

    class Refused(Message):
        """A paste was refused."""

        def __init__(self, error: str) -> None:
            super().__init__()
            self.error = error

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        try:
            text = importing.pasted(event.text)
        except BadValue as error:
            self.post_message(self.Refused(str(error)))
            return
        self.replace(text, *self.selection)
        self.move_cursor(self.document.end)

    def action_clear(self) -> None:
        """Empty it."""
        self.load_text("")


class PathEntry(Input):
    """A file's name; Tab completes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("tab", "complete", "Complete", "Complete the name; with nothing to complete, go to the next field"),
    ]

    def __init__(self, files: Exchange) -> None:
        super().__init__(placeholder="/root/phones.csv; Tab completes", compact=True, select_on_focus=False, id="file")
        self.files = files

    class Ways(Message):
        """The ways to go on with the name."""

        def __init__(self, ways: list[str]) -> None:
            super().__init__()
            self.ways = ways

    def action_complete(self) -> None:
        """Complete the name as far as it goes in one way only, and list the ways."""
        line, ways = importing.completed_path(self.files, self.value) if self.value else ("", [])
        if line == self.value and not ways:
            self.screen.focus_next()
            return
        self.value = line
        self.cursor_position = len(line)
        self.post_message(self.Ways(ways))


class EnterList(ModalScreen[Entered | None]):
    """Asks for a list of new devices; gives it as it was read. A fault is said, and nothing typed is lost."""

    TITLE = "Enter a list"
    LEGEND = HINT
    CSS_PATH = "enter_list.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("ctrl+n,f2", "go_on", "Next", "Read the list and go on (Enter too, outside of the text)", footer=True),
        key("ctrl+o", "to_file", "File", "Go to the file's name and back", footer=True),
        key("escape", "leave", "Cancel", "Leave; asks first when something was typed", footer=True),
        key("f1", "app.help", "Help", "Show the keys", footer=True),
    ]

    text = query_one(ListText)
    file = query_one(PathEntry)

    class Counted(Message):
        """The text was read: what was understood."""

        def __init__(self, said: str, entered: Entered | None, *, go_on: bool) -> None:
            super().__init__()
            self.said, self.entered, self.go_on = said, entered, go_on

    def __init__(self, place: Workplace, title: str, tenant: str = "") -> None:
        super().__init__()
        self.place, self.title_text, self.tenant = place, title, tenant
        self._known = "", Read(())
        """The text that was read last, and what is in it."""
        self._timer: Timer | None = None
        self._going = False
        """Whether it is being read to go on."""

    def compose(self) -> ComposeResult:
        """The text, the file's name, the tenant, what was understood, the keys."""
        names = self.place.store.tenants.names()
        tenant = self.tenant if self.tenant in names else names[0] if len(names) == 1 else ""
        tenants = [("", "as the list says, or given later"), *((name, name) for name in names)]
        yield Static(Content(plain(f" {self.title_text}: paste or type it, or name a file")), id="name")
        yield Static(Content(f" {HINT}"), id="hint")
        yield ListText(soft_wrap=False, show_line_numbers=True, compact=True, tab_behavior="focus", id="text")
        yield Horizontal(Static(Content("File or folder"), classes="label"), PathEntry(self.place.files))
        yield Horizontal(Static(Content("Tenant"), classes="label"), Choice(tenants, tenant, id="tenant"))
        yield Static(id="understood")
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Ready for a paste."""
        self.text.focus()
        self._say("Nothing yet")

    def _say(self, text: str) -> None:
        self.query_one("#understood", Static).update(Content(plain(f" {text}")))

    def action_to_file(self) -> None:
        """Go to the file's name, or back to the text."""
        (self.text if self.file.has_focus else self.file).focus()

    def action_leave(self) -> None:
        """Leave; ask first when something would be lost."""

        def left(sure: bool | None) -> None:
            if sure:
                self.dismiss(None)

        if self.text.text.strip() or self.file.value.strip():
            self.app.push_screen(Confirm(["Leave? What you entered is lost."], "Leave"), left)
        else:
            self.dismiss(None)

    @on(Choice.Wanted)
    def choose_tenant(self, event: Choice.Wanted) -> None:
        """Open the list of tenants."""

        def take(picked: str | None) -> None:
            if picked is not None:
                event.choice.value = picked

        self.app.push_screen(Pick("Tenant", event.choice.options, event.choice.value, event.typed), take)

    @on(ListText.Refused)
    def refuse(self, event: ListText.Refused) -> None:
        """Say why a paste was refused."""
        self.notify(event.error, severity="error", markup=False, timeout=10)

    @on(PathEntry.Ways)
    def show_ways(self, event: PathEntry.Ways) -> None:
        """Say how the name can go on."""
        self._say("  ".join(event.ways))

    @on(TextArea.Changed)
    @on(Input.Changed)
    def changed(self) -> None:
        """Count what is understood, once it is quiet."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(QUIET, self._count)

    def _count(self) -> None:
        if self._going:
            return
        if self.file.value.strip():
            try:
                there = self.place.files.given(self._path).exists()
                self._say("It is read when you go on" if there else "There is no such file yet")
            except ApsError as error:
                self._say(str(error))
        else:
            self._read(self.text.text, "", self._tenant, go_on=False)

    @property
    def _path(self) -> str:
        return self.file.value.strip()

    @property
    def _tenant(self) -> str:
        return self.query_one("#tenant", Choice).value

    @on(Input.Submitted)
    def action_go_on(self) -> None:
        """Read the list and go on."""
        self._going = True
        self._say("reading ...")
        self._read(self.text.text, self._path, self._tenant, go_on=True)

    def on_key(self, event: events.Key) -> None:
        """Enter on the tenant goes on too."""
        if event.key == "enter" and self.query_one("#tenant").has_focus:
            event.stop()
            self.action_go_on()

    @work(thread=True, group="read", exclusive=True, exit_on_error=False)
    def _read(self, text: str, path: str, tenant: str, *, go_on: bool) -> None:
        worker = get_current_worker()
        entered: Entered | None = None
        try:
            with self.place.store.connection():
                found = self._read_of(text, path, tenant)
            entered = Entered(found, Path(path).name, tenant)
            said = understood(found, 0 if path else text.count("\n") + bool(text))
        except ApsError as error:
            said = str(error).replace("\n", "; ")
        if not worker.is_cancelled:
            self.post_message(self.Counted(said, entered, go_on=go_on))

    def _read_of(self, text: str, path: str, tenant: str) -> Read:
        """What is in a file, or in the text: that was read already when it was counted. Raises ApsError."""
        if path:
            return importing.read_path(self.place, path, tenant)
        known, read = self._known
        if known != text:
            read = importing.read(text, importing.knowledge(self.place))
            self._known = text, read
        return read

    @on(Counted)
    def show_count(self, event: Counted) -> None:
        """Say what was understood; go on with it when that was asked."""
        self._going = self._going and not event.go_on
        self._say(event.said)
        if event.go_on and event.entered is not None:
            if event.entered.read.entries or event.entered.read.rejected:
                self.dismiss(event.entered)
            else:
                self._say("There is nothing in it yet")


def understood(read: Read, lines: int) -> str:
    """`200 lines: 187 MACs, 13 lines rejected; columns: mac, model`."""
    said = f"{counted(lines, 'line')}: " if lines else ""
    said += counted(len(read.entries), "MAC")
    if read.rejected:
        first = read.rejected[0]
        said += f", {len(read.rejected):,} rejected (line {first.line:,}: {first.reason})"
    return "; ".join((said, *read.notes))
