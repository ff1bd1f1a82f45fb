"""Passwords that are guessed first: who has one is said, never the password."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from aps_tui.data.health import SaidSetting, UsedSecret
from aps_tui.domain.mac import with_colons
from aps_tui.domain.weak import Weakness, weakness
from aps_tui.services.doctor.finding import Check, Said, fault, ok, some, unknown, warning
from aps_tui.services.doctor.scene import Scene
from aps_tui.vendors.loader import Packs
from aps_tui.vendors.support import supported

_ADMIN = "security.admin_password"
_AT_ONCE, _SOON = (Weakness.NAMED, Weakness.KNOWN, Weakness.PATTERN), (Weakness.DIGITS, Weakness.SHORT)


def sip(scene: Scene) -> Iterator[Said]:
    """SIP passwords of lines that are guessed first, and those used twice."""
    used = scene.place.store.health.secrets()
    times = Counter(one.secret for one in used if one.secret)
    weak: dict[Weakness, list[UsedSecret]] = {why: [] for why in Weakness}
    for one in used:
        why = weakness(one.secret, (one.number, one.account, one.auth_user))
        if why is not None:
            weak[why].append(one)
    twice = [one for one in used if times[one.secret] > 1]
    mend = "give them new passwords in the PBX, then aps-tui extensions sync and commit"
    for why, found in weak.items():
        if found and why in _AT_ONCE:
            yield fault("SIP passwords", f"the password is {why.value}: {_who(found)}", mend)
    for said, found in (*((why.value, weak[why]) for why in _SOON), ("shared by several lines", twice)):
        if found:
            yield warning("SIP passwords", f"{said}: {_who(found)}", mend)
    if not (twice or any(weak.values())):
        yield ok("SIP passwords", f"none of {len(used):,} is easily guessed")


def _who(used: list[UsedSecret]) -> str:
    return f"{len(used):,} ({some([f'{one.tenant}/{one.number}' for one in used])})"


def admin(scene: Scene) -> Iterator[Said]:
    """Phones that keep the administrator's password of the factory."""
    place = scene.place
    said = place.store.health.said(_ADMIN)
    settable = _Settable(place.packs)
    unset: list[str] = []
    factory: list[str] = []
    guessed: list[str] = []
    fixed: list[str] = []
    for one in said:
        value = json.loads(one.value) if one.value else ""
        if not settable.of(one):
            fixed.append(one.mac)
        elif not value:
            unset.append(one.mac)
        elif value in settable.known(one):
            factory.append(one.mac)
        elif weakness(value):
            guessed.append(one.mac)
    mend = "say security.admin_password: 0, Site, tab Security, or in a tenant, a template, a device"
    if factory:
        yield fault("admin passwords", f"the maker's own is written into {_devices(factory)}", mend)
    if guessed:
        yield warning("admin passwords", f"short, digits alone or well known: {_devices(guessed)}", mend)
    if unset:
        yield warning("admin passwords", f"none is said, so the maker's stays in force: {_devices(unset)}", mend)
    if fixed:
        yield unknown("admin passwords", f"their files cannot carry one: {_devices(fixed)}",
                      "change it in the phone itself")  # fmt: skip
    if not (factory or guessed or unset or fixed):
        yield ok("admin passwords", f"said for all devices ({len(said):,})")


def _devices(macs: list[str]) -> str:
    return f"{len(macs):,} ({some([with_colons(mac) for mac in macs])})"


class _Settable:
    """Whether the files of a model carry the password, and which passwords its maker is known by."""

    def __init__(self, packs: Packs) -> None:
        self._packs = packs
        self._known: dict[tuple[str, str], tuple[bool, frozenset[str]]] = {}

    def of(self, one: SaidSetting) -> bool:
        """Whether its files carry it; of a model that no pack knows, no."""
        return self._of(one)[0]

    def known(self, one: SaidSetting) -> frozenset[str]:
        """The passwords that such phones leave the factory with."""
        return self._of(one)[1]

    def _of(self, one: SaidSetting) -> tuple[bool, frozenset[str]]:
        key = (one.vendor, one.model)
        if key not in self._known:
            vendor = self._packs.vendors.get(one.vendor)
            model = vendor.models.get(one.model) if vendor else None
            self._known[key] = (
                (_ADMIN in supported(vendor, model), frozenset(model.contact().default_passwords.values()))
                if vendor and model
                else (False, frozenset())
            )
        return self._known[key]


CHECKS = (
    Check("passwords.sip", "SIP passwords of lines that are guessed first (named, known, short …), or used twice",
          "Scanners try these first, and calls at your cost follow within hours.", sip),
    Check("passwords.admin", "devices with the administrator's password of the factory, or one that is guessed first",
          "Whoever reaches the phone's web page reads its SIP password there.", admin),
)  # fmt: skip
