"""The accounts that the PBX has: who uses each, which are free or orphaned, and the sync with the PBX."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import on
from textual.binding import BindingType

from aps_tui.screens.desk import Desk, OpenDevice, Wrote
from aps_tui.screens.dialogs import Confirm
from aps_tui.screens.extension_rows import COLUMNS, FREE, LEGEND, ORPHANS, ExtensionRows, details_of, holder
from aps_tui.screens.listing import ListingScreen
from aps_tui.screens.pick import Pick
from aps_tui.screens.sources import SourcesScreen
from aps_tui.screens.syncing import SyncScreen
from aps_tui.screens.told import Told
from aps_tui.services.console import counted
from aps_tui.services.extensions import STATES, Source, extension_of, forget_gone, reveal
from aps_tui.widgets.keys import key
from aps_tui.widgets.pages import Row
from aps_tui.widgets.row_list import RowList
from aps_tui.widgets.text_view import Text

NO_SOURCE = """No extension yet.

Extensions are read from the PBX; they are never invented here.

s  then A: say where the PBX keeps its accounts
   (a CSV file, sip.conf, users.conf, pjsip.conf, pjsip_wizard.conf)
S  then reads them: you see what would change before anything is stored"""
ALL = ""
"""The choice of every source at once."""


class ExtensionsScreen(ListingScreen):
    """All extensions of the site."""

    TITLE = "Extensions"
    LEGEND = LEGEND
    WRITES = frozenset({"sync", "reveal", "forget"})
    BINDINGS: ClassVar[list[BindingType]] = [
        key("S", "sync", "Sync", "Read the PBX's extensions: shows what would change, then asks", footer=True),
        key("s", "sources", "Sources", "Where extensions are read from: list, add, edit, try", footer=True),
        key("f", "only('free')", "Free", "Only those that a line can take; again: all", footer=True),
        key("o", "only('orphans')", "Orphans", "Only those that are gone but still on a line; again: all", footer=True),
        key("i", "details", "Details", "Everything known of the extension but its secret"),
        key("R", "reveal", "Reveal", "Show the secret, after a question; it is recorded who looked"),
        key("D", "forget", "Forget gone", "Remove those that are gone from the PBX and on no line, after a question"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, COLUMNS, ExtensionRows(desk.place))

    def nothing(self) -> str:
        """How to begin."""
        return NO_SOURCE

    def said_of(self, row: Row) -> str:
        """The state in words."""
        return STATES[row.cells[0]]

    def detail_of(self, row: str) -> list[Text]:
        """Everything known of the extension but its secret."""
        return details_of(self.desk.place, row)

    def action_only(self, what: str) -> None:
        """Filter by state, or show all again."""
        self.filter_by(FREE if what == "free" else ORPHANS)

    @on(RowList.Opened)
    def open_row(self, event: RowList.Opened) -> None:
        """Open the device that uses the extension; without one, say what is known of it."""
        row = event.rows.current
        if row is not None and (mac := holder(row)):
            self.post_message(OpenDevice(mac))
        else:
            self.action_details()

    def action_details(self) -> None:
        """Say everything known of the extension but its secret."""
        if (row := self.rows.current) is not None:
            say = partial(details_of, self.desk.place, row.key)
            self.app.push_screen(Told(self.desk.place, f"Extension {row.cells[1]} of {row.cells[4]}", say))

    def action_reveal(self) -> None:
        """Ask, then show the secret."""
        if (row := self.rows.current) is not None:
            question = [f"Show the secret of {row.cells[1]} of {row.cells[4]}?", "It is recorded that you looked."]
            self.app.push_screen(Confirm(question, "Show it"), partial(self._reveal, row))

    def _reveal(self, row: Row, sure: bool | None) -> None:
        if not sure:
            return
        with self.complaints():
            one, secret = extension_of(self.desk.place, int(row.key)), reveal(self.desk.place, int(row.key))
            pairs = (("account", one.account), ("auth user", one.auth_user), ("secret", secret))
            said = [Text(f"{name:<10} {value}") for name, value in pairs]
            self.app.push_screen(Told(self.desk.place, f"Secret of {one.number} of {one.tenant}", lambda: said))

    def action_forget(self) -> None:
        """Ask, then remove what is gone and on no line."""
        with self.complaints():
            many = self.desk.place.store.extensions.states().get("G", 0)
            if not many:
                self.notify("No extension is gone and on no line", markup=False)
                return
            question = [f"Forget {counted(many, 'extension')} that the PBX no longer has?", "None is on a line."]
            self.app.push_screen(Confirm(question, "Forget"), self._forget)

    def _forget(self, sure: bool | None) -> None:
        if not sure:
            return
        with self.complaints():
            with self.desk.edit("extensions: those gone are forgotten"):
                gone = forget_gone(self.desk.place)
            self.notify(f"{counted(gone, 'extension')} forgotten", markup=False)
            self.post_message(Wrote())

    def action_sources(self) -> None:
        """Show where extensions are read from."""
        self.app.push_screen(SourcesScreen(self.desk))

    def action_sync(self) -> None:
        """Sync the one source, or ask which; where there is none, show where to add one."""
        with self.complaints():
            sources = self.desk.place.store.sources.all()
            if not sources:
                self.notify("No source yet: A says where the PBX keeps its accounts", markup=False)
                self.action_sources()
            elif len(sources) == 1:
                self._sync(sources)
            else:
                options = [(ALL, "all sources"), *((one.name, f"{one.name} ({one.tenant})") for one in sources)]
                self.app.push_screen(Pick("Sync which source?", options), partial(self._sync_picked, sources))

    def _sync_picked(self, sources: list[Source], name: str | None) -> None:
        if name is not None:
            self._sync([one for one in sources if name in (ALL, one.name)])

    def _sync(self, sources: list[Source]) -> None:
        self.app.push_screen(SyncScreen(self.desk, sources))
