"""The devices' HTTP passwords as an operator handles them: who has which, new ones, windows for first contact."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import cache
from typing import NamedTuple

from aps_tui.data.http_logins import Access
from aps_tui.domain.errors import BadValue
from aps_tui.domain.http_auth import password_of, user_of
from aps_tui.services import passwords
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.support import login_place

HOURS = 24
"""How long first contact is let in, unless said otherwise."""


class Standing(NamedTuple):
    """Where the password of one device stands."""

    mac: str
    user: str
    state: str
    """in force, changing (the one before is valid as well), own (the device level says it), or by hand (the device's
    files have no place for it)."""
    first_contact: bool
    """Whether first contact may fetch its files now."""


class Turned(NamedTuple):
    """What became of a change of passwords."""

    done: list[str]
    left: list[str]
    """Those that it did not apply to."""


def standings(place: Workplace, macs: Iterable[str] = ()) -> list[Standing]:
    """Where devices' passwords stand, of all or of those named, by MAC. Raises BadValue for one that is no device."""
    wanted = set(place.known(macs))
    with place.store.snapshot():
        accesses, now = place.store.http_logins.accesses(), place.store.db.now()
        models = {mac: (vendor, model) for mac, vendor, model, *_ in place.store.render.outlines()}
    told = cache(lambda vendor, model: _is_told(place, vendor, model))
    found = [one for one in accesses if not wanted or one.login.mac in wanted]
    return [_standing(one, told(*models[one.login.mac]), now) for one in found]


def rotate(place: Workplace, macs: Iterable[str] | None) -> Turned:
    """Give devices (None: all) a new password. The next commit writes it; the one before stays valid until the phone
    was seen with the new one, or `drop`. Those whose last change is still open, or whose device level says a password,
    are left: a phone that missed a change would be locked out by the next one.
    """
    _must_be_on(place)
    place.store.http_logins.settle()
    return _turned(place, macs, place.store.http_logins.rotate, lambda one: one.password is None)


def drop(place: Workplace, macs: Iterable[str] | None) -> Turned:
    """End the validity of the passwords before, at once. Phones that did not fetch the new one are locked out."""
    _must_be_on(place)
    found = _turned(place, macs, place.store.http_logins.drop_old)
    passwords.write(place)
    return found


def open_contact(place: Workplace, macs: Iterable[str] | None, hours: float) -> Turned:
    """Let first contact fetch the files of devices that have a line, at once, for some hours (0 ends it): for phones
    that were never told their own password. It ends by itself when the phone was seen with it."""
    _must_be_on(place)
    settings = place.store.provisioning.get()
    if hours and not (settings.first_contact_user and settings.first_contact_password):
        raise BadValue("no first contact is said: fill First contact user and password (Settings, Provisioning)")
    until = place.store.db.now() + hours * 3600 if hours else 0.0
    found = _turned(place, macs, lambda wanted: place.store.http_logins.open(wanted, until))
    passwords.write(place)
    return found


def any_login(place: Workplace) -> tuple[str, str] | None:
    """User and password of a device, by which a check of ours may fetch what all phones may; None where it is off."""
    settings = place.store.provisioning.get()
    first = next(iter(place.store.render.outlines()), None) if settings.http_auth else None
    if first is None:
        return None
    turn = place.store.http_logins.get(first[0]).turn
    return user_of(first[0], turn), password_of(settings.http_key, first[0], turn)


def reveal(place: Workplace, mac: str) -> tuple[str, str]:
    """User and password of a device. Leaves an audit row."""
    (wanted,) = place.known([mac])
    _must_be_on(place)
    with place.store.transaction():
        place.store.audit.add("device", wanted, "reveal", "HTTP password")
        key = place.store.provisioning.get().http_key
        (found,) = (one for one in place.store.http_logins.accesses() if one.login.mac == wanted)
    turn = found.login.turn
    own = json.loads(found.password) if found.password else ""
    return user_of(wanted, turn), str(own or password_of(key, wanted, turn))


def _is_told(place: Workplace, vendor: str, model: str) -> bool:
    """Whether a model's files tell its phones a password; of what no pack knows, nothing is said."""
    pack = place.packs.vendors.get(vendor)
    known = pack.models.get(model) if pack else None
    return pack is None or known is None or login_place(pack, known) != ""


def _standing(one: Access, told: bool, now: float) -> Standing:
    mac, turn, old, _, open_until = one.login
    state = "by hand" if not told else "own" if one.password else "changing" if old else "in force"
    return Standing(mac, user_of(mac, turn), state, not one.lines or open_until > now)


def _turned(
    place: Workplace,
    macs: Iterable[str] | None,
    work: Callable[[Iterable[str]], list[str]],
    fit: Callable[[Access], bool] = lambda _: True,
) -> Turned:
    reached = place.within(None if macs is None else place.known(macs))
    wanted = None if reached is None else set(reached)
    with place.store.transaction():
        named = [one for one in place.store.http_logins.accesses() if wanted is None or one.login.mac in wanted]
        done = set(work([one.login.mac for one in named if fit(one)]))
    return Turned(sorted(done), sorted(one.login.mac for one in named if one.login.mac not in done))


def _must_be_on(place: Workplace) -> None:
    if not place.store.provisioning.get().http_auth:
        raise BadValue(
            "HTTP authentication is off: turn it on first (Settings, Provisioning; [provisioning] http_auth)"
        )
