"""The objects of a site. Plain, frozen, vendor-neutral; they know nothing of SQL or files."""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field, fields
from typing import TypeAlias

Value: TypeAlias = bool | int | str | tuple[str, ...]
"""A setting's checked value; ordered lists (codecs, days) are tuples of neutral words."""

Settings: TypeAlias = MappingType[str, Value]
"""Setting id (`server.1.host`) to checked value."""

Raw: TypeAlias = MappingType[str, str]
"""Vendor parameter name to value, written as it stands."""

GLOBAL = "All (Global)"
"""How the absence of a tenant is shown."""


@dataclass(frozen=True, slots=True)
class Tenant:
    """A customer or site on the PBX."""

    name: str
    settings: Settings = field(default_factory=dict)
    raw: MappingType[str, Raw] = field(default_factory=dict)
    """Vendor slug to raw parameters for that vendor's devices."""
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """An account that the PBX already has. `secret` is empty when only a hash is known."""

    tenant: str
    number: str
    account: str
    auth_user: str
    secret: str = field(default="", repr=False)
    name: str = ""
    mailbox: str = ""
    context: str = ""
    transport: str = ""
    srtp: str = ""
    usable: bool = True
    """False: visible but not assignable (hash-only credentials, no secret)."""
    source: str = ""
    """The sync source that gave it; empty when it came from a site file."""
    gone: bool = False
    """True: its source no longer has it; lines on it are orphaned, files stay."""
    id: int | None = None


@dataclass(frozen=True, slots=True)
class AddressMapping:
    """IP/DNS mapping: a whole source address becomes a host name as values are rendered."""

    source: str
    hostname: str
    tenant: str | None = None
    note: str = ""
    enabled: bool = True
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """One DSS, programmable or expansion key (positions from 1)."""

    bank: str
    position: int
    type: str
    line: int | None = None
    value: str = ""
    label: str = ""
    pickup: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """Account n of a device; the local SIP port lives here and nowhere else."""

    number: int
    extension: str
    """The extension's number within the device's tenant."""
    label: str = ""
    caller_id_source: str = "from"
    local_sip_port: int | None = None
    srtp: str = "off"
    transport: str = ""
    """Empty: the server's transport setting."""
    auto_answer: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """Settings and keys for one hardware model, global or of one tenant."""

    name: str
    vendor: str
    model: str
    tenant: str | None = None
    settings: Settings = field(default_factory=dict)
    raw: Raw = field(default_factory=dict)
    keys: tuple[Key, ...] = ()
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """One MAC with what is said for it alone."""

    mac: str
    tenant: str
    vendor: str
    model: str
    template: str | None = None
    template_tenant: str | None = None
    """The tenant that owns the template; None for a global one."""
    label: str = ""
    lines: tuple[Line, ...] = ()
    keys: tuple[Key, ...] = ()
    settings: Settings = field(default_factory=dict)
    raw: Raw = field(default_factory=dict)
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Provisioning:
    """Configuration > Telephony > Provisioning: one per site."""

    sip_server_address: str = ""
    tftp_server_address: str = ""
    server_hostname: str = ""
    auto_create: bool = False
    auto_create_tenant: str = ""
    auto_create_vendors: tuple[str, ...] = ("aastra", "snom", "polycom", "yealink")
    whitelist: tuple[str, ...] = ()
    unprovisioned_pin: str = field(default="", repr=False)
    unprovisioned_secret: str = field(default="", repr=False)
    """Digest password of the limited account that UNPROV files register."""
    http_auth: bool = False
    """Whether each device has an HTTP user and password of its own, which commits tell the web server."""
    first_contact_user: str = ""
    """The HTTP user of phones that do not know their own yet."""
    first_contact_password: str = field(default="", repr=False)
    withdraw_hours: int = 0
    """After how many hours from its first fetch a device's files are withdrawn; 0 for never."""
    expire_days: int = 0
    """After how many days a device that nobody claims is removed; 0 for never."""
    http_key: str = field(default="", repr=False)
    """What the devices' HTTP passwords are made from (hex); made when `http_auth` is first turned on."""


SECRET_PROVISIONING = frozenset(one.name for one in fields(Provisioning) if not one.repr)
"""The fields that are secrets: those that its repr does not show."""


@dataclass(frozen=True, slots=True)
class SiteLevel:
    """The global site level: settings and raw parameters for every tenant."""

    settings: Settings = field(default_factory=dict)
    raw: MappingType[str, Raw] = field(default_factory=dict)
