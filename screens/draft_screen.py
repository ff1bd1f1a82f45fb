"""A list of new devices on its way into the site: what each becomes is said here, then all are added at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import PurePath
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.getters import query_one
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import get_current_worker

from aps_tui.screens.bulk_entries import Entry
from aps_tui.screens.desk import Desk
from aps_tui.screens.dialogs import Confirm
from aps_tui.screens.draft_edits import ENTRIES, DraftEdit
from aps_tui.screens.draft_finish import Finish
from aps_tui.screens.draft_rows import LEGEND, TABS, UNREADY, DraftRows
from aps_tui.screens.draft_texts import detail, offered, standing, tab_titles
from aps_tui.screens.listing import FilterEntry, ListingScreen
from aps_tui.screens.mark_pattern import ask_pattern
from aps_tui.screens.menu import Menu
from aps_tui.screens.rules import Proposal, RulesScreen
from aps_tui.services import importing
from aps_tui.services.console import counted
from aps_tui.services.importing import STATES, Done, Draft
from aps_tui.widgets.keys import key
from aps_tui.widgets.mark_list import MarkList
from aps_tui.widgets.pages import Row
from aps_tui.widgets.plain import plain
from aps_tui.widgets.row_list import Column, RowList
from aps_tui.widgets.tab_strip import TabStrip
from aps_tui.widgets.text_view import Text, TextView

_KEYS = {"=": "equals_sign"}
_EDITS = frozenset({"bulk", "menu", "finish", "give_up", "of_vendor", "rule"})
"""What is done with a list that is not finished."""
_LOOKS = frozenset({"mark_pattern", "unready", "tab"})
"""What needs a list."""


class DraftScreen(ListingScreen):
    """The operator's draft of one kind. A screen of it says how a list is begun, and calls `take_draft` then."""

    CSS_PATH: ClassVar[str | list[str | PurePath]] = ["listing.tcss", "draft.tcss"]
    LEGEND = LEGEND
    KIND: ClassVar[str]
    """The draft's kind."""
    COLUMNS: ClassVar[Sequence[Column]]
    """Of rows to add."""
    SORT: ClassVar[str] = "line"
    """The column that it is sorted by at first."""
    STRICT: ClassVar[bool] = True
    """Whether every row needs a model before any is added."""
    FINISH: ClassVar[type[Finish]] = Finish
    """What finishes it."""
    WRITES = frozenset({*_EDITS, "rules"})
    ADMINS = frozenset({"rule"})
    BINDINGS: ClassVar[list[BindingType]] = [
        key("b", "menu", "Bulk", "Edit the marked rows: model, template, extensions ...", footer=True),
        *(
            key(_KEYS.get(one.letter, one.letter), f"bulk('{one.name}')", one.title,
                f"{one.title} of the marked rows. {one.help}")
            for one in ENTRIES
        ),
        key("V", "of_vendor", "Vendor", "Mark all phones of this row's vendor that need a model"),
        key("p", "rules", "Rules", "Prefix rules: MACs from here to there are this model"),
        key("R", "rule", "New rule", "Make a prefix rule of the marked MACs"),
        key("plus", "mark_pattern(True)", "Mark by", "Mark the rows of the list that a pattern matches"),
        key("minus", "mark_pattern(False)", "Unmark by", "Unmark the rows of the list that a pattern matches"),
        key("exclamation_mark", "unready", "Open", "Show only what keeps the list from being finished; again: all"),
        key("right_square_bracket", "tab(1)", "Next part", "Go to the next part: to add, unsupported, left out"),
        key("left_square_bracket", "tab(-1)", "Part before", "Go to the part before"),
        key("F", "finish", "Finish", "Sum the list up, and add its devices, all or none", footer=True),
        key("D", "give_up", "Discard", "Give the list up, after a question"),
    ]  # fmt: skip

    listed = query_one("#rows", MarkList)
    strip = query_one(TabStrip)

    def __init__(self, desk: Desk) -> None:
        self.drafted = DraftRows(desk, self.COLUMNS, self.SORT)
        super().__init__(desk, self.drafted.columns, self.drafted)
        self.progress = ""
        self._offered = False

    @property
    def draft(self) -> Draft | None:
        """The list on show."""
        return self.drafted.draft

    def body(self) -> Iterable[Widget]:
        """How the list stands, its parts, its rows with their detail, why a row is as it is, and the count."""
        yield Static(id="draft")
        yield TabStrip([tab.title for tab in TABS])
        yield FilterEntry(placeholder="words, !word, column:value, state:m", id="filter", compact=True)
        rows = MarkList(self.drafted.columns, self.drafted, id="rows")
        rows.opens = not self.desk.read_only
        yield Horizontal(rows, TextView(id="detail"))
        yield Static(id="nothing")
        yield Static(id="reason")
        yield Static(id="count")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer nothing that writes in a read-only console, and edits only while there is a list to finish."""
        draft = self.drafted.draft
        if (action in _EDITS and (draft is None or draft.finished)) or (action in _LOOKS and draft is None):
            return None if self.desk.may(action, self.WRITES, self.ADMINS) else False
        return super().check_action(action, parameters)

    def show_rows(self) -> None:
        """Check the list against the site as it is now, and show it."""
        self._load(check=True)

    @work(thread=True, group="draft", exclusive=True, exit_on_error=False)
    def _load(self, *, check: bool) -> None:
        worker, place = get_current_worker(), self.desk.place
        with place.store.connection():
            draft = importing.current(place, self.KIND)
            if check and draft and not draft.finished and not self.desk.read_only:
                importing.recheck(place, draft)
            states = importing.states(place, draft) if draft else {}
        if not worker.is_cancelled:
            self.call_later(self._loaded, draft, states)

    def _loaded(self, draft: Draft | None, states: dict[str, int]) -> None:
        if draft is None or self.draft is None or draft.id != self.draft.id:
            self.listed.action_unmark()
        self.drafted.draft = draft
        self.set_class(draft is None, "-empty")
        if draft is not None and self.focused is None:
            self.listed.focus()
        self.query_one("#nothing", Static).update(Content(self.nothing()))
        self.query_one("#draft", Static).update(Content(plain(standing(draft, states))))
        self.strip.rename(tab_titles(states))
        self.listed.reload()
        self.refresh_bindings()
        self._offer(states)

    def take_draft(self, draft: Draft) -> None:
        """Show a list that was begun or has grown just now, and was checked then."""
        self._offered = True
        self.put_filter("")
        self._load(check=False)

    def _offer(self, states: dict[str, int]) -> None:
        """On the first look, offer a list that was begun earlier."""
        first, self._offered = not self._offered, True
        if first and self.draft and not self.draft.finished and not self.desk.read_only:
            entries = [Entry("go", "r", "Resume", "Go on where it was left"),
                       Entry("discard", "d", "Discard", "Give it up; no device is stored or removed")]  # fmt: skip
            self.app.push_screen(Menu(offered(self.draft, states), entries), self._answered)

    def _answered(self, said: str | None) -> None:
        if said == "discard":
            self._give_up(True)

    def said_of(self, row: Row) -> str:
        """A word about the row under the cursor."""
        marked = f", {len(self.listed.marks):,} marked" if self.listed.marks else ""
        return STATES.get(row.cells[0], "") + marked

    def detail_of(self, row: str) -> list[Text]:
        """All that the row says; runs in a thread."""
        return [line for one in self.drafted.read([row]) for line in detail(one)]

    @on(RowList.Moved)
    @on(MarkList.Marked)
    def show_reason(self) -> None:
        """Say why the row under the cursor is as it is."""
        self.show_row()
        row = self.rows.current
        with self.complaints():
            found = self.drafted.read([row.key]) if row else []
            said = self.progress or "".join(f" {one.reason}" for one in found)
            self.query_one("#reason", Static).update(Content(plain(said)))

    def show_progress(self, text: str) -> None:
        """Say what is being done."""
        self.progress = text and f" {text} ..."
        self.show_reason()

    def action_tab(self, step: int) -> None:
        """Show another part of the list."""
        tabs = list(TABS)
        at = (tabs.index(self.drafted.tab) + step) % len(tabs)
        self.drafted.tab = tabs[at]
        self.strip.turn_to(at)
        self.columns = self.drafted.sorts
        if self.drafted.sort not in [column.name for column in self.columns]:
            self._sort_by(self.columns[1].name, False)
        self.listed.arrange_columns(self.drafted.columns)

    def action_unready(self) -> None:
        """Show only what keeps the list from being finished, or all again."""
        if self.drafted.tab is not TABS[0]:
            self.action_tab(-TABS.index(self.drafted.tab))
        self.filter_by(UNREADY)

    def _edit(self, chosen: Sequence[str] | None = None) -> DraftEdit | None:
        rows, draft = self.listed, self.draft
        chosen = rows.chosen() if chosen is None else chosen
        if not chosen or draft is None:
            return None
        first = next((at for at in range(rows.total) if (row := rows.row(at)) and row.key in chosen), 0) if (
            rows.marks
        ) else rows.cursor  # fmt: skip
        above = rows.row(first - 1) if first else None
        ordered = partial(self.drafted.ordered, chosen)
        return DraftEdit(self, draft, chosen, ordered, self.show_progress, self.show_rows, above.key if above else "")

    def action_menu(self) -> None:
        """Ask what is to be done to the chosen rows."""
        if edit := self._edit():
            edit.menu()

    @on(RowList.Opened)
    def give_model(self) -> None:
        """Ask for the model."""
        if self.check_action("bulk", ()):
            self.action_bulk("model")

    def action_bulk(self, name: str) -> None:
        """Begin one edit of the chosen rows."""
        if edit := self._edit():
            edit.begin({"=": "above"}.get(name, name))
            if name == "above" and not self.listed.marks:
                self.listed.action_move(1)

    def action_of_vendor(self) -> None:
        """Mark all phones of the vendor under the cursor that need a model."""
        with self.complaints():
            row = next(iter(self.drafted.read([self.rows.current.key] if self.rows.current else [])), None)
            if row is not None and self.draft is not None:
                found = importing.wanting(self.desk.place, self.draft, row.vendor)
                self.listed.mark(map(str, found))
                words = f"{counted(len(found), 'phone')} of {row.vendor or 'any vendor'} without a model marked"
                self.notify(words, markup=False)

    def action_mark_pattern(self, on: bool) -> None:
        """Ask for a pattern, and mark what it matches, or unmark it."""
        ask_pattern(self, self.listed, self.drafted.matching, "row", on=on)

    def action_rules(self) -> None:
        """Show the prefix rules; those without a model get it by them afterwards."""
        self.app.push_screen(RulesScreen(self.desk), self._ruled)

    def action_rule(self) -> None:
        """Make a rule of the chosen MACs."""
        with self.complaints():
            found = [row for row in self.drafted.read(self.listed.chosen()) if row.mac]
            ends = importing.proposed([row.mac for row in found])
            if ends is None:
                self.notify("A rule is of one maker's block: mark MACs that begin with the same six digits")
                return
            first = next((row for row in found if row.vendor), found[0])
            model = f"{first.vendor}/{first.model}" if first.model else ""
            self.app.push_screen(RulesScreen(self.desk, Proposal(*ends, first.vendor, model)), self._ruled)

    def _ruled(self, changed: bool | None) -> None:
        draft = self.draft
        if changed and draft is not None and not draft.finished and not self.desk.read_only:
            with self.complaints():
                open_rows = self.drafted.lacking()
                if open_rows and (edit := self._edit(open_rows)):
                    edit.rules()

    def action_finish(self) -> None:
        """Sum the list up, and finish it when the operator says so."""
        if self.draft is not None:
            finish = self.FINISH(self, self.draft, (), tuple, self.show_progress, self.show_rows)
            finish.sum_up(self.store, strict=self.STRICT)

    def store(self, draft: Draft) -> Done:
        """Add the list's devices, in a thread and within an edit. Raises Faults that name the rows in the way."""
        return importing.finish(self.desk.place, draft)

    def action_give_up(self) -> None:
        """Ask, then give the list up."""
        if self.draft is not None:
            question = [f"Give up the list {self.draft.title}?".replace(" ?", "?"), "No device is stored or removed."]
            self.app.push_screen(Confirm(question, "Discard"), self._give_up)

    def _give_up(self, sure: bool | None) -> None:
        if sure and self.draft is not None:
            with self.complaints():
                importing.discard(self.desk.place, self.draft)
                self.put_filter("")
                self._load(check=False)
