"""The keys of a template or a device, to be changed: the picture of the phone's banks and what is under the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Static

from aps_tui.domain.errors import ApsError
from aps_tui.screens.desk import Desk, Wrote
from aps_tui.screens.key_forms import key_form, series_form
from aps_tui.services import keys
from aps_tui.services.keys import ORIGINS, Board, Cell, Key, Level
from aps_tui.widgets.key_grid import GridBank, GridCell, KeyGrid
from aps_tui.widgets.keys import key
from aps_tui.widgets.plain import plain

WRITES = frozenset({"edit", "reset", "series"})


class KeyBoard(Vertical):
    """Edits the keys of one template or device: `Level("template", name, tenant)`, `Level("device", mac)`.

    Every edit is saved at once and posts Wrote; the owner calls `reload` when it learns that the site changed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        key("e", "edit", "Edit", "Change the key under the cursor (Enter too)", footer=True),
        key(
            "d,x", "reset", "Reset", "Take back what is said of the key here: the template's, or the phone's own, shows"
        ),
        key("A", "series", "Series", "Fill keys from here on with a series, as BLF 201 to 215", footer=True),
    ]
    DEFAULT_CSS = """
    KeyBoard { height: 1fr; }
    KeyBoard > #key-about { height: 4; border-top: solid $primary; padding: 0 1; }
    """

    grid = query_one(KeyGrid)

    def __init__(self, desk: Desk, level: Level, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.desk = desk
        self.level = level
        self.board: Board | None = None
        self.fault = ""

    def compose(self) -> ComposeResult:
        """The picture, and what is to be known of the key under the cursor."""
        yield KeyGrid()
        yield Static(id="key-about")

    def on_mount(self) -> None:
        """Read the keys."""
        self.reload()

    def focus(self, scroll_visible: bool = True) -> Self:
        """Give the keys to the picture."""
        self.grid.focus(scroll_visible)
        return self

    def go(self, level: Level) -> None:
        """Show the keys of another template or device."""
        self.level = level
        self.reload()

    def reload(self) -> None:
        """Read the keys again; the cursor stays where it is."""
        self.board, self.fault = None, ""
        try:
            self.board = keys.board(self.desk.place, self.level)
        except ApsError as error:
            self.fault = str(error)
        self.grid.show([self._bank(bank) for bank in self.board.banks] if self.board else [])

    def _bank(self, bank: keys.Bank) -> GridBank:
        cells = [GridCell(cell.position, cell.origin, cell.words) for cell in bank.cells]
        return GridBank(f"{bank.title} {len(cells)}", cells, self._screen() if bank.name == "dss" else ())

    def _screen(self) -> list[str]:
        """What the picture of the phone's screen says."""
        assert self.board is not None
        return [self.board.model.partition("/")[2], "", *(f"{letter} {word}" for letter, word in ORIGINS.items())]

    def front(self, bank: str) -> None:
        """Show a bank of keys, if there is one of this name."""
        for number, one in enumerate(self.board.banks if self.board else ()):
            if one.name == bank:
                self.grid.bank = number
                self.grid.action_to(0)

    @property
    def here(self) -> Cell | None:
        """The key under the cursor."""
        if self.board is None or not self.grid.cells:
            return None
        return self.board.banks[self.grid.bank].cells[self.grid.cursor]

    @on(KeyGrid.Moved)
    def tell(self) -> None:
        """Say what is to be known of the key under the cursor, and of the whole."""
        cell, lines = self.here, [self.fault or "This model has no keys that can be assigned."]
        if cell is not None and self.board is not None:
            pickup = f", pickup {cell.key.pickup}" if cell.key and cell.key.pickup else ""
            lines = [
                f"{cell.bank} key {cell.position}: {cell.words}{pickup} ({ORIGINS[cell.origin]})",
                *self.board.notes,
            ]
        self.query_one("#key-about", Static).update(Content("\n".join(plain(line) for line in lines)))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A read-only console changes nothing."""
        return self.desk.may(action, WRITES)

    @on(KeyGrid.Opened)
    def action_edit(self) -> None:
        """Ask what the key is to do."""
        if self.board is not None and self.here is not None and not self.desk.read_only:
            self.app.push_screen(key_form(self.board, self.here, self._judge, self._save))

    def action_series(self) -> None:
        """Ask for a series of keys from here on."""
        if self.board is not None and self.here is not None:
            self.app.push_screen(series_form(self.board, self.here, self._judge, self._save))

    def action_reset(self) -> None:
        """Take back what is said of the key here."""
        cell, board = self.here, self.board
        if cell is None or board is None:
            return
        if not cell.here:
            self.notify("Nothing is said of this key here", markup=False)
            return
        try:
            self._save(board, f"{cell.bank} key {cell.position} reset", keys.dropped(board, (cell.bank, cell.position)))
        except ApsError as error:
            self.notify(plain(str(error)), severity="error", markup=False, timeout=10)
            self.reload()

    def _judge(self, board: Board, said: Sequence[Key]) -> list[str]:
        """What other keys would warn of. Raises ApsError."""
        return keys.warnings(self.desk.place, board, said)

    def _save(self, board: Board, words: str, said: Sequence[Key]) -> None:
        """Store other keys. Raises ApsError."""
        with self.desk.edit(f"{board.title}: {words}"):
            warnings = keys.save(self.desk.place, board, said)
        for warning in warnings:
            self.notify(plain(warning), severity="warning", markup=False)
        self.post_message(Wrote())
        self.reload()
