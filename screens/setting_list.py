"""The settings of one place and tab as a list that is edited in its rows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.message import Message

from aps_tui.domain.catalogue import TABS, check
from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.screens.desk import Desk, Wrote
from aps_tui.screens.dialogs import Confirm
from aps_tui.screens.pick import Pick
from aps_tui.screens.setting_rows import COLUMNS, ask_lines, help_lines, rows_of
from aps_tui.screens.value_dialog import Arrange, Ask, Tell
from aps_tui.services.values import Level, SettingRow, Sheet, put, reveal, sheet
from aps_tui.widgets.keys import key
from aps_tui.widgets.pages import Fixed
from aps_tui.widgets.plain import plain
from aps_tui.widgets.row_list import RowList

WRITES = frozenset({"edit", "switch", "reset", "reveal"})
"""Actions that leave a trace: a read-only console does not offer them."""


class SettingList(RowList):
    """The settings of a tab. Every edit is saved at once and posts Wrote."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("e", "edit", "Edit", "Change the setting under the cursor here (Enter too)", footer=True),
        key("space", "switch", "Switch", "Turn a switch on or off"),
        key("x", "reset", "Reset", "Take back what is said here: the inherited value shows again", footer=True),
        key("R", "reveal", "Reveal", "Show a secret, after a question; it is recorded who did"),
    ]

    class Loaded(Message):
        """The settings were read, for the first time or again."""

        def __init__(self, sheet: Sheet) -> None:
            super().__init__()
            self.sheet = sheet

    def __init__(self, desk: Desk, level: Level, *, id: str | None = None) -> None:
        super().__init__(COLUMNS, id=id)
        self.desk = desk
        self.level = level
        self.tab = TABS[0]
        self.sheet: Sheet | None = None

    def on_mount(self) -> None:
        """Read the settings."""
        self.load()

    @work(thread=True, group="sheet", exclusive=True, exit_on_error=False)
    def load(self) -> None:
        """Read the settings again; the cursor stays where it is."""
        with self.desk.place.store.connection():
            try:
                found = sheet(self.desk.place, self.level)
            except ApsError as error:
                self.app.call_from_thread(self._complain, error)
            else:
                self.post_message(self.Loaded(found))

    @on(Loaded)
    def take(self, event: Loaded) -> None:
        """Show what was read, unless another place is wanted by now."""
        if event.sheet.spot == self.level:
            self.sheet = event.sheet
            self.replace(Fixed(rows_of(event.sheet, self.tab)))

    def go(self, level: Level) -> None:
        """Show another place."""
        self.level = level
        self.load()

    def turn_to(self, tab: str) -> None:
        """Show another tab, from its top."""
        self.tab = tab
        self.show(Fixed(rows_of(self.sheet, tab) if self.sheet else ()))

    @property
    def here(self) -> SettingRow | None:
        """The setting under the cursor."""
        return self.sheet.rows.get(self.current.key) if self.sheet and self.current else None

    def about(self) -> list[str]:
        """What is to be known of the setting under the cursor; of the whole place where there is none."""
        if self.sheet is None:
            return ["reading ..."]
        if self.here is None:
            return [*self.sheet.notes]
        return list(help_lines(self.sheet, self.here))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A read-only console changes nothing."""
        return self.desk.may(action, {*WRITES, "open"}) and super().check_action(action, parameters)

    @on(RowList.Opened)
    def action_edit(self) -> None:
        """Ask for a value, in the way that suits the setting."""
        row = self._editable()
        if row is None or self.sheet is None:
            return
        options = [(one.value, one.text) for one in self.sheet.choices(row.id)]
        title = f"{row.label} - {self.sheet.title}"
        now = self.sheet.in_force(row.id).value
        if row.setting.kind in ("list", "days"):
            chosen = now if isinstance(now, tuple) else ()
            dialog = Arrange(title, options, chosen, ordered=row.setting.kind == "list")
            self.app.push_screen(dialog, partial(self._take, row))
        elif options:
            self.app.push_screen(Pick(title, options, self.sheet.text(row.id)), partial(self._take, row))
        else:
            self.app.push_screen(self._ask(self.sheet, row, title))

    def _ask(self, sheet: Sheet, row: SettingRow, title: str) -> Ask:
        return Ask(
            title,
            sheet.text(row.id),
            partial(self._put, row),
            check=_checker(row.id),
            help="\n".join(ask_lines(row)),
            example=sheet.example(row.id),
            secret=row.setting.secret,
        )

    def action_switch(self) -> None:
        """Turn a switch."""
        row = self._editable()
        if row is None or self.sheet is None:
            return
        if row.setting.kind != "bool":
            self.action_edit()
        else:
            self._take(row, "off" if self.sheet.in_force(row.id).value else "on")

    def action_reset(self) -> None:
        """Take back what is said here."""
        row = self.here
        if row is not None and row.said:
            self._take(row, None, reset=True)
        elif row is not None:
            self.notify(f"{row.label}: nothing is said here", markup=False)

    def action_reveal(self) -> None:
        """Show a secret, after a question."""
        row = self.here
        if row is None or self.sheet is None or not row.setting.secret or not row.shown:
            self.notify("There is no secret in this row", markup=False)
            return
        question = [f"Show the {row.label} of {self.sheet.title}?", "It is recorded that you saw it."]
        self.app.push_screen(Confirm(question, "Show"), partial(self._reveal, row))

    def _reveal(self, row: SettingRow, sure: bool | None) -> None:
        if not sure:
            return
        try:
            text = reveal(self.desk.place, self.level, row.id)
        except ApsError as error:
            self._complain(error)
        else:
            self.app.push_screen(Tell(row.label, text))

    def _editable(self) -> SettingRow | None:
        """The setting under the cursor if the model carries it; else a word about it."""
        row = self.here
        if row is None or row.supported or self.sheet is None:
            return row
        also = ": x takes back what is said here" if row.said else ""
        self.notify(f"{self.sheet.model} does not carry {row.label}{also}", severity="warning", markup=False)
        return None

    def _take(self, row: SettingRow, value: object, *, reset: bool = False) -> None:
        """Store what a dialog gave."""
        if value is not None or reset:
            try:
                self._put(row, value)
            except ApsError as error:
                self._complain(error)

    def _put(self, row: SettingRow, value: object) -> None:
        """Store a value; None resets. Raises ApsError."""
        title = self.sheet.title if self.sheet else ""
        with self.desk.edit(f"{title}: {row.label}"):
            warnings = put(self.desk.place, self.level, row.id, value, row.stamp)
        for warning in warnings:
            self.notify(plain(warning), severity="warning", markup=False)
        self.post_message(Wrote())
        self.load()

    def _complain(self, error: ApsError) -> None:
        self.notify(plain(str(error)), severity="error", markup=False, timeout=10)
        self.load()


def _checker(id: str) -> Callable[[str], object]:
    """Checks a text as the catalogue does; the error does not repeat the id."""

    def judge(text: str) -> None:
        try:
            check(id, text)
        except BadValue as error:
            raise BadValue(str(error).removeprefix(f"{id}: ")) from None

    return judge
