"""Prefix rules: MACs from here to there are this model. Import, scan and queue go by them."""

from __future__ import annotations

from functools import partial
from typing import ClassVar, NamedTuple

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.screen import ModalScreen
from textual.widgets import Footer, Static
from textual.worker import Worker, WorkerState

from aps_tui.domain.errors import ApsError
from aps_tui.domain.mac import with_colons
from aps_tui.screens.desk import Desk, Wrote
from aps_tui.screens.dialogs import Confirm
from aps_tui.screens.form import Field, Form, Values
from aps_tui.services import importing
from aps_tui.services.adding import models_of, vendor_of
from aps_tui.services.importing import Rule, RuleRow
from aps_tui.widgets.keys import key
from aps_tui.widgets.pages import Fixed, Row
from aps_tui.widgets.plain import plain
from aps_tui.widgets.row_list import Column, RowList

COLUMNS = (
    Column("first", "First MAC", 17),
    Column("last", "Last MAC", 17),
    Column("model", "Model", 13, 2),
    Column("devices", "Devices", 7),
    Column("waiting", "New", 5),
    Column("note", "Note", 6, 2),
)
NONE_YET = (
    "No rule yet. A adds one: the first and the last MAC of a range, and the model that all phones in it are.\n"
    "Phones of a list or a scan whose MAC falls in get that model by themselves."
)


class Proposal(NamedTuple):
    """A rule that is proposed."""

    first: str
    last: str
    vendor: str = ""
    """Whose models come first."""
    model: str = ""
    """`vendor/model`."""


class RulesScreen(ModalScreen[bool]):
    """Every rule, and how many MACs fall in; gives whether one was changed. A proposal opens its form at once."""

    CSS_PATH = "syncing.tcss"
    LEGEND = "New: rows of lists of new devices, and phones of the queue. Of two rules the narrower one counts."
    WRITES = frozenset({"add", "edit", "delete"})
    BINDINGS: ClassVar[list[BindingType]] = [
        key("A", "add", "Add", "Add a rule", footer=True),
        key("e", "edit", "Edit", "Change the rule under the cursor (Enter too)", footer=True),
        key("d", "delete", "Delete", "Delete the rule, after a question; devices keep their models", footer=True),
        key("escape,q,p", "leave", "Back", "Go back", footer=True),
        key("question_mark,f1", "app.help", "Help", "Show the keys"),
    ]

    rows = query_one("#sources", RowList)

    def __init__(self, desk: Desk, proposal: Proposal | None = None) -> None:
        super().__init__()
        self.desk = desk
        self.proposal = proposal
        self.found: list[RuleRow] = []
        self.changed = False

    def compose(self) -> ComposeResult:
        """The list, or a word on how to begin."""
        yield Static(Content(" Prefix rules"), id="name")
        yield Static(Content(NONE_YET), id="hint")
        yield RowList(COLUMNS, id="sources", opens=self.desk.admin)
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Show the rules; ask for the one that is proposed."""
        self.rows.focus()
        self.load()
        if self.proposal is not None:
            self._ask("A rule for the marked MACs", self.proposal, None)

    def on_screen_resume(self) -> None:
        """Show what changed meanwhile."""
        self.load()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer nothing that writes in a read-only console."""
        return self.desk.may(action, self.WRITES, self.WRITES)

    @work(thread=True, group="rules", exclusive=True, exit_on_error=False)
    def load(self) -> None:
        """Read the rules, and count what falls in."""
        with self.desk.place.store.connection():
            found = importing.rules(self.desk.place)
        self.call_later(self._loaded, found)

    def _loaded(self, found: list[RuleRow]) -> None:
        self.found = found
        self.query_one("#hint", Static).display = not found
        self.rows.replace(Fixed([_row(one) for one in found]))

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Say what went wrong in a thread."""
        if event.state is WorkerState.ERROR:
            self.notify(plain(str(event.worker.error)), severity="error", markup=False)

    @property
    def here(self) -> Rule | None:
        """The rule under the cursor."""
        return self.found[self.rows.cursor].rule if self.rows.total else None

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(self.changed)

    def action_add(self) -> None:
        """Ask for a new rule."""
        self._ask("Add a prefix rule", Proposal("", ""), None)

    @on(RowList.Opened)
    def action_edit(self) -> None:
        """Ask for what is different."""
        if (old := self.here) is not None:
            shown = Proposal(with_colons(old.first), with_colons(old.last), old.vendor, f"{old.vendor}/{old.model}")
            self._ask("Change a prefix rule", shown, old)

    def _ask(self, title: str, said: Proposal, old: Rule | None) -> None:
        place = self.desk.place

        def models(values: Values) -> list[tuple[str, str]]:
            return models_of(place, vendor_of(place, values["first"]) or said.vendor)

        fields = [
            Field("first", "First MAC", said.first, "A MAC, or how MACs begin: 80:5e:c0:12"),
            Field("last", "Last MAC", said.last, "Empty: all that begin like the first one"),
            Field("model", "Model", said.model, "type to find it; models of the MACs' vendor come first", models),
            Field("note", "Note", old.note if old else "", "What it is for, as: bought in May"),
        ]
        form = Form(
            title, fields, partial(self._save, old), start="model" if said.first and not said.model else "first"
        )
        self.app.push_screen(form, self._saved)

    def _save(self, old: Rule | None, said: dict[str, str]) -> None:
        vendor, _, model = said["model"].partition("/")
        values = (said["first"], said["last"], vendor, model, said["note"])
        with self.desk.edit(f"prefix rule {said['first']}: {said['model']}"):
            if old is None:
                importing.add_rule(self.desk.place, *values)
            else:
                importing.change_rule(self.desk.place, old, *values)

    def _saved(self, said: dict[str, str] | None) -> None:
        if said is not None:
            self._wrote()

    def _wrote(self) -> None:
        self.changed = True
        self.post_message(Wrote())
        self.load()

    def action_delete(self) -> None:
        """Ask, then delete the rule under the cursor."""
        if (old := self.here) is not None:
            question = [f"Delete the rule {with_colons(old.first)} to {with_colons(old.last)}?",
                        "Devices keep their models."]  # fmt: skip
            self.app.push_screen(Confirm(question, "Delete"), partial(self._delete, old))

    def _delete(self, old: Rule, sure: bool | None) -> None:
        if sure:
            try:
                with self.desk.edit(f"prefix rule {with_colons(old.first)}: deleted"):
                    importing.delete_rule(self.desk.place, old)
                self._wrote()
            except ApsError as error:
                self.notify(plain(str(error)), severity="error", markup=False)


def _row(one: RuleRow) -> Row:
    rule, hits = one.rule, one.hits
    model = f"{rule.vendor}/{rule.model}{'' if one.known else ' (no such model)'}"
    waiting = f"{hits.rows + hits.sightings:,}"
    cells = [with_colons(rule.first), with_colons(rule.last), model, f"{hits.devices:,}", waiting, rule.note]
    return Row(f"{rule.id}", cells)
