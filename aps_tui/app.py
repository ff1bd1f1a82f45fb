"""The App: which screen is up, what all screens share, and how to leave."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import on, work
from textual.app import App
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.worker import Worker, WorkerState

from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.screens.area import HEIGHT, WIDE, WIDTH, AreaScreen
from aps_tui.screens.areas import AREAS
from aps_tui.screens.desk import Desk, PlanDevices, Wrote
from aps_tui.services.commit import recover
from aps_tui.services.console import counted
from aps_tui.services.workplace import Workplace
from aps_tui.widgets.keys import key, spelled
from aps_tui.widgets.look import THEME, use_plain_bars
from aps_tui.widgets.plain import plain

LOOK_EVERY = 1.0
"""Seconds between two looks whether someone else changed the site."""

MOST_FAULTS = 3
"""Broken vendor packs that are told at the start; `aps-tui vendors` lists all."""


def _actions() -> type[Provider]:
    from aps_tui.screens.palette import ActionCommands

    return ActionCommands


def _devices() -> type[Provider]:
    from aps_tui.screens.palette import DeviceCommands

    return DeviceCommands


class ApsApp(App[None]):
    """The console on one site."""

    TITLE = "APS TUI"
    CSS_PATH = "app.tcss"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {_actions, _devices}
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDTH, "-plain"), (WIDE, "-wide")]  # noqa: RUF012 - as Textual has it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (HEIGHT, "-tall")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        *(key(area.key, f"area('{area.name}')", area.title, area.help, footer=True) for area in AREAS),
        key("question_mark", "help", "Help", "Show all keys (F1 too)", footer=True),
        key("f1", "help", "Help", "Show all keys"),
        key("colon", "command_line", "Command", "Type a command"),
        key("ctrl+p", "command_palette", "Palette", "Search screens, actions and devices"),
        key("q", "quit", "Quit", "Leave the console", footer=True),
        key("ctrl+q", "quit", "Quit", "Leave the console"),
    ]

    def __init__(self, place: Workplace, *, read_only: bool = False, screen: str | None = None) -> None:
        super().__init__(ansi_color=True)
        use_plain_bars()
        self.register_theme(THEME)
        self.theme = THEME.name
        self.desk = Desk(place, read_only)
        self.desk.look()
        self.start = screen or AREAS[0].name
        if self.start not in {area.name for area in AREAS}:
            raise BadValue(f"there is no screen {self.start!r}: {', '.join(area.name for area in AREAS)}")
        for area in AREAS:
            self.add_mode(area.name, partial(area.load, self.desk))

    def on_mount(self) -> None:
        """Show the first screen, finish what a crash left, and begin to look at what others do."""
        self._version = self.desk.place.store.data_version()
        self.switch_mode(self.start)
        self.set_interval(LOOK_EVERY, self.look)
        for number in (signal.SIGHUP, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self.exit)
        for fault in self.desk.place.packs.faults[:MOST_FAULTS]:
            self.notify(plain(fault), title="Vendor pack", severity="warning", markup=False, timeout=15)
        if not self.desk.read_only:
            self._recover()

    @work(thread=True, group="recover", exit_on_error=False)
    def _recover(self) -> None:
        """Finish what a crash left half done, and say so."""
        with self.desk.place.store.connection():
            number = recover(self.desk.place)
        if number is not None:
            said = f"Commit {number} was interrupted and has been finished"
            self.call_later(self.notify, said, markup=False, timeout=15)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Say what kept a crash's remains from being finished."""
        if event.state is WorkerState.ERROR:
            self.notify(str(event.worker.error), severity="error", markup=False, timeout=15)

    def get_key_display(self, binding: Binding) -> str:
        """How a key is written in the footer: with letters that every console has."""
        return spelled(binding.key)

    def look(self, *, anyway: bool = False) -> None:
        """Show the site again if someone changed it."""
        try:
            version = self.desk.place.store.data_version()
            if version == self._version and not anyway:
                return
            self._version = version
            self.desk.look()
        except ApsError as error:
            self.notify(str(error), severity="error", markup=False)
            return
        for screen in self.screen_stack:
            if isinstance(screen, AreaScreen):
                screen.freshen()

    @on(Wrote)
    def wrote(self) -> None:
        """A screen changed the site."""
        self.look(anyway=True)

    @on(PlanDevices)
    def plan_devices(self, event: PlanDevices) -> None:
        """Go to the commit screen with some devices."""
        self.desk.plan_for = event.macs
        self.action_area("commit")

    def action_area(self, name: str) -> None:
        """Go to a screen."""
        self.switch_mode(name)

    def action_help(self) -> None:
        """Show all keys."""
        from aps_tui.screens.help import HelpScreen

        self.push_screen(HelpScreen(self.screen))

    def action_command_line(self) -> None:
        """Ask for a command."""
        from aps_tui.screens.command import CommandLine

        self.push_screen(CommandLine(), self._run_command)

    async def _run_command(self, action: str | None) -> None:
        if action is not None:
            await self.run_action(action)

    async def action_quit(self) -> None:
        """Leave; ask first when something waits to be committed."""
        desk = self.desk
        if desk.running:
            self.notify(f"Wait: a {desk.running} is under way and may not be left alone", markup=False)
        elif desk.now.changed and not desk.read_only:
            from aps_tui.screens.dialogs import Confirm

            question = [f"{counted(desk.now.changed, 'device')} to commit: they wait.", "Leave? Nothing is lost."]
            self.push_screen(Confirm(question, "Leave"), lambda sure: self.exit() if sure else None)
        else:
            self.exit()


def run(place: Workplace, *, read_only: bool = False, mouse: bool = True, screen: str | None = None) -> int:
    """Open the console on a site; the exit status. Raises BadValue for an unknown screen, ApsError without a terminal.

    `mouse=False` leaves the terminal its own selection and copy.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()) or os.environ.get("TERM", "dumb") in ("", "dumb"):
        raise ApsError("the console needs a terminal: use the commands instead (aps-tui --help)")
    app = ApsApp(place, read_only=read_only, screen=screen)
    app.run(mouse=mouse)
    return app.return_code or 0
