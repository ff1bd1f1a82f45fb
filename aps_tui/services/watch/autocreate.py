"""Auto-create: a phone that was seen on the network becomes a device by itself, and gets its UNPROV file at once.

Off unless switched on. Only the vendors that the settings list, only what the whitelist lets in, and only what a DHCP
server, a DHCP packet or SIP PnP told of: a request alone may be anybody's invention.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from aps_tui.data.arrivals import Arrival
from aps_tui.domain.autocreate import OPEN_DOOR
from aps_tui.domain.errors import ApsError
from aps_tui.domain.observation import DHCP, LEASE, PNP
from aps_tui.domain.site import Device, Provisioning
from aps_tui.domain.whitelist import Entry, admits, parse_entry
from aps_tui.services.lock import Busy
from aps_tui.services.workplace import Workplace

HOUR = 3600.0
ACTION = "auto-create"
"""How the audit trail calls it."""
_ON_THE_SPOT = frozenset({LEASE, DHCP, PNP})


class Made(NamedTuple):
    """What auto-create did of some arrivals."""

    macs: tuple[str, ...] = ()
    """Devices that it made."""
    note: str = ""
    """What keeps it from making more; empty for nothing."""


class AutoCreate:
    """Makes devices of arrivals. `per_hour`: how many at most."""

    def __init__(self, place: Workplace, per_hour: int) -> None:
        self.place = place
        self.per_hour = per_hour
        self._unwritten: list[str] = []

    @property
    def waits(self) -> bool:
        """Whether files of devices that it made still have to be written."""
        return bool(self._unwritten)

    def consider(self, arrivals: Sequence[Arrival]) -> Made:
        """Make devices of those that qualify and write their files; what could not be written is tried again."""
        settings = self.place.store.provisioning.get()
        if not settings.auto_create:
            return Made()
        if reason := _unready(settings):
            return Made(note=f"auto-create does nothing: {reason}")
        made, note = self._make(settings, arrivals)
        self._unwritten += made
        return Made(tuple(made), self._write() or note)

    def _make(self, settings: Provisioning, arrivals: Sequence[Arrival]) -> tuple[list[str], str]:
        store = self.place.store
        entries = [parse_entry(text) for text in settings.whitelist]
        with store.transaction():
            known = store.devices.existing([one.mac for one in arrivals]).keys() | store.arrivals.ignored()
            wanted = [one for one in arrivals if one.mac not in known and _qualifies(one, settings, entries)]
            left = self.per_hour - store.audit.count_since("device", ACTION, store.db.now() - HOUR) if wanted else 0
            chosen = wanted[: max(0, left)]
            tenant = settings.auto_create_tenant
            store.devices.save_many([Device(one.mac, tenant, one.vendor, one.model) for one in chosen])
            store.audit.add_many(("device", one.mac, ACTION, f"{one.vendor}/{one.model}, {one.why}") for one in chosen)
        over = len(wanted) - len(chosen)
        note = f"auto-create made {self.per_hour} devices within an hour and stops there: {over} wait" if over else ""
        return [one.mac for one in chosen], note

    def _write(self) -> str:
        """Commit the files of what was made, and of nothing else; why that was not possible, if so."""
        if not self._unwritten:
            return ""
        from aps_tui.services.commit import commit

        still = self.place.store.devices.existing(self._unwritten)
        macs = [mac for mac in self._unwritten if mac in still]
        try:
            outcome = commit(self.place, macs=macs, note=ACTION) if macs else None
        except Busy:
            return "files of new devices wait for a commit that is under way"
        except ApsError as error:
            return f"files of {len(macs)} new devices cannot be written: {error}"
        self._unwritten = []
        if outcome is not None and outcome.refused:
            what = outcome.found.problems[0].problem if outcome.found.problems else "files were edited by hand"
            return f"files of {len(macs)} new devices were not written: {what}"
        return ""


def _unready(settings: Provisioning) -> str:
    """Why nothing may be made; empty where all is said that has to be."""
    if not settings.whitelist:
        return OPEN_DOOR
    if not settings.auto_create_tenant:
        return "the tenant of new devices is not said"
    if not settings.unprovisioned_secret:
        return "UNPROV phones have no account: set the UNPROV password in the provisioning settings"
    return ""


def _qualifies(one: Arrival, settings: Provisioning, entries: Sequence[Entry]) -> bool:
    return bool(
        one.vendor in settings.auto_create_vendors
        and one.model
        and not one.conflict
        and _ON_THE_SPOT & set(one.sources.split())
        and admits(entries, one.mac, one.address)
    )
