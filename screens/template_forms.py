"""The forms of templates: add, clone, rename or move, make from a device; and what a clone loses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from textwrap import wrap
from typing import ClassVar, TypeAlias

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from aps_tui.domain.mac import parse_mac
from aps_tui.domain.site import GLOBAL
from aps_tui.screens.form import Field, Form
from aps_tui.services.console import counted
from aps_tui.services.templates import (
    Clone,
    Loss,
    TemplateRow,
    in_short,
    losses_of,
    models_of,
    tenants_of,
    title_of,
)
from aps_tui.services.workplace import Workplace
from aps_tui.widgets.keys import key
from aps_tui.widgets.plain import plain
from aps_tui.widgets.text_view import Text, TextView

Save: TypeAlias = Callable[[dict[str, str]], object]

WIDTH = 66
"""Cells of a line in the list of losses."""
_NAME = "A meaningful name, such as T46 sales; used once in a tenant"
_TENANT = "All (Global): devices of every tenant can use it; or those of one tenant alone"
_MODEL = (
    "The hardware model; type a part of its name, such as t46u. It cannot be changed later, only cloned for another"
)


def add_form(place: Workplace, save: Save) -> Form:
    """Asks for a new template: model, tenant, name."""
    fields = [Field("model", "Model", help=_MODEL, options=models_of(place)), _tenant(place), _name("")]
    return Form("Add a template", fields, save, preview=lambda said: _unverified(place, said["model"]))


def move_form(place: Workplace, row: TemplateRow, save: Save) -> Form:
    """Asks for another name or scope."""
    return Form(f"Rename or move {title_of(row)}", [_name(row.name), _tenant(place, row.tenant)], save)


def device_form(place: Workplace, save: Save) -> Form:
    """Asks for the device that a template is to be made of."""
    what = "What is said for this device and its template becomes the new template, such as 805ec0123456"
    fields = [Field("mac", "MAC", help=what, check=parse_mac), _tenant(place), _name("")]
    return Form("Make a template of a device", fields, save)


def clone_form(place: Workplace, row: TemplateRow, said: dict[str, str], save: Save) -> Form:
    """Asks for name, tenant and model of a copy, and says what that model loses; `said` is what was typed before."""
    model = said.get("model", f"{row.vendor}/{row.model}")
    fields = [
        _name(said.get("name", f"{row.name} copy")),
        _tenant(place, said.get("tenant", row.tenant)),
        Field("model", "Model", model, _MODEL.partition(". ")[0], options=models_of(place, row.vendor)),
    ]

    @lru_cache(maxsize=16)
    def lost(tenant: str, model: str) -> str:
        losses = in_short(losses_of(place, row, tenant, model))
        return f"Lost: {losses}. Each is shown before it is saved." if losses else "All that it says goes along."

    def preview(said: dict[str, str]) -> str:
        return "\n".join(filter(None, (lost(said["tenant"], said["model"]), _unverified(place, said["model"]))))

    return Form(f"Clone {title_of(row)}", fields, save, does="Go on", preview=preview)


def _name(value: str) -> Field:
    return Field("name", "Name", value, _NAME)


def _tenant(place: Workplace, value: str | None = None) -> Field:
    return Field("tenant", "Tenant", value or GLOBAL, _TENANT, options=tenants_of(place))


def _unverified(place: Workplace, model: str) -> str:
    """A word about a model whose facts nobody has tried."""
    vendor, _, name = model.partition("/")
    found = place.packs.model(vendor, name) if name else None
    return f"{model} is unverified: try one device first" if found and not found.facts()["verified"] else ""


class Losses(ModalScreen[bool]):
    """All that a copy for another model loses, before it is saved; gives whether to save it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter,y", "dismiss(True)", "Save", "Save the copy without what is listed", first=True),
        key("escape,n,q", "dismiss(False)", "Back", "Go back to the form"),
    ]
    DEFAULT_CSS = """
    Losses {
        .dialog { width: 78; height: auto; max-height: 90%; padding: 0 2; }
        .title { text-style: bold; }
        TextView { height: auto; max-height: 50vh; margin-top: 1; }
    }
    """

    def __init__(self, clone: Clone) -> None:
        super().__init__()
        self.clone = clone

    def compose(self) -> ComposeResult:
        """What is lost and why, what else is to be known, and the question."""
        copy = self.clone.template
        with VerticalGroup(classes="dialog"):
            yield Static(Content(plain(f"{copy.name} for {copy.vendor}/{copy.model}")), classes="title")
            yield TextView([*loss_lines(self.clone.losses), *self._warnings()], id="losses")
            yield Static(Content("Enter saves the copy without these; Esc goes back to the form"), classes="hint")

    def _warnings(self) -> Iterator[Text]:
        if self.clone.warnings:
            yield Text("")
        yield from (Text(warning, "warning") for warning in self.clone.warnings)

    def on_mount(self) -> None:
        """Ready to read."""
        self.query_one(TextView).focus()


def loss_lines(losses: Sequence[Loss]) -> Iterator[Text]:
    """What is lost, kind by kind, each with why."""
    for kind in dict.fromkeys(loss.kind for loss in losses):
        these = [loss for loss in losses if loss.kind == kind]
        yield Text(f"Lost: {counted(len(these), kind)}", "title")
        for loss in these:
            yield from (Text(line, "remove") for line in wrap(loss.what, WIDTH))
            yield from (Text(f"  {line}") for line in wrap(loss.why, WIDTH))
