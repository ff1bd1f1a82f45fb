"""What the catalogue says of one setting, and the levels a value may come from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from aps_tui.domain.site import Value


class Level(IntEnum):
    """Where a value may be said; a higher level beats a lower one."""

    DEFAULT = 0
    GLOBAL = 1
    TENANT = 2
    TEMPLATE = 3
    DEVICE = 4

    @property
    def word(self) -> str:
        """The level as people read it: `global`."""
        return self.name.lower()


SAID_LEVELS: tuple[Level, ...] = (Level.GLOBAL, Level.TENANT, Level.TEMPLATE, Level.DEVICE)
"""The levels an operator can say a value at."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One neutral setting. `id` has a literal `N` where a list counts (`server.N.host`)."""

    id: str
    tab: str
    label: str
    kind: str
    """A key of `kinds.KINDS`: how a value is read and checked."""
    help: str
    allowed: tuple[str, ...] = ()
    """The neutral words of a choice or list; empty for other kinds."""
    min: int = 0
    max: int = 0
    """Least and greatest value of numbers; least and greatest length of texts."""
    default: Value | None = None
    """None: unset, nothing is written to the phone."""
    recommendation: str = ""
    warning: str = ""
    """Said when `warn` holds for a value."""
    warn: str = ""
    """`differs` (from the default), `filled`, `tftp` (a TFTP URL), or empty: never."""
    levels: tuple[Level, ...] = SAID_LEVELS
    count: int = 1
    """How many there may be: N runs from 1 to count."""
    unit: str = ""
    by_model: bool = False
    """True: the phone model says which of the values it offers."""
    example: str = ""
    """A value in the right form, for an empty field."""

    @property
    def url(self) -> bool:
        """Whether values are URLs, which may hold a password."""
        return self.kind in ("url", "folder-url")

    @property
    def secret(self) -> bool:
        """Whether values are masked wherever they are shown."""
        return self.kind == "secret"

    @property
    def listed(self) -> bool:
        """Whether the id counts (`.N.`)."""
        return "N" in self.id.split(".")
