"""The tab Lines: every line that the model has, and the extension on it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.getters import query_one

from aps_tui.domain.keytypes import SUGGESTED_SIP_PORTS
from aps_tui.domain.site import Line
from aps_tui.screens.desk import Desk
from aps_tui.screens.device_pane import NO_DEVICE, DevicePane, line_row
from aps_tui.screens.dialogs import Confirm
from aps_tui.screens.form import YES_NO, Field, Form
from aps_tui.services.device_edit import (
    FOUND,
    LINE_CHOICES,
    Opened,
    check,
    free_extensions,
    moved_line,
    with_line,
    without_line,
)
from aps_tui.widgets.keys import key
from aps_tui.widgets.pages import Fixed, Row, Source
from aps_tui.widgets.row_list import Column, RowList

COLUMNS = (
    Column("number", "Line", 4),
    Column("state", "S", 1, colours={"X": "red"}),
    Column("extension", "Extension", 9, 1),
    Column("name", "Name", 10, 2),
    Column("label", "Label", 8, 2),
    Column("caller", "Caller ID", 9),
    Column("port", "SIP port", 8),
    Column("srtp", "SRTP", 8),
    Column("transport", "Transp.", 7),
    Column("answer", "Auto", 4),
)
WRITES = frozenset({"edit", "off", "move_line", "open"})
_PORTS = f"{SUGGESTED_SIP_PORTS[0]} to {SUGGESTED_SIP_PORTS[-1]}"


def _found(pairs: Sequence[tuple[str, str]]) -> Source:
    """Extensions found for what was typed, as rows of a list."""
    rows = [Row(number, [f"{number} {name}".rstrip()]) for number, name in pairs]
    return Fixed([*rows, line_row("type more to find others")] if len(rows) >= FOUND else rows)


class LineList(RowList):
    """The lines of a device."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("e,A", "edit", "Edit", "Put an extension on the line, or change it (Enter too)", footer=True),
        key("d", "off", "Take off", "Take the extension off the line, after a question", footer=True),
        key("J", "move_line(1)", "Line down", "Move the line down; the one below takes its place"),
        key("K", "move_line(-1)", "Line up", "Move the line up; the one above takes its place"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(COLUMNS, id="lines")
        self.desk = desk

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A read-only console changes nothing."""
        return self.desk.may(action, WRITES)

    def action_edit(self) -> None:
        """Ask the tab to change the line."""
        self.action_open()

    def action_off(self) -> None:
        """Ask the tab to take the line off."""
        self._pane.ask_off()

    def action_move_line(self, step: int) -> None:
        """Ask the tab to move the line."""
        self._pane.move(step)

    @property
    def _pane(self) -> LinesPane:
        assert isinstance(self.parent, LinesPane)
        return self.parent


class LinesPane(DevicePane):
    """The tab Lines."""

    rows = query_one("#lines", RowList)

    def compose(self) -> ComposeResult:
        """The list."""
        yield LineList(self.desk)

    def load(self) -> None:
        """Read the lines."""
        found = self.opened()
        numbers = range(1, found.lines + 1) if found else ()
        self.rows.replace(Fixed([_row(found, n) for n in numbers] if found else [line_row(NO_DEVICE)]))

    @property
    def number(self) -> int:
        """The line under the cursor; 0 for none."""
        return int(self.rows.current.key or 0) if self.rows.current else 0

    @on(RowList.Opened, "#lines")
    def edit(self) -> None:
        """Ask what the line is to be."""
        found = self.opened()
        if found is not None and self.number and not self.desk.read_only:
            self.app.push_screen(self._form(found, self.number))

    def _form(self, found: Opened, number: int) -> Form:
        place, line = self.desk.place, found.line(number) or Line(number, "")
        find = free_extensions(place, found.device.tenant, line.extension)

        def preview(said: dict[str, str]) -> str:
            if not said["extension"]:
                return ""
            name = place.store.extensions.find(found.device.tenant, said["extension"])
            warnings = check(place, found, with_line(found, number, said))
            return "\n".join([f"{said['extension']} {name.name if name else ''}", *warnings])

        def store(said: dict[str, str]) -> None:
            self.save(found, f"line {number}", with_line(found, number, said))

        words = {name: [(one, one) for one in known] for name, known in LINE_CHOICES.items()}
        words["transport"][0] = ("", "of the server")
        return Form(
            f"{found.title}: line {number}",
            [
                Field("extension", "Extension", line.extension, "a free one of the tenant: Space, or its first digit",
                      find=lambda typed: _found(find(typed))),
                Field("label", "Label", line.label, "what the phone shows; empty: the extension's name"),
                Field("caller_id_source", "Caller ID from", line.caller_id_source,
                      "pai-from shows the connected party", words["caller_id_source"]),
                Field("local_sip_port", "Local SIP port", str(line.local_sip_port or ""),
                      f"{_PORTS} suggested, its own on each phone behind one NAT; empty: the model's"),
                Field("srtp", "SRTP", line.srtp, "voice encryption; it needs transport tls", words["srtp"]),
                Field("transport", "Transport", line.transport, "", words["transport"]),
                Field("auto_answer", "Auto answer", "yes" if line.auto_answer else "no", "", YES_NO),
            ],
            store,
            preview=preview,
        )  # fmt: skip

    def ask_off(self) -> None:
        """Ask whether to take the line off."""
        found = self.opened()
        line = found.line(self.number) if found else None
        if found is None or line is None:
            return
        question = [f"Take extension {line.extension} off line {line.number}?", "It is free for another phone then."]
        self.app.push_screen(Confirm(question, "Take off"), partial(self._off, found, line.number))

    def _off(self, found: Opened, number: int, sure: bool | None) -> None:
        if sure:
            self.try_to(lambda: self.save(found, f"line {number} off", without_line(found, number)))

    def move(self, step: int) -> None:
        """Move the line under the cursor, and the cursor with it."""
        found, number = self.opened(), self.number
        if found is None or found.line(number) is None:
            return

        def act() -> None:
            self.save(found, f"line {number} to {number + step}", moved_line(found, number, step))
            self.rows.move_to(self.rows.cursor + step)

        self.try_to(act)


def _row(found: Opened, number: int) -> Row:
    line = found.line(number)
    if line is None:
        return Row(str(number), [str(number), "", "free"])
    state = "X" if line.extension in found.gone else ""
    cells = [str(number), state, line.extension, found.names.get(line.extension, ""), line.label,
             line.caller_id_source, str(line.local_sip_port or ""), line.srtp, line.transport,
             "yes" if line.auto_answer else ""]  # fmt: skip
    return Row(str(number), cells)
