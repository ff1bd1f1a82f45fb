"""What every service works on: the open database, the root, the vendor packs, and where private things lie."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from aps_tui.data.store import Store
from aps_tui.domain.errors import BadValue
from aps_tui.domain.mac import parse_mac
from aps_tui.services.exchange import Exchange
from aps_tui.services.resync.settings import ResyncSettings
from aps_tui.services.unprov.options import Unprov

if TYPE_CHECKING:
    from aps_tui.services.tree import Tree
    from aps_tui.vendors.loader import Packs

RETENTION = 100
"""How many generations are kept for undo, unless the configuration says otherwise."""


class PasswordFiles(NamedTuple):
    """What commits write for the web server."""

    file: Path
    """The password file (htpasswd)."""

    @property
    def contacts(self) -> Path:
        """A folder with an empty file for each MAC whose own files stand open for first contact."""
        return self.file.with_name(f"{self.file.name}.first-contact")


@dataclass(frozen=True)
class Workplace:
    """One site: its database, the folder its phones read from, and the packs that render it."""

    store: Store
    root: Path
    given: Packs | Callable[[], Packs]
    """The vendor packs, or what loads them when they are first asked for."""
    gid: int | None = None
    """Group of the written files; None leaves the process's own."""
    retention: int = RETENTION
    resync: ResyncSettings = field(default_factory=ResyncSettings)
    """How phones are told to fetch."""
    unprov: Unprov = field(default_factory=Unprov)
    """How phones are bound by calling."""
    htpasswd: Path | None = None
    """The web server's password file; None: beside the database."""
    files: Exchange = field(default_factory=Exchange)
    """Where files that people name are read and written."""

    def within(self, macs: Sequence[str] | None) -> Sequence[str] | None:
        """These devices (None: all there are), as far as the operator works on them.

        None where that is all of them, and what belongs to none. Raises Refused for a device of another tenant.
        """
        mine = self.store.own_macs()
        if mine is None or macs is None:
            return macs if mine is None else mine
        foreign = set(self.store.devices.existing([parse_mac(mac) for mac in macs])).difference(mine)
        if foreign:
            self.store.refuse_beyond(f"device {min(foreign)}")
        return macs

    def known(self, macs: Iterable[str]) -> list[str]:
        """MACs in any notation as the devices have them, each once. Raises BadValue for those that no device has."""
        wanted = list(dict.fromkeys(parse_mac(mac) for mac in macs))
        there = self.store.devices.existing(wanted)
        if unknown := [mac for mac in wanted if mac not in there]:
            raise BadValue(f"no such device: {', '.join(unknown)}")
        return wanted

    @cached_property
    def packs(self) -> Packs:
        """The vendor packs."""
        return self.given() if callable(self.given) else self.given

    @property
    def archive(self) -> Path:
        """Where replaced contents are kept, beside the database and outside what any server serves."""
        return self.store.path.with_name(self.store.path.name + ".archive")

    @property
    def passwords(self) -> PasswordFiles:
        """Where the web server's password file is."""
        return PasswordFiles(self.htpasswd or self.store.path.with_name(f"{self.store.path.name}.htpasswd"))

    @property
    def cache(self) -> Path | None:
        """A private folder for compiled templates and checked packs; None where it cannot be made."""
        return cache_beside(self.store.path)

    @contextmanager
    def tree(self) -> Iterator[Tree]:
        """The root, opened. Raises TreeError when it cannot be used."""
        from aps_tui.services.tree import Tree

        mode = 0o770 if self.store.path.stat().st_mode & 0o020 else 0o700
        with Tree(self.root, self.archive, self.gid, mode) as tree:
            yield tree


def cache_beside(database: Path) -> Path | None:
    """The private folder beside a database for what is only worth its time; None where it cannot be made."""
    folder = database.with_name(database.name + ".cache")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.stat()
    except OSError:
        return None
    # What lies there is run as code: nobody else may have put it there.
    return folder if found.st_uid == os.geteuid() and not found.st_mode & 0o077 else None
