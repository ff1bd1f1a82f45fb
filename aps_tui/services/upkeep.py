"""What goes by itself: files that are withdrawn after their first fetch, and devices that nobody claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from aps_tui.data.rows import DiskFile
from aps_tui.data.store import Store
from aps_tui.services.judge import Findings, Problem
from aps_tui.services.reasons import Cause
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.loader import Packs


def never_withdrawn(packs: Packs) -> tuple[str, ...]:
    """The vendors whose phones' files are never withdrawn."""
    return tuple(sorted(slug for slug, vendor in packs.vendors.items() if vendor.never_withdraw))


class Rules(NamedTuple):
    """What a site says of it."""

    withdraw_hours: int
    expire_days: int
    never: tuple[str, ...]
    """See `never_withdrawn`."""

    @classmethod
    def of(cls, place: Workplace) -> Rules:
        """As they are now."""
        settings = place.store.provisioning.get()
        return cls(settings.withdraw_hours, settings.expire_days, never_withdrawn(place.packs))

    @property
    def withdrawn(self) -> str:
        """Why files are withdrawn."""
        return f"{self.withdraw_hours:,} h after their first fetch"

    @property
    def expired(self) -> str:
        """Why devices expire."""
        return f"nobody claimed it for {self.expire_days:,} day{'' if self.expire_days == 1 else 's'}"


class Upkeep:
    """What goes, as one plan or commit sees it; what it finds to go is noted in `found`."""

    def __init__(self, place: Workplace, found: Findings) -> None:
        self.store: Store = place.store
        self.rules = Rules.of(place)
        self._found = found

    @cached_property
    def withheld(self) -> Mapping[str, str]:
        """See `Windows.withheld`."""
        return self.store.windows.withheld(self.rules.withdraw_hours, self.rules.never)

    def stirred(self) -> list[int]:
        """Ids of the devices whose files go or come back, though nothing was changed."""
        return self.store.windows.stirred(self.rules.withdraw_hours, self.rules.never)

    def expire(self, macs: Sequence[str] | None = None) -> list[str]:
        """The devices, of these or of all, that expired; they are noted to go."""
        gone = self.store.unclaimed.expired(self.rules.expire_days)
        if macs is not None:
            among = frozenset(macs)
            gone = [mac for mac in gone if mac in among]
        self._found.expired += gone
        self._found.warnings += [Problem(mac, f"goes: {self.rules.expired}") for mac in gone]
        return gone

    def cause(self, row: DiskFile) -> Cause:
        """Why a file goes."""
        if row.mac in self._found.withheld:
            return Cause("withdrawn", self.rules.withdrawn)
        if row.mac in self._found.expired:
            return Cause("expired", self.rules.expired)
        return Cause("gone", row.mac or row.vendor)
