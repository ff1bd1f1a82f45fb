"""Writes the whole site as one document: what is not a default, in an order that does not change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any

from aps_tui.data import Store
from aps_tui.data.queue import Source
from aps_tui.data.templates import TemplateRow
from aps_tui.domain.catalogue import find
from aps_tui.domain.site import (
    SECRET_PROVISIONING,
    AddressMapping,
    Device,
    Extension,
    Key,
    Line,
    Provisioning,
    Settings,
    SiteLevel,
    Template,
    Tenant,
)
from aps_tui.services.sitefile.read import VERSION
from aps_tui.services.sitefile.scope import folded

_LINE = Line(0, "")
_KEY = Key("", 0, "")


def dump(store: Store, *, secrets: bool = True) -> dict[str, Any]:
    """Return the site as a document that `load` reads back, taken in one snapshot.

    Without `secrets`, settings of that kind, extensions' secrets, the PIN, the limited account's secret
    and SQL sources (their location holds a password) are left out. Raw parameters are always written.
    """
    with store.snapshot():
        templates = store.templates.all()
        both = in_both_scopes(templates)
        site: dict[str, Any] = {
            "version": VERSION,
            "site": _level(store.settings.site(), secrets),
            "provisioning": _provisioning(store.provisioning.get(), secrets),
            "tenant": [_tenant(one, secrets) for one in store.tenants.all()],
            "extension": [_extension(one, secrets) for one in store.extensions.all()],
            "mapping": [_mapping(one) for one in store.mappings.all()],
            "source": [_source(one) for one in store.sources.all() if secrets or one.kind != "sql"],
            "template": [template_table(one, secrets) for one in templates],
            "device": [device_table(one, secrets, both) for one in store.devices.all()],
        }
    return _filled(site)


def _filled(table: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is empty."""
    return {name: value for name, value in table.items() if value not in (None, "", (), [], {})}


def _settings(settings: Settings, secrets: bool) -> dict[str, Any]:
    return {
        id: list(value) if isinstance(value, tuple) else value
        for id, value in sorted(settings.items())
        if secrets or not find(id).secret
    }


def _level(level: SiteLevel | Tenant, secrets: bool) -> dict[str, Any]:
    raw = {vendor: dict(sorted(level.raw[vendor].items())) for vendor in sorted(level.raw) if level.raw[vendor]}
    return _filled({"settings": _settings(level.settings, secrets), "raw": raw})


def _tenant(tenant: Tenant, secrets: bool) -> dict[str, Any]:
    return {"name": tenant.name, **_level(tenant, secrets)}


def _provisioning(one: Provisioning, secrets: bool) -> dict[str, Any]:
    """What is not as it is by itself."""
    default = Provisioning()
    names = [field.name for field in fields(one) if secrets or field.name not in SECRET_PROVISIONING]
    return {name: _plain(getattr(one, name)) for name in names if getattr(one, name) != getattr(default, name)}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _extension(one: Extension, secrets: bool) -> dict[str, Any]:
    said = {
        "tenant": one.tenant,
        "number": one.number,
        "account": "" if one.account == one.number else one.account,
        "auth_user": "" if one.auth_user == one.account else one.auth_user,
        "secret": one.secret if secrets else "",
        "name": one.name,
        "mailbox": one.mailbox,
        "context": one.context,
        "transport": one.transport,
        "srtp": one.srtp,
        "source": one.source,
    }
    flags = {"usable": False} if not one.usable else {}
    return _filled(said) | flags | ({"gone": True} if one.gone else {})


def _mapping(one: AddressMapping) -> dict[str, Any]:
    said = _filled({"tenant": one.tenant, "source": one.source, "hostname": one.hostname, "note": one.note})
    return said if one.enabled else said | {"enabled": False}


def _source(one: Source) -> dict[str, Any]:
    return dict(one._asdict())


def _different(one: object, default: object) -> Iterator[tuple[str, Any]]:
    for field in fields(one):  # type: ignore[arg-type]
        value = getattr(one, field.name)
        if value != getattr(default, field.name):
            yield field.name, value


def _keys(keys: Iterable[Key]) -> list[dict[str, Any]]:
    return [dict(_different(key, _KEY)) for key in keys]


def template_table(one: Template, secrets: bool) -> dict[str, Any]:
    """A template as a site file says it."""
    return _filled(
        {
            "name": one.name,
            "vendor": one.vendor,
            "model": one.model,
            "tenant": one.tenant,
            "settings": _settings(one.settings, secrets),
            "raw": dict(sorted(one.raw.items())),
            "key": _keys(one.keys),
        }
    )


def in_both_scopes(templates: Iterable[Template | TemplateRow]) -> set[tuple[str, str]]:
    """(tenant, name) of the templates whose name a global one has as well."""
    found = list(templates)
    shared = {folded(one.name) for one in found if one.tenant is None}
    return {(one.tenant, folded(one.name)) for one in found if one.tenant and folded(one.name) in shared}


def device_table(one: Device, secrets: bool, both: set[tuple[str, str]]) -> dict[str, Any]:
    """A device as a site file says it; `both`: (tenant, name) of templates whose name a global one has as well."""
    hidden = one.template is not None and one.template_tenant is None and (one.tenant, folded(one.template)) in both
    return _filled(
        {
            "tenant": one.tenant,
            "mac": one.mac,
            "vendor": one.vendor,
            "model": one.model,
            "template": one.template,
            "template_global": True if hidden else None,
            "label": one.label,
            "settings": _settings(one.settings, secrets),
            "raw": dict(sorted(one.raw.items())),
            "line": [dict(_different(line, _LINE)) for line in one.lines],
            "key": _keys(one.keys),
        }
    )
