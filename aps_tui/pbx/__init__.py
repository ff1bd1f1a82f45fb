"""Reads the accounts that a PBX already has, from its own files and tables, as data and read-only."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from aps_tui.domain.errors import BadValue
from aps_tui.pbx import csvfile, pjsip, sip, users, wizard
from aps_tui.pbx.account import Account, Reading
from aps_tui.pbx.conf_guard import shown

__all__ = ["FILES", "KINDS", "Account", "Reading", "read_source"]

_READERS: dict[str, Callable[[Path], Reading]] = {
    "csv": csvfile.read,
    "sip": sip.read,
    "users": users.read,
    "pjsip": pjsip.read,
    "pjsip-wizard": wizard.read,
}
FILES: tuple[str, ...] = tuple(_READERS)
"""The kinds of source that name a file."""
KINDS: tuple[str, ...] = (*FILES, "sql")
"""The kinds of source."""


def read_source(kind: str, location: str, tenant: str | None = None) -> Reading:
    """Read the accounts of a source that is a file (`aps_tui.pbx.sql` reads databases).

    `location` is the file. `tenant` matters to CSV files with a tenant column: rows that name another one
    are left out. Raises BadValue, one line, for an unknown kind and for a file that cannot be read.
    """
    if kind not in _READERS:
        raise BadValue(f"unknown kind of source {shown(kind)}; known are {', '.join(KINDS)}")
    if not location or "\0" in location:
        raise BadValue(f"source {kind}: name the file to read")
    path = Path(os.path.expanduser(location))  # noqa: PTH111 - an unknown ~user stays as it is
    if os.path.isdir(path):  # noqa: PTH112 - False, no error, where it may not look
        raise BadValue(f"{shown(location)}: a folder; name the file to read in it")
    if kind == "csv":
        return csvfile.read(path, tenant)
    return _READERS[kind](path)
