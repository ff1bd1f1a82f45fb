"""Remembers what included templates wrote, so that a new shape renders only those partials that it changes.

A partial's text depends on nothing but its model, what it asks its context for, and what the mapping makes of the
addresses that it writes. Its first render notes these; a later shape, of whatever tenant and template, in which they
are all the same takes the text as it was.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import cache
from itertools import count
from operator import attrgetter
from typing import Any, NamedTuple

from jinja2 import Template
from jinja2.runtime import Context
from jinja2.utils import missing

from aps_tui.domain.catalogue import CATALOGUE
from aps_tui.domain.site import Value
from aps_tui.vendors.emit import Emitter, Slot
from aps_tui.vendors.phone import Group, Phone
from aps_tui.vendors.spaces import LineView, Space, spaces

RECALL = "_recall"
"""The context's name for the render's `Recall`; a context without one remembers nothing."""
_UNTOLD = object()
"""Stands for a value of which nothing is known: a text that was made with it is of no further use."""
_PLAIN = (str, int, bool, type(None))
_LINE_FIELDS = attrgetter(*LineView.__slots__)
_MOST = 16_000_000
"""Characters that a memory keeps, each text counted with `_OVERHEAD` for what it depended on."""
_OVERHEAD = 1_000


class _Text(NamedTuple):
    """What a partial wrote, and what it depended on beside the names that it asked for."""

    text: str
    touched: tuple[tuple[int, bool], ...]
    """The slots that it looked at, and whether each held a text."""
    mapped: Mapping[str, str]
    """The texts with an address in them that it wrote, and what the mapping made of each."""
    warnings: tuple[str, ...]
    doubts: Mapping[str, str]


class Memory:
    """The texts of partials, of any number of groups."""

    def __init__(self) -> None:
        self._asked: dict[Hashable, dict[tuple[str, ...], None]] = {}
        self._texts: dict[Hashable, list[_Text]] = {}
        self._numbers: dict[Hashable, int] = {}
        self._next = count()
        self._size = 0

    def number(self, sign: Hashable) -> int:
        """A long sign as a number that no other sign has or ever had."""
        return self._numbers.setdefault(sign, next(self._next))

    def asked(self, partial: Hashable) -> Sequence[tuple[str, ...]]:
        """The names that a partial's renders asked for, each different set of them."""
        return tuple(self._asked.get(partial, ()))

    def of(self, partial: Hashable, names: tuple[str, ...], signs: tuple[Hashable, ...]) -> Sequence[_Text]:
        """The texts that a partial had so far where the names stood for the same."""
        return self._texts.get((partial, names, signs), ())

    def keep(self, partial: Hashable, names: tuple[str, ...], signs: tuple[Hashable, ...], text: _Text) -> None:
        """Remember a text; when there are too many, begin anew."""
        if self._size >= _MOST:
            self._asked, self._texts, self._numbers, self._size = {}, {}, {}, 0
        self._asked.setdefault(partial, {})[names] = None
        self._texts.setdefault((partial, names, signs), []).append(text)
        self._size += len(text.text) + _OVERHEAD


class Recall:
    """Gives the partials of one shape: remembered ones, or rendered ones that are remembered from now on."""

    def __init__(
        self, memory: Memory, shared: Mapping[str, Hashable], context: Mapping[str, Any], slots: Sequence[Slot],
        phone: Phone,
    ) -> None:  # fmt: skip
        self._memory = memory
        self._context = context
        self._slots = slots
        self._signs = _signs(shared, context, phone, slots)
        self._whose = (shared["model"], context["general"].firmware)
        self._asking: list[set[str]] = []

    def asked(self, name: str) -> None:
        """Note that the partial in hand asked for a name."""
        if self._asking:
            self._asking[-1].add(name)

    def text(self, template: Template, context: Context) -> str:
        """What an included template writes. Raises whatever its render raises."""
        emitter: Emitter = context.parent["_emit"]
        partial = (self._whose, template.name, emitter.form.name)
        names, found = self._remembered(partial, context) or self._rendered(partial, template, context)
        if self._asking:  # what includes this partial depends on it too
            self._asking[-1].update(names)
        for i, _ in found.touched:
            self._slots[i].touched = True
        emitter.warnings += found.warnings
        emitter.doubts |= found.doubts
        emitter.addressed |= found.mapped
        return found.text

    def _remembered(self, partial: Hashable, context: Context) -> tuple[Sequence[str], _Text] | None:
        """A text that was written where all was as it is now. The names come first: they tell that its slots exist."""
        mapped = context.parent["_emit"].mapped
        for names in self._memory.asked(partial):
            signs = tuple(self._sign(name, context) for name in names)
            for text in self._memory.of(partial, names, signs):
                if all(self._slots[i].present is present for i, present in text.touched) and all(
                    mapped(said) == made for said, made in text.mapped.items()
                ):
                    return names, text
        return None

    def _rendered(self, partial: Hashable, template: Template, context: Context) -> tuple[Sequence[str], _Text]:
        """Render while the emitter and the slots note this partial alone."""
        emitter: Emitter = context.parent["_emit"]
        before = emitter.warnings, emitter.doubts, emitter.addressed
        emitter.warnings, emitter.doubts, emitter.addressed = [], {}, {}
        touched = [slot for slot in self._slots if slot.touched]
        for slot in touched:
            slot.touched = False
        self._asking.append(set())
        try:
            text = template.environment.concat(template.root_render_func(context))
            names = tuple(sorted(self._asking[-1]))
            signs = tuple(self._sign(name, context) for name in names)
            looked_at = tuple((slot.index, slot.present) for slot in self._slots if slot.touched)
            found = _Text(text, looked_at, emitter.addressed, tuple(emitter.warnings), emitter.doubts)
        finally:
            emitter.warnings, emitter.doubts, emitter.addressed = before
            self._asking.pop()
            for slot in touched:
                slot.touched = True
        if _UNTOLD not in signs:
            self._memory.keep(partial, names, signs, found)
        return names, found

    def _sign(self, name: str, context: Context) -> Hashable:
        """What a name stands for, as far as phones of one model may differ in it."""
        value = context.parent.get(name, missing)
        if name in self._signs and value is self._context[name]:
            return self._signs[name]
        kind = type(value)
        if value is missing or kind in _PLAIN:
            return (kind, value)
        if kind is LineView:  # of a loop over the lines
            return tuple(_atom(field) for field in _LINE_FIELDS(value))
        if kind is Space:  # an entry of a list setting
            return (value._prefix, self._signs[value._prefix.partition(".")[0]])
        return () if value is context.environment.globals.get(name) else _UNTOLD


def shared_signs(group: Group, memory: Memory) -> dict[str, Hashable]:
    """For each name of a context what the group has to say in it, and for `model` which one it is."""
    settings: dict[str, list[tuple[str, Value]]] = {space: [] for space in spaces()}
    for name, value in sorted(group.settings.items()):
        settings[name.partition(".")[0]].append((name, value))
    said: dict[str, Hashable] = {space: tuple(values) for space, values in settings.items()}
    said |= {"bank": group.keys, "raw": tuple(sorted(group.raw.items())), "device": group.tenant}
    said["model"] = (group.vendor.folders, group.vendor.fingerprint, group.model.name)
    return {name: memory.number((name, sign)) for name, sign in said.items()}


def _signs(
    shared: Mapping[str, Hashable], context: Mapping[str, Any], phone: Phone, slots: Sequence[Slot]
) -> dict[str, Hashable]:
    """For each name of a device's context, what its group and the phone say in it; of a slot only which it is.

    A phone that is not bound has no secrets.
    """
    at = {slot.place: slot.index for slot in slots}
    own: dict[str, Hashable] = {name: shared[name] for name in spaces()}
    own |= {name: (shared[name], phone.bound) for name in _secret_spaces()}
    for name, value in sorted(phone.settings.items()):
        space = name.partition(".")[0]
        own[space] = (own[space], name, (at[name],) if name in at else value)
    keys = tuple((key.bank, key.position, key.type, key.line) for key in phone.keys)
    banks = (shared["bank"], phone.bound, keys, len(phone.accounts), own["keys"])
    lines = tuple(
        (line.n, line.caller_id_source, line.srtp, line.transport, line.auto_answer) for line in context["lines"]
    )
    said = {"lines": lines, "unused_lines": lines, "no_line": context["no_line"].transport, "tz": context["tz"]}
    raw = (shared["raw"], phone.bound, tuple(sorted(phone.raw.items())))
    device = (shared["device"], phone.bound)
    return {**own, **said, "bank": banks, "modules": banks, "raw": raw, "device": device, "model": None}


def _atom(field: Any) -> Hashable:
    """A field of a view: which slot it is, or its value."""
    return (Slot, field.index) if isinstance(field, Slot) else field


@cache
def _secret_spaces() -> frozenset[str]:
    """The names of settings under which a secret may be."""
    return frozenset(id.partition(".")[0] for id, setting in CATALOGUE.items() if setting.secret)


class Asking(Context):
    """A context that tells the render's `Recall` which names are asked for."""

    def resolve_or_missing(self, key: str) -> Any:
        """The value of a name, or jinja's `missing`."""
        recall: Recall | None = self.parent.get(RECALL)
        if recall is not None and key != "_emit":
            recall.asked(key)
        return super().resolve_or_missing(key)


class Included:
    """A template as another one includes it. What an import or an inheritance needs is the template's own."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self.blocks = template.blocks
        self.new_context = template.new_context
        self.make_module = template.make_module
        self._get_default_module = template._get_default_module

    def root_render_func(self, context: Context) -> Iterator[str]:
        """The text, in one piece where it is remembered."""
        recall: Recall | None = context.parent.get(RECALL)
        if recall is None or context.name != self.template.name or context.blocks:
            yield from self.template.root_render_func(context)
        else:
            yield recall.text(self.template, context)
