"""The App: which screen is up, what all screens share, and how to leave."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.screen import SystemModalScreen
from textual.worker import Worker, WorkerState

from aps_tui.domain.errors import ApsError, BadValue, places
from aps_tui.domain.roles import Role
from aps_tui.screens.area import WIDE, AreaScreen
from aps_tui.screens.areas import AREAS
from aps_tui.screens.desk import Desk, Wrote
from aps_tui.screens.going import Going
from aps_tui.services.console import Glance, counted, glance
from aps_tui.services.workplace import Workplace
from aps_tui.widgets.keys import key, spelled
from aps_tui.widgets.look import THEME, use_plain_bars
from aps_tui.widgets.paste import use_fast_paste
from aps_tui.widgets.plain import literal, plain
from aps_tui.widgets.sealed import Sealed
from aps_tui.widgets.too_small import HEIGHT, WIDTH, TooSmall

if TYPE_CHECKING:
    from aps_tui.screens.words import Action
    from aps_tui.services.config import Config
    from aps_tui.services.watch.child import Child

LOOK_EVERY = 1.0
"""Seconds between two looks whether someone else changed the site."""

MOST_FAULTS = 3
"""Broken vendor packs that are told at the start; `aps-tui vendors` lists all."""


def _provider(name: str) -> Callable[[], type[Provider]]:
    """What loads a provider of the palette when it is first opened."""

    def load() -> type[Provider]:
        from aps_tui.screens import palette

        found: type[Provider] = getattr(palette, name)
        return found

    return load


class ApsApp(Sealed, Going):
    """The console on one site."""

    TITLE = "APS TUI"
    CSS_PATH = "app.tcss"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {
        _provider(name) for name in ("ActionCommands", "SettingCommands", "ObjectCommands")
    }
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDTH, "-plain"), (WIDE, "-wide")]  # noqa: RUF012 - as Textual has it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (HEIGHT, "-tall")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        *(key(area.key, f"area('{area.name}')", area.title, area.help) for area in AREAS),
        key("question_mark", "help", "Help", "Show all keys", footer=True),
        key("f1", "help", "Help", "Show all keys, in a dialog too", first=True),
        key("colon", "command_line", "Go to", "Type a command or the name of a screen", footer=True),
        key("z", "take_back", "Undo edit", "Take back the last edit that is not committed yet; again: the one before"),
        key(
            "ctrl+p",
            "command_palette",
            "Palette",
            "Search screens, actions, settings, devices, extensions, templates, mappings",
        ),
        key("q", "quit", "Quit", "Leave the console", footer=True),
        key("ctrl+q", "quit", "Quit", "Leave the console"),
    ]

    def __init__(
        self,
        place: Workplace,
        *,
        read_only: bool = False,
        screen: str | None = None,
        watcher: Child | None = None,
        config: Config | None = None,
    ) -> None:
        super().__init__(ansi_color=True)
        use_plain_bars()
        use_fast_paste()
        self.register_theme(THEME)
        self.theme = THEME.name
        self.desk = Desk(place, read_only or place.store.rights.role < Role.OPERATOR, watcher=watcher, config=config)
        self._looking = self._look_again = False
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
        self.call_after_refresh(self._begin)

    def on_resize(self) -> None:
        """Let every dialog say that the window is too small, as the screens do."""
        for screen in self.screen_stack:
            if screen.is_modal and not screen.query(TooSmall):
                screen.mount(TooSmall())

    def _begin(self) -> None:
        """What can wait until the first screen is up: the packs, the count of changes, what a crash left."""
        gc.freeze()
        gc.enable()
        self.look(anyway=True)
        if not self.desk.read_only:
            self._recover()
            if self.desk.watcher is not None and self.desk.admin:
                self.run_worker(self.desk.watcher.start, group="watch", thread=True, exit_on_error=False)

    @work(thread=True, group="recover", exit_on_error=False)
    def _recover(self) -> None:
        """Finish what a crash left half done, and say so."""
        from aps_tui.services.commit import recover

        with self.desk.place.store.connection():
            number = recover(self.desk.place)
        if number is not None:
            said = f"Commit {number} was interrupted and has been finished"
            self.call_later(self.notify, said, markup=False, timeout=15)

    def _fatal_error(self) -> None:
        """End after what nobody foresaw; Textual itself would show the values of all variables, secrets too."""
        error = sys.exc_info()[1]
        lines = places(error) if error is not None else []
        self.panic(literal("\n".join(map(plain, ["aps-tui: internal error", *lines]))))

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Say what went wrong in a thread."""
        if event.state is WorkerState.ERROR:
            self.notify(plain(str(event.worker.error)), severity="error", markup=False, timeout=15)

    def get_key_display(self, binding: Binding) -> str:
        """How a key is written in the footer: with letters that every console has."""
        return spelled(binding.key)

    def look(self, *, anyway: bool = False) -> None:
        """Show the site again if someone changed it. It is counted in a thread, once more if it changes meanwhile."""
        try:
            version = self.desk.place.store.data_version()
        except ApsError as error:
            self.notify(str(error), severity="error", markup=False)
            return
        if version == self._version and not anyway:
            return
        self._version = version
        if self._looking:
            self._look_again = True
        else:
            self._looking = True
            self._look()

    @work(thread=True, group="look", exit_on_error=False)
    def _look(self) -> None:
        """Count the site."""
        found: Glance | ApsError
        try:
            with self.desk.place.store.connection():
                found = glance(self.desk.place)
        except ApsError as error:
            found = error
        self.call_later(self._looked, found)

    def _looked(self, found: Glance | ApsError) -> None:
        """Show the site as it was counted."""
        self._looking = False
        if isinstance(found, ApsError):
            self.notify(plain(str(found)), severity="error", markup=False)
        else:
            if not self.desk.edition:
                self._tell_faults()
            self.desk.saw(found)
            for screen in self.screen_stack:
                if isinstance(screen, AreaScreen):
                    screen.freshen()
        if self._look_again:
            self._look_again = False
            self.look(anyway=True)

    def _tell_faults(self) -> None:
        """Say which vendor packs could not be loaded."""
        for fault in self.desk.place.packs.faults[:MOST_FAULTS]:
            self.notify(plain(fault), title="Vendor pack", severity="warning", markup=False, timeout=15)

    @on(Wrote)
    def wrote(self) -> None:
        """A screen changed the site."""
        self.look(anyway=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer no undo where nothing is written, and keep it off while there is nothing to take back."""
        if action == "take_back":
            return False if self.desk.read_only else bool(self.desk.edits) or None
        return super().check_action(action, parameters)

    @work(thread=True, group="take_back", exit_on_error=False)
    def action_take_back(self) -> None:
        """Take back the last edit that is not committed yet."""
        if self.desk.running:
            raise ApsError(f"Wait: a {self.desk.running} is under way")
        with self.desk.place.store.connection():
            words = self.desk.take_back()
        self.call_later(self.notify, plain(f"Taken back: {words}"), markup=False)
        self.call_later(self.wrote)

    def action_help(self) -> None:
        """Show all keys."""
        from aps_tui.screens.help import HelpScreen

        if not isinstance(self.screen, (HelpScreen, SystemModalScreen)):
            self.push_screen(HelpScreen(self.screen))

    def action_command_line(self) -> None:
        """Ask for a command."""
        from aps_tui.screens.command import CommandLine

        self.push_screen(CommandLine(self.desk), self._run_command)

    async def _run_command(self, action: Action | None) -> None:
        if action is not None:
            await self.run_action(action)

    async def action_quit(self) -> None:
        """Leave; ask first when something waits to be committed."""
        desk = self.desk
        if not desk.seen:  # who leaves before the count is in is asked all the same
            with self.complaints():
                desk.saw(glance(desk.place))
        if desk.running:
            self.notify(f"Wait: a {desk.running} is under way and may not be left alone", markup=False)
        elif desk.now.changed and not desk.read_only:
            from aps_tui.screens.dialogs import Confirm

            question = [f"{counted(desk.now.changed, 'device')} to commit: they wait.", "Leave? Nothing is lost."]
            self.push_screen(Confirm(question, "Leave"), lambda sure: self.exit() if sure else None)
        else:
            self.exit()


def run(
    place: Workplace,
    *,
    read_only: bool = False,
    mouse: bool = True,
    screen: str | None = None,
    watcher: Child | None = None,
    config: Config | None = None,
) -> int:
    """Open the console on a site; the exit status. Raises BadValue for an unknown screen, ApsError without a terminal.

    `mouse=False` leaves the terminal its own selection and copy. `watcher` is started unless the console only
    looks. `config` is what the site was opened by.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()) or os.environ.get("TERM", "dumb") in ("", "dumb"):
        raise ApsError("the console needs a terminal: use the commands instead (aps-tui --help)")
    app = ApsApp(place, read_only=read_only, screen=screen, watcher=watcher, config=config)
    try:
        app.run(mouse=mouse)
    finally:
        if watcher is not None:
            watcher.stop()
    return app.return_code or 0
