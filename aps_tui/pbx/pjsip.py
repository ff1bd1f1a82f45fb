"""Accounts of pjsip.conf: endpoints that phones register to."""

from __future__ import annotations

from pathlib import Path

from aps_tui.pbx.account import Account, Reading
from aps_tui.pbx.asterisk_conf import read_conf
from aps_tui.pbx.conf_guard import shown
from aps_tui.pbx.pjsip_objects import Objects, Options, build
from aps_tui.pbx.words import caller_name, first_item, is_true, listed, make_account, transport_word, unique

_HASHES = ("md5_cred", "password_digest")


def read(path: Path) -> Reading:
    """Read pjsip.conf and its includes. Raises BadValue, also when no endpoint of the tree would load."""
    conf = read_conf(path)
    return phones_of(build(conf.real(), str(path)), str(path), conf.warnings)


def phones_of(objects: Objects, place: str, warnings: tuple[str, ...] = ()) -> Reading:
    """The accounts of the endpoints that phones register to; `warnings` come before its own."""
    phones, others = [], []
    busy = _peers_by_address(objects)
    endpoints = {**objects.loaded["endpoint"], **objects.refused_options}
    for name, options in endpoints.items():
        if name in busy or not _registers(options, objects):
            others.append(name)
        else:
            phones.append(_account(name, options, objects))
    left_out = (f"{place}: no phones (trunks), left out: {listed(others)}",) if others else ()
    accounts, doubled = unique(phones, place)
    return Reading(accounts, (*warnings, *objects.warnings, *left_out, *doubled))


def srtp_word(encryption: str | None, optimistic: str | None) -> str:
    """The neutral word for `media_encryption` and `media_encryption_optimistic`."""
    if encryption is None:
        return ""
    if encryption.lower() not in ("sdes", "dtls"):
        return "off"
    return "optional" if is_true(optimistic) else "required"


def takes_phones(aor: Options) -> bool:
    """Whether phones may register to an aor: `max_contacts` above 0 and no static contact."""
    contacts = aor.get("max_contacts", "0")
    return contacts.isascii() and contacts.isdigit() and int(contacts[:9]) > 0 and not aor.get("contact")


def credentials(auth: Options) -> tuple[str, str, str]:
    """Username, password and why a phone cannot use them, of one auth object that Asterisk loads."""
    user, secret = auth.get("username", ""), auth.get("password", "")
    kind = auth.get("auth_type", "userpass").lower()
    if kind == "google_oauth":
        return user, "", "its auth is for OAuth"
    if not secret or kind == "md5":
        held = next((key for key in _HASHES if auth.get(key)), "")
        return user, "", f"only a hash of its secret is known ({held})" if held else "it has no secret"
    return user, secret, ""


def _names(text: str | None) -> list[str]:
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def _peers_by_address(objects: Objects) -> set[str]:
    """Endpoints that an identify or a registration of ours belongs to: trunks."""
    named = {options.get("endpoint", "") for options in objects.loaded["identify"].values()}
    for name, options in objects.loaded["registration"].items():
        named |= {name, options.get("endpoint", "")}
    return named


def _registers(endpoint: Options, objects: Objects) -> bool:
    """Phone or trunk: an auth, and an aor that takes phones or is (by mistake) not there."""
    aors = _names(endpoint.get("aors"))
    held = objects.loaded["aor"]
    return bool(endpoint.get("auth")) and any(name not in held or takes_phones(held[name]) for name in aors)


def _account(name: str, endpoint: Options, objects: Objects) -> Account:
    user, secret, why = _credentials(_names(endpoint.get("auth")), objects)
    aors = [objects.loaded["aor"][aor] for aor in _names(endpoint.get("aors")) if aor in objects.loaded["aor"]]
    if not aors:
        why = "its aor is not there or not loaded"
    protocol = objects.loaded["transport"].get(endpoint.get("transport", ""), {}).get("protocol", "")
    boxes = [endpoint.get("mailboxes", ""), *(aor.get("mailboxes", "") for aor in aors)]
    return make_account(
        number=name,
        account=name,
        auth_user=user or name,
        secret=secret,
        name=caller_name(endpoint.get("callerid", "")),
        mailbox=next((first_item(box) for box in boxes if box), ""),
        context=endpoint.get("context", ""),
        transport=transport_word(protocol),
        srtp=srtp_word(endpoint.get("media_encryption"), endpoint.get("media_encryption_optimistic")),
        why=objects.refused["endpoint"].get(name, "") or why,
    )


def _credentials(auths: list[str], objects: Objects) -> tuple[str, str, str]:
    """The first auth in the list that a phone can use, else the first one's reason."""
    tried = []
    for name in auths:
        if name in objects.loaded["auth"]:
            found = credentials(objects.loaded["auth"][name])
            if not found[2]:
                return found
            tried.append(found)
        else:
            reason = objects.refused["auth"].get(name, "it does not exist")
            tried.append(("", "", f"auth {shown(name)}: {reason}"))
    return tried[0] if tried else ("", "", "it has no auth")
