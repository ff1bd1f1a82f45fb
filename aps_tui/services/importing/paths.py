"""Lists by the name of a file or a folder: how such a name is completed, and what is read there."""

from __future__ import annotations

import os

from aps_tui.domain.errors import ApsError
from aps_tui.services.exchange import Exchange
from aps_tui.services.importing.entry import Read
from aps_tui.services.importing.matching import knowledge
from aps_tui.services.importing.reader import read_file
from aps_tui.services.workplace import Workplace

MOST_WAYS = 200
"""Names that are listed."""


def completed_path(files: Exchange, typed: str) -> tuple[str, list[str]]:
    """A name as far as it can go on in one way only, and the ways when there are several. Folders end with a slash."""
    shown, slash, begin = typed.rpartition("/")
    try:
        folder = files.given(f"{shown}/" if slash else ".")
        with os.scandir(folder) as found:
            names = sorted(
                f"{entry.name}/" if entry.is_dir() else entry.name for entry in found
                if entry.name.startswith(begin) and entry.name.isprintable() and (begin or entry.name[0] != ".")
            )  # fmt: skip
    except (OSError, ApsError):
        return typed, []
    if not names:
        return typed, []
    same = os.path.commonprefix(names)  # noqa: RUF071 - letter by letter is what is wanted
    return f"{shown}{slash}{same}", names[:MOST_WAYS] if len(names) > 1 else []


def read_path(place: Workplace, name: str, tenant: str = "") -> Read:
    """Read a list from a file, or the phones' files below a folder, whatever wrote them; `tenant`: whose they will be.

    Raises Refused for a place where this operator may not read, ApsError when it cannot be opened, BadValue for what
    is no list.
    """
    path = place.files.given(name)
    if not path.is_dir():
        return read_file(path, knowledge(place))
    from aps_tui.services.importing.tree import read_tree  # it asks the packs much: not needed for a list

    return read_tree(place, path, tenant=tenant).read
