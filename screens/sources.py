"""Where extensions are read from: the kept sources, tried out, added, changed, forgotten."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from aps_tui.domain.errors import ApsError
from aps_tui.screens.desk import Desk, Wrote
from aps_tui.screens.dialogs import Confirm
from aps_tui.screens.form import Field, Form, Values
from aps_tui.screens.syncing import SyncScreen
from aps_tui.screens.told import Told
from aps_tui.services.console import counted
from aps_tui.services.sources import KIND_WORDS, Source, SourceRow, forget, keep, shown_location, source_rows, tried
from aps_tui.widgets.keys import key
from aps_tui.widgets.pages import Fixed, Row
from aps_tui.widgets.plain import plain
from aps_tui.widgets.row_list import Column, RowList
from aps_tui.widgets.text_view import Text

COLUMNS = (
    Column("name", "Name", 10, 1),
    Column("kind", "Kind", 12),
    Column("location", "Reads", 16, 3),
    Column("tenant", "Tenant", 8, 1),
    Column("extensions", "Gave", 6),
    Column("synced", "Last sync", 15, 3),
)
NONE_YET = """No source yet. A adds one: the file or database in which the PBX keeps its accounts, and their tenant."""
WHERE = """A file's full path, such as /etc/asterisk/pjsip.conf. SQL: postgresql://user:password@host/database, \
mysql://… or sqlite:///file; behind a blank perhaps a SELECT … AS number, … AS secret"""
NEW_TENANT = ""
"""The choice of a tenant that is made with its source."""


class SourcesScreen(ModalScreen[None]):
    """The kept sources of extensions."""

    CSS_PATH = "syncing.tcss"
    WRITES = frozenset({"add", "edit", "delete", "sync"})
    ADMINS = WRITES - {"sync"}
    BINDINGS: ClassVar[list[BindingType]] = [
        key("A", "add", "Add", "Add a source", footer=True),
        key("e", "edit", "Edit", "Change the source under the cursor", footer=True),
        key("d", "delete", "Delete", "Forget the source, after a question; its extensions stay", footer=True),
        key("t", "try", "Try", "Read the source and show what it says; nothing is stored", footer=True),
        key("S", "sync", "Sync", "Sync this source: shows what would change, then asks", footer=True),
        key("escape,q,s", "dismiss", "Back", "Go back to the extensions", footer=True),
        key("question_mark,f1", "app.help", "Help", "Show the keys"),
    ]

    rows = query_one("#sources", RowList)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.found: list[SourceRow] = []

    def compose(self) -> ComposeResult:
        """The list, or a word on how to begin."""
        yield Static(Content(" Sources of extensions"), id="name")
        yield Static(Content(NONE_YET), id="hint")
        yield RowList(COLUMNS, id="sources")
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Show the sources."""
        self.rows.focus()
        self.load()

    def on_screen_resume(self) -> None:
        """Show what changed meanwhile, as by a sync."""
        self.load()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer nothing that writes in a read-only console."""
        return self.desk.may(action, self.WRITES, self.ADMINS)

    def load(self) -> None:
        """Read the sources."""
        try:
            self.found = source_rows(self.desk.place)
        except ApsError as error:
            self.notify(plain(str(error)), severity="error", markup=False)
        self.query_one("#hint", Static).display = not self.found
        self.rows.replace(Fixed([_row(one) for one in self.found]))

    @property
    def here(self) -> SourceRow | None:
        """The source under the cursor."""
        return self.found[self.rows.cursor] if self.rows.total else None

    def action_add(self) -> None:
        """Ask for a new source."""
        self._ask("Add a source of extensions", None)

    @on(RowList.Opened)
    def action_edit(self) -> None:
        """Ask for what is different; who may not change the source tries it out."""
        if not self.desk.admin:
            self.action_try()
        elif self.here is not None:
            self._ask(f"Source {self.here.source.name}", self.here.source)

    def _ask(self, title: str, old: Source | None) -> None:
        tenants = [(name, name) for name in self.desk.place.store.tenants.names()]
        one = old or Source("", "pjsip", "", tenants[0][0] if tenants else NEW_TENANT)
        fields = [
            Field("kind", "Kind", one.kind, "How the PBX keeps its accounts", list(KIND_WORDS.items())),
            Field("location", "Reads", shown_location(one), WHERE),
            Field("tenant", "Tenant", one.tenant, "Whose extensions it gives", tenants),
        ]
        if old is None:
            tenants.append((NEW_TENANT, "a new tenant"))
            fields.insert(0, Field("name", "Name", "", "What you call it, such as pbx"))
            fields.append(Field("new_tenant", "New tenant", "", "Its name, where a new tenant is chosen above"))
        form = Form(title, fields, partial(self._save, old), preview=_foretold, start="location" if old else "")
        self.app.push_screen(form, partial(self._saved, old))

    def _save(self, old: Source | None, said: dict[str, str]) -> None:
        words = shown_location(Source("", said["kind"], said["location"], ""))
        with self.desk.edit(f"source {old.name if old else said['name']}: {words}"):
            keep(self.desk.place, old, said)

    def _saved(self, old: Source | None, said: dict[str, str] | None) -> None:
        if said is not None:
            self.load()
            self.rows.go_to(old.name if old else said["name"])
            self.post_message(Wrote())
            self.action_try()

    def action_try(self) -> None:
        """Read the source under the cursor and show what it says."""
        if self.here is not None:
            source = self.here.source
            title = f"What {source.name} says now; nothing is stored"
            self.app.push_screen(Told(self.desk.place, title, partial(_trial, source)))

    def action_sync(self) -> None:
        """Sync the source under the cursor."""
        if self.here is not None:
            self.app.push_screen(SyncScreen(self.desk, [self.here.source]))

    def action_delete(self) -> None:
        """Ask, then forget the source under the cursor."""
        if (here := self.here) is not None:
            stay = f"Its {counted(here.extensions, 'extension')} stay as they are; no sync looks after them any more."
            question = [f"Forget the source {here.source.name}?", stay if here.extensions else "It gave no extension."]
            self.app.push_screen(Confirm(question, "Forget"), partial(self._delete, here.source))

    def _delete(self, source: Source, sure: bool | None) -> None:
        if not sure:
            return
        try:
            with self.desk.edit(f"source {source.name}: forgotten"):
                forget(self.desk.place, source)
            self.post_message(Wrote())
        except ApsError as error:
            self.notify(plain(str(error)), severity="error", markup=False)
        self.load()


def _row(one: SourceRow) -> Row:
    source = one.source
    synced = one.synced or "never"
    return Row(source.name, [source.name, source.kind, one.location, source.tenant, f"{one.extensions:,}", synced])


def _foretold(said: Values) -> str:
    if not said["tenant"] and said.get("new_tenant"):
        return f"Makes the tenant {said['new_tenant']} too. No extension is stored before you sync."
    return "No extension is stored before you sync."


def _trial(source: Source) -> list[Text]:
    said, warnings = tried(source)
    return [Text(said[0], "title"), *(Text(line, "warning") for line in warnings), *(Text(line) for line in said[1:])]
