"""Anything on the site by any of its words: for the palette and the command line. Run it in a thread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from aps_tui.domain.catalogue import CATALOGUE, find, numbered
from aps_tui.domain.errors import BadValue
from aps_tui.domain.mac import parse_mac, with_colons
from aps_tui.domain.setting import Setting
from aps_tui.domain.site import GLOBAL
from aps_tui.services.console import counted
from aps_tui.services.templates import TemplateRow, rows, title_of
from aps_tui.services.workplace import Workplace

FEW = 10
"""Objects of a kind that a search shows."""


class Found(NamedTuple):
    """One object: what it is, how it is shown, and how it is opened."""

    kind: str
    """`device`, `extension`, `template` or `mapping`."""
    key: str
    """A template's id, or the filter that shows it in its list."""
    title: str
    about: str
    mac: str = ""
    """Of the device, or of the one that holds the extension."""


def find_all(place: Workplace, text: str) -> list[Found]:
    """The first few objects of each kind that all words of a text are said of. Raises StoreError."""
    kinds = (_devices, _extensions, _templates, _mappings)
    with place.store.snapshot():
        return [one for kind in kinds for one in islice(kind(place, text), FEW)]


def _devices(place: Workplace, text: str) -> Iterator[Found]:
    for row in place.store.devices.page(text, limit=FEW):
        words = (with_colons(row.mac), row.extensions, row.label, row.tenant)
        yield Found("device", "", " ".join(filter(None, words)), f"device {row.vendor} {row.model}", row.mac)


def _extensions(place: Workplace, text: str) -> Iterator[Found]:
    for row in place.store.extensions.page(text, limit=FEW):
        key = f"number:{row.number} tenant:{quoted(row.tenant)}"
        held = f"on {with_colons(row.mac)} line {row.line}" if row.mac else "on no line"
        yield Found("extension", key, f"{row.number} {row.name} {row.tenant}", f"extension {held}", row.mac)


def _templates(place: Workplace, text: str) -> Iterator[Found]:
    for row in rows(place):
        title = f"{row.name} {row.vendor}/{row.model} {row.tenant or GLOBAL}"
        if _has(title, text):
            yield Found("template", str(row.id), title, f"template on {counted(row.devices, 'device')}")


def _mappings(place: Workplace, text: str) -> Iterator[Found]:
    for one in place.store.mappings.all():
        title = f"{one.source} becomes {one.hostname} {one.tenant or GLOBAL}"
        if _has(f"{title} {one.note}", text):
            yield Found("mapping", f"source:{one.source}", title, "mapping " + ("on" if one.enabled else "off"))


def _has(said: str, text: str) -> bool:
    """Whether every word is in what is said."""
    return all(word in said.casefold() for word in text.casefold().split())


def quoted(word: str) -> str:
    """A word as a filter line takes it: with its blanks kept together."""
    return f'"{word}"' if " " in word else word


def settings_like(text: str) -> list[tuple[str, Setting]]:
    """The settings of the catalogue whose id, label and tab have all words.

    Each with its full id, the first of those that count.
    """
    words = text.casefold().split()
    found = (one for one in CATALOGUE.values() if all(word in _said_of(one) for word in words))
    return [(numbered(one)[0], one) for one in found]


def _said_of(setting: Setting) -> str:
    return f"{setting.id} {setting.label} {setting.tab}".casefold()


def setting_of(text: str) -> str:
    """The id of the one setting that a text names: its id, or words of it. Raises BadValue naming what fits."""
    try:
        return numbered(find(text))[0] if find(text).id == text else text
    except BadValue as error:
        found = settings_like(text)
        if not found:
            raise BadValue(f"there is no setting like {text!r}") from error
    if len(found) > 1:
        few = ", ".join(id for id, _ in found[:FEW])
        raise BadValue(f"{counted(len(found), 'setting')} fit {text!r}: {few}{' ...' if len(found) > FEW else ''}")
    return found[0][0]


def device_of(place: Workplace, text: str) -> str:
    """The MAC of a device that is named by its MAC, an extension, or `tenant/extension`. Raises BadValue."""
    try:
        mac = parse_mac(text)
    except BadValue:
        return _holder(place, text)
    if place.store.devices.get(mac) is None:
        raise BadValue(f"there is no device {with_colons(mac)}")
    return mac


def _holder(place: Workplace, text: str) -> str:
    tenant, _, number = text.rpartition("/")
    tenants = [tenant] if tenant else place.store.tenants.names()
    found = {name: user.mac for name in tenants if (user := place.store.extensions.user(name, number))}
    if not found:
        raise BadValue(f"{text!r} is no MAC, and no extension that a device has")
    if len(set(found.values())) > 1:
        raise BadValue(f"{number} is in several tenants: say {' or '.join(f'{name}/{number}' for name in found)}")
    return next(iter(found.values()))


def template_of(place: Workplace, text: str) -> TemplateRow:
    """The template of a name, of `tenant/name`, or the only one that begins so. Raises BadValue."""
    every = {one: _names(one) for one in rows(place)}
    wanted = text.casefold()
    for fits in (str.__eq__, str.startswith):
        found = [one for one, names in every.items() if any(fits(name, wanted) for name in names)]
        if len(found) == 1:
            return found[0]
        if found:
            few = ", ".join(f"{one.tenant}/{one.name}" if one.tenant else title_of(one) for one in found[:FEW])
            raise BadValue(f"which template: {few}?")
    raise BadValue(f"there is no template {text!r}")


def _names(row: TemplateRow) -> tuple[str, ...]:
    name = row.name.casefold()
    return (name, f"{row.tenant}/{name}".casefold()) if row.tenant else (name,)


def macs_like(place: Workplace, typed: str) -> Sequence[str]:
    """A few MACs that begin with what is typed, as they are written with colons."""
    found = (
        with_colons(row.mac) for row in place.store.devices.page(f"mac:{quoted(typed)}" if typed else "", limit=FEW)
    )
    return [mac for mac in found if mac.startswith(typed.lower())]


def numbers_like(place: Workplace, typed: str) -> Sequence[str]:
    """A few extensions that begin with what is typed."""
    found = place.store.extensions.page(f"number:{quoted(typed)}" if typed else "", limit=FEW)
    return [row.number for row in found if row.number.startswith(typed)]


def templates_like(place: Workplace, typed: str) -> Sequence[str]:
    """The templates that begin with what is typed: `Sales`, `acme/Sales`."""
    names = [f"{row.tenant}/{row.name}" if row.tenant else row.name for row in rows(place)]
    return [name for name in names if name.casefold().startswith(typed.casefold())]


def ids_like(place: Workplace, typed: str) -> Sequence[str]:
    """The settings whose id begins with what is typed."""
    return [id for id in CATALOGUE if id.startswith(typed)]
