"""Which vendor and models a file's name is of, by the packs' own patterns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

from aps_tui.domain.errors import BadValue
from aps_tui.domain.mac import parse_mac
from aps_tui.vendors.loader import Packs
from aps_tui.vendors.pack import FileSpec, PackFault, file_name

_MAC = "abcdefabcdef"
_HEX = re.compile(r"(?=([0-9a-f]{12}))")


class Of(NamedTuple):
    """A model that asks for a file, and as what."""

    vendor: str
    model: str
    firmware: str
    spec: FileSpec


class Named(NamedTuple):
    """What a file's name tells."""

    mac: str = ""
    of: tuple[Of, ...] = ()
    """Those that ask for a file of this name."""
    reserved: str = ""
    """The vendor whose phones write such a file themselves."""


class KnownNames:
    """The names of all packs' files."""

    def __init__(self, packs: Packs) -> None:
        self.packs = packs
        self._own: dict[str, list[Of]] = {}
        self._shared: dict[str, list[Of]] = {}
        for slug, vendor in packs.vendors.items():
            for model in vendor.models.values():
                for firmware in reversed(model.generations or ("",)):
                    facts = model.facts(firmware or None)
                    for spec in vendor.files:
                        try:
                            name = file_name(spec, facts, _MAC)
                        except PackFault:
                            continue
                        if name is not None:
                            into = self._shared if spec.shared else self._own
                            into.setdefault(_base(name), []).append(Of(slug, model.name, firmware, spec))

    def named(self, name: str) -> Named:
        """What a file's name tells, wherever in the tree it lies."""
        base = _base(name)
        shared = tuple(self._shared.get(base, ()))
        macs = list(_macs(base))
        for mac in macs:
            found = self._own.get(base.replace(mac, _MAC, 1))
            if found:
                return Named(mac, tuple(found))
        if shared:
            return Named("", shared)
        for slug, vendor in self.packs.vendors.items():
            if any(fnmatchcase(base, pattern.lower()) for pattern in vendor.reserved_names):
                return Named("", (), slug)
        owned = [mac for mac in macs if self.packs.by_mac(mac)]
        return Named(owned[0] if owned else "")


def _base(name: str) -> str:
    return name.rpartition("/")[2].lower()


def _macs(base: str) -> Iterator[str]:
    """MACs of makers in a name, from the left; a run of more hex digits may hold several."""
    for found in _HEX.finditer(base):
        try:
            yield parse_mac(found[1])
        except BadValue:
            continue
