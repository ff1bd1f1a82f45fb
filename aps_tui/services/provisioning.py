"""The provisioning settings of the site: shown with what is wrong with them on this machine, and saved one by one."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from aps_tui.data.errors import ChangedMeanwhile
from aps_tui.domain.autocreate import faults_of, warnings_of
from aps_tui.domain.catalogue import MASK
from aps_tui.domain.errors import BadValue
from aps_tui.domain.http_auth import check_password, check_user
from aps_tui.domain.pins import check_pin
from aps_tui.domain.site import Provisioning
from aps_tui.domain.upkeep import check_days, check_hours
from aps_tui.services import network
from aps_tui.services.provisioning_checks import Finding, checks, own_address, usable
from aps_tui.services.sitefile import words
from aps_tui.services.values.scene import stamp
from aps_tui.services.workplace import Workplace

__all__ = ["FIELDS", "Field", "FieldRow", "Finding", "checks", "clear", "generate", "judge", "own_addresses_said",
           "reveal", "rows", "save"]  # fmt: skip


class Field(NamedTuple):
    """One of the settings."""

    label: str
    kind: str
    """address, host, switch, tenant, vendors, pin, secret, user, password, hours, days, or link: a thing that is said
    elsewhere."""
    help: str

    @property
    def secret(self) -> bool:
        """Whether it is masked."""
        return self.kind in ("pin", "secret", "password")


FIELDS: Mapping[str, Field] = {
    "sip_server_address": Field(
        "SIP server address", "address",
        "Where phones register when no level says a registrar, and where unprovisioned ones do. "
        "An address of this machine.",
    ),
    "tftp_server_address": Field(
        "TFTP server address", "address",
        "Where phones fetch their files. An address of this machine, on the interface whose DHCP the phones use.",
    ),
    "server_hostname": Field(
        "Server host name", "host",
        "The name of this machine. DNS must have an A record for it with an address of this machine.",
    ),
    "auto_create": Field(
        "Auto-create", "switch",
        "On: a phone that asks for a file and has no device gets one. Only those that the whitelist lets in.",
    ),
    "auto_create_tenant": Field("Tenant of new devices", "tenant", "Where auto-create puts a new device."),
    "auto_create_vendors": Field("Vendors of new devices", "vendors", "Whose phones auto-create makes devices for."),
    "unprovisioned_pin": Field(
        "Unprovisioned PIN", "pin",
        "Typed on a phone that shows UNPROV, to give it its extension. Digits only, 6 to 12, not easily guessed.",
    ),
    "unprovisioned_secret": Field(
        "UNPROV password", "secret",
        "The digest password of the limited account that UNPROV phones register. The PBX must know it too.",
    ),
    "http_auth": Field(
        "HTTP authentication", "switch",
        "On: each device has an HTTP user and password of its own, in its files and in the web server's password file, "
        "which commits write. Print the server's configuration with aps-tui web nginx or apache.",
    ),
    "first_contact_user": Field(
        "First contact user", "user",
        "With this user phones that do not know their own password come in: for shared files, and for those of phones "
        "without a line. Give it in the URL of the DHCP option, or in the phone.",
    ),
    "first_contact_password": Field("First contact password", "password", "The password of that user."),
    "withdraw_hours": Field(
        "Withdraw files after", "hours",
        "So many hours after a phone first fetched its files they are taken off the disk, until they change or someone "
        "opens them (o in the lists). The phone keeps what it has. Empty: never.",
    ),
    "expire_days": Field(
        "Unclaimed expire after", "days",
        "So many days after anybody did anything to it, a device without a line, of which nothing is said, is removed "
        "with its UNPROV file. Empty: never.",
    ),
    "http": Field(
        "HTTP user, password", "link",
        "What phones must say to fetch their files where HTTP authentication is off: general.http_user and "
        "general.http_password of the site settings.",
    ),
}  # fmt: skip
"""Every setting by its name in `Provisioning`, in the order it is shown."""

PIN_DIGITS = 8
SECRET_LETTERS = 24


class FieldRow(NamedTuple):
    """A setting as it stands."""

    name: str
    field: Field
    shown: str
    """Its value for people; masked where it is secret, empty where nothing is said."""
    text: str
    """As it is typed: `on` and `off` for a switch, empty for a secret."""
    stamp: str
    """What `save` takes as `expected`."""


def rows(place: Workplace) -> list[FieldRow]:
    """Every setting, in order."""
    with place.store.snapshot():
        settings = place.store.provisioning.get()
        site = place.store.settings.site().settings
    http = ", ".join((str(site.get("general.http_user", "")), MASK if site.get("general.http_password") else ""))
    return [
        FieldRow(name, field, http.strip(", "), "", "")
        if field.kind == "link"
        else FieldRow(name, field, *_said(field, getattr(settings, name)), stamp(getattr(settings, name)))
        for name, field in FIELDS.items()
    ]


def own_addresses_said() -> str:
    """`This machine has 192.0.2.1 (eth0).`"""
    return f"This machine has {usable(network.own_addresses())}."


def judge(place: Workplace, name: str, value: object) -> Any:
    """The value to keep for a setting, checked by itself. Raises BadValue with the reason, never with a secret."""
    return _CHECKS[FIELDS[name].kind](place, value)


def save(place: Workplace, name: str, value: object, expected: str | None = None) -> list[str]:
    """Store a setting, as a text, a switch's bool or a tuple of vendors; what the operator should know now.

    `expected` is the row's `stamp`: ChangedMeanwhile is raised when it is another by now. Raises BadValue.
    """
    checked = judge(place, name, value)
    with place.store.transaction():
        before = place.store.provisioning.get()
        if expected is not None and expected != stamp(getattr(before, name)):
            who = place.store.audit.who("provisioning", "")
            raise ChangedMeanwhile(f"{FIELDS[name].label} was changed by {who}: look at it again before saving")
        after = replace(before, **{name: checked})
        for fault in faults_of(after):
            if fault not in faults_of(before):
                raise BadValue(fault)
        place.store.provisioning.save(after)
    return [warning for warning in warnings_of(after) if warning not in warnings_of(before)]


def clear(place: Workplace, name: str, expected: str | None = None) -> list[str]:
    """Put a setting back to what it is before anything is said; see `save`."""
    return save(place, name, getattr(Provisioning(), name), expected)


def generate(place: Workplace, name: str, expected: str | None = None) -> str:
    """Make, store and return a PIN or a password that is hard to guess; see `save`."""
    made = _new_pin() if FIELDS[name].kind == "pin" else _new_secret()
    save(place, name, made, expected)
    return made


def reveal(place: Workplace, name: str) -> str:
    """The text of a PIN or password. Leaves an audit row."""
    with place.store.transaction():
        place.store.audit.add("provisioning", "", "reveal", name)
        return str(getattr(place.store.provisioning.get(), name))


def _said(field: Field, value: Any) -> tuple[str, str]:
    """A value for people, and as it is typed."""
    if field.secret:
        return (MASK if value else ""), ""
    if field.kind == "switch":
        return ("on", "on") if value else ("off", "off")
    if field.kind in ("hours", "days"):
        return (f"{value:,} {field.kind}", str(value)) if value else ("never", "")
    text = ", ".join(value) if isinstance(value, tuple) else str(value)
    return text, text


def _new_pin() -> str:
    while True:
        pin = "".join(secrets.choice(string.digits) for _ in range(PIN_DIGITS))
        try:
            return check_pin(pin)
        except BadValue:
            continue  # one in some thousands counts up or repeats


def _new_secret() -> str:
    """Letters and digits alone: every file format and every phone takes them."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(SECRET_LETTERS))


def _address(_: Workplace, value: object) -> str:
    text = _bare(words.address, value)
    return own_address(text) if text else ""


def _host(_: Workplace, value: object) -> str:
    text = _bare(words.host_name, value)
    if text.replace(".", "").isdigit() or ":" in text:
        raise BadValue(f"{text} is an address: a name with an A record is needed")
    return text


def _bare(check: Callable[[str, str], str], value: object) -> str:
    """A check of the site file, without the field's name before its reason."""
    try:
        return check("value", str(value))
    except BadValue as error:
        raise BadValue(str(error).removeprefix("value: ")) from None


def _switch(_: Workplace, value: object) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("on", "off"):
        return value == "on"
    raise BadValue("on or off is needed")


def _tenant(place: Workplace, value: object) -> str:
    found = place.store.tenants.get(str(value)) if value else None
    if value and found is None:
        raise BadValue(f"there is no tenant {value}")
    return found.name if found else ""


def _vendors(place: Workplace, value: object) -> tuple[str, ...]:
    chosen = tuple(value) if isinstance(value, list | tuple) else tuple(str(value).replace(",", " ").split())
    known = {*place.packs.vendors, *Provisioning().auto_create_vendors}
    for slug in chosen:
        if slug not in known:
            raise BadValue(f"unknown vendor {slug} (known: {', '.join(sorted(known))})")
    return chosen


def _pin(_: Workplace, value: object) -> str:
    return check_pin(str(value)) if value else ""


def _secret(_: Workplace, value: object) -> str:
    return _bare(words.printable, value)


def _user(_: Workplace, value: object) -> str:
    return check_user(str(value)) if value else ""


def _hours(_: Workplace, value: object) -> int:
    return _bare_number(check_hours, value)


def _days(_: Workplace, value: object) -> int:
    return _bare_number(check_days, value)


def _bare_number(check: Callable[[object], int], value: object) -> int:
    try:
        return check(value)
    except BadValue as error:
        raise BadValue(str(error).partition(": ")[2]) from None


def _password(_: Workplace, value: object) -> str:
    return check_password(str(value)) if value else ""


_CHECKS: Mapping[str, Callable[[Workplace, object], Any]] = {
    "address": _address, "host": _host, "switch": _switch, "tenant": _tenant,
    "vendors": _vendors, "pin": _pin, "secret": _secret, "user": _user, "password": _password,
    "hours": _hours, "days": _days,
}  # fmt: skip
