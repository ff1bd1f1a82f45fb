"""Hostile values in every text of a phone: read back exactly, or refused with an error that names the place alone.

Where a text goes is learnt from the pack itself: a mark is put in, and the parameters that then hold the mark must
hold the hostile value in its place, with nothing else of the files changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from aps_tui.domain.catalogue import CATALOGUE, check, find, numbered
from aps_tui.domain.errors import BadValue
from aps_tui.domain.site import Key
from aps_tui.vendors.engine import Result
from aps_tui.vendors.pack import Vendor
from aps_tui.vendors.phone import ACCOUNT_TEXTS, KEY_TEXTS
from aps_tui.vendors.spaces import CannotRender
from tests.conformance import phones
from tests.conformance.judge import Built, content, read_back, spec_of
from tests.conformance.phones import RAW, Sample

MARK = "Mark7Qz"
HOSTILE = {
    "ampersand": "a & b &amp; &#38; &x;",
    "tags": "<b>x</b> ]]> <!-- -->",
    "double quotes": 'say "yes" \\"',
    "quote at the start": '"quoted"',
    "single quotes": "it's 'so'",
    "equals": "a = b=c",
    "hash": "a # b #c",
    "hash at the start": "#1 x",
    "backslash": "\\n C:\\temp\\",
    "semicolon": "a;b ; c",
    "colon": "a: b:c",
    "accents": "é Ünï 日本 🙂",
    "long": "x" * 300,
    "line feed": "x\naccount.1.enable = 0",
    "carriage return": "x\r\ny",
    "line separator": "x\u2028y\x85z",
    "NUL": "x\x00y",
    "unset mark": "x\x01y",
    "tab": "x\ty",
    "blanks": "  x  ",
    "template": "{{ 7*7 }} {% raw %} {# c #}",
    "command word": "%NULL%",
    "percent": "50% %s %(x)s $x ${x}",
    "surrogate": "x\ud800y",
}
_ACCOUNT_TEXTS = [name for name in ACCOUNT_TEXTS if name != "local_sip_port"]
_PREFIXES = {"url": "http://host/"}
Put = Callable[[Sample, str], Sample | None]
"""Puts a value in one place of a phone; None where it cannot get there, as the catalogue refuses it."""


def test_a_phones_own_texts(dialect: Built) -> None:
    """All at once, in each dialect."""
    puts = dict(_places(_first_key(dialect)))
    sample = dialect.samples["minimal"]
    marked = _marked(sample, puts)
    faults = [fault for name in HOSTILE for fault in _judge(sample, puts, name, marked)]
    assert not faults, "\n".join(faults)


def test_each_text_of_a_phone_alone(vendor: Vendor) -> None:
    """On one model of the vendor."""
    built = Built(vendor, *next(phones.dialects(vendor)))
    places = {**dict(_places(_first_key(built))), f"raw parameter {RAW[0]}": _put_raw}
    faults = _each_alone(built.samples["minimal"], places)
    assert not faults, "\n".join(faults)


def test_text_settings(vendor: Vendor) -> None:
    """On one model of the vendor, whose template says all the rest."""
    whole = phones.full(vendor, *next(phones.dialects(vendor)))
    bare = Sample(replace(whole.group, keys=()), replace(whole.phone, accounts=whole.phone.accounts[:1], keys=()))
    puts: dict[str, Put] = {id: partial(_put_setting, id) for id in _free_texts()}
    faults: list[str] = []
    for name, value in HOSTILE.items():
        taking = {place: put for place, put in puts.items() if put(bare, value)}
        if isinstance(_render(_put_all(bare, taking, value).plain), str):
            faults += _each_alone(bare, taking, [name])
        else:
            faults += _judge(bare, taking, name, _marked(bare, taking))
    assert not faults, "\n".join(faults)


def _places(key: Key | None) -> Iterator[tuple[str, Put]]:
    """Each text that a phone has of its own: what an error must call it, and how a value is put there."""
    for name in _ACCOUNT_TEXTS:
        yield f"line 1 {name.replace('_', ' ')}", partial(_put_account, name)
    for name in KEY_TEXTS if key else ():
        yield f"dss key 1 {name}", partial(_put_key, key, name)


def _first_key(built: Built) -> Key | None:
    """A BLF key, or what comes nearest to one, as the first DSS key; None for a model without."""
    types = built.vendor.words.get("key", {})
    type_ = next((word for word in ("blf", "speed-dial", *types) if word in types), None)
    return (
        Key("dss", 1, type_, 1, "101", "Desk", "*8") if type_ and built.model.facts(built.generation)["keys"] else None
    )


def _free_texts() -> list[str]:
    """The first id of each setting that holds whatever its operator types."""
    kinds = ("text", "secret", "filter", "url")
    return [numbered(setting)[0] for setting in CATALOGUE.values() if setting.kind in kinds and not setting.by_model]


def _put_account(name: str, sample: Sample, value: str) -> Sample:
    return sample.with_account(**{name: value})


def _put_key(key: Key | None, name: str, sample: Sample, value: str) -> Sample:
    there = next(iter(sample.phone.keys), key)
    return sample.with_phone(keys=(replace(there, **{name: value}),))  # type: ignore[type-var]


def _put_raw(sample: Sample, value: str) -> Sample:
    return sample.with_phone(raw={RAW[0]: value})


def _put_setting(id: str, sample: Sample, value: str) -> Sample | None:
    value = _PREFIXES.get(find(id).kind, "") + value
    try:
        return sample.with_phone(settings={**sample.phone.settings, id: value}) if check(id, value) == value else None
    except BadValue:
        return None


def _each_alone(sample: Sample, places: Mapping[str, Put], names: Iterable[str] = HOSTILE) -> list[str]:
    """What is broken by each value in each place that it can get into."""
    faults: list[str] = []
    for place, put in places.items():
        marked = _marked(sample, {place: put})
        for name in names:
            if put(sample, HOSTILE[name]):
                faults += _judge(sample, {place: put}, name, marked)
    return faults


def _judge(sample: Sample, puts: Mapping[str, Put], name: str, marked: Mapping[str, str]) -> Iterator[str]:
    """Hold one value to the rule, on both paths; give what is broken."""
    value = HOSTILE[name]
    hostile = _put_all(sample, puts, value)
    plain, quick = _render(hostile.plain), _render(hostile.quick)
    what = f"{next(iter(puts)) if len(puts) == 1 else 'all texts'}, {name}"
    if plain != quick:
        yield f"{what}: the two paths differ"
    elif isinstance(plain, str):
        yield from _bad_refusal(what, plain, list(puts), value)
    else:
        yield from _bad_files(what, hostile, plain, marked, value)


def _marked(sample: Sample, puts: Mapping[str, Put]) -> Mapping[str, str]:
    """All parameters of a phone with the mark in each of the places."""
    return read_back(sample.group.vendor, _put_all(sample, puts, MARK).plain()).parameters


def _put_all(sample: Sample, puts: Mapping[str, Put], value: str) -> Sample:
    for put in puts.values():
        sample = put(sample, value) or sample
    return sample


def _render(render: Callable[[], Result]) -> Result | str:
    try:
        return render()
    except CannotRender as refused:
        return str(refused)


def _bad_refusal(what: str, error: str, places: list[str], value: str) -> Iterator[str]:
    if not any(error.startswith(f"{place}:") for place in places):
        yield f"{what}: the error names another place: {error}"
    if len(value.strip()) > 1 and value.strip() in error:
        yield f"{what}: the error shows the value"


def _bad_files(what: str, sample: Sample, result: Result, marked: Mapping[str, str], value: str) -> Iterator[str]:
    for file in result.files:
        spec = spec_of(sample, file.path)
        spec.form.check(content(sample, file), spec.repeatable)
    said = read_back(sample.group.vendor, result).parameters
    expected = {name: text.replace(MARK, value) for name, text in marked.items()}
    for name in sorted(said.keys() | expected.keys()):
        if said.get(name) != expected.get(name):
            yield f"{what}: {name} reads back as {said.get(name)!r}"
