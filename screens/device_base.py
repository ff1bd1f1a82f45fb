"""The tab Device: whose it is, what it is, its template and label, and what a commit would do to it."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.getters import query_one

from aps_tui.domain.errors import ApsError
from aps_tui.domain.mac import with_colons
from aps_tui.screens.desk import Desk, OpenDevice, Wrote
from aps_tui.screens.device_pane import NO_DEVICE, DevicePane, line_row
from aps_tui.screens.device_texts import expected_of
from aps_tui.screens.dialogs import Confirm
from aps_tui.screens.form import Field, Form, Values
from aps_tui.screens.reader import Reader
from aps_tui.services.device_edit import (
    Opened,
    check,
    models,
    replace_mac,
    template_key,
    templates,
    with_base,
)
from aps_tui.widgets.keys import key
from aps_tui.widgets.pages import Fixed, Row
from aps_tui.widgets.row_list import Column, RowList
from aps_tui.widgets.text_view import TextView

WRITES = frozenset({"edit", "mac", "delete", "open"})


class BaseList(RowList):
    """The device's own fields."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("e", "edit", "Edit", "Change tenant, vendor, model, template and label (Enter too)", footer=True),
        key("m", "mac", "New MAC", "Give the device the MAC of the set that takes its place", footer=True),
        key("d", "delete", "Delete", "Delete the device, after a question"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__([Column("name", "", 12), Column("value", "", 20, 1)], header=False, id="base")
        self.desk = desk

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A read-only console changes nothing."""
        return self.desk.may(action, WRITES)

    def action_edit(self) -> None:
        """Ask the tab to change the device."""
        self.post_message(self.Opened(self))

    def action_mac(self) -> None:
        """Ask for the MAC of another set."""
        self._pane.ask_mac()

    def action_delete(self) -> None:
        """Ask whether to delete."""
        self._pane.ask_delete()

    @property
    def _pane(self) -> BasePane:
        assert isinstance(self.parent, BasePane)
        return self.parent


class BasePane(DevicePane):
    """The tab Device."""

    DEFAULT_CSS = "BasePane > #base { height: 8; } BasePane > #expected { height: 1fr; border-top: solid $primary; }"
    rows = query_one("#base", RowList)

    def compose(self) -> ComposeResult:
        """The fields, and what a commit would do."""
        yield BaseList(self.desk)
        yield TextView(id="expected")

    def on_mount(self) -> None:
        """Read what a commit would do in a thread: it renders the device."""
        view = self.query_one("#expected", TextView)
        self.reader = Reader[str](view, self.desk.place, partial(expected_of, self.desk.place))

    def load(self) -> None:
        """Read the device."""
        found = self.opened()
        if found is None:
            gone = f"{with_colons(self.mac)} is no more: press 1 and choose another." if self.mac else NO_DEVICE
            self.rows.replace(Fixed([line_row(gone)]))
            self.reader.want(None)
            return
        one = found.device
        owner = f" (of {one.template_tenant})" if one.template_tenant else ""
        used = ", ".join(f"{line.extension} {found.names.get(line.extension, '')}".rstrip() for line in one.lines)
        pairs = (("MAC", with_colons(one.mac)), ("Tenant", one.tenant), ("Vendor", one.vendor), ("Model", one.model),
                 ("Template", (one.template or "none") + owner), ("Label", one.label or "none"),
                 ("Lines", f"{used or 'none: unprovisioned'} (of {found.lines})"))  # fmt: skip
        self.rows.replace(Fixed([Row(name, [name, value]) for name, value in pairs]))
        self.reader.want(self.mac)

    @on(RowList.Opened, "#base")
    def edit(self) -> None:
        """Ask for tenant, vendor, model, template and label."""
        found = self.opened()
        if found is not None and not self.desk.read_only:
            self.app.push_screen(self._form(found))

    def _form(self, found: Opened) -> Form:
        place, one = self.desk.place, found.device
        tenants = [(name, name) for name in place.store.tenants.names()]
        vendors = [(slug, vendor.name) for slug, vendor in sorted(place.packs.vendors.items())]
        if one.vendor not in place.packs.vendors:
            vendors.append((one.vendor, f"{one.vendor} (its pack is not loaded)"))

        def models_of(said: Values) -> list[tuple[str, str]]:
            known = models(place, said["vendor"])
            return [(name, name) for name in (known if known or said["vendor"] != one.vendor else [one.model])]

        def templates_of(said: Values) -> list[tuple[str, str]]:
            fitting = templates(place, said["vendor"], said["model"], said["tenant"])
            return [("", "none"), *((name, name) for name in fitting)]

        def preview(said: dict[str, str]) -> str:
            if said["tenant"] != one.tenant and one.lines:
                return f"Its lines are taken off: their extensions are those of {one.tenant}."
            return "\n".join(check(place, found, with_base(place, found, said)))

        def store(said: dict[str, str]) -> None:
            self.save(found, "device", with_base(place, found, said))

        return Form(
            found.title,
            [
                Field("tenant", "Tenant", one.tenant, "the customer or site that it belongs to", tenants),
                Field("vendor", "Vendor", one.vendor, "", vendors),
                Field("model", "Model", one.model, "", models_of),
                Field("template", "Template", template_key(one.template, one.template_tenant),
                      "those for this model, of the tenant and global ones", templates_of),
                Field("label", "Label", one.label, "a word for the list, as front desk; the phone does not show it"),
            ],
            store,
            preview=preview,
        )  # fmt: skip

    def ask_mac(self) -> None:
        """Ask for the MAC of the set that takes its place."""
        found = self.opened()
        if found is None:
            return

        def store(said: dict[str, str]) -> None:
            with self.desk.edit(f"{found.title}: another MAC"):
                mac = replace_mac(self.desk.place, found, said["mac"])
            self.post_message(Wrote())
            self.post_message(OpenDevice(mac, self.desk.among))

        help = "12 hex digits in any notation, as 80:5e:c0:12:34:56; all else stays, the next commit renames the files"
        self.app.push_screen(
            Form(f"{found.title}: the set that takes its place", [Field("mac", "MAC", "", help)], store)
        )

    def ask_delete(self) -> None:
        """Ask whether to delete the device."""
        found = self.opened()
        if found is not None:
            question = [
                f"Delete 1 device, {with_colons(self.mac)}?",
                "Its files stay until the next commit removes them.",
            ]
            self.app.push_screen(Confirm(question, "Delete"), partial(self._delete, found))

    def _delete(self, found: Opened, sure: bool | None) -> None:
        if not sure:
            return
        try:
            with self.desk.edit(f"delete {found.title}"):
                self.desk.place.store.devices.delete([found.device.mac])
        except ApsError as error:
            self.complain(error)
        self.wrote()
