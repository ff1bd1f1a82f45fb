"""Errors that a person can mend: each says where and what, and none carries a secret."""

from __future__ import annotations

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
