"""Goes through a folder that anyone may have filled: bounded, and without following links."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from aps_tui.domain.errors import ApsError, BadValue

MOST_FILES = 100_000
MOST_BYTES = 1 << 20
DEEPEST = 12


class Seen(NamedTuple):
    """A plain file of the tree."""

    path: Path
    name: str
    """Below the tree's root."""
    size: int


def walk(root: Path) -> Iterator[Seen]:
    """Every plain file below a folder, in order of names; hidden folders, links and devices are left out.

    Raises ApsError for a folder that cannot be read, BadValue for more than 100,000 files.
    """
    if not root.is_dir():
        raise ApsError(f"{root} is not a folder")
    number = 0
    folders = [("", 0)]
    while folders:
        below, depth = folders.pop()
        try:
            with os.scandir(root / below) as entries:
                found = sorted(entries, key=lambda one: one.name)
        except OSError as error:
            if not below:
                raise ApsError(f"{root} cannot be read: {error.strerror}") from None
            continue
        for entry in found:
            name = f"{below}/{entry.name}" if below else entry.name
            if entry.is_dir(follow_symlinks=False):
                if depth < DEEPEST and not entry.name.startswith("."):
                    folders.append((name, depth + 1))
            elif entry.is_file(follow_symlinks=False):
                number += 1
                if number > MOST_FILES:
                    raise BadValue(f"{root} holds more than {MOST_FILES:,} files: name a folder within it")
                yield Seen(Path(entry.path), name, entry.stat(follow_symlinks=False).st_size)


def content(seen: Seen) -> bytes:
    """A file's bytes. Raises BadValue for one that cannot be read, is too large, or is no plain file any more."""
    if seen.size > MOST_BYTES:
        raise BadValue("it is larger than 1 MB, which no phone's configuration is")
    try:
        handle = os.open(seen.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise BadValue("it is no plain file")
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadValue(f"it cannot be read: {error.strerror}") from None
    if len(data) > MOST_BYTES:
        raise BadValue("it is larger than 1 MB, which no phone's configuration is")
    return data
