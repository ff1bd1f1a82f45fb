"""The tables of a site file and their fields; each is taken by itself, so that all faults are found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, TypeAlias, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from aps_tui.domain.errors import BadValue
from aps_tui.domain.mac import parse_mac
from aps_tui.services.sitefile.notes import Notes, near, shown

Text: TypeAlias = str
Name: TypeAlias = Annotated[str, msgspec.Meta(min_length=1)]
Count: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
Port: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=65535)]
Table: TypeAlias = dict[str, Any]
MaybeText: TypeAlias = str | UnsetType
MaybeBool: TypeAlias = bool | UnsetType
MaybeNumber: TypeAlias = int | UnsetType
Texts: TypeAlias = tuple[str, ...] | UnsetType

_WANTED: dict[object, str] = {
    Text: "a text in quotes",
    MaybeText: "a text in quotes",
    Name: "a text in quotes that is not empty",
    Count: "a whole number from 1",
    Count | None: "a whole number from 1",
    Port | None: "a port number from 1 to 65535",
    bool: "true or false",
    MaybeBool: "true or false",
    MaybeNumber: "a whole number",
    Texts: "a list of texts in quotes",
    Table: "a table of names and values",
    list[Any]: "a list of tables",
}
"""What a field takes, as an error says it."""


class _Strict(msgspec.Struct, forbid_unknown_fields=True):
    pass


class SiteIn(_Strict):
    """`[site]`: the global level."""

    settings: Table = {}
    raw: Table = {}


class ProvisioningIn(_Strict):
    """`[provisioning]`; what is left out stays."""

    sip_server_address: MaybeText = UNSET
    tftp_server_address: MaybeText = UNSET
    server_hostname: MaybeText = UNSET
    auto_create: MaybeBool = UNSET
    auto_create_tenant: MaybeText = UNSET
    auto_create_vendors: Texts = UNSET
    whitelist: Texts = UNSET
    unprovisioned_pin: MaybeText = UNSET
    unprovisioned_secret: MaybeText = UNSET
    http_auth: MaybeBool = UNSET
    first_contact_user: MaybeText = UNSET
    first_contact_password: MaybeText = UNSET
    http_key: MaybeText = UNSET
    withdraw_hours: MaybeNumber = UNSET
    expire_days: MaybeNumber = UNSET


class TenantIn(_Strict):
    """`[[tenant]]`."""

    name: Name
    settings: Table = {}
    raw: Table = {}


class ExtensionIn(_Strict):
    """`[[extension]]`; what is left out stays."""

    tenant: Name
    number: Name
    account: MaybeText = UNSET
    auth_user: MaybeText = UNSET
    secret: MaybeText = UNSET
    name: MaybeText = UNSET
    mailbox: MaybeText = UNSET
    context: MaybeText = UNSET
    transport: MaybeText = UNSET
    srtp: MaybeText = UNSET
    usable: MaybeBool = UNSET
    source: MaybeText = UNSET
    gone: MaybeBool = UNSET


class MappingIn(_Strict):
    """`[[mapping]]`."""

    source: Name
    hostname: Name
    tenant: Text = ""
    note: MaybeText = UNSET
    enabled: MaybeBool = UNSET


class SourceIn(_Strict):
    """`[[source]]`: where extensions are read from."""

    name: Name
    kind: Name
    location: Name
    tenant: Name


class KeyIn(_Strict):
    """`[[template.key]]` and `[[device.key]]`."""

    bank: Name
    position: Count
    type: Name
    line: Count | None = None
    value: Text = ""
    label: Text = ""
    pickup: Text = ""


class LineIn(_Strict):
    """`[[device.line]]`."""

    number: Count
    extension: Name
    label: Text = ""
    caller_id_source: Text = "from"
    local_sip_port: Port | None = None
    srtp: Text = "off"
    transport: Text = ""
    auto_answer: bool = False


class TemplateIn(_Strict):
    """`[[template]]`."""

    name: Name
    vendor: Name
    model: Name
    tenant: Text = ""
    settings: Table = {}
    raw: Table = {}
    key: list[Any] = []


class DeviceIn(_Strict):
    """`[[device]]`."""

    mac: Name
    tenant: Name
    vendor: Name
    model: Name
    template: Text = ""
    template_global: bool = False
    label: Text = ""
    settings: Table = {}
    raw: Table = {}
    line: list[Any] = []
    key: list[Any] = []


class DocumentIn(_Strict):
    """The whole file."""

    version: int
    site: Table = {}
    provisioning: Table = {}
    tenant: list[Any] = []
    extension: list[Any] = []
    mapping: list[Any] = []
    source: list[Any] = []
    template: list[Any] = []
    device: list[Any] = []


S = TypeVar("S", bound=_Strict)

_CALLED = {
    TenantIn: "name", ExtensionIn: "number", MappingIn: "source", SourceIn: "name", TemplateIn: "name",
    DeviceIn: "mac",
}  # fmt: skip
"""The field by which an element is called in messages."""


def shaped(raw: object, kind: type[S], place: str, notes: Notes) -> S | None:
    """The table as `kind`; None for what is no table.

    A field at fault is noted and has its default, or "" (0 for a number) where it has none: what
    reads a required field takes these for "said already".
    """
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError:
        return _piecewise(raw, kind, place, notes)


def _piecewise(raw: object, kind: type[S], place: str, notes: Notes) -> S | None:
    if not isinstance(raw, Mapping):
        notes.fault(place, "a table is needed here")
        return None
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    for name in raw:
        if name not in fields:
            notes.fault(place, f"unknown key {shown(name)!r}{near(name, fields)}")
    given: dict[str, Any] = {}
    for name, field in fields.items():
        if name in raw:
            try:
                given[name] = msgspec.convert(raw[name], field.type)
                continue
            except msgspec.ValidationError:
                notes.fault(place, f"{name}: {_WANTED.get(field.type, 'another kind of value')} is needed")
        elif field.required:
            notes.fault(place, f"{name} is missing")
        if field.required:
            given[name] = 0 if field.type in (Count, int) else ""
    return kind(**given)


def elements(raw: list[Any], kind: type[S], word: str, notes: Notes) -> Iterator[tuple[str, S]]:
    """The tables of a list, each with its place: `device 3 (805ec0123456)`."""
    for number, one in enumerate(raw, 1):
        place = f"{word} {number}{_called(one, kind)}"
        found = shaped(one, kind, place, notes)
        if found is not None:
            yield place, found


def _called(raw: object, kind: type[_Strict]) -> str:
    name = raw.get(_CALLED[kind]) if isinstance(raw, Mapping) and kind in _CALLED else None
    if not isinstance(name, str) or not name:
        return ""
    if kind is DeviceIn:
        try:
            return f" ({parse_mac(name)})"
        except BadValue:
            pass
    return f" ({shown(name)})"


def lines_of(raw: list[Any], place: str, notes: Notes) -> Iterator[tuple[str, LineIn]]:
    """A device's lines; each place has the line's own number: `device 3 (805ec0123456), line 1`."""
    for number, one in enumerate(raw, 1):
        said = one.get("number") if isinstance(one, Mapping) else None
        own = f"{place}, line {said if type(said) is int and said > 0 else number}"
        found = shaped(one, LineIn, own, notes)
        if found is not None:
            yield own, found


def keys_of(raw: list[Any], place: str, notes: Notes) -> Iterator[tuple[str, KeyIn]]:
    """A template's or device's keys: `template 1 (T46 sales), key 2`."""
    return elements(raw, KeyIn, f"{place}, key", notes)
