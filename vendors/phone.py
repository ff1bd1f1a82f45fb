"""The vendor-neutral phone: what every pack's templates translate.

A `Group` is what many phones share (model, tenant, template, site); a `Phone` is what is its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from aps_tui.domain.mac import with_colons
from aps_tui.domain.site import Key, Value
from aps_tui.vendors.pack import Model, Vendor


@dataclass(frozen=True, slots=True)
class Account:
    """One line of a phone, joined with the extension that it carries."""

    n: int
    user: str
    """SIP user: the account name that registers."""
    auth_user: str
    secret: str = field(repr=False)
    display_name: str = ""
    label: str = ""
    number: str = ""
    mailbox: str = ""
    caller_id_source: str = "from"
    local_sip_port: int | None = None
    srtp: str = "off"
    transport: str = ""
    auto_answer: bool = False


ACCOUNT_TEXTS = (
    "user",
    "auth_user",
    "secret",
    "display_name",
    "label",
    "number",
    "mailbox",
    "local_sip_port",
)
"""The fields of an account that are free text of one phone, in slot order."""
KEY_TEXTS = ("value", "label", "pickup")


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """What all phones of one tenant and template share."""

    vendor: Vendor
    model: Model
    tenant: str
    settings: Mapping[str, Value]
    """Every setting in force, catalogue defaults included."""
    said: frozenset[str] = frozenset()
    """Ids that a level above the catalogue's defaults gave."""
    keys: tuple[Key, ...] = ()
    raw: Mapping[str, str] = field(default_factory=dict)
    mapped: Callable[[str], str] = str
    """The IP/DNS mapping in force for the tenant."""


@dataclass(frozen=True, slots=True)
class Phone:
    """What one device has of its own."""

    mac: str
    accounts: tuple[Account, ...]
    settings: Mapping[str, Value] = field(default_factory=dict)
    """Settings said for this device alone."""
    keys: tuple[Key, ...] = ()
    """Keys of this device alone; each replaces the template's at its bank and position."""
    raw: Mapping[str, str] = field(default_factory=dict)
    bound: bool = True
    """False: an UNPROV phone; no real secret may reach its files."""


def own_texts(phone: Phone, text_settings: tuple[str, ...]) -> list[str | int | None]:
    """The phone's free texts in slot order; `text_settings` are the ids of its own that are texts."""
    mac = phone.mac
    texts: list[str | int | None] = [mac, mac.upper(), with_colons(mac)]
    for a in phone.accounts:
        texts += (
            a.user,
            a.auth_user,
            a.secret,
            a.display_name,
            a.label,
            a.number,
            a.mailbox,
            a.local_sip_port,
        )
    for key in phone.keys:
        texts += (key.value, key.label, key.pickup)
    for name in text_settings:
        texts.append(str(phone.settings[name]))
    return texts


def own_places(phone: Phone, text_settings: tuple[str, ...]) -> Iterator[str]:
    """What each text of `own_texts` is called in an error."""
    yield from ("MAC", "MAC", "MAC")
    for account in phone.accounts:
        yield from (f"line {account.n} {name.replace('_', ' ')}" for name in ACCOUNT_TEXTS)
    for key in phone.keys:
        yield from (f"{key.bank} key {key.position} {name}" for name in KEY_TEXTS)
    yield from text_settings
