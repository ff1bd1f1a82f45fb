"""Accounts of pjsip_wizard.conf: wizards that accept registrations."""

from __future__ import annotations

from pathlib import Path

from aps_tui.pbx.account import Account, Reading
from aps_tui.pbx.asterisk_conf import Section, read_conf
from aps_tui.pbx.conf_guard import shown
from aps_tui.pbx.pjsip import credentials, srtp_word, takes_phones
from aps_tui.pbx.pjsip_objects import Options
from aps_tui.pbx.words import caller_name, first_item, is_true, listed, make_account, unique


def read(path: Path) -> Reading:
    """Read pjsip_wizard.conf and its includes. Raises BadValue."""
    conf = read_conf(path)
    wizards, warnings = _wizards(conf.real(), str(path))
    phones, others = [], []
    for name, options in wizards.items():
        if is_true(options.get("accepts_registrations")) and not is_true(options.get("sends_registrations")):
            phones.append(_account(name, options))
        else:
            others.append(name)
    if others:
        warnings.append(f"{path}: no phones (trunks), left out: {listed(others)}")
    accounts, doubled = unique(phones, str(path))
    return Reading(accounts, (*conf.warnings, *warnings, *doubled))


def _wizards(sections: tuple[Section, ...], place: str) -> tuple[dict[str, Options], list[str]]:
    found: dict[str, Options] = {}
    warnings = []
    for section in sections:
        if section.first("type") != "wizard":
            continue
        if section.name in found:
            warnings.append(f"{place}: wizard {shown(section.name)} comes twice; the later one is taken")
        found[section.name] = section.last()
    return found, warnings


def _part(options: Options, prefix: str) -> Options:
    return {key.removeprefix(prefix): value for key, value in options.items() if key.startswith(prefix)}


def _account(name: str, options: Options) -> Account:
    endpoint, aor = _part(options, "endpoint/"), _part(options, "aor/")
    user, secret, why = _credentials(options)
    if not takes_phones(aor):
        why = "its aor takes no phones: aor/max_contacts is not above 0, or it has a static contact"
    boxes = (endpoint.get("mailboxes", ""), aor.get("mailboxes", ""))
    return make_account(
        number=options.get("hint_exten") or name,
        account=name,
        auth_user=user or name,
        secret=secret,
        name=caller_name(endpoint.get("callerid", "")),
        mailbox=next((first_item(box) for box in boxes if box), ""),
        context=endpoint.get("context", ""),
        srtp=srtp_word(endpoint.get("media_encryption"), endpoint.get("media_encryption_optimistic")),
        why=why,
    )


def _credentials(options: Options) -> tuple[str, str, str]:
    auth = _part(options, "inbound_auth/")
    if not is_true(options.get("accepts_auth")):
        return "", "", "accepts_auth is not yes, so its credentials are not in force"
    if not auth.get("username"):
        return "", "", "Asterisk does not load its auth: no inbound_auth/username"
    return credentials(auth)
