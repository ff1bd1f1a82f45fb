"""IP/DNS mappings: which address becomes which host name, for whom, and what that touches."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.message import Message
from textual.worker import Worker, WorkerState

from aps_tui.domain.mapping import check_mapping
from aps_tui.domain.site import GLOBAL, AddressMapping
from aps_tui.screens.desk import Desk, PlanDevices, Wrote
from aps_tui.screens.dialogs import Confirm
from aps_tui.screens.form import YES_NO, Field, Form
from aps_tui.screens.listing import ListingScreen
from aps_tui.screens.mapping_rows import COLUMNS, LEGEND, MappingRows, key_of
from aps_tui.screens.told import Told
from aps_tui.services.addresses import Census, census, where_said
from aps_tui.services.console import counted
from aps_tui.services.mappings import (
    MappingRow,
    add_mapping,
    change_mapping,
    foretold,
    macs_touched,
    mapping_of,
    remove_mapping,
    rows_of,
    switched,
)
from aps_tui.widgets.keys import key
from aps_tui.widgets.row_list import RowList
from aps_tui.widgets.text_view import Text

NOTHING = """No mapping yet.

A mapping replaces one address, such as 1.1.1.1, by a host name in every file that is written.
Templates can then say the dummy address, and only the mapping is edited when the server moves.

A adds one."""


class MappingsScreen(ListingScreen):
    """All IP/DNS mappings."""

    TITLE = "Mappings"
    LEGEND = LEGEND
    WRITES = frozenset({"add", "edit", "switch", "delete"})
    BINDINGS: ClassVar[list[BindingType]] = [
        key("A", "add", "Add", "Add a mapping", footer=True),
        key("e", "edit", "Edit", "Edit the mapping under the cursor"),
        key("space,o", "switch", "On/off", "Switch the mapping on or off", footer=True),
        key("d", "delete", "Delete", "Delete the mapping, after a question", footer=True),
        key("w", "where", "Where", "Show every place that says the address"),
        key("P", "plan", "Plan", "Show what a commit would change in the devices that it touches", footer=True),
    ]

    class Counted(Message):
        """The devices are counted."""

        def __init__(self, counts: Census) -> None:
            super().__init__()
            self.counts = counts

    def __init__(self, desk: Desk) -> None:
        self.mappings = MappingRows()
        self.counts: Census | None = None
        self._counting = self._count_again = False
        super().__init__(desk, COLUMNS, self.mappings)

    def nothing(self) -> str:
        """How to begin."""
        return NOTHING

    def show_rows(self) -> None:
        """Show the mappings, and count their devices again in a thread."""
        self._load()
        super().show_rows()
        self._count()

    def _load(self) -> None:
        with self.complaints():
            self.mappings.all = rows_of(self.desk.place, self.counts)

    def _count(self) -> None:
        self._count_again = self._counting
        if not self._counting:
            self._counting = True
            self._take_census()

    @work(thread=True, group="census", exit_on_error=False)
    def _take_census(self) -> None:
        with self.desk.place.store.connection():
            self.post_message(self.Counted(census(self.desk.place)))

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A count that failed may be tried again; what went wrong is shown by every screen alike."""
        if event.state is WorkerState.ERROR and event.worker.group == "census":
            self._counting = False

    @on(Counted)
    def show_counts(self, event: Counted) -> None:
        """Show how many devices each mapping touches."""
        self.counts, self._counting = event.counts, False
        self._load()
        self.rows.reload()
        if self._count_again:
            self._count()

    @property
    def here(self) -> MappingRow | None:
        """The mapping under the cursor."""
        return self.mappings.at(self.rows.current.key) if self.rows.current else None

    def detail_of(self, row: str) -> list[Text]:
        """The mapping and the places that say its address."""
        found = self.mappings.at(row)
        if found is None:
            return []
        one = found.mapping
        head = [Text(one.source, "title"), Text(f"becomes {one.hostname}"), Text(f"for {one.tenant or GLOBAL}")]
        head += [] if one.enabled else [Text("switched off: nothing is replaced", "warning")]
        return [*head, Text(one.note), Text(""), *self._places(one)]

    def _places(self, one: AddressMapping) -> list[Text]:
        found, count = where_said(self.desk.place, one.source, one.tenant)
        if not found:
            return [Text("No level says this address.")]
        said = [Text(f"{counted(count, 'place')} {'says' if count == 1 else 'say'} it", "title")]
        said += [Text(f"{place.owner}: {place.what} = {place.text}") for place in found]
        return said + ([Text(f"and {count - len(found):,} more")] if count > len(found) else [])

    def action_where(self) -> None:
        """Show every place that says the address."""
        if (here := self.here) is not None:
            title = f"Where {here.mapping.source} is said"
            self.app.push_screen(Told(self.desk.place, title, partial(self._places, here.mapping)))

    @work(thread=True, group="touched", exclusive=True, exit_on_error=False)
    def _plan_touched(self, counts: Census, mapping: AddressMapping) -> None:
        with self.desk.place.store.connection():
            macs = macs_touched(self.desk.place, counts, mapping)
        if macs:
            self.post_message(PlanDevices(macs))
        else:
            self.call_later(self.notify, f"No device says {mapping.source} there", markup=False)

    def action_plan(self) -> None:
        """Show what a commit would change in the devices that the mapping touches."""
        if self.here is not None and self.counts is not None:
            self._plan_touched(self.counts, self.here.mapping)

    def action_add(self) -> None:
        """Ask for a new mapping."""
        self._ask("Add a mapping", None)

    @on(RowList.Opened)
    def action_edit(self) -> None:
        """Ask for another version of the mapping under the cursor; a read-only console shows where it is used."""
        if self.desk.read_only:
            self.action_where()
        elif (here := self.here) is not None:
            self._ask(f"Mapping of {here.mapping.source}", here.mapping)

    def _ask(self, title: str, old: AddressMapping | None) -> None:
        one = old or AddressMapping("", "")
        with self.complaints():
            tenants = self.desk.place.store.tenants.names()
            scopes = [("", GLOBAL), *((name, name) for name in tenants)]
            fields = [
                Field("source", "Address", one.source, _SOURCE_HELP, check=lambda text: check_mapping(text, "a.test")),
                Field("hostname", "Becomes", one.hostname, _HOSTNAME_HELP),
                Field("tenant", "Tenant", one.tenant or "", "For whom; a tenant's mapping beats a global one", scopes),
                Field("enabled", "On", "yes" if one.enabled else "no", "Off leaves the address as it is", YES_NO),
                Field("note", "Note", one.note, "Any words for the operators"),
            ]
            preview = partial(self._foretell, self.desk.place.store.mappings.all(), old)
            form = Form(title, fields, partial(self._save, old), preview=preview, start="hostname" if old else "")
            self.app.push_screen(form, self._saved)

    def _foretell(self, mappings: list[AddressMapping], old: AddressMapping | None, said: dict[str, str]) -> str:
        if not (said["source"] and said["hostname"]):
            return ""
        return "\n".join(foretold(mappings, self.counts, old, mapping_of(said)))

    def _save(self, old: AddressMapping | None, said: dict[str, str]) -> None:
        new = mapping_of(said)
        with self.desk.edit(f"mapping {new.source}: {new.hostname}"):
            if old is None:
                add_mapping(self.desk.place, new)
            else:
                change_mapping(self.desk.place, old, new)

    def _saved(self, said: dict[str, str] | None) -> None:
        if said is not None:
            self._load()
            self.rows.reload()
            self.rows.go_to(key_of(mapping_of(said)))
            self.post_message(Wrote())

    def action_switch(self) -> None:
        """Switch the mapping under the cursor on or off."""
        if (here := self.here) is None:
            return
        old = here.mapping
        new = switched(old)
        with self.complaints():
            with self.desk.edit(f"mapping {old.source}: {'on' if new.enabled else 'off'}"):
                change_mapping(self.desk.place, old, new)
            self.post_message(Wrote())

    def action_delete(self) -> None:
        """Ask, then delete the mapping under the cursor."""
        if (here := self.here) is None:
            return
        one = here.mapping
        many = "an unknown number of devices" if here.devices is None else counted(here.devices, "device")
        effect = f"At the next commit, {many} would get {one.source} or what another mapping says."
        question = [
            f"Delete the mapping of {one.source} to {one.hostname}?",
            f"It is for {one.tenant or GLOBAL}{'' if one.enabled else ', and switched off'}.",
            effect if one.enabled else "No device changes.",
        ]
        self.app.push_screen(Confirm(question, "Delete"), partial(self._delete, one))

    def _delete(self, mapping: AddressMapping, sure: bool | None) -> None:
        if not sure:
            return
        with self.complaints():
            with self.desk.edit(f"mapping {mapping.source}: deleted"):
                remove_mapping(self.desk.place, mapping)
            self.post_message(Wrote())


_SOURCE_HELP = "The whole IPv4 address to look for, such as 1.1.1.1"
_HOSTNAME_HELP = "The host name (or IPv4 address) to write instead, such as pbx.example.net"
