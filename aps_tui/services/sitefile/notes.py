"""What is found while a site file is checked: every fault and every warning, each with its place."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from typing import ParamSpec, TypeVar

from aps_tui.domain.errors import ApsError

P = ParamSpec("P")
T = TypeVar("T")


class Notes:
    """Collects faults in the file's order, and warnings, of which the same one is said once."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self._warnings: dict[str, list[str]] = {}

    def fault(self, place: str, text: str) -> None:
        """Note what keeps the file from being stored."""
        self.faults.append(f"{place}: {text}")

    def warn(self, place: str, text: str) -> None:
        """Note what the operator should know."""
        self._warnings.setdefault(text, []).append(place)

    def tried(self, place: str, check: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """What a check returns; None when it raised, which is noted as a fault."""
        try:
            return check(*args, **kwargs)
        except ApsError as error:
            self.fault(place, str(error))
            return None

    @property
    def warnings(self) -> tuple[str, ...]:
        """The warnings in the order of their first places: `device 1 (…) and 7 more: …`."""
        return tuple(f"{_places(places)}: {text}" for text, places in self._warnings.items())


def _places(places: list[str]) -> str:
    return places[0] if len(places) == 1 else f"{places[0]} and {len(places) - 1} more"


def near(word: str, known: Iterable[str]) -> str:
    """`: did you mean acme?`, or nothing when no known word is near."""
    by_lower = {one.lower(): one for one in known}
    found = difflib.get_close_matches(word.lower(), by_lower, n=1)
    return f": did you mean {by_lower[found[0]]}?" if found else ""


def shown(text: str) -> str:
    """A name from the file, fit for one line of a message."""
    short = text if len(text) <= 40 else text[:40] + "…"
    return short if short.isprintable() else repr(short)
