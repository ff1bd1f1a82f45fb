"""A form for one object: a few fields, checked and saved before it closes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalGroup, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, Static

from aps_tui.domain.errors import ApsError, Faults
from aps_tui.screens.dialogs import Confirm
from aps_tui.screens.pick import Find, Option, Pick
from aps_tui.widgets.choice import Choice
from aps_tui.widgets.keys import key
from aps_tui.widgets.plain import plain

Values: TypeAlias = Mapping[str, str]
"""Field name to its text, or to the key of its choice."""

Options: TypeAlias = Sequence[Option] | Callable[[Values], Sequence[Option]]
"""What a field offers, fixed or by what the other fields say."""

YES_NO: Sequence[Option] = (("no", "no"), ("yes", "yes"))
"""The options of a switch."""

MOST_SAID = 6
"""Lines of errors that a form shows."""


@dataclass(frozen=True)
class Field:
    """One line of a form: a text, or a choice where there are options."""

    name: str
    label: str
    value: str = ""
    help: str = ""
    """What belongs here, with an example; shown while the field is in focus."""
    options: Options | None = None
    find: Find | None = None
    """In place of options, where there are too many to hold: the list's rows for what is typed."""
    secret: bool = False
    """Masked as it is typed."""
    check: Callable[[str], object] | None = None
    """Raises BadValue for a text that will not do."""


class Form(ModalScreen[dict[str, str] | None]):
    """Asks for an object. `save` stores it: what it raises is shown and the form stays, so nothing typed is lost.

    `preview` says, as the operator types, what saving would do. Gives the values, or None when it was left.
    """

    CSS_PATH = "form.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "save", "Save", "Check and save", first=True),
        key("down", "app.focus_next", "Down", "Go to the next field"),
        key("up", "app.focus_previous", "Up", "Go to the field above"),
        key("escape", "leave", "Cancel", "Leave; asks first when something was typed"),
    ]

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        save: Callable[[dict[str, str]], object],
        *,
        does: str = "Save",
        preview: Callable[[dict[str, str]], str] | None = None,
        start: str = "",
    ) -> None:
        super().__init__()
        self.title_text = title
        self.fields = {field.name: field for field in fields}
        self.save = save
        self.does = does
        self.preview = preview
        self.start = start
        self.first = {field.name: field.value for field in fields}

    def compose(self) -> ComposeResult:
        """The title, the fields, what is said about them."""
        with VerticalGroup(classes="dialog"):
            yield Static(Content(plain(self.title_text)), classes="form-title")
            with VerticalScroll(can_focus=False):
                for field in self.fields.values():
                    yield Horizontal(Static(Content(field.label), classes="label"), self._entry(field))
            yield Static(id="form-help")
            yield Static(id="form-preview")
            yield Static(id="form-error")
            yield Static(Content(f"Enter: {self.does}   Tab: next   Space: choose   Esc: cancel"), classes="hint")

    def _entry(self, field: Field) -> Widget:
        if field.options is not None:
            return Choice(self._offered(field, self.first), field.value, id=f"f-{field.name}")
        if field.find is not None:
            return Choice([(field.value, field.value)], field.value, id=f"f-{field.name}")
        return Input(plain(field.value), password=field.secret, compact=True, id=f"f-{field.name}")

    def _offered(self, field: Field, values: Values) -> Sequence[Option]:
        options = field.options or ()
        return options(values) if callable(options) else options

    def on_mount(self) -> None:
        """Begin in the field that is wanted, or in the first that is empty, or else the first."""
        empty = self.start or next((name for name, value in self.first.items() if not value), next(iter(self.fields)))
        self.query_one(f"#f-{empty}").focus()
        self._say_preview()

    @property
    def values(self) -> dict[str, str]:
        """What the fields say now."""
        return {name: self._value(self.query_one(f"#f-{name}"), self.first[name]) for name in self.fields}

    def _value(self, entry: Widget, first: str) -> str:
        """What an entry says; a text that was not touched is what it was, blanks and controls included."""
        if isinstance(entry, Choice):
            return entry.value
        assert isinstance(entry, Input)
        return first if entry.value == plain(first) else entry.value.strip()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Say what belongs into the field."""
        field = self.fields.get((event.widget.id or "").removeprefix("f-"))
        self.query_one("#form-help", Static).update(Content(field.help if field else ""))

    @on(Choice.Wanted)
    def open_list(self, event: Choice.Wanted) -> None:
        """Open the list of a choice."""
        choice = event.choice
        field = self.fields[(choice.id or "").removeprefix("f-")]

        def take(picked: str | None) -> None:
            if picked is not None:
                choice.value = picked

        self.app.push_screen(Pick(field.label, field.find or choice.options, choice.value, event.typed), take)

    @on(Choice.Changed)
    @on(Input.Changed)
    def changed(self) -> None:
        """Offer what fits the other fields now, and say what saving would do."""
        for name, field in self.fields.items():
            if callable(field.options):
                choice = self.query_one(f"#f-{name}", Choice)
                offered = tuple(self._offered(field, self.values))
                if offered != choice.options:
                    choice.offer(offered)
        self._say("")
        self._say_preview()

    def _say_preview(self) -> None:
        if self.preview is not None:
            try:
                said = self.preview(self.values)
            except ApsError as error:
                said = str(error)
            lines = "\n".join(plain(line) for line in said.splitlines())
            self.query_one("#form-preview", Static).update(Content(lines))

    def _say(self, error: str) -> None:
        lines = error.splitlines()
        if len(lines) > MOST_SAID:
            lines = [*lines[: MOST_SAID - 1], f"and {len(lines) - MOST_SAID + 1:,} more"]
        self.query_one("#form-error", Static).update(Content("\n".join(plain(line) for line in lines)))

    def action_save(self) -> None:
        """Check every field, save, and close; or say what is wrong and stay."""
        values = self.values
        for name, field in self.fields.items():
            if field.check is not None:
                try:
                    field.check(values[name])
                except ApsError as error:
                    self.query_one(f"#f-{name}").focus()
                    self._say(f"{field.label}: {error}")
                    return
        try:
            self.save(values)
        except Faults as faults:
            self._say("\n".join(faults.faults))
        except ApsError as error:
            self._say(str(error))
        else:
            self.dismiss(values)

    def action_leave(self) -> None:
        """Leave; ask first when something would be lost."""
        if self.values == self.first:
            self.dismiss(None)
            return
        question = Confirm(["Leave the form? What you typed is lost."], "Leave")
        self.app.push_screen(question, self._left)

    def _left(self, sure: bool | None) -> None:
        if sure:
            self.dismiss(None)
