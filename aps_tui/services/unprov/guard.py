"""The PIN: compared so that time tells nothing, and those who guess are kept out for a while."""

from __future__ import annotations

import hmac
import math
from enum import Enum, auto

from aps_tui.data.store import Store
from aps_tui.services.unprov.caller import Caller, Refused
from aps_tui.services.unprov.options import Unprov


class Verdict(Enum):
    """What became of a PIN."""

    RIGHT = auto()
    WRONG = auto()
    BLOCKED = auto()
    """Wrong, and once too often."""


def admitted(store: Store, caller: Caller) -> None:
    """Raise Refused for a phone or address that is blocked, and where no PIN was set."""
    until = store.pin_failures.blocked(caller.who)
    if until:
        minutes = math.ceil((until - store.db.now()) / 60)
        raise Refused(
            f"phone {caller.mac} at {caller.address or 'an unknown address'} is blocked for {minutes} min more"
        )
    if not store.provisioning.get().unprovisioned_pin:
        raise Refused("no PIN is set: say unprovisioned_pin in the provisioning settings")


def judged(store: Store, caller: Caller, typed: str, options: Unprov) -> Verdict:
    """Compare a typed PIN, in one transaction with the count, so that calls at once get no more tries together."""
    with store.transaction():
        admitted(store, caller)
        pin = store.provisioning.get().unprovisioned_pin
        if hmac.compare_digest(typed.encode(), pin.encode()):
            store.pin_failures.forget(caller.who)
            return Verdict.RIGHT
        if not store.pin_failures.failed(caller.who, options.tries, options.block_minutes * 60):
            return Verdict.WRONG
        detail = f"{options.tries} wrong PINs by phone {caller.mac}: blocked for {options.block_minutes} min"
        store.alarms.raise_("pin", caller.address or caller.mac, detail)
        return Verdict.BLOCKED
