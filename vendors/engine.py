"""Renders phones: a plain path that reads well, and a specialised one that gives the same bytes fast."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import TemplateError

from aps_tui.domain.site import Value
from aps_tui.vendors.bounds import bound_fault
from aps_tui.vendors.emit import (
    Emitter,
    NotSpecialisable,
    Slot,
    TemplateFault,
    drop_unset,
    split_holes,
)
from aps_tui.vendors.formats import Format, FormatFault, Refused, readable
from aps_tui.vendors.hidden import secrets_of, struck
from aps_tui.vendors.pack import FileSpec, Model, Vendor, file_name
from aps_tui.vendors.partials import RECALL, Memory, Recall, shared_signs
from aps_tui.vendors.phone import KEY_TEXTS, Group, Phone, own_places, own_texts
from aps_tui.vendors.raw import let_raw_win, name_fault, own_formats
from aps_tui.vendors.sandbox import BUDGET, Sandbox, environment
from aps_tui.vendors.shapes import Shape, ShapeFile, shape_file, shape_key, text_settings, touched_of
from aps_tui.vendors.spaces import CannotRender, device_context, shared_context

_SHAPES_KEPT = 50
"""Shapes that a group keeps: phones with much of their own have a shape each, some 50 KB of text."""


class Rendered(NamedTuple):
    """One file of one device, as it is to stand on disk."""

    path: str
    data: bytes
    form: Format | None = None
    """None: a text for people."""

    @property
    def text(self) -> str:
        """What it says, unpacked."""
        return readable(self.data, self.form)


class Result(NamedTuple):
    """A device's files, and what the operator should know about them."""

    files: tuple[Rendered, ...]
    warnings: tuple[str, ...]


def _render(env: Sandbox, spec: FileSpec, context: Mapping[str, Any], emitter: Emitter) -> str:
    """One file's text: render, let raw parameters win, drop unset lines. Raises TemplateFault, CannotRender."""
    BUDGET.begin()
    try:
        text = env.get_template(spec.template).render(context, _emit=emitter)
    except TemplateFault as fault:
        raise TemplateFault(f"template {spec.template}: {fault}") from None
    except TemplateError as error:
        raise TemplateFault(f"template {spec.template}: {error.message}") from None
    except TypeError as error:
        raise TemplateFault(f"template {spec.template}: {error}") from None
    except RecursionError:
        raise TemplateFault(f"template {spec.template}: includes or calls itself without end") from None
    except (ValueError, ArithmeticError) as error:  # their texts may quote a value, and that may be a secret
        raise TemplateFault(f"template {spec.template}: {type(error).__name__}") from None
    raw = {view.name for view in context.get("raw", ())}
    return drop_unset(let_raw_win(text, raw, spec.form, spec.repeatable))


def _file(path: str, form: Format, data: bytes, mac: str = "") -> Rendered:
    """The one place where a whole encoded text becomes a file."""
    return Rendered(path, form.packed(data, mac), form)


_PARTIALS = Memory()
"""What the partials of all groups wrote, as long as the process lives."""


class GroupRenderer:
    """Renders the phones of one group; keeps the shapes that it has met. Its partials' texts may serve other groups."""

    def __init__(self, group: Group, cache: Path | None = None, memory: Memory = _PARTIALS) -> None:
        self.group = group
        self.cache = cache
        self._env = environment(group.vendor.folders, group.vendor.fingerprint, cache)
        self._shapes: dict[object, list[Shape]] = {}
        self._kept = 0
        self._memory = memory
        self._signs = shared_signs(group, memory)

    def render(self, phone: Phone) -> Result:
        """A device's files, by the quick path where its templates allow it.

        Raises CannotRender naming the place for what the model or a format cannot carry, TemplateFault for a
        fault of the pack; no error and no warning tells a secret, whatever a template makes it say.
        """
        try:
            return self._quickly(phone)
        except (CannotRender, TemplateFault) as error:
            raise self._struck(error, phone) from None

    def _quickly(self, phone: Phone) -> Result:
        texts_of = text_settings(phone)
        texts = own_texts(phone, texts_of)
        key = shape_key(phone, texts_of)
        for shape in self._shapes.get(key, ()):
            if [bool(texts[i]) for i in shape.touched] == shape.present:
                break
        else:
            shape = self._specialise(phone, texts, texts_of)
            self._keep(key, shape)
        return self._fill(shape, phone, texts, texts_of) if shape.special else self._plain(phone)

    @property
    def quick(self) -> list[bool]:
        """For each shape met, whether its phones take the quick path."""
        return [shape.special for shapes in self._shapes.values() for shape in shapes]

    def _keep(self, key: object, shape: Shape) -> None:
        """Remember a shape; when there are too many, begin anew."""
        if self._kept >= _SHAPES_KEPT:
            self._shapes.clear()
            self._kept = 0
        self._shapes.setdefault(key, []).append(shape)
        self._kept += 1

    def plain(self, phone: Phone, mask: Callable[[str], str] | None = None) -> Result:
        """A device's files, each rendered by Jinja for this device alone; with `mask`, secrets masked where they stand
        as they are. Raises as `render` does.
        """
        try:
            return self._plain(phone, mask)
        except (CannotRender, TemplateFault) as error:
            raise self._struck(error, phone) from None

    def _struck(self, error: CannotRender | TemplateFault, phone: Phone) -> CannotRender | TemplateFault:
        return type(error)(struck(str(error), secrets_of(self.group, phone)))

    def _plain(self, phone: Phone, mask: Callable[[str], str] | None = None) -> Result:
        texts_of = text_settings(phone)
        texts = own_texts(phone, texts_of)
        facts = self._facts(phone)
        context = device_context(self.group, phone, facts, texts, texts_of)
        files: list[Rendered] = []
        warnings: dict[str, None] = {}
        for spec in self.group.vendor.files:
            name = None if spec.shared else file_name(spec, facts, phone.mac)
            if name is None:
                continue
            emitter = self._emitter(spec, mask)
            try:
                text = _render(self._env, spec, context, emitter)
            except Refused as refused:
                raise CannotRender(self._blame(phone, texts_of, refused)) from None
            warnings |= self._noted(emitter, phone, texts_of)
            if not (spec.optional and not text.strip()):
                self._check(spec, text)
                files.append(_file(name, spec.form, spec.form.encode(text), phone.mac))
        return Result(tuple(files), tuple(warnings))

    def _specialise(self, phone: Phone, texts: list[str | int | None], texts_of: tuple[str, ...]) -> Shape:
        """Render the phone's shape, with slots in place of its own texts."""
        places = own_places(phone, texts_of)
        slots = [Slot(i, place, text) for i, (place, text) in enumerate(zip(places, texts, strict=True))]
        facts = self._facts(phone)
        files: list[ShapeFile] = []
        warnings: dict[str, None] = {}
        try:
            context = device_context(self.group, phone, facts, slots, texts_of)
            context = {**context, RECALL: Recall(self._memory, self._signs, context, slots, phone)}
            for spec in self.group.vendor.files:
                pattern = None if spec.shared else file_name(spec, facts, "{mac}")
                if pattern is None:
                    continue
                emitter = self._emitter(spec)
                text = _render(self._env, spec, context, emitter)
                warnings |= self._noted(emitter, phone, texts_of)
                if spec.optional and not text.strip():
                    continue
                literals, holes = split_holes(text)
                self._check(spec, "x".join(literals))
                files.append(shape_file(pattern, spec.form, literals, holes))
        except NotSpecialisable:
            return Shape([], (), *touched_of(slots), {}, special=False)
        except Refused as refused:
            raise CannotRender(self._blame(phone, texts_of, refused)) from None
        return Shape(files, tuple(warnings), *touched_of(slots), facts["bounds"])

    def _fill(self, shape: Shape, phone: Phone, texts: list[str | int | None], texts_of: tuple[str, ...]) -> Result:
        if fault := bound_fault(self.group, phone, shape.bounds):
            raise CannotRender(fault)
        files: list[Rendered] = []
        warnings = dict.fromkeys(shape.warnings)
        for file in shape.files:
            said = None if file.parts else file.form.ordinary([str(texts[hole.slot]) for hole in file.distinct])
            if said is None:
                emitter = Emitter(file.form, self.group.mapped, {})
                said = self._said(file, phone, texts, texts_of, emitter)
                if said is None:
                    return self._plain(phone)  # whose template leaves such an address out, with a warning
                warnings |= self._noted(emitter, phone, texts_of)
            parts = [b""] * (2 * len(file.holes) + 1)
            parts[0::2] = file.literals
            parts[1::2] = [said[hole] for hole in file.holes]
            path = file.pattern.replace("{mac}", phone.mac).replace("{MAC}", phone.mac.upper())
            files.append(_file(path, file.form, b"".join(parts), phone.mac))
        return Result(tuple(files), tuple(warnings))

    def _said(
        self, file: ShapeFile, phone: Phone, texts: list[str | int | None], texts_of: tuple[str, ...], emitter: Emitter
    ) -> list[bytes] | None:
        """What stands in each distinct hole, one by one; None where an octet is wanted of what is no address."""
        said: list[bytes] = []
        for hole in file.distinct:
            text = texts[hole.slot]
            if hole.part and (text := emitter.octet(str(text), hole.part)) is None:
                return None
            try:
                said.append(emitter(text).encode())
            except Refused as refused:
                raise CannotRender(f"{[*own_places(phone, texts_of)][hole.slot]}: {refused}") from None
        return said

    def _noted(self, emitter: Emitter, phone: Phone, texts_of: tuple[str, ...]) -> dict[str, None]:
        """What one file's render wants the operator to know, each with its place."""
        doubts = (f"{self._place_of(value, phone, texts_of)}{why}" for value, why in emitter.doubts.items())
        said = dict.fromkeys((*emitter.warnings, *doubts))
        secrets = secrets_of(self.group, phone) if said else ()
        return {struck(one, secrets): None for one in said}

    def _facts(self, phone: Phone) -> dict[str, Any]:
        firmware = phone.settings.get("general.firmware", self.group.settings.get("general.firmware"))
        facts = self.group.model.facts(str(firmware) if firmware else None)
        for account in phone.accounts:
            if account.n > int(facts["lines"]):
                raise CannotRender(f"line {account.n}: {facts['name']} has {facts['lines']} lines")
        if fault := bound_fault(self.group, phone, facts["bounds"]):
            raise CannotRender(fault)
        for name in {**self.group.raw, **phone.raw}:
            if fault := name_fault(name, own_formats(self.group.vendor, facts)):
                raise CannotRender(f"raw parameter {name!r}: {fault}")
        return facts

    def _emitter(self, spec: FileSpec, mask: Callable[[str], str] | None = None) -> Emitter:
        return Emitter(spec.form, self.group.mapped, self.group.vendor.words, mask)

    def _check(self, spec: FileSpec, text: str) -> None:
        try:
            spec.form.check(text, spec.repeatable)
        except FormatFault as fault:
            raise TemplateFault(f"template {spec.template}: {fault}") from None

    def _blame(self, phone: Phone, texts_of: tuple[str, ...], refused: Refused) -> str:
        """Name the place that holds the refused value, without showing the value."""
        if refused.place:
            return f"{refused.place}: {refused}"
        return f"{self._place_of(refused.value, phone, texts_of)}{refused}"

    def _place_of(self, value: str, phone: Phone, texts_of: tuple[str, ...]) -> str:
        """`line 1 label: ` for the place that a value comes from; empty when it is not found."""
        settings = {**self.group.settings, **phone.settings}
        keys = (*phone.keys, *self.group.keys)
        places = [
            *zip(own_places(phone, texts_of), own_texts(phone, texts_of), strict=True),
            *settings.items(),
            *((f"{key.bank} key {key.position}", getattr(key, name)) for key in keys for name in (*KEY_TEXTS, "type")),
            *((f"raw parameter {name}", raw) for name, raw in {**self.group.raw, **phone.raw}.items()),
        ]
        for place, held in places:
            if held == value or (isinstance(held, tuple) and value in held):
                return f"{place}: "
        return ""


def render_shared(
    vendor: Vendor,
    model: Model,
    settings: Mapping[str, Value],
    mapped: Callable[[str], str],
    cache: Path | None = None,
) -> Result:
    """The files that all phones of the model, or of the vendor, read. `settings` are the global site's.

    They may hold no secret and no MAC: a template that reads a secret is refused here.
    """
    env = environment(vendor.folders, vendor.fingerprint, cache)
    facts = model.facts()
    context = {**shared_context(dict(settings), facts), "raw": ()}
    files: list[Rendered] = []
    warnings: dict[str, None] = {}
    for spec in vendor.files:
        name = file_name(spec, facts) if spec.shared else None
        if name is None:
            continue
        emitter = Emitter(spec.form, mapped, vendor.words)
        try:
            text = _render(env, spec, context, emitter)
            if spec.optional and not text.strip():
                continue
            spec.form.check(text, spec.repeatable)
        except (Refused, FormatFault) as error:
            raise TemplateFault(f"{name}: {error}") from None
        warnings |= dict.fromkeys((*emitter.warnings, *emitter.doubts.values()))
        files.append(_file(name, spec.form, spec.form.encode(text)))
    return Result(tuple(files), tuple(warnings))
