"""Templates: what each is for, who uses it, what is to be minded; added, cloned, renamed, removed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.message import Message

from aps_tui.domain.errors import ApsError
from aps_tui.domain.site import GLOBAL
from aps_tui.screens.desk import Desk, OpenDevice, PlanDevices, Wrote
from aps_tui.screens.dialogs import Confirm
from aps_tui.screens.listing import ListingScreen
from aps_tui.screens.template_editor import TemplateScreen
from aps_tui.screens.template_forms import Losses, add_form, clone_form, device_form, move_form
from aps_tui.screens.template_rows import COLUMNS, LEGEND, TemplateRows
from aps_tui.screens.template_used import Used
from aps_tui.screens.told import Told
from aps_tui.services.console import counted
from aps_tui.services.templates import (
    Clone,
    TemplateRow,
    add,
    cloned,
    from_device,
    move,
    notes_of,
    remove,
    rows,
    said_of,
    save_clone,
    title_of,
    used_by,
)
from aps_tui.widgets.keys import key
from aps_tui.widgets.plain import plain
from aps_tui.widgets.row_list import RowList
from aps_tui.widgets.text_view import Text

NOTHING = """No template yet.

A template holds the settings and keys of one hardware model; the devices on it
say only what differs.

A  adds one
F  makes one of a device that is set up already"""


class TemplatesScreen(ListingScreen):
    """All templates of the site."""

    TITLE = "Templates"
    LEGEND = LEGEND
    WRITES = frozenset({"add", "clone", "rename", "delete", "from_device"})
    BINDINGS: ClassVar[list[BindingType]] = [
        key("A", "add", "Add", "Add a template", footer=True),
        key("e", "edit", "Edit", "Edit its settings and keys (Enter too)"),
        key("C", "clone", "Clone", "Copy it under another name, for another tenant or model", footer=True),
        key("w", "where", "Where", "Show the devices that use it", footer=True),
        key("d", "delete", "Delete", "Delete it, after a question; refused while devices use it", footer=True),
        key("R", "rename", "Rename", "Give it another name or tenant"),
        key("F", "from_device", "From device", "Make a template of what is said for a device"),
        key("i", "details", "Details", "What it says, and what is to be minded"),
        key("P", "plan", "Plan", "Show what a commit would change in the devices that use it"),
    ]

    class Judged(Message):
        """It is known what is to be minded."""

        def __init__(self, notes: dict[int, list[str]]) -> None:
            super().__init__()
            self.notes = notes

    def __init__(self, desk: Desk) -> None:
        self.templates = TemplateRows()
        self._wanted = ""
        super().__init__(desk, COLUMNS, self.templates)

    def nothing(self) -> str:
        """How to begin."""
        return NOTHING

    def show_rows(self) -> None:
        """Show the templates, and judge them again in a thread."""
        with self.complaints():
            self.templates.all = rows(self.desk.place)
        super().show_rows()
        self.rows.go_to(self._wanted)
        self._wanted = ""
        self._judge()

    @work(thread=True, group="judge", exclusive=True, exit_on_error=False)
    def _judge(self) -> None:
        with self.desk.place.store.connection():
            notes = notes_of(self.desk.place)
        self.post_message(self.Judged(notes))

    @on(Judged)
    def show_notes(self, event: Judged) -> None:
        """Show how many there are of each template."""
        self.templates.notes = event.notes
        self.rows.reload()

    @property
    def here(self) -> TemplateRow | None:
        """The template under the cursor."""
        return self.templates.at(self.rows.current.key) if self.rows.current else None

    def detail_of(self, row: str) -> list[Text]:
        """The template, what is to be minded, and what it says."""
        one = self.templates.at(row)
        if one is None:
            return []
        said = [Text(one.name, "title"), Text(f"{one.vendor}/{one.model}"), Text(f"for {one.tenant or GLOBAL}")]
        said.append(Text(f"used by {counted(one.devices, 'device')}"))
        said += [Text(note, "warning") for note in (self.templates.notes or {}).get(one.id, ())]
        found = said_of(self.desk.place, one)
        said += [Text(""), Text("It says" if found else "It says nothing of its own yet", "title")]
        return said + [Text(f"{name} = {value}") for name, value in found]

    def action_details(self) -> None:
        """Say what it says, and what is to be minded."""
        if (one := self.here) is not None:
            say = partial(self.detail_of, str(one.id))
            self.app.push_screen(Told(self.desk.place, f"Template {title_of(one)}", say))

    @on(RowList.Opened)
    def action_edit(self) -> None:
        """Open the editor."""
        if (one := self.here) is not None:
            self.app.push_screen(TemplateScreen(self.desk, one))

    def _write(self, words: str, act: Callable[[], TemplateRow | None]) -> None:
        """Do something as one edit; the cursor goes to the template that it gives. Raises ApsError."""
        with self.desk.edit(words):
            found = act()
        self._wanted = str(found.id) if found else ""
        self.post_message(Wrote())

    def action_add(self) -> None:
        """Ask for a new template."""

        def save(said: dict[str, str]) -> None:
            new = partial(add, self.desk.place, said["name"], said["tenant"], said["model"])
            self._write(f"template {said['name']}: added", new)

        self.app.push_screen(add_form(self.desk.place, save))

    def action_from_device(self) -> None:
        """Ask for a device to make a template of."""

        def save(said: dict[str, str]) -> None:
            new = partial(from_device, self.desk.place, said["mac"], said["name"], said["tenant"])
            self._write(f"template {said['name']}: made of a device", new)

        self.app.push_screen(device_form(self.desk.place, save))

    def action_rename(self) -> None:
        """Ask for another name or tenant."""
        if (one := self.here) is None:
            return

        def save(said: dict[str, str]) -> None:
            new = partial(move, self.desk.place, one, said["name"], said["tenant"])
            self._write(f"template {title_of(one)}: renamed", new)

        self.app.push_screen(move_form(self.desk.place, one, save))

    def action_clone(self) -> None:
        """Ask for a copy."""
        if (one := self.here) is not None:
            self._ask_clone(one, {})

    def _ask_clone(self, one: TemplateRow, before: dict[str, str]) -> None:
        found: list[Clone] = []

        def go_on(said: dict[str, str]) -> None:
            found[:] = [cloned(self.desk.place, one, said["name"], said["tenant"], said["model"])]

        def answered(said: dict[str, str] | None) -> None:
            if said is None:
                return
            if found[0].losses or found[0].warnings:
                self.app.push_screen(Losses(found[0]), lambda sure: self._clone(one, found[0], said, bool(sure)))
            else:
                self._clone(one, found[0], said, sure=True)

        self.app.push_screen(clone_form(self.desk.place, one, before, go_on), answered)

    def _clone(self, one: TemplateRow, clone: Clone, said: dict[str, str], sure: bool) -> None:
        """Store a copy; where that is not wanted, or no longer right, the form comes back."""
        if sure:
            try:
                new = partial(save_clone, self.desk.place, one, clone)
                self._write(f"template {title_of(one)}: cloned to {clone.template.name}", new)
                return
            except ApsError as error:
                self.complain(error)
        self._ask_clone(one, said)

    def action_where(self) -> None:
        """Show the devices that use it."""
        if (one := self.here) is None:
            return
        if not one.devices:
            self.notify(plain(f"No device uses {title_of(one)}"), markup=False)
            return
        self.app.push_screen(Used(self.desk.place, one), partial(self._open_device, one))

    def _open_device(self, one: TemplateRow, mac: str | None) -> None:
        if mac is not None:
            self.post_message(OpenDevice(mac, partial(used_by, self.desk.place, one)))

    def action_plan(self) -> None:
        """Show what a commit would change in the devices that use it."""
        with self.complaints():
            if (one := self.here) is not None and (macs := used_by(self.desk.place, one)):
                self.post_message(PlanDevices(macs))
            else:
                self.notify("No device uses it", markup=False)

    def action_delete(self) -> None:
        """Ask, then delete; what refuses is said at once."""
        if (one := self.here) is None:
            return
        if one.devices:
            self._delete(one, True)
        else:
            question = [f"Delete template {title_of(one)}?", "No device uses it."]
            self.app.push_screen(Confirm(question, "Delete"), partial(self._delete, one))

    def _delete(self, one: TemplateRow, sure: bool | None) -> None:
        if sure:
            with self.complaints():
                self._write(f"template {title_of(one)}: deleted", lambda: remove(self.desk.place, one))
