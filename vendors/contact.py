"""How the phones of a model are met: by a DHCP server, by a SIP NOTIFY, with factory passwords.

A vendor.toml says it in `[dhcp]`, `[notify]` and `default_passwords`; a generation, a family and a model may say the
same tables, each over what stands above it, key by key.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

import msgspec

TABLES = ("dhcp", "notify", "default_passwords")
"""What a generation, a family or a model may say beside its facts."""
_Table = TypeVar("_Table", "Dhcp", "Notify")
_URL_FIELDS = frozenset({"url", "host", "mac", "MAC"})


class Dhcp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How phones are known to a DHCP server, and which option tells them where their files are."""

    option: int = 66
    suboption: int | None = None
    """Inside option 43; one that says another `option` does not inherit it."""
    vendor_class: tuple[str, ...] = ()
    """Option 60 as the phones send it; a regular expression with a group `model` where it tells."""
    mac_prefixes: tuple[str, ...] = ()
    """Those of the vendor's MAC prefixes that such phones have; empty where all may be theirs."""
    class_shared: bool = False
    """Whether other makers' devices send the same option 60: then the MAC must be one of the vendor's as well."""
    url: str = "{url}"
    """What the option holds: `{url}` is the folder of the files, its slash at the end included, `{host}` the server
    alone (TFTP), `{mac}` or `{MAC}` the phone's own, which asks for an entry for each phone. `{{` is a brace."""


class Notify(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The Event header of the SIP NOTIFY that makes a phone fetch, or restart; empty where no such NOTIFY is known."""

    resync: str = "check-sync"
    restart: str = "check-sync"
    resync_body: str = ""
    restart_body: str = ""


class Contact(NamedTuple):
    """All three together."""

    dhcp: Dhcp = Dhcp()
    notify: Notify = Notify()
    default_passwords: Mapping[str, str] = {}
    """Role (`admin`, `user`) to the password that phones leave the factory with."""


def merged(contact: Contact, layers: Iterable[Mapping[str, Any]]) -> Contact:
    """What a vendor says with the `TABLES` of generation, family and model over it; an empty password takes one away.

    Raises msgspec.ValidationError for a key or a type that a table does not have.
    """
    for said in layers:
        dhcp = said.get("dhcp", {})
        contact = Contact(
            _over(contact.dhcp, {"suboption": None, **dhcp} if "option" in dhcp else dhcp),
            _over(contact.notify, said.get("notify", {})),
            _passwords(contact.default_passwords, said.get("default_passwords", {})),
        )
    return contact


def faults_of(contact: Contact, prefixes: Iterable[str]) -> Iterator[str]:
    """What is wrong with a vendor's, or a model's, beyond its shape."""
    dhcp = contact.dhcp
    for pattern in dhcp.vendor_class:
        try:
            re.compile(pattern)
        except re.error as error:
            yield f"dhcp: {pattern!r} is no regular expression: {error}"
    if dhcp.suboption is not None and dhcp.option != 43:
        yield f"dhcp: only option 43 has a suboption, not {dhcp.option}"
    for prefix in sorted({*dhcp.mac_prefixes} - {*prefixes}):
        yield f"dhcp: {prefix} is none of the vendor's mac_prefixes"
    try:
        named = {name for _, name, _, _ in string.Formatter().parse(dhcp.url) if name is not None}
    except ValueError as error:
        yield f"dhcp: url: {error}"
    else:
        for name in sorted(named - _URL_FIELDS):
            yield f"dhcp: url: {{{name}}} is none of {{url}}, {{host}}, {{mac}}, {{MAC}}"


def _over(below: _Table, above: Mapping[str, Any]) -> _Table:
    return msgspec.convert({**msgspec.to_builtins(below), **above}, type(below)) if above else below


def _passwords(below: Mapping[str, str], above: Mapping[str, Any]) -> Mapping[str, str]:
    if not above:
        return below
    both = msgspec.convert({**below, **above}, dict[str, str])
    return {role: password for role, password in both.items() if password}
