"""Gives a phone its extension: all in one transaction, in which the database itself decides who was first."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from aps_tui.data.errors import StoreError
from aps_tui.domain.errors import ApsError, BadValue, Faults
from aps_tui.domain.site import Device, Line
from aps_tui.domain.whitelist import admits, parse_entry
from aps_tui.services import device_edit
from aps_tui.services.adding import add_device
from aps_tui.services.sync import why_unusable
from aps_tui.services.unprov.caller import Caller, Refused
from aps_tui.services.workplace import Workplace


class Unfit(ApsError):
    """The extension cannot be taken; another one may be typed."""


class Bound(NamedTuple):
    """A phone with its extension."""

    mac: str
    number: str
    tenant: str
    before: bool = False
    """Whether it had the extension already."""


def held(place: Workplace, mac: str) -> Bound | None:
    """The extension that a phone has already, by its first line."""
    device = place.store.devices.get(mac)
    if device is None or not device.lines:
        return None
    return Bound(mac, device.lines[0].extension, device.tenant, before=True)


def bind(place: Workplace, caller: Caller, number: str) -> Bound:
    """Put an extension on the first line of the calling phone.

    A phone that is no device yet becomes one of the tenant of new devices, if its model is known. Raises Unfit for
    the extension, Refused for the phone.
    """
    assert place.packs  # read from the disk before the transaction, for whose end others wait
    try:
        with place.store.transaction():
            already = held(place, caller.mac)
            if already is not None:
                return already  # it was bound while its caller typed
            device = place.store.devices.get(caller.mac)
            tenant = device.tenant if device else _tenant_of_new(place, caller)
            _fit(place, tenant, number)
            if device is None:
                _create(place, caller, tenant, number)
            else:
                _give(place, device, number)
    except (Faults, BadValue, StoreError) as error:
        raise Unfit(f"extension {number}: {error}") from None
    return Bound(caller.mac, number, tenant)


def _fit(place: Workplace, tenant: str, number: str) -> None:
    found = place.store.extensions.find(tenant, number) if number.isascii() and number.isdigit() else None
    if found is None:
        # Not named: it may be a PIN that was typed once more.
        raise Unfit(f"what was typed is no extension of tenant {tenant}")
    if why := why_unusable(found):
        raise Unfit(f"extension {number} of tenant {tenant}: {why}")
    user = place.store.extensions.user(tenant, number)
    if user is not None:
        raise Unfit(f"extension {number} of tenant {tenant} is on {user.mac}, line {user.line}")


def _give(place: Workplace, device: Device, number: str) -> None:
    before = device_edit.opened(place, device.mac)
    if before is None:
        raise Refused(f"phone {device.mac} is no device any more")
    device_edit.save(place, before, replace(device, lines=(Line(1, number),)))


def _tenant_of_new(place: Workplace, caller: Caller) -> str:
    settings = place.store.provisioning.get()
    if caller.mac in place.store.arrivals.ignored():
        raise Refused(f"phone {caller.mac} is no device, and is kept out of the queue")
    if not settings.auto_create_tenant:
        raise Refused(f"phone {caller.mac} is no device, and no tenant of new devices is set (auto_create_tenant)")
    entries = [parse_entry(text) for text in settings.whitelist]
    if entries and not admits(entries, caller.mac, caller.address):
        raise Refused(f"phone {caller.mac} is no device, and the whitelist does not let it in")
    return settings.auto_create_tenant


def _create(place: Workplace, caller: Caller, tenant: str, number: str) -> None:
    seen = place.store.arrivals.get(caller.mac)
    if seen is None or seen.conflict or not seen.model:
        raise Refused(f"phone {caller.mac} is no device, and its model is not known: add it by hand")
    add_device(place, caller.mac, tenant, f"{seen.vendor}/{seen.model}", extension=number)
