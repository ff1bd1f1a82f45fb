"""Edits of the chosen rows of a list of new devices: the same questions and keys as on the list of devices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from aps_tui.screens.area import AreaScreen
from aps_tui.screens.bulk import BulkEdit, nothing
from aps_tui.screens.bulk_entries import Entry
from aps_tui.screens.form import Field, Form
from aps_tui.screens.pick import Pick
from aps_tui.services import bulk, importing
from aps_tui.services.adding import template_key, template_title
from aps_tui.services.console import counted
from aps_tui.services.importing import Draft

ENTRIES = (
    Entry("model", "m", "Model", "Vendor and model; what no longer fits is said"),
    Entry("template", "t", "Template", "One that fits all of them, or none"),
    Entry("tenant", "T", "Tenant", "Whose phones they are"),
    Entry("extensions", "x", "Extensions", "A series: 101..148, the next free ones"),
    Entry("device_labels", "L", "Label", "By a pattern: {extension} {name}"),
    Entry("above", "=", "As above", "Model, template and tenant of the row above"),
    Entry("drop", "d", "Drop", "Take them out of the list"),
)
"""Every edit of rows: its action and its letter, here and on the list."""
ENOUGH = 500
"""Rows that are looked at to say which models come first."""


class DraftEdit(BulkEdit):
    """One edit of some rows. `above` is the row above the first of them; `changed` is called when one is saved."""

    ENTRIES: ClassVar[Sequence[Entry]] = ENTRIES

    def __init__(
        self, screen: AreaScreen, draft: Draft, chosen: Sequence[str], ordered: Callable[[], Sequence[str]],
        progress: Callable[[str], None], changed: Callable[[], None], above: str = "",
    ) -> None:  # fmt: skip
        super().__init__(screen, chosen, ordered, progress)
        self.draft, self.row_above, self.changed = draft, above, changed
        self.ids = [int(one) for one in chosen]

    def model(self) -> None:
        """Ask for a model; what the list may have meant comes first, then those of the vendor."""
        options = [(one.key, f"{one.title}{'  (as written?)' if one.near else ''}")
                   for one in importing.candidates(self.place, self.draft, self.ids[:ENOUGH])]  # fmt: skip

        def take(picked: str) -> None:
            vendor, _, name = picked.partition("/")
            self.review(f"model {picked} for {self.many} of the list", bulk.set_model(vendor, name))

        self._push(Pick(f"Model for {self.many}", options), take)

    def template(self) -> None:
        """Ask for one of the templates that fit all rows."""
        found = {template_key(one.name, one.tenant): one
                 for one in importing.templates(self.place, self.draft, self.ids)}  # fmt: skip
        options = [(name, template_title(one.name, one.tenant)) for name, one in found.items()]

        def take(picked: str) -> None:
            one = found.get(picked)
            words = f"template {one.name}" if one else "no template"
            change = bulk.set_template(one.name, one.tenant) if one else bulk.set_template(None)
            self.review(f"{words} for {self.many} of the list", change)

        title = f"Template for {self.many}" + ("" if found else ": none fits them all (another model or tenant)")
        self._push(Pick(title, [*options, ("-", "no template")]), take)

    def tenant(self) -> None:
        """Ask for a tenant."""
        names = [(name, name) for name in self.place.store.tenants.names()]

        def take(name: str) -> None:
            self.review(f"tenant {name} for {self.many} of the list", importing.tenant(name))

        self._push(Pick(f"Tenant for {self.many}", names), take)

    def extensions(self) -> None:
        """Ask for a series of extensions for line 1."""
        fields = [
            Field("series", "Extensions", help="101..148, or 101,103,110..120, or 101.. for all that are free from 101",
                  check=bulk.parse_series),
            Field("kept", "Who has one", "keep", options=(("keep", "keeps it"), ("renew", "gets another one")),
                  help="whether rows that have an extension already get one from the series too"),
        ]  # fmt: skip

        def take(values: dict[str, str] | None) -> None:
            if values:
                change = importing.series(self.place, self.draft, values["series"], renew=values["kept"] == "renew")
                self.review(f"extensions {values['series']} for {self.many} of the list", change)

        self.screen.app.push_screen(Form(f"Extensions for {self.many}", fields, nothing, does="go on"), take)

    def device_labels(self) -> None:
        """Ask for a pattern of labels."""
        self._labels("Labels", lambda said: importing.label(said["pattern"]), line=False)

    def above(self) -> None:
        """Give the rows the model, the template and the tenant of the row above."""
        if not self.row_above:
            self.screen.notify("There is no row above", markup=False)
            return
        words = f"as the row above for {self.many} of the list"
        above = int(self.row_above)
        self._thread(partial(self._do, words, "given what the row above has",
                             lambda ids: importing.as_above(self.place, self.draft, ids, above)))  # fmt: skip

    def drop(self) -> None:
        """Take the rows out."""
        words = f"{counted(len(self.ids), 'row')} dropped from the list"
        self._thread(partial(self._do, words, "dropped", lambda ids: importing.drop(self.place, self.draft, ids)))

    def rules(self) -> None:
        """Give the rows what the prefix rules say now."""
        self._thread(partial(self._do, "models by the prefix rules", "given a model by the prefix rules",
                             lambda _: importing.apply_rules(self.place, self.draft)))  # fmt: skip

    def wrote(self) -> None:
        """Called when an edit was saved."""
        self.changed()

    def foresee(self, keys: Sequence[str], change: bulk.Change) -> bulk.Outcome:
        """What an edit of these rows would do. Raises Faults or BadValue."""
        return importing.preview(self.place, self.draft, [int(one) for one in keys], change)

    def store(self, words: str, keys: Sequence[str], change: bulk.Change, seen: bulk.Outcome) -> int:
        """Save an edit as it was seen; how many rows it changed. Raises ChangedMeanwhile."""
        ids = [int(one) for one in keys]
        return self._kept(words, ids, lambda _: importing.edit_seen(self.place, self.draft, ids, change, seen))

    def _do(self, words: str, said: str, change: Callable[[Sequence[int]], int]) -> None:
        """Make an edit that is not shown first."""
        count = self._kept(words, [int(one) for one in self.ordered()], change)
        self._later(self._tell, f"{counted(count, 'row')} {said}" + ("; z takes it back" if count else ""))
        self._later(self.wrote)

    def _kept(self, words: str, ids: Sequence[int], change: Callable[[Sequence[int]], int]) -> int:
        """Make an edit, and keep how the rows were, for z."""
        before = importing.rows(self.place, self.draft, ids)
        count = change(ids)
        if count:
            self.desk.edits.remember(words, partial(importing.restore, self.place, self.draft, before))
        return count
