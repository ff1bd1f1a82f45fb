"""The DHCP classes of the packs' vendors: whom each takes, what it tells. Every server's text is made of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from aps_tui.services.dhcpconf.beginnings import Beginning, widest
from aps_tui.services.dhcpconf.server import Server, checked_value
from aps_tui.services.dhcpconf.ways import Way, ways_of
from aps_tui.vendors.pack import Vendor

ADDRESSES = 150
"""The option that holds addresses; every other one holds a text."""
_LONGEST = 255
"""Bytes that an option holds."""
_ABOUT_DHCP = re.compile(r"(?i)^(dhcp|mac_prefixes)\b|option 60|dhcp (option|answer)")
"""Which of a pack's unverified facts these texts are built on."""
_NOT_A_NAME = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class DhcpClass:
    """Phones that are known by the same, and told the same."""

    name: str
    phones: str
    option: int
    suboption: int | None
    value: str
    """A text, or for option 150 an IPv4 address."""
    begins: tuple[Beginning, ...]
    """How their option 60 begins."""
    but_not: tuple[Beginning, ...]
    """Narrower beginnings, which are those of another class."""
    macs: tuple[str, ...]
    """How their MACs begin: hex digits, two for each byte."""
    both: bool
    """Option 60 and MAC must fit; else one of them does."""
    notes: tuple[str, ...]


class PerPhone(NamedTuple):
    """Phones that want a text of their own, which no class can say."""

    phones: str
    option: int
    pattern: str
    mac: str
    """An example."""
    value: str
    """What that phone is to be told."""
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """One vendor's part of the text."""

    vendor: str
    classes: tuple[DhcpClass, ...]
    each: tuple[PerPhone, ...]
    notes: tuple[str, ...]


def sections(vendors: Iterable[Vendor], wanted: Iterable[str], server: Server) -> list[Section]:
    """A section for each vendor in `wanted`; what tells its phones from others' is looked for among all `vendors`.

    Raises BadValue for an address that the site does not say, and for a value that no server's text can hold.
    """
    ways = {vendor.slug: ways_of(vendor) for vendor in vendors}
    every = [way for several in ways.values() for way in several]
    return [_section(ways[slug], every, server) for slug in wanted]


def _section(ways: Sequence[Way], every: Sequence[Way], server: Server) -> Section:
    vendor = ways[0].vendor
    taken = {prefix for way in ways for prefix in way.macs}
    classes: list[DhcpClass] = []
    each: list[PerPhone] = []
    notes = [f"unverified: {note}" for note in vendor.unverified if _ABOUT_DHCP.search(note)]
    for way, name in zip(ways, _names(ways), strict=True):
        macs = _macs(way, ways, taken)
        if way.fields & {"mac", "MAC"}:
            each.append(_per_phone(way, server))
        elif not way.begins and not macs:
            notes.append(f"{way.phones}: nothing is known by which a DHCP server could tell them: no class")
        elif way.option == ADDRESSES and way.url != "{host}":
            notes.append(f"{way.phones}: the pack's url is no address, and option 150 holds nothing else: no class")
        else:
            taken.update(macs)
            classes.append(_class(way, name, macs, every, server))
    return Section(vendor.name, tuple(classes), tuple(each), tuple(notes))


def _class(way: Way, name: str, macs: tuple[str, ...], every: Sequence[Way], server: Server) -> DhcpClass:
    at = next(number for number, one in enumerate(every) if one is way)
    before = [one for other in every[:at] for one in other.begins]
    others = [*before, *(one for other in every[at + 1 :] for one in other.begins)]
    begins = tuple(one for one in way.begins if not any(_alike(one, other) for other in before))  # the first one has it
    narrower = widest(one for one in others if any(one.within(ours) and not ours.within(one) for ours in begins))
    return DhcpClass(
        name=name,
        phones=way.phones,
        option=way.option,
        suboption=way.suboption,
        value=server.address if way.option == ADDRESSES else _told(way, way.url, server),
        begins=begins,
        but_not=narrower,
        macs=macs,
        both=way.shared and bool(begins),
        notes=(*way.known_by, *way.unverified),
    )


def _alike(one: Beginning, other: Beginning) -> bool:
    return one.within(other) and other.within(one)


def _per_phone(way: Way, server: Server) -> PerPhone:
    mac = f"{(way.macs or way.vendor.mac_prefixes or ('02',))[0]:0<12}"
    own = way.url.replace("{mac}", mac).replace("{MAC}", mac.upper())
    return PerPhone(way.phones, way.option, way.url, mac, _told(way, own, server), way.unverified)


def _told(way: Way, url: str, server: Server) -> str:
    """What phones are told, checked."""
    known = {name: getattr(server, name) for name in way.fields & {"url", "host"}}
    return checked_value(url.format(**known), _LONGEST - 2 if way.suboption else _LONGEST)


def _macs(way: Way, ways: Sequence[Way], taken: set[str]) -> tuple[str, ...]:
    """The MACs by which phones are known: alone where option 60 says nothing, or beside it."""
    if way.macs or way.shared or len(ways) == 1:
        return way.macs or way.vendor.mac_prefixes
    if way.begins:
        return ()  # the vendor's phones differ: a MAC would not tell which
    return tuple(prefix for prefix in way.vendor.mac_prefixes if prefix not in taken)


def _names(ways: Sequence[Way]) -> list[str]:
    """A name for each way's class: the vendor, and what tells it from the vendor's others."""
    slug = _plain(ways[0].vendor.slug)
    names: list[str] = []
    for way in ways if len(ways) > 1 else ():
        option = f"option{way.option}" + (f"-{way.suboption}" if way.suboption else "")
        name = f"aps-{slug}-{_plain(way.models[0].name) if len(way.models) == 1 else option}"
        names.append(name if name not in names else f"{name}-{len(names)}")
    return names or [f"aps-{slug}"]


def _plain(name: str) -> str:
    return _NOT_A_NAME.sub("-", name.lower()).strip("-") or "x"
