"""What all screens share: the site, how it stands, and what they tell the app."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from textual.message import Message

from aps_tui.domain.errors import ApsError
from aps_tui.domain.roles import Role
from aps_tui.services.console import Glance
from aps_tui.services.edits import Committed, RecentEdits
from aps_tui.services.workplace import Workplace

if TYPE_CHECKING:
    from aps_tui.services.config import Config
    from aps_tui.services.watch.child import Child


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

    device: str = ""
    """The MAC that the device editor shows; empty before one was chosen."""
    among: Callable[[], Sequence[str]] | None = None
    """The MACs of the list that the device was opened from, for its neighbours."""
    config: Config | None = None
    """What the site was opened by; None where it was given by itself."""
    watcher: Child | None = None
    """The console's own watcher, which says who listens for phones; None where it was given none."""
    commands: list[str] = field(default_factory=list)
    """What was typed after `:`, the latest last."""
    edits: RecentEdits = field(init=False)
    """What can be taken back, newest last."""

    def __post_init__(self) -> None:
        self.edits = RecentEdits(self.place.store)

    @property
    def admin(self) -> bool:
        """Whether what admins alone do is offered."""
        return not self.read_only and self.place.store.rights.role is Role.ADMIN

    def may(self, action: str, writes: Container[str], admins: Container[str] = ("reveal",)) -> bool:
        """Whether an action is offered: `writes` change something, `admins` need the role. The store refuses them."""
        return not ((self.read_only and action in writes) or (not self.admin and action in admins))

    @property
    def seen(self) -> bool:
        """Whether the site was counted yet: until then `now` says nothing."""
        return self.edition > 0

    def saw(self, now: Glance) -> None:
        """Take how the site stands now."""
        self.now = now
        self.edition += 1

    def edit(self, words: str) -> AbstractContextManager[None]:
        """What is written inside is one transaction that `z` can take back; `words` name it: `template Sales: zone`.

        Every write of a screen is made inside one, in whatever thread, and posts Wrote when it has ended.
        """
        return self.edits.edit(words)

    def take_back(self) -> str:
        """Take back the last edit that is not committed, and say its words. Raises ApsError."""
        try:
            return self.edits.take_back()
        except Committed as error:
            raise ApsError(f"{error}. Change it again, or bring the files back: 9, H, U") from None


class Wrote(Message):
    """The screen changed the site."""


class PlanDevices(Message):
    """Show what a commit would change for these devices."""

    def __init__(self, macs: Sequence[str]) -> None:
        super().__init__()
        self.macs = tuple(macs)


class TellDevices(Message):
    """Show how these devices are told to fetch; none: those whose files changed since they last fetched."""

    def __init__(self, macs: Sequence[str] = ()) -> None:
        super().__init__()
        self.macs = tuple(macs)


class OpenDevice(Message):
    """Show a device in its editor; `among` gives the MACs of the list that it is opened from."""

    def __init__(self, mac: str, among: Callable[[], Sequence[str]] | None = None) -> None:
        super().__init__()
        self.mac = mac
        self.among = among
