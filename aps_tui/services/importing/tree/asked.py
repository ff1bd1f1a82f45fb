"""Asks a pack how it writes a phone of one model: which value of its files holds what.

Phones are rendered in which each text is told from all others, and with one thing changed at a time; nothing is known
here of any vendor. The result reads such files back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from aps_tui.domain.errors import ApsError
from aps_tui.domain.keytypes import CALLER_ID_SOURCES, KEY_TYPES, SRTP_MODES, VALUE_TYPES
from aps_tui.domain.site import Key, Value
from aps_tui.services.importing.tree.cells import cells_of, text_of
from aps_tui.services.importing.tree.marks import Marks, Pattern, Place
from aps_tui.services.learning.names import line_place
from aps_tui.services.learning.probe import empty_word, full_phone
from aps_tui.vendors.banks import takes
from aps_tui.vendors.engine import GroupRenderer, Rendered
from aps_tui.vendors.pack import Facts, FileSpec, Model, Vendor, file_name
from aps_tui.vendors.phone import Account, Group, Phone

MAC = "0002b3c4d5e6"
_VARIANTS = 4
_SECOND = ("server.2.", "server.outbound_proxy.")
"""Settings of a second server: where there is one, some files name both in one value."""
_OF_KEYS = ("general.firmware", "keys.", "server.1.", "server.voicemail")
_MOST_MODULES = 6
_KEY_LINES = 3
"""Lines that keys are asked about; a key of a later one is read as far as its type and texts go."""
_LINED = frozenset({"line", "blf", "speed-dial"})
CHOICES: Mapping[str, Sequence[str | bool]] = {
    "caller_id_source": CALLER_ID_SOURCES,
    "srtp": SRTP_MODES,
    "auto_answer": (False, True),
}
"""Fields of a line that are a choice; the first is what holds where nothing is said."""

Values = Mapping[tuple[str, str], tuple[str, ...]]
"""(The file's path in the pack, a value's name) to the values there."""


class Candidate(NamedTuple):
    """One way in which a key may be written."""

    type: str
    line: int
    cells: Mapping[tuple[str, str], tuple[str | Pattern, ...]]


@dataclass
class Asked:
    """How a model's files are written in one dialect."""

    model: Model
    firmware: str
    names: frozenset[tuple[str, str]] = frozenset()
    texts: dict[tuple[str, str], list[Pattern]] = field(default_factory=dict)
    """Where lines' texts and settings stand."""
    forget: str = ""
    """The word that stands for no text, where the vendor has one."""
    empty: Values = field(default_factory=dict)
    """What is written for lines that are not used."""
    no_port: Values = field(default_factory=dict)
    """What is written where no line has a port of its own."""
    choices: dict[tuple[int, str], dict[str | bool, dict[tuple[str, str], str]]] = field(default_factory=dict)
    """(Line, field) to each choice and what is written for it."""
    keys: dict[tuple[str, int], list[Candidate]] = field(default_factory=dict)
    """Bank and position to the ways in which its key may be written; the first is that of a free key."""


class _Asking:
    """Renders probes of one model."""

    def __init__(self, pack: _Pack, model: str, firmware: str, variants: int = _VARIANTS) -> None:
        vendor, self.cache = pack
        self.vendor, self.model, self.firmware = vendor, vendor.models[model], firmware
        self.facts: Facts = self.model.facts(firmware or None)
        self.paths = _paths(vendor, self.facts)
        self.probes = [full_phone(vendor, self.model, firmware or None, one) for one in range(variants)]
        self.modules = min(int(self.facts["expansion_max"]), _MOST_MODULES) if self.facts["expansion"] else 0

    def key_settings(self, modules: int) -> dict[str, Value]:
        """The settings that matter to keys, with so many expansion modules."""
        said = {id: value for id, value in self.probes[0][0].settings.items() if id.startswith(_OF_KEYS)}
        if self.modules:
            said |= {"keys.expansion_type": next(iter(self.facts["expansion"])), "keys.expansion_count": modules}
        return said

    def values(self, phone: Phone, settings: Mapping[str, Value], keys: Iterable[Key] = ()) -> Values:
        """What is written for a phone, file by file. Raises ApsError where the pack refuses it."""
        group = Group(self.vendor, self.model, "probe", settings, frozenset(settings), tuple(keys))
        return values_of(GroupRenderer(group, self.cache).plain(phone).files, self.paths)


def ask_names(vendor: Vendor, model: Model, firmware: str, cache: Path | None) -> frozenset[tuple[str, str]]:
    """The names that the model's files may hold, from one rendering."""
    try:
        group, phone, _ = full_phone(vendor, model, firmware or None)
        paths = _paths(vendor, model.facts(firmware or None))
        return frozenset(values_of(GroupRenderer(group, cache).plain(phone).files, paths))
    except ApsError:
        return frozenset()


@lru_cache(maxsize=256)
def _asked(fingerprint: str, vendor: _Pack, model: str, firmware: str, modules: int) -> Asked:
    asking = _Asking(vendor, model, firmware)
    asked = Asked(asking.model, firmware)
    _ask_texts(asking, asked)
    _ask_choices(asking, asked)
    _ask_keys(asking, asked, modules)
    return asked


@lru_cache(maxsize=256)
def _module_names(fingerprint: str, vendor: _Pack, model: str, firmware: str) -> tuple[frozenset[tuple[str, str]], ...]:
    """The names that each further expansion module brings."""
    asking = _Asking(vendor, model, firmware, variants=1)
    _, phone, _ = asking.probes[0]
    names: list[frozenset[tuple[str, str]]] = []
    before: frozenset[tuple[str, str]] = frozenset()
    for count in range(asking.modules + 1):
        now = frozenset(asking.values(phone, asking.key_settings(count)))
        names.append(now - before)
        before = now
    return tuple(names[1:])


class _Pack(NamedTuple):
    """A vendor, and where its compiled templates are kept; equal to any of its slug: fingerprints tell packs apart."""

    vendor: Vendor
    cache: Path | None

    def __hash__(self) -> int:
        return hash(self.vendor.slug)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Pack) and other.vendor.slug == self.vendor.slug


def ask(vendor: Vendor, model: Model, firmware: str, values: Values, cache: Path | None = None) -> Asked:
    """How the model's files are written, with as many expansion modules as the values tell of.

    Raises ApsError for a pack that does not render.
    """
    key = (vendor.fingerprint, _Pack(vendor, cache), model.name, firmware)
    names = _module_names(*key)
    modules = max((n for n, own in enumerate(names, 1) if own & values.keys()), default=0)
    return _asked(*key, modules)


def _paths(vendor: Vendor, facts: Facts) -> dict[str, FileSpec]:
    """The names of the probe's own files."""
    named = ((file_name(spec, facts, MAC), spec) for spec in vendor.files if not spec.shared)
    return {name: spec for name, spec in named if name is not None}


def values_of(files: Iterable[Rendered], paths: Mapping[str, FileSpec]) -> Values:
    """The values of rendered files."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for file in files:
        spec = paths.get(file.path)
        if spec is not None:
            cells = cells_of(text_of(file.data, spec.form), spec.form)
            found |= {(spec.path, name): values for name, values in cells.items()}
    return found


def _ask_texts(asking: _Asking, asked: Asked) -> None:
    names: set[tuple[str, str]] = set()
    for group, phone, said in asking.probes:
        places: dict[str, Place] = {}
        for text, (place, line) in said.items():
            places[text] = ("line", "", line, place[5:]) if place.startswith("line.") else ("setting", place, 0, "")
        marks = Marks(places)
        alone = {id: value for id, value in group.settings.items() if not id.startswith(_SECOND)}
        both = (asking.values(phone, settings) for settings in (group.settings, alone))
        for name, values in (item for found in both for item in found.items()):
            names.add(name)
            for value in values:
                pattern = marks.pattern(value)
                if pattern is not None and pattern not in asked.texts.setdefault(name, []):
                    asked.texts[name].append(pattern)
    for patterns in asked.texts.values():
        patterns.sort(key=lambda one: len(one.regex.pattern), reverse=True)
    group, phone, _ = asking.probes[0]
    asked.empty = asking.values(replace(phone, accounts=()), group.settings)
    without = tuple(replace(one, local_sip_port=None) for one in phone.accounts)
    asked.no_port = asking.values(replace(phone, accounts=without), group.settings)
    asked.names = frozenset(names)
    asked.forget = empty_word(asking.vendor, asking.model)


def _ask_choices(asking: _Asking, asked: Asked) -> None:
    """Say of each field of a line that is a choice what is written for it."""
    first = _first_line(asked)
    group, phone, _ = asking.probes[0]
    bare = [
        replace(one, caller_id_source="from", srtp="off", transport="", auto_answer=False) for one in phone.accounts
    ]
    settings = {id: value for id, value in group.settings.items() if id != "phone.auto_answer"}
    for name, choices in CHOICES.items():
        written = {}
        for choice in choices:
            accounts = tuple(_choosing(one, name, choice) for one in bare)
            try:
                written[choice] = asking.values(replace(phone, accounts=accounts), settings)
            except ApsError:
                continue
        for cell in _differing(list(written.values())):
            place = line_place(cell[1])
            number = 1 if len(bare) == 1 else place.number - first + 1 if place is not None else 0
            if 0 < number <= len(bare) and all(len(one.get(cell, ())) < 2 for one in written.values()):
                into = asked.choices.setdefault((number, name), {choice: {} for choice in written})
                for choice, values in written.items():
                    into[choice][cell] = (values.get(cell) or ("",))[0]


def _choosing(account: Account, name: str, choice: str | bool) -> Account:
    """An account with another choice in one field."""
    said: dict[str, Any] = {name: choice}
    return replace(account, **said)


def _first_line(asked: Asked) -> int:
    """The number that the pack's names have for line 1."""
    found = [place.number for (_, name), patterns in asked.texts.items() for one in patterns
             if one.plain and one.places[0] == ("line", "", 1, "user") and (place := line_place(name))]  # fmt: skip
    return min(found, default=1)


def _differing(all_values: Sequence[Values]) -> set[tuple[str, str]]:
    names = {name for values in all_values for name in values}
    return {name for name in names if len({values.get(name) for values in all_values}) > 1}


def _ask_keys(asking: _Asking, asked: Asked, modules: int) -> None:
    facts, model = asking.facts, asking.model
    banks = ("dss", "programmable", *(f"expansion-{n}" for n in range(1, modules + 1)))
    settings = asking.key_settings(modules)
    module = str(settings.get("keys.expansion_type", ""))
    positions = [(bank, n) for bank in banks for n in model.keys_in(bank, facts, module, modules)]
    if not positions:
        return
    _, phone, _ = asking.probes[0]
    marks = Marks({text: ("key", bank, n, name) for at, (bank, n) in enumerate(positions)
                   for name, text in _texts(at).items()})  # fmt: skip
    every = list(_written(asking, phone, settings, positions, marks))
    free = asking.values(phone, settings)
    owner = _owners([values for _, _, values in every], free, positions, marks, asking, phone, settings)
    own: dict[tuple[str, int], list[tuple[str, str]]] = {}
    for cell, position in owner.items():
        own.setdefault(position, []).append(cell)
    for position, cells in own.items():
        kinds = [("", 0, free), *every]
        found = [
            Candidate(type_, line, {cell: tuple(marks.pattern(one) or one for one in values.get(cell, ()))
                                    for cell in cells})
            for type_, line, values in kinds
            if not type_ or takes(asking.vendor, facts, position[0], type_)
        ]  # fmt: skip
        asked.keys[position] = found


_TEXTS = ("value", "label", "pickup")


def _texts(at: int) -> dict[str, str]:
    """A key's texts, by the place of its position among all."""
    return dict(zip(_TEXTS, (f"8{at + 1000}4", f"Lab {at + 1000} zq", f"9{at + 1000}5"), strict=True))


def _key(bank: str, n: int, at: int, type_: str, line: int, texts: int = len(_TEXTS)) -> Key:
    """A probe's key with so many of its texts."""
    said = {name: text for name, text in _texts(at).items() if name in _TEXTS[:texts]}
    return Key(bank, n, type_, line, **said) if type_ != "none" else Key(bank, n, "none")


def _written(
    asking: _Asking, phone: Phone, settings: Mapping[str, Value], positions: Sequence[tuple[str, int]], marks: Marks
) -> Iterator[tuple[str, int, Values]]:
    """Every type of key, and what is written when all keys that can have it do.

    Where texts of a key are written into one value, also without some of them.
    """
    for type_ in (one for one in KEY_TYPES if one in asking.vendor.words.get("key", {}) or one == "none"):
        for line in range(1, (min(_KEY_LINES, len(phone.accounts)) if type_ in _LINED else 1) + 1):
            for texts in range(len(_TEXTS), -1, -1):
                keys = [_key(bank, n, at, type_, line, texts) for at, (bank, n) in enumerate(positions)
                        if takes(asking.vendor, asking.facts, bank, type_)]  # fmt: skip
                try:
                    values = asking.values(phone, settings, keys)
                except ApsError:
                    break
                yield type_, line, values
                if type_ == "none" or not _mixed(values, marks):
                    break


def _mixed(values: Values, marks: Marks) -> bool:
    """Whether a text of a key stands within a longer value."""
    found = (marks.pattern(one) for ones in values.values() for one in ones)
    return any(pattern is not None and not pattern.plain for pattern in found)


def _owners(
    every: Sequence[Values], free: Values, positions: Sequence[tuple[str, int]], marks: Marks, asking: _Asking,
    phone: Phone, settings: Mapping[str, Value],
) -> dict[tuple[str, str], tuple[str, int]]:  # fmt: skip
    """The key that each value belongs to: the only one whose being set changes it.

    Keys are set in as many patterns as it takes to tell them all apart: in the n-th those whose number has bit n.
    """
    types = [one for one in asking.vendor.words.get("key", {}) if one in KEY_TYPES and one != "none"]
    wanted = sorted(types, key=lambda one: (one not in VALUE_TYPES, one != "speed-dial"))
    signature: dict[tuple[str, str], int] = {}
    for bit in range((len(positions)).bit_length()):
        keys = []
        for at, (bank, n) in enumerate(positions):
            type_ = next((one for one in wanted if takes(asking.vendor, asking.facts, bank, one)), "none")
            keys.append(_key(bank, n, at, type_ if (at + 1) >> bit & 1 else "none", 1))
        try:
            values = asking.values(phone, settings, keys)
            none = asking.values(phone, settings, [Key(bank, n, "none") for bank, n in positions])
        except ApsError:
            return {}
        for cell in _differing([none, values]):
            signature[cell] = signature.get(cell, 0) | 1 << bit
    found = {cell: positions[number - 1] for cell, number in signature.items() if number <= len(positions)}
    for cell in _differing([free, *every]):
        told = {place[1:3] for values in every for one in values.get(cell, ())
                if (pattern := marks.pattern(one)) for place in pattern.places}  # fmt: skip
        if cell not in found and len(told) == 1:
            found[cell] = told.pop()
    return found
