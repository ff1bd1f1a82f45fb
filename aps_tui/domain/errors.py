"""Errors that a person can mend: each says where and what, and none carries a secret."""

from __future__ import annotations

import traceback
from collections.abc import Iterable


class ApsError(Exception):
    """An error shown to the operator as one clear line, never as a traceback."""


class BadValue(ApsError):
    """A value its place cannot hold; the text names the place and what would be accepted."""


class Faults(ApsError):
    """Several faults found in one pass, each naming its place; nothing was stored."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


def places(error: BaseException) -> list[str]:
    """Where an error came from, and from which one before it, a line each.

    What it says, and what any variable held, is left out: that could be a secret.
    """
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines = places(before) if before is not None else []
    for frame in traceback.extract_tb(error.__traceback__):
        lines.append(f"  {frame.filename}, line {frame.lineno}, in {frame.name}: {frame.line}")
    return [*lines, type(error).__name__]
