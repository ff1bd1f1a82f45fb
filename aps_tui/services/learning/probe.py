"""Asks a pack what it writes: renders phones that say everything, each value told from every other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count, cycle

from aps_tui.domain.catalogue import CATALOGUE, check, numbered
from aps_tui.domain.errors import ApsError
from aps_tui.domain.keytypes import KEY_TYPES, VALUE_TYPES
from aps_tui.domain.setting import Setting
from aps_tui.domain.site import Key, Value
from aps_tui.services.learning.names import neutral
from aps_tui.vendors.banks import takes
from aps_tui.vendors.engine import GroupRenderer, Rendered, render_shared
from aps_tui.vendors.formats import Format, Parameter
from aps_tui.vendors.pack import Facts, FileSpec, Model, Vendor, file_name
from aps_tui.vendors.phone import ACCOUNT_TEXTS, Account, Group, Phone

MAC = "0002b3c4d5e6"
_MARKED_SECRET = re.compile(r"Probe-\d+-(?:s3cret|word)")
_VARIANTS = 4
"""Phones that a pack is asked with: each says other words where there is a choice."""


@dataclass
class Answers:
    """What a pack writes for one model in one dialect."""

    names: set[str] = field(default_factory=set)
    """Every parameter name, files that phones share included."""
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Name in a per-MAC file to what stands there: a setting's id or `line.<field>`, and the line's number or 0."""
    specs: dict[str, set[str]] = field(default_factory=dict)
    """Path of a per-MAC file as the pack gives it, to the names written in it."""
    holding: set[str] = field(default_factory=set)
    """Names, `N` for numbers, that hold a secret within a longer value."""
    unclear: set[str] = field(default_factory=set)
    """Names that mean one thing here and another there (in sections of a file)."""

    def enter(self, name: str, place: str, line: int) -> None:
        """Note what stands at a name: several lines' field at one name has the line number 0."""
        known, number = self.places.get(name, (place, line))
        if known == place:
            self.places[name] = (place, line if number == line else 0)
        elif {known, place} != {"line.label", "line.number"}:
            self.unclear.add(name)


def ask(vendor: Vendor, model: Model, firmware: str | None = None) -> Answers:
    """Render the model's files with all that can be said and read the names back. Raises ApsError for a broken pack."""
    answers = Answers()
    for variant in range(_VARIANTS):
        group, phone, marks = full_phone(vendor, model, firmware, variant)
        for rendered, spec in _files(group, phone, firmware):
            for parameter in _cut(rendered, spec.form):
                answers.names.add(parameter.key)
                if spec.shared:
                    continue
                answers.specs.setdefault(spec.path, set()).add(parameter.key)
                if parameter.value not in marks and _MARKED_SECRET.search(parameter.value):
                    answers.holding.add(neutral(parameter.key))
                if parameter.value in marks:
                    answers.enter(parameter.key, *marks[parameter.value])
    for name in answers.unclear:
        del answers.places[name]
    return answers


def _files(group: Group, phone: Phone, firmware: str | None) -> Iterator[tuple[Rendered, FileSpec]]:
    """A phone's files and those that its model shares, each with its description."""
    shared = render_shared(group.vendor, group.model, group.settings, group.mapped).files
    return _described(group, (*_rendered(group, phone), *shared), firmware)


def _described(group: Group, files: Iterable[Rendered], firmware: str | None) -> Iterator[tuple[Rendered, FileSpec]]:
    facts = group.model.facts(firmware)
    named = {file_name(spec, facts, MAC): spec for spec in group.vendor.files}
    return ((rendered, named[rendered.path]) for rendered in files if rendered.path in named)


def _rendered(group: Group, phone: Phone) -> tuple[Rendered, ...]:
    """The phone's files; without keys where the pack refuses one of their types."""
    try:
        return GroupRenderer(group).plain(phone).files
    except ApsError:
        bare = Group(group.vendor, group.model, group.tenant, group.settings, group.said)
        return GroupRenderer(bare).plain(phone).files


def _cut(rendered: Rendered, form: Format) -> list[Parameter]:
    """The parameters of a rendered file."""
    lines = rendered.text.replace(form.line_end, "\n").split("\n")
    return [found for found in map(form.parameter, lines) if found is not None]


def full_phone(
    vendor: Vendor, model: Model, firmware: str | None = None, variant: int = 0
) -> tuple[Group, Phone, Mapping[str, tuple[str, int]]]:
    """A phone that says everything, and what each of its own texts stands for: a place, and the line's number or 0."""
    facts = model.facts(firmware)
    marks: dict[str, tuple[str, int]] = {}
    accounts = tuple(_account(n, variant) for n in range(1, int(facts["lines"]) + 1))
    for account in accounts:
        marks |= {str(getattr(account, name)): (f"line.{name}", account.n) for name in ACCOUNT_TEXTS}
    settings = _settings(variant, marks)
    if firmware:
        settings["general.firmware"] = firmware
    if facts["expansion"] and facts["expansion_max"]:
        settings |= {"keys.expansion_type": next(iter(facts["expansion"])), "keys.expansion_count": 1}
    keys = tuple(_keys(vendor, model, facts, variant))
    group = Group(vendor, model, "probe", settings, frozenset(settings), keys)
    return group, Phone(MAC, accounts), marks


def _account(n: int, variant: int) -> Account:
    return Account(
        n, f"u{n}probe", f"a{n}probe", f"Probe-{n}-s3cret", f"Name {n} probe", f"Label {n} probe", f"4{n:03}9",
        f"5{n:03}9", local_sip_port=11000 + n, srtp=("off", "optional", "required")[variant % 3],
        auto_answer=variant % 2 == 0,
    )  # fmt: skip


_TEXTS = {
    "text": "word{}probe",
    "secret": "Probe-{}-word",
    "host": "h{}.probe.example",
    "ip": "198.51.100.{}",
    "url": "http://probe.example/{}/file",
    "folder-url": "http://probe.example/{}",
    "number": "77{}",
    "extension": "78{}",
}
_NUMBERS = frozenset({"port", "network.vlan_id", "network.pc_vlan_id"})
"""Kinds and ids of numbers that are large enough to be told from others."""


def _settings(variant: int, marks: dict[str, tuple[str, int]]) -> dict[str, Value]:
    """A value for every setting; those that can be told from all others are entered in `marks`."""
    found: dict[str, Value] = {}
    numbers = count(101)
    for setting in CATALOGUE.values():
        if setting.by_model and setting.id != "phone.language" and setting.id != "phone.tone_country":
            continue
        for id, number in zip(numbered(setting), numbers, strict=False):
            if setting.kind in _TEXTS:
                raw: object = _TEXTS[setting.kind].format(number)
            elif _NUMBERS & {setting.kind, setting.id}:
                raw = 2000 + number
            else:
                found[id] = _ordinary(setting, id, variant)
                continue
            found[id] = check(id, raw)
            marks[str(found[id])] = (id, 0)
    return found


def _ordinary(setting: Setting, id: str, variant: int) -> Value:
    """A setting's value where no text can tell it: another one in each variant."""
    if setting.kind == "bool":
        return variant % 2 == 0
    if setting.kind in ("choice", "date-format") and setting.allowed:
        return check(id, setting.allowed[variant % len(setting.allowed)])
    if setting.kind in ("list", "days"):
        return check(id, list(setting.allowed))
    return check(id, setting.example or setting.default or _LAST.get(setting.kind, setting.min))


_LAST = {
    "netmask": "255.255.255.0",
    "country": "custom",
    "multicast": "224.5.6.7",
    "seconds": 60,
    "zone": "Europe/Paris",
}


def _keys(vendor: Vendor, model: Model, facts: Facts, variant: int) -> Iterator[Key]:
    """A key at every position, taking the pack's types in turn."""
    types = [word for word in vendor.words.get("key", {}) if word in KEY_TYPES and word != "none"]
    if not types:
        return
    turn = cycle(types[variant:] + types[:variant])
    module = next(iter(facts["expansion"]), "")
    for bank in ("dss", "programmable", "expansion-1"):
        taken = {type_ for type_ in types if takes(vendor, facts, bank, type_)}
        for position in model.keys_in(bank, facts, module, 1) if taken else ():
            type_ = next(type_ for type_ in turn if type_ in taken)
            value = f"6{position:03}" if type_ in VALUE_TYPES else ""
            yield Key(bank, position, type_, 1, value, f"Key {position}")


def empty_word(vendor: Vendor, model: Model) -> str:
    """What the pack writes to make the phone forget a line's user: nothing, or the vendor's word for it (`%NULL%`)."""
    group, phone, marks = full_phone(vendor, model)
    unused = _rendered(group, Phone(phone.mac, phone.accounts[:1]))
    users = {
        found.key
        for rendered, spec in _described(group, _rendered(group, phone), None)
        for found in _cut(rendered, spec.form)
        if marks.get(found.value, ("", 0))[0] == "line.user"
    }
    said = {
        found.value
        for rendered, spec in _described(group, unused, None)
        for found in _cut(rendered, spec.form)
        if found.key in users and found.value not in marks
    }
    return said.pop() if len(said) == 1 else ""
