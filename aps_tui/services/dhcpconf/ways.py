"""The ways in which a vendor's phones are told where their files are, and by what a DHCP server knows them."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aps_tui.services.dhcpconf.beginnings import Beginning, CannotSay, beginnings_of, widest
from aps_tui.vendors.contact import Dhcp
from aps_tui.vendors.pack import Model, Vendor

_NAMES_SHOWN = 6


@dataclass(frozen=True)
class Way:
    """Phones that are told the same."""

    vendor: Vendor
    option: int
    suboption: int | None
    url: str
    """As the pack says it, with its fields."""
    models: tuple[Model, ...]
    begins: tuple[Beginning, ...]
    """How their option 60 begins; empty where that is not known or cannot be said."""
    macs: tuple[str, ...]
    """The MAC prefixes that are theirs alone; empty where all of the vendor's may be."""
    shared: bool
    """Whether other makers' devices say the same option 60."""
    known_by: tuple[str, ...]
    """What is to be said of option 60, where it does not tell."""
    unverified: tuple[str, ...]

    @property
    def fields(self) -> frozenset[str]:
        """What the url is made of: `url`, `host`, `mac`, `MAC`."""
        return frozenset(name for _, name, _, _ in string.Formatter().parse(self.url) if name)

    @property
    def phones(self) -> str:
        """`Yealink T46S, T48S and 30 more`."""
        names = [model.name for model in self.models]
        more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
        return f"{self.vendor.name} {', '.join(names[:_NAMES_SHOWN])}{more}"


def ways_of(vendor: Vendor) -> list[Way]:
    """The vendor's ways; what its contacts tell alike is one."""
    alike: dict[tuple[int, int | None, str], dict[Dhcp, list[Model]]] = {}
    for contact, places in vendor.contacts():
        dhcp = contact.dhcp
        same = alike.setdefault((dhcp.option, dhcp.suboption, dhcp.url), {})
        same.setdefault(dhcp, []).extend(model for model, _ in places)
    said = Counter(pattern for same in alike.values() for pattern in {p for dhcp in same for p in dhcp.vendor_class})
    return [_way(vendor, same, said) for same in alike.values()]


def _way(vendor: Vendor, same: Mapping[Dhcp, Sequence[Model]], said: Mapping[str, int]) -> Way:
    """`said`: in how many ways an expression stands; one of several ways is narrowed to the names of the models."""
    models = tuple({model.name: model for several in same.values() for model in several}.values())
    first = next(iter(same))
    begins: list[Beginning] = []
    notes: list[str] = []
    for pattern in dict.fromkeys(pattern for dhcp in same for pattern in dhcp.vendor_class):
        try:
            begins += beginnings_of(pattern, [model.name for model in models] if said[pattern] > 1 else ())
        except CannotSay as error:
            notes.append(f"option 60 as {pattern} cannot be compared ({error}): by MAC")
    if not any(dhcp.vendor_class for dhcp in same):
        notes.append("what they send as option 60 is not known: by MAC")
    verified = any(model.facts()["verified"] for model in models)
    return Way(
        vendor=vendor,
        option=first.option,
        suboption=first.suboption,
        url=first.url,
        models=models,
        begins=widest(begins),
        macs=tuple(dict.fromkeys(p for d in same for p in d.mac_prefixes)) if all(d.mac_prefixes for d in same) else (),
        shared=any(dhcp.class_shared for dhcp in same),
        known_by=tuple(notes),
        unverified=() if verified else ("unverified: the facts of these models have no second source",),
    )
