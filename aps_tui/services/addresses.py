"""Which devices hold which IPv4 address, whatever level says it: what a mapping would touch, before it is saved."""

from __future__ import annotations

import json
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from aps_tui.data.addresses import Holder, Item
from aps_tui.data.rows import KeyRow
from aps_tui.domain.catalogue import MASK, find
from aps_tui.domain.errors import BadValue
from aps_tui.domain.mapping import addresses_in
from aps_tui.domain.site import GLOBAL, AddressMapping
from aps_tui.services.fleet import Fleet
from aps_tui.services.masks import looks_secret
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.support import unsupported

_Group: TypeAlias = tuple[int, int | None, str, str]
"""Tenant, template, vendor, model: devices that inherit the same."""


@dataclass
class Census:
    """The devices that hold each address."""

    held: dict[str, dict[str, set[int]]] = field(default_factory=dict)
    """Address to tenant's name to ids of devices."""
    shared: set[str] = field(default_factory=set)
    """Addresses that only files hold which all phones of a model read; the site alone speaks there."""

    def holders(self, address: str, tenant: str) -> set[int]:
        """Ids of a tenant's devices that hold an address."""
        return self.held.get(address, {}).get(tenant, set())

    def changed(self, before: Iterable[AddressMapping], after: Iterable[AddressMapping]) -> set[int]:
        """Ids of the devices in whose files an address comes out another way with `after` than with `before`."""
        old, new = _by_scope(before), _by_scope(after)
        found: set[int] = set()
        for address in {one for scope in (*old.values(), *new.values()) for one in scope}:
            for tenant, ids in self.held.get(address, {}).items():
                if _hostname(old, address, tenant) != _hostname(new, address, tenant):
                    found |= ids
        return found

    def shared_changed(self, before: Iterable[AddressMapping], after: Iterable[AddressMapping]) -> bool:
        """Whether an address comes out another way in a file that all phones of a model read."""
        old, new = _by_scope(before).get(GLOBAL, {}), _by_scope(after).get(GLOBAL, {})
        return any(old.get(address) != new.get(address) for address in self.shared)


class Saying(NamedTuple):
    """A place that says an address."""

    owner: str
    """`the site`, `tenant acme`, `template acme/Sales`, or a MAC."""
    what: str
    text: str
    """What it says; a secret is masked."""


def census(place: Workplace) -> Census:
    """Count the devices that hold each address. A setting that a model's files do not carry counts for nothing."""
    store, found = place.store, Census()
    with store.snapshot():
        fleet = Fleet(store.render, place.packs)
        groups: dict[_Group, array[int]] = defaultdict(lambda: array("q"))
        tenants: dict[int, str] = {}
        for device in store.addresses.devices():
            groups[device.tenant, device.template, device.vendor, device.model].append(device.id)
            tenants[device.id] = fleet.tenants[device.tenant].name
        inherited = {group: _inherited(fleet, group) for group in groups}
        overrides = store.addresses.overrides({item for said in inherited.values() for item in said})
        for group, ids in groups.items():
            tenant = fleet.tenants[group[0]].name
            for address, items in _by_address(inherited[group]).items():
                holders = (id for id in ids if id not in overrides or items - overrides[id])
                found.held.setdefault(address, {}).setdefault(tenant, set()).update(holders)
        found.shared = _shared(fleet, {(vendor, model) for _, _, vendor, model in groups})
        for id, item, text in store.addresses.own():
            for address in addresses_in(_text(item, text)):
                found.held.setdefault(address, {}).setdefault(tenants[id], set()).add(id)
    return found


def where_said(place: Workplace, address: str, tenant: str | None, most: int = 200) -> tuple[list[Saying], int]:
    """The places that say an address, for a tenant or for all: the first `most` of them, and how many there are."""
    found: list[Saying] = []
    count = 0
    with place.store.snapshot():
        fleet = Fleet(place.store.render, place.packs)
        for saying in _sayings(place, fleet, tenant):
            if address in addresses_in(saying.text):
                count += 1
                if len(found) < most:
                    found.append(saying._replace(text=MASK) if _secret(saying.what) else saying)
    return found, count


def _inherited(fleet: Fleet, group: _Group) -> dict[Item, str]:
    """The texts with an address in them that a group's devices inherit."""
    tenant_id, template_id, vendor, model = group
    tenant = fleet.tenants[tenant_id]
    template = fleet.templates[template_id] if template_id is not None else None
    settings = {**fleet.site.settings, **tenant.settings, **(template.settings if template else {})}
    if "server.1.host" not in settings and fleet.site.provisioning.sip_server_address:
        settings["server.1.host"] = json.dumps(fleet.site.provisioning.sip_server_address)
    raw = {**fleet.site.raw.get(vendor, {}), **tenant.raw.get(vendor, {}), **(template.raw if template else {})}
    said = dict(_items(settings, raw, template.keys if template else ()))
    said = {item: text for item, text in said.items() if addresses_in(text)}
    for name in _not_carried(fleet, vendor, model, [str(name) for kind, _, name in said if kind == "setting"]):
        del said["setting", "", name]
    return said


def _shared(fleet: Fleet, models: Iterable[tuple[str, str]]) -> set[str]:
    """The addresses of the site's settings that shared files carry and the devices' own do not."""
    said = dict(_items(fleet.site.settings, {}, ()))
    names = [str(name) for (_, _, name), text in said.items() if addresses_in(text)]
    found: set[str] = set()
    for vendor, model in models:
        nowhere = _not_carried(fleet, vendor, model, names, site=True)
        for name in set(_not_carried(fleet, vendor, model, names)) - set(nowhere):
            found |= addresses_in(said["setting", "", name])
    return found


def _not_carried(fleet: Fleet, vendor: str, model: str, names: Sequence[str], *, site: bool = False) -> list[str]:
    try:
        pack = fleet.packs.vendor(vendor)
        return unsupported(names, pack, pack.model(model), site=site)
    except BadValue:  # a pack that is not loaded: nothing is known against it
        return []


def _by_address(said: Mapping[Item, str]) -> dict[str, set[Item]]:
    found: dict[str, set[Item]] = {}
    for item, text in said.items():
        for address in addresses_in(text):
            found.setdefault(address, set()).add(item)
    return found


def _items(settings: Mapping[str, str], raw: Mapping[str, str], keys: Iterable[KeyRow]) -> Iterator[tuple[Item, str]]:
    """What one level says, as texts."""
    for name, text in settings.items():
        yield ("setting", "", name), _text(("setting", "", name), text)
    for name, text in raw.items():
        yield ("raw", "", name), text
    for bank, position, _, _, value, label, pickup in keys:
        yield ("key", bank, position), f"{value} {label} {pickup}".strip()


def _text(item: Item, stored: str) -> str:
    """A stored text as it is said: settings are JSON, and lists are joined."""
    if item[0] != "setting":
        return stored
    value = json.loads(stored)
    return ", ".join(value) if isinstance(value, list) else str(value)


def _sayings(place: Workplace, fleet: Fleet, tenant: str | None) -> Iterator[Saying]:
    """Every text of every level, from the site down to the devices of a tenant or of all."""
    site = fleet.site
    yield Saying("provisioning", "SIP server address", site.provisioning.sip_server_address)
    yield from _of("the site", site.settings, site.raw)
    scope = {id for id, one in fleet.tenants.items() if tenant in (None, one.name)}
    for id in sorted(scope, key=lambda id: fleet.tenants[id].name):
        yield from _of(f"tenant {fleet.tenants[id].name}", fleet.tenants[id].settings, fleet.tenants[id].raw)
    for template in fleet.templates.values():
        if template.tenant_id is None or template.tenant_id in scope:
            owner = f"{fleet.tenants[template.tenant_id].name}/" if template.tenant_id is not None else ""
            name = f"template {owner}{template.name}"
            yield from _of(name, template.settings, {"": template.raw}, template.keys)
    devices: dict[int, Holder] = {one.id: one for one in place.store.addresses.devices() if one.tenant in scope}
    for device, item, text in place.store.addresses.own():
        if device in devices:
            yield Saying(devices[device].mac, _words(item), _text(item, text))


def _of(
    owner: str, settings: Mapping[str, str], raw: Mapping[str, Mapping[str, str]], keys: Iterable[KeyRow] = ()
) -> Iterator[Saying]:
    for vendor, parameters in {"": {}, **raw}.items():
        said = _items({} if vendor else settings, parameters, () if vendor else keys)
        yield from (Saying(owner, _words(item, vendor), text) for item, text in said)


def _words(item: Item, vendor: str = "") -> str:
    """`time.ntp_1`, `raw yealink ntp`, `dss key 3`, `line 1`."""
    kind, bank, name = item
    parts = {"setting": ("", ""), "raw": ("raw", vendor), "key": (bank, "key"), "line": ("", "line")}[kind]
    return " ".join(filter(None, (*parts, str(name))))


def _secret(what: str) -> bool:
    """Whether a place's text is masked: a secret setting, or a raw parameter with a name like a secret's."""
    if what.startswith("raw "):
        return looks_secret(what)
    try:
        return find(what).secret
    except BadValue:
        return False


def _by_scope(mappings: Iterable[AddressMapping]) -> dict[str, dict[str, str]]:
    """Tenant (or GLOBAL) to what its enabled mappings say."""
    found: dict[str, dict[str, str]] = {}
    for one in mappings:
        if one.enabled:
            found.setdefault(one.tenant or GLOBAL, {})[one.source] = one.hostname
    return found


def _hostname(scopes: Mapping[str, Mapping[str, str]], address: str, tenant: str) -> str | None:
    """What becomes of an address for a tenant; its own mapping beats a global one."""
    return scopes.get(tenant, {}).get(address) or scopes.get(GLOBAL, {}).get(address)
