"""What surrounds the place that is edited: the levels below it, the model that it is for, what stands in."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from aps_tui.data.settings import Level as Spot
from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.domain.mac import with_colons
from aps_tui.domain.resolve import Resolved, resolve
from aps_tui.domain.setting import Level
from aps_tui.domain.site import Key, Raw, Settings, Template, Value
from aps_tui.services.explain import device_row
from aps_tui.services.fleet import Fleet, Login
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.pack import Facts, Model, Vendor
from aps_tui.vendors.spaces import HTTP_PASSWORD, HTTP_USER, PROVISIONING_URL

LEVELS = {"site": Level.GLOBAL, "tenant": Level.TENANT, "template": Level.TEMPLATE, "device": Level.DEVICE}
"""The kind of a place to the level of settings that is said there."""

_KEY = secrets.token_bytes(16)


class InForce(NamedTuple):
    """A value and what gives it: `here`, template, tenant, global, default, provisioning, `line 1`; "" for unset."""

    value: Value | None
    source: str


@dataclass(frozen=True)
class Scene:
    """A place and what surrounds it. Read in one snapshot."""

    spot: Spot
    title: str
    """`template Sales of acme`, `device 00:11:22:33:44:55`, `tenant acme`, `site`."""
    said: tuple[tuple[Level, Settings], ...]
    """What each level up to this one says, lowest first."""
    raw: tuple[tuple[Level, Mapping[str, Raw]], ...]
    """Raw parameters likewise, by vendor ('' where the level is of one vendor)."""
    stand_ins: Mapping[str, InForce]
    """What is taken where no level says anything."""
    vendor: Vendor | None = None
    model: Model | None = None
    facts: Facts = field(default_factory=dict)
    """The model's facts for the firmware in force; the newest's where there is no such firmware."""
    firmware_fault: str = ""
    model_fault: str = ""
    """Why the place's model is not known: its pack is not loaded."""
    login: Login | None = None
    """How HTTP authentication tells a device's files."""
    keys: tuple[Key, ...] = ()
    """The keys of a template; a device's with those of its template that it does not replace."""

    @property
    def level(self) -> Level:
        """The level that is edited."""
        return LEVELS[self.spot.kind]

    @property
    def own(self) -> Settings:
        """What is said here."""
        return self.said[-1][1]

    def resolved(self, own: Settings | None = None) -> dict[str, Resolved]:
        """What is in force here; with `own` in place of what is said here."""
        return resolve(self.said if own is None else [*self.said[:-1], (self.level, own)])

    def in_force(self, id: str, resolved: Mapping[str, Resolved]) -> InForce:
        """The value of a setting and what gives it."""
        found, stand_in = resolved.get(id), self.stand_ins.get(id)
        if stand_in and (found is None or (found.level is not Level.DEVICE if _is_line(stand_in) else not found.value)):
            return stand_in
        if found is None:
            return InForce(None, "")
        return InForce(found.value, "here" if found.level is self.level else found.level.word)

    def written(self, id: str, resolved: Mapping[str, Resolved]) -> InForce:
        """The value that a device's files have: HTTP authentication goes before the levels."""
        said = self.in_force(id, resolved)
        if self.login is None or id not in (HTTP_USER, HTTP_PASSWORD, PROVISIONING_URL):
            return said
        own = {name: one.value for name, one in resolved.items() if one.level is Level.DEVICE}
        value = self.login.settings(own, self.in_force(PROVISIONING_URL, resolved).value).get(id)
        return said if value in (None, said.value) else InForce(value, "provisioning")


def _is_line(one: InForce) -> bool:
    return one.source.startswith("line ")


def scene(place: Workplace, spot: Spot) -> Scene:
    """Read what surrounds a place. Raises StoreError where there is no such tenant, template or device."""
    with place.store.snapshot():
        return {"site": _site, "tenant": _tenant, "template": _template, "device": _device}[spot.kind](place, spot)


def _site(place: Workplace, spot: Spot) -> Scene:
    return _scene(place, spot, "site", [spot])


def _tenant(place: Workplace, spot: Spot) -> Scene:
    return _scene(place, spot, f"tenant {spot.name}", [Spot("site"), spot])


def _below(tenant: str | None) -> list[Spot]:
    return [Spot("site"), *([Spot("tenant", tenant)] if tenant else [])]


def _template(place: Workplace, spot: Spot) -> Scene:
    found = _template_of(place, spot)
    title = f"template {spot.name}" + (f" of {spot.tenant}" if spot.tenant else "")
    keys = found.keys if found else ()
    model = (found.vendor, found.model) if found else None
    return _scene(place, spot, title, [*_below(spot.tenant), spot], model, keys)


def _template_of(place: Workplace, spot: Spot) -> Template | None:
    """The template of exactly this scope; None leaves the refusal to the store."""
    found = place.store.templates.get(spot.name, spot.tenant)
    return found if found and (found.tenant is None) == (spot.tenant is None) else None


def _device(place: Workplace, spot: Spot) -> Scene:
    found = place.store.devices.get(spot.name)
    title = f"device {with_colons(spot.name)}"
    if found is None:
        return _scene(place, spot, title, [spot])
    levels, keys = _below(found.tenant), found.keys
    if found.template:
        above = Spot("template", found.template, found.template_tenant)
        levels.append(above)
        template = _template_of(place, above)
        own = {(key.bank, key.position) for key in keys}
        keys += tuple(key for key in (template.keys if template else ()) if (key.bank, key.position) not in own)
    line = next((InForce(line.extension, f"line {line.number}") for line in found.lines), None)
    stand_ins = {"services.extension": line} if line else {}
    bare = _scene(place, spot, title, [*levels, spot], (found.vendor, found.model), keys, stand_ins)
    if bare.vendor is None or not place.store.provisioning.get().http_auth:
        return bare
    fleet = Fleet(place.store.render, place.packs)
    return replace(bare, login=fleet.login(device_row(fleet, found.mac)))


def _scene(
    place: Workplace,
    spot: Spot,
    title: str,
    spots: list[Spot],
    model: tuple[str, str] | None = None,
    keys: tuple[Key, ...] = (),
    stand_ins: Mapping[str, InForce] | None = None,
) -> Scene:
    settings = place.store.settings
    said = tuple((LEVELS[one.kind], settings.get(one)) for one in spots)
    raw = tuple((LEVELS[one.kind], settings.raw(one)) for one in spots)
    address = place.store.provisioning.get().sip_server_address
    standing = dict(stand_ins or {})
    if address:
        standing["server.1.host"] = InForce(address, "provisioning")
    bare = Scene(spot, title, said, raw, standing, keys=keys)
    return _with_model(place, bare, model) if model else bare


def _with_model(place: Workplace, bare: Scene, names: tuple[str, str]) -> Scene:
    """The scene with its model's facts, or with why there are none."""
    try:
        vendor = place.packs.vendor(names[0])
        model = vendor.model(names[1])
    except ApsError as error:
        return replace(bare, model_fault=str(error))
    firmware, fault = bare.resolved().get("general.firmware"), ""
    try:
        facts = model.facts(str(firmware.value) if firmware else None)
    except BadValue as error:
        facts, fault = model.facts(), str(error)
    return replace(bare, vendor=vendor, model=model, facts=facts, firmware_fault=fault)


def stamp(value: Value | str | None) -> str:
    """What tells one value from another without showing it; empty for none. Good within this process."""
    if value is None:
        return ""
    return hashlib.blake2b(json.dumps(value).encode(), key=_KEY, digest_size=8).hexdigest()
