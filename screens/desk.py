"""What all screens share: the site, how it stands, and what they tell the app."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from textual.message import Message

from aps_tui.services.console import Glance, glance
from aps_tui.services.workplace import Workplace


@dataclass
class Desk:
    """The site as the console has it open."""

    place: Workplace
    read_only: bool = False
    now: Glance = field(default_factory=lambda: Glance(0, 0, ()))
    edition: int = 0
    """Grows whenever the site was seen to change."""
    running: str = ""
    """What may not be left alone: `commit`, `undo`, or nothing."""
    plan_for: tuple[str, ...] | None = None
    """MACs that the commit screen is to plan next; () for the whole site, None for nothing."""

    def look(self) -> None:
        """See how the site stands. Raises StoreError."""
        self.now = glance(self.place)
        self.edition += 1


class Wrote(Message):
    """The screen changed the site."""


class PlanDevices(Message):
    """Show what a commit would change for these devices."""

    def __init__(self, macs: Sequence[str]) -> None:
        super().__init__()
        self.macs = tuple(macs)
