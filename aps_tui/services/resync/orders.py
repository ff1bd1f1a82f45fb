"""Whom to tell, and by what: each device's own event, its endpoint or address; never an endpoint that many share."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from aps_tui.data.arrivals import Arrival
from aps_tui.data.requests import Registration
from aps_tui.data.rows import Candidate
from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.domain.mac import parse_mac
from aps_tui.services.fleet import UNPROV_USER, Fleet
from aps_tui.services.resync.words import BY_HAND, FAILED, Order, Result, Target
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.contact import Notify
from aps_tui.wire.sip_notify import Notice
from aps_tui.wire.sip_words import SIP_PORT, checked_endpoint, parse_uri, uri_at

NO_NOTIFY = "no NOTIFY is known for this model: restart it by hand"
_FIRMWARE = "general.firmware"
SHARED_NAMES = frozenset({UNPROV_USER})
"""Endpoints of more than one phone: what is sent to one reaches all."""


@dataclass
class Orders:
    """What a run would do."""

    orders: list[Order] = field(default_factory=list)
    unable: list[Result] = field(default_factory=list)
    """Those that cannot be told, each with the reason."""


@dataclass
class _Known:
    """What is known of where phones are."""

    registrations: dict[str, Registration]
    arrivals: dict[str, Arrival]
    fetched: dict[str, float]
    written: dict[str, float]
    sharing: frozenset[str]
    """Accounts of more than one device."""

    @classmethod
    def of(cls, place: Workplace, macs: Sequence[str]) -> _Known:
        """Of these devices."""
        store = place.store
        return cls(
            store.requests.registrations(macs), store.arrivals.of(macs), store.requests.fetched(macs),
            store.resyncs.written(macs), frozenset(store.resyncs.shared_accounts()),
        )  # fmt: skip

    def shows_unprov(self, mac: str) -> bool:
        """Whether a phone registered the limited account and has not fetched its own files since."""
        registration = self.registrations.get(mac)
        if registration is None or not registration.account.startswith("aps-"):
            return False
        return self.fetched.get(mac, 0.0) < max(registration.at, self.written.get(mac, 0.0))


def orders_for(
    place: Workplace, macs: Sequence[str], *, restart: bool = False, needs_uri: bool = False, contact: str = ""
) -> Orders:
    """How each of these devices would be told. `contact`: the address of the one that is given, where that is known.

    Raises BadValue for a MAC that is none or no device.
    """
    wanted = list(dict.fromkeys(parse_mac(mac) for mac in macs))
    found = Orders()
    with place.store.snapshot():
        known = _Known.of(place, wanted)
        fleet = Fleet(place.store.render, place.packs)
        seen = set()
        for row in place.store.render.candidates(macs=wanted):
            seen.add(row.mac)
            _add(found, fleet, row, known, restart, needs_uri, contact)
    missing = [mac for mac in wanted if mac not in seen]
    if missing:
        more = f" and {len(missing) - 1:,} more" if missing[1:] else ""
        raise BadValue(f"{missing[0]}{more}: there is no such device")
    return found


def _add(
    found: Orders, fleet: Fleet, row: Candidate, known: _Known, restart: bool, needs_uri: bool, contact: str
) -> None:
    notice = None
    try:
        notice = _notice(_notify(fleet, row), restart)
        if notice is None:
            found.unable.append(Result(row.mac, BY_HAND, NO_NOTIFY))
            return
        target = _given(contact) if contact else _target(row, known, needs_uri)
    except ApsError as error:
        found.unable.append(Result(row.mac, FAILED, str(error), notice.event if notice else ""))
    else:
        tenant = fleet.tenants[row.tenant_id].name
        found.orders.append(Order(row.mac, tenant, row.vendor, row.model, notice, target))


def _notify(fleet: Fleet, row: Candidate) -> Notify:
    model = fleet.packs.vendor(row.vendor).model(row.model)
    firmware = ""
    if len(model.generations) > 1:
        said = fleet.levels(row.tenant_id, row.template_id, row.settings)
        firmware = next((str(own[_FIRMWARE]) for _, own in reversed(said) if own.get(_FIRMWARE)), "")
    return model.contact(firmware or None).notify


def _notice(notify: Notify, restart: bool) -> Notice | None:
    event, body = (notify.restart, notify.restart_body) if restart else (notify.resync, notify.resync_body)
    return Notice(event, body) if event else None


def _given(contact: str) -> Target:
    """An address that the caller knows."""
    parse_uri(contact)
    return Target(uri=contact)


def _target(row: Candidate, known: _Known, needs_uri: bool) -> Target:
    """How a phone is reached. Raises BadValue where it cannot be reached without reaching others."""
    account = row.lines[0][2] if row.lines else ""
    own = account and account not in known.sharing and account.lower() not in SHARED_NAMES
    if own and not needs_uri and not known.shows_unprov(row.mac):
        return Target(endpoint=checked_endpoint(account))
    uri = _uri(row, known, account)
    if uri:
        return Target(uri=uri)
    if account and not own:
        raise BadValue(f"the account {account} is on several devices, and the address of this phone is not known")
    raise BadValue("where this phone registered is not known: restart it, or wait until it is seen")


def _uri(row: Candidate, known: _Known, account: str) -> str:
    """The address of a phone, empty where nobody told it: where it registered, else where it was last seen."""
    registration, arrival = known.registrations.get(row.mac), known.arrivals.get(row.mac)
    if registration is not None:
        with suppress(BadValue):
            parse_uri(registration.contact)
            return registration.contact
    port = next((line[9] for line in row.lines[:1] if line[9]), SIP_PORT)
    for address in (registration.address if registration else "", arrival.address if arrival else ""):
        with suppress(BadValue):
            return uri_at(address, account or f"aps-{row.mac}", port)
    return ""
