"""Accounts of chan_sip's sip.conf: peers and friends that register (`host=dynamic`)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from aps_tui.pbx.account import Account, Reading
from aps_tui.pbx.asterisk_conf import Section, read_conf
from aps_tui.pbx.conf_guard import shown
from aps_tui.pbx.words import caller_name, first_item, is_true, listed, make_account, transport_word, unique

_NO_PEERS = {"general", "authentication"}


def read(path: Path) -> Reading:
    """Read sip.conf and its includes. Raises BadValue."""
    conf = read_conf(path)
    general = next((each.last() for each in conf.real() if each.name.lower() == "general"), {})
    peers, warnings = _peers(conf.real(), str(path))
    defaults = _defaults(general)
    filled = {name: {**defaults, **options} for name, options in peers.items()}
    return phones_of(filled, str(path), (*conf.warnings, *warnings))


def phones_of(peers: Mapping[str, Mapping[str, str]], place: str, warnings: tuple[str, ...] = ()) -> Reading:
    """The accounts of the peers (name to options) that phones register as; `warnings` come before its own."""
    phones = [peer_account(name, options) for name, options in peers.items() if _is_phone(options)]
    others = [name for name, options in peers.items() if not _is_phone(options)]
    left_out = (f"{place}: no phones (no host=dynamic, trunks), left out: {listed(others)}",) if others else ()
    accounts, doubled = unique(phones, place)
    return Reading(accounts, (*warnings, *left_out, *doubled))


def peer_account(name: str, options: Mapping[str, str]) -> Account:
    """The account of a chan_sip peer from its options (lower-case keys, last values)."""
    encryption = options.get("encryption")
    return make_account(
        number=name,
        account=name,
        auth_user=options.get("defaultuser") or options.get("username") or name,
        secret=options.get("secret", ""),
        name=caller_name(options.get("callerid", "")) or options.get("fullname", ""),
        mailbox=first_item(options.get("mailbox", "")),
        context=options.get("context", ""),
        transport=transport_word(options.get("transport", "")),
        srtp="" if encryption is None else "required" if is_true(encryption) else "off",
        why="only a hash of its secret is known (md5secret)" if options.get("md5secret") else "",
    )


def _peers(sections: tuple[Section, ...], place: str) -> tuple[dict[str, dict[str, str]], list[str]]:
    """Options by section name. Sections of one name add up, the later value wins, as in chan_sip."""
    found: dict[str, tuple[str, dict[str, str]]] = {}
    warnings = []
    for section in sections:
        key = section.name.lower()
        if key in _NO_PEERS:
            continue
        if key in found:
            warnings.append(f"{place}: [{shown(section.name)}] comes twice; as in Asterisk the later lines win")
            found[key][1].update(section.last())
        else:
            found[key] = (section.name, section.last())
    return dict(found.values()), warnings


def _defaults(general: Mapping[str, str]) -> dict[str, str]:
    return {key: general[key] for key in ("context", "transport") if key in general}


def _is_phone(options: Mapping[str, str]) -> bool:
    return options.get("type", "").lower() in ("peer", "friend") and options.get("host", "").lower() == "dynamic"
