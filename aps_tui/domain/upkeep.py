"""What goes by itself: within which bounds its times may be said, and what tells withdrawn files from changed ones."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from aps_tui.domain.errors import BadValue

MOST_HOURS = 24 * 366
MOST_DAYS = 3660
OPEN_HOURS = 1.0
"""For how long files are opened again, unless said otherwise."""
SOON = 3 * 86400.0
"""Seconds before its end from which on a list shows that a device expires."""
_NUMBER = re.compile(r"[0-9]{1,6}")


def content_of(files: Iterable[tuple[str, str]]) -> str:
    """One hash for a device's files, each as path and hash."""
    text = "".join(f"{path}\0{hash}\n" for path, hash in sorted(files))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def check_hours(value: object) -> int:
    """After how many hours files are withdrawn; 0 for never. Raises BadValue."""
    return _number("withdraw_hours", value, MOST_HOURS, "hours")


def check_days(value: object) -> int:
    """After how many days unclaimed devices expire; 0 for never. Raises BadValue."""
    return _number("expire_days", value, MOST_DAYS, "days")


def _number(name: str, value: object, most: int, unit: str) -> int:
    text = str(value).strip() or "0"
    if isinstance(value, bool | float) or not _NUMBER.fullmatch(text) or int(text) > most:
        raise BadValue(f"{name}: a whole number of {unit} is needed, 1 to {most:,}, or 0 for never")
    return int(text)
