"""What a shape is: files with holes, and which phones they serve."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from aps_tui.domain.catalogue import find
from aps_tui.vendors.emit import Hole, Slot
from aps_tui.vendors.formats import Format
from aps_tui.vendors.pack import Facts
from aps_tui.vendors.phone import Phone

_TEXT_KINDS = frozenset(
    {"text", "secret", "host", "ip", "url", "folder-url", "number", "extension", "filter", "digit-map"}
)
"""Settings of these kinds may be slots: a template only ever tests them for truth and emits them."""


@dataclass(slots=True)
class ShapeFile:
    """One file of a shape: literal bytes around holes."""

    pattern: str
    form: Format
    literals: list[bytes]
    holes: list[int]
    """Which of `distinct` stands in each hole."""
    distinct: list[Hole]
    """Each of the holes once."""
    parts: bool
    """Whether any hole takes an octet alone."""


def shape_file(pattern: str, form: Format, literals: list[str], holes: list[Hole]) -> ShapeFile:
    """A shape's file, its literals encoded."""
    distinct = sorted(set(holes))
    at = {hole: index for index, hole in enumerate(distinct)}
    encoded = [form.encode(part) for part in literals]
    return ShapeFile(pattern, form, encoded, [at[hole] for hole in holes], distinct, any(one.part for one in distinct))


@dataclass(slots=True)
class Shape:
    """Files with holes, for every phone whose touched texts are there or missing as they were in the first one."""

    files: list[ShapeFile]
    warnings: tuple[str, ...]
    touched: list[int]
    """Slots that the templates looked at."""
    present: list[bool]
    """Whether each of them held a text."""
    bounds: Facts
    """The model's, which each phone is held to."""
    special: bool = True
    """False: a template asked more of a slot than it can tell, so such phones take the plain path."""


def text_settings(phone: Phone) -> tuple[str, ...]:
    """The phone's own settings that are free text, in a fixed order."""
    if not phone.settings:
        return ()
    return tuple(name for name in sorted(phone.settings) if _is_text(name))


@lru_cache(maxsize=4096)
def _is_text(name: str) -> bool:
    if find(name).by_model:  # what the model itself decides on (firmware, module type) shapes the file
        return False
    return find(name).kind in _TEXT_KINDS


def touched_of(slots: list[Slot]) -> tuple[list[int], list[bool]]:
    """Which slots a render looked at, and what it saw."""
    seen = [slot for slot in slots if slot.touched]
    return [slot.index for slot in seen], [slot.present for slot in seen]


def shape_key(phone: Phone, texts_of: tuple[str, ...]) -> object:
    """All that a template may decide on, of what is the phone's own, but for which of its texts are there."""
    lines = tuple((a.n, a.caller_id_source, a.srtp, a.transport, a.auto_answer) for a in phone.accounts)
    if not (phone.settings or phone.keys or phone.raw):
        return (phone.bound, lines)
    own = tuple((n, None if n in texts_of else v) for n, v in sorted(phone.settings.items()))
    keys = tuple((k.bank, k.position, k.type, k.line) for k in phone.keys)
    return (phone.bound, lines, own, keys, tuple(sorted(phone.raw.items())))
