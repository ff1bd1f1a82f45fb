"""Checks of all but templates and devices: site, provisioning, tenants, extensions, mappings, sources."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
from msgspec import UNSET

from aps_tui.data.queue import Source
from aps_tui.domain.autocreate import faults_of, warnings_of
from aps_tui.domain.errors import BadValue
from aps_tui.domain.http_auth import check_key, check_password, check_user
from aps_tui.domain.mapping import check_mapping
from aps_tui.domain.pins import check_pin
from aps_tui.domain.setting import Level
from aps_tui.domain.site import GLOBAL, AddressMapping, Extension, Provisioning, Raw, SiteLevel, Tenant
from aps_tui.domain.upkeep import check_days, check_hours
from aps_tui.services.sitefile import words
from aps_tui.services.sitefile.levels import raw_by_vendor, settings_of
from aps_tui.services.sitefile.notes import Notes, near, shown
from aps_tui.services.sitefile.scope import Scope, folded
from aps_tui.services.sitefile.shape import (
    DocumentIn,
    ExtensionIn,
    MappingIn,
    ProvisioningIn,
    SiteIn,
    SourceIn,
    TenantIn,
    elements,
    shaped,
)

_KINDS = ("csv", "sip", "users", "pjsip", "pjsip-wizard", "sql")


def site_from(document: DocumentIn, scope: Scope) -> SiteLevel:
    """The global level: what is stored, and over it what the file says."""
    table = shaped(document.site, SiteIn, "site", scope.notes) or SiteIn()
    settings = {**scope.stored.site.settings, **settings_of(table.settings, Level.GLOBAL, "site", scope.notes)}
    scope.site = settings
    return SiteLevel(settings, _over(scope.stored.site.raw, raw_by_vendor(table.raw, "site", scope, Level.GLOBAL)))


def _over(stored: Any, said: dict[str, Raw]) -> dict[str, Raw]:
    """Raw parameters by vendor: those stored, and over them those said."""
    return {slug: {**stored.get(slug, {}), **said.get(slug, {})} for slug in {**stored, **said}}


def tenants_from(document: DocumentIn, scope: Scope) -> list[Tenant]:
    """The tenants of the file."""
    found: dict[str, Tenant] = {}
    for place, table in elements(document.tenant, TenantIn, "tenant", scope.notes):
        settings = settings_of(table.settings, Level.TENANT, place, scope.notes)
        raw = raw_by_vendor(table.raw, place, scope, Level.TENANT)
        name = scope.notes.tried(place, words.name, "name", table.name) if table.name else None
        if name is None:
            continue
        if name == GLOBAL:
            scope.notes.fault(place, f"name: {GLOBAL} is the absence of a tenant: say it under [site]")
        elif folded(name) in found:
            scope.notes.fault(place, f"tenant {shown(name)} is named twice")
        before = scope.stored.tenants.get(folded(name), Tenant(name))
        tenant = Tenant(name, {**before.settings, **settings}, _over(before.raw, raw))
        found[folded(name)] = tenant
        scope.tenants[folded(name)] = name
        scope.tenant_settings[name] = tenant.settings
    return list(found.values())


def provisioning_from(document: DocumentIn, scope: Scope) -> Provisioning:
    """The provisioning settings: those stored, and over them those said."""
    place, notes = "provisioning", scope.notes
    table = shaped(document.provisioning, ProvisioningIn, place, notes) or ProvisioningIn()
    said: dict[str, Any] = {}
    for name, value in msgspec.structs.asdict(table).items():
        if value is not UNSET and (found := notes.tried(place, _provisioning_value, name, value, scope)) is not None:
            said[name] = found
    one = replace(scope.stored.provisioning, **said)
    for fault in faults_of(one):
        notes.fault(place, fault)
    for warning in warnings_of(one):
        notes.warn(place, warning)
    return one


def _provisioning_value(name: str, value: Any, scope: Scope) -> Any:
    """One checked value. Raises BadValue naming the setting, never a PIN or secret."""
    if name in ("auto_create", "http_auth"):
        return value
    if name == "auto_create_vendors":
        return tuple(_vendor_slug(slug, scope) for slug in value)
    if name == "whitelist":
        return tuple(dict.fromkeys(words.whitelisted(entry) for entry in value))
    if name == "auto_create_tenant":
        return value and scope.tenant(value)
    if name in _NUMBERS:
        return _NUMBERS[name](value)
    if name in _SAID_OF_ITSELF:
        return value and _SAID_OF_ITSELF[name](value)
    check = _PROVISIONING.get(name, words.printable)
    return check(name, value)


_SAID_OF_ITSELF: dict[str, Callable[[str], str]] = {
    "unprovisioned_pin": check_pin,
    "first_contact_user": check_user,
    "first_contact_password": check_password,
    "http_key": check_key,
}
_NUMBERS: dict[str, Callable[[object], int]] = {"withdraw_hours": check_hours, "expire_days": check_days}
_PROVISIONING: dict[str, Callable[[str, str], str]] = {
    "sip_server_address": words.address,
    "tftp_server_address": words.address,
    "server_hostname": words.host_name,
}


def _vendor_slug(slug: str, scope: Scope) -> str:
    """A vendor that is loaded, or one that auto-create covers anyway."""
    found, known = slug.strip().lower(), {*scope.packs.vendors, *Provisioning().auto_create_vendors}
    if found not in known:
        raise BadValue(f"auto_create_vendors: unknown vendor {shown(slug)!r}{near(found, known)}")
    return found


def extensions_from(document: DocumentIn, scope: Scope) -> list[Extension]:
    """The extensions of the file."""
    found: dict[tuple[str, str], Extension] = {}
    for place, table in elements(document.extension, ExtensionIn, "extension", scope.notes):
        said = _given(table, place, scope.notes)
        tenant = scope.notes.tried(place, scope.tenant, table.tenant) if table.tenant else None
        number = scope.notes.tried(place, words.name, "number", table.number) if table.number else None
        if tenant is None or number is None:
            continue
        key = (folded(tenant), number)
        if key in found:
            scope.notes.fault(place, f"extension {shown(number)} of tenant {tenant} is named twice")
        found[key] = _extension(tenant, number, said, scope.stored.extensions.get(key))
        scope.extensions[key] = found[key]
        if "gone" in said or "usable" in said:
            scope.flagged.add(key)
    return list(found.values())


def _extension(tenant: str, number: str, said: dict[str, Any], before: Extension | None) -> Extension:
    """The account is the number's and the auth user the account's, unless one of them is said or stored.

    A secret makes an extension usable that had none.
    """
    if said.get("secret"):
        said.setdefault("usable", True)
    base = before or Extension(tenant, number, number, number)
    account = said.get("account") or (base.account if "account" not in said else number)
    follows = before is None or "account" in said or before.auth_user == before.account
    auth_user = said.get("auth_user") or (account if follows else base.auth_user)
    return replace(base, **{**said, "tenant": tenant, "account": account, "auth_user": auth_user})


def mappings_from(document: DocumentIn, scope: Scope) -> list[AddressMapping]:
    """The IP/DNS mappings of the file."""
    found: dict[tuple[str | None, str], AddressMapping] = {}
    for place, table in elements(document.mapping, MappingIn, "mapping", scope.notes):
        said = _given(table, place, scope.notes)
        try:
            owner = scope.owner(table.tenant)
            pair = check_mapping(table.source, table.hostname) if table.source and table.hostname else None
        except BadValue as error:
            scope.notes.fault(place, str(error))
            continue
        if pair is None:
            continue
        key = (owner and folded(owner), pair[0])
        if key in found:
            scope.notes.fault(place, f"{pair[0]} is mapped twice for {owner or GLOBAL}")
        before = scope.stored.mappings.get(key, AddressMapping(*pair))
        found[key] = replace(before, **{**said, "source": pair[0], "hostname": pair[1], "tenant": owner})
    return list(found.values())


def sources_from(document: DocumentIn, scope: Scope) -> list[Source]:
    """The places extensions are read from. A location may hold a password: it is in no message."""
    found: dict[str, Source] = {}
    for place, table in elements(document.source, SourceIn, "source", scope.notes):
        said = _given(table, place, scope.notes)
        tenant = scope.notes.tried(place, scope.tenant, table.tenant) if table.tenant else None
        kind = scope.notes.tried(place, words.word, "kind", table.kind, _KINDS) if table.kind else None
        if folded(table.name) in found:
            scope.notes.fault(place, f"source {shown(table.name)} is named twice")
        if tenant and kind:
            found[folded(table.name)] = Source(table.name, kind, said["location"], tenant)
    return list(found.values())


def _given(table: msgspec.Struct, place: str, notes: Notes) -> dict[str, Any]:
    """The fields that a table says; its texts are checked."""
    said = {name: value for name, value in msgspec.structs.asdict(table).items() if value is not UNSET}
    for name, value in said.items():
        if isinstance(value, str):
            notes.tried(place, words.printable, name, value)
    return said
