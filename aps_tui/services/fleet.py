"""Turns what the database says into phones: groups of devices, what each has of its own, and the UNPROV account."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from aps_tui.data.rows import Candidate, KeyRow, LineRow, SiteData, TemplateLevel, TenantLevel
from aps_tui.domain.errors import BadValue
from aps_tui.domain.http_auth import password_of, user_of, with_login
from aps_tui.domain.mapping import compile_mappings
from aps_tui.domain.resolve import resolve
from aps_tui.domain.setting import Level
from aps_tui.domain.site import AddressMapping, Key, Settings, Value
from aps_tui.vendors.engine import GroupRenderer
from aps_tui.vendors.loader import Packs
from aps_tui.vendors.phone import Account, Group, Phone
from aps_tui.vendors.spaces import HTTP_PASSWORD, HTTP_USER, PROVISIONING_URL, CannotRender
from aps_tui.vendors.support import login_place

if TYPE_CHECKING:
    from aps_tui.data.render import Render

UNPROV_USER = "apunprov"
"""Digest user of the limited account that unprovisioned phones share (spec/asterisk-proofs.md, part 1)."""
UNPROV_PREFIX = "aps-"
"""What stands before the MAC in the user name that each of them registers: bare digits would catch a trunk's calls."""


class Task(NamedTuple):
    """A device that is to be rendered: its row, the renderer of its group, and the phone itself."""

    row: Candidate
    renderer: GroupRenderer
    phone: Phone


class Login(NamedTuple):
    """How a device's files say its HTTP user and password, each in place of what the levels above it say."""

    place: str
    """The setting that carries the password: its own, or that of the URL."""
    user: str
    password: str

    def settings(self, own: Settings, url: Value | None) -> Settings:
        """What is written beside what the device itself says; nothing where it says a password. `url`: a level's."""
        if HTTP_PASSWORD in own:
            return {}
        user = str(own.get(HTTP_USER, self.user))
        if self.place == HTTP_PASSWORD:
            return {HTTP_USER: user, HTTP_PASSWORD: self.password}
        url = own.get(PROVISIONING_URL) or url
        return {PROVISIONING_URL: with_login(str(url), user, self.password)} if url else {}


class Fleet:
    """The devices of a site as renderers and phones. Make one inside `store.snapshot()`; groups are built once."""

    def __init__(self, render: Render, packs: Packs, cache: Path | None = None) -> None:
        self.render = render
        self.packs = packs
        self.cache = cache
        self.site: SiteData = render.site()
        self._groups: dict[tuple[int, int | None, str, str], GroupRenderer] = {}
        self._told: dict[tuple[str, str, str | None], str] = {}

    def __getstate__(self) -> dict[str, object]:
        """What another process needs to render devices whose rows it is given: no database."""
        levels = {"site": self.site, "tenants": self.tenants, "templates": self.templates}
        return {**levels, "packs": self.packs, "cache": self.cache, "_groups": {}, "_told": {}}

    @cached_property
    def tenants(self) -> dict[int, TenantLevel]:
        """Every tenant by id."""
        return self.render.tenants()

    @cached_property
    def templates(self) -> dict[int, TemplateLevel]:
        """Every template by id."""
        return self.render.templates()

    def task(self, row: Candidate) -> Task:
        """The device ready to render. Raises BadValue or CannotRender saying what it lacks."""
        renderer = self.renderer(row.tenant_id, row.template_id, row.vendor, row.model)
        return Task(row, renderer, self._phone(row, renderer.group))

    def renderer(self, tenant_id: int, template_id: int | None, vendor: str, model: str) -> GroupRenderer:
        """The renderer that all devices of this tenant, template and model share."""
        key = (tenant_id, template_id, vendor, model)
        if key not in self._groups:
            self._groups[key] = _renderer(self._group(*key), self._addresses(tenant_id), self.cache)
        return self._groups[key]

    def _addresses(self, tenant_id: int) -> tuple[tuple[str, str], ...]:
        """The mappings in force for a tenant, as what they are."""
        return tuple({**self.site.mappings, **self.tenants[tenant_id].mappings}.items())

    def levels(self, tenant_id: int, template_id: int | None, own: Mapping[str, str]) -> list[tuple[Level, Settings]]:
        """What each level says, as `resolve` and `explain` take it."""
        template = self.templates[template_id].settings if template_id is not None else {}
        said = (self.site.settings, self.tenants[tenant_id].settings, template, own)
        levels = (Level.GLOBAL, Level.TENANT, Level.TEMPLATE, Level.DEVICE)
        return [(level, decoded(settings)) for level, settings in zip(levels, said, strict=True)]

    def mapped(self, tenant_id: int | None) -> Callable[[str], str]:
        """The IP/DNS mapping in force for a tenant; None for what all tenants share."""
        own = self.tenants[tenant_id].mappings if tenant_id is not None else {}
        return compile_mappings(_mappings(self.site.mappings), _mappings(own))

    def models_in_use(self) -> list[tuple[str, str]]:
        """Each (vendor, model) that at least one device has."""
        return self.render.models_in_use()

    def _group(self, tenant_id: int, template_id: int | None, vendor: str, model: str) -> Group:
        pack = self.packs.vendor(vendor)
        resolved = resolve(self.levels(tenant_id, template_id, {}))
        settings = {name: one.value for name, one in resolved.items()}
        if not settings.get("server.1.host") and self.site.provisioning.sip_server_address:
            settings["server.1.host"] = self.site.provisioning.sip_server_address
        template = self.templates[template_id] if template_id is not None else None
        tenant = self.tenants[tenant_id]
        return Group(
            vendor=pack,
            model=pack.model(model),
            tenant=tenant.name,
            settings=settings,
            said=frozenset(name for name, one in resolved.items() if one.level is not Level.DEFAULT),
            keys=_keys(template.keys) if template else (),
            raw={**self.site.raw.get(vendor, {}), **tenant.raw.get(vendor, {}), **(template.raw if template else {})},
            mapped=self.mapped(tenant_id),
        )

    def _phone(self, row: Candidate, group: Group) -> Phone:
        own = decoded(row.settings) if row.settings else {}
        if self.site.provisioning.http_auth and (login := self._login(row, group, own)) is not None:
            own = {**own, **login.settings(own, group.settings.get(PROVISIONING_URL))}
        if not (own.get("server.1.host") or group.settings.get("server.1.host")):
            raise CannotRender(
                "no registrar: say server.1.host, or the SIP server address of the provisioning settings"
            )
        if not row.lines:
            return Phone(row.mac, (self._unprov_account(row.mac),), own, bound=False)
        accounts = tuple(_account(line) for line in row.lines)
        if "services.extension" not in own:
            own = {**own, "services.extension": accounts[0].number}
        keys = _keys(row.keys) if row.keys else ()
        return Phone(row.mac, accounts, own, keys, row.raw)

    def login(self, row: Candidate) -> Login | None:
        """How HTTP authentication tells a device's files; None where it is off, or the files have no place for it.

        What the device itself says goes before. Raises BadValue for a pack that is not loaded.
        """
        if not self.site.provisioning.http_auth:
            return None
        group = self.renderer(row.tenant_id, row.template_id, row.vendor, row.model).group
        return self._login(row, group, decoded(row.settings))

    def written_login(self, row: Candidate) -> Settings:
        """What a device's files say of HTTP in place of what its levels do; empty where its pack is not loaded."""
        login = self.login(row) if row.vendor in self.packs.vendors else None
        if login is None:
            return {}
        levels = self.levels(row.tenant_id, row.template_id, row.settings)
        url = resolve(levels).get(PROVISIONING_URL)
        found = login.settings(levels[-1][1], url.value if url else None)
        return {name: value for name, value in found.items() if levels[-1][1].get(name) != value}

    def _login(self, row: Candidate, group: Group, own: Settings) -> Login | None:
        firmware = own.get("general.firmware", group.settings.get("general.firmware"))
        told = self._login_place(group, str(firmware) if firmware else None)
        password = password_of(self.site.provisioning.http_key, row.mac, row.turn)
        return Login(told, user_of(row.mac, row.turn), password) if told else None

    def _login_place(self, group: Group, firmware: str | None) -> str:
        """How a group's phones of a firmware are told how to fetch."""
        key = (group.vendor.slug, group.model.name, firmware)
        if key not in self._told:
            self._told[key] = login_place(group.vendor, group.model, firmware)
        return self._told[key]

    def _unprov_account(self, mac: str) -> Account:
        secret = self.site.provisioning.unprovisioned_secret
        if not secret:
            raise BadValue("no limited account: unprovisioned_secret of the provisioning settings is empty")
        return Account(1, UNPROV_PREFIX + mac, UNPROV_USER, secret, "UNPROV", "UNPROV", "UNPROV")


_kept: OrderedDict[object, GroupRenderer] = OrderedDict()
_KEPT = 200
"""Renderers that a process keeps from one plan or commit to the next, with the shapes they have met."""


def _renderer(group: Group, addresses: tuple[tuple[str, str], ...], cache: Path | None) -> GroupRenderer:
    """The renderer of a group; one whose every input is the same is used again."""
    model = (group.vendor.slug, group.vendor.fingerprint, group.model.name, group.tenant)
    key = (*model, frozenset(group.settings.items()), group.said, group.keys, tuple(group.raw.items()), addresses)
    if key not in _kept:
        _kept[key] = GroupRenderer(group, cache)
        if len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return _kept[key]


def decoded(settings: Mapping[str, str]) -> dict[str, Value]:
    """Settings as stored (JSON texts) to checked values; lists become tuples."""
    found: dict[str, Value] = {}
    for name, text in settings.items():
        value = json.loads(text)
        found[name] = tuple(value) if isinstance(value, list) else value
    return found


def _account(line: LineRow) -> Account:
    number, ext, user, auth_user, secret, name, mailbox, label, cid_source, port, srtp, transport, answer, _gone = line
    return Account(
        n=number,
        user=user,
        auth_user=auth_user,
        secret=secret,
        display_name=name or ext,
        label=label or name or ext,
        number=ext,
        mailbox=mailbox,
        caller_id_source=cid_source,
        local_sip_port=port,
        srtp=srtp,
        transport=transport,
        auto_answer=bool(answer),
    )


def _keys(rows: Sequence[KeyRow]) -> tuple[Key, ...]:
    return tuple(Key(*row) for row in rows)


def _mappings(names: Mapping[str, str]) -> list[AddressMapping]:
    return [AddressMapping(source, hostname) for source, hostname in names.items()]
