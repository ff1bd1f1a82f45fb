"""Accounts of users.conf (Asterisk before 21): sections with `hassip=yes`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from aps_tui.pbx.account import Reading
from aps_tui.pbx.asterisk_conf import read_conf
from aps_tui.pbx.sip import peer_account
from aps_tui.pbx.words import is_true, listed, unique


def read(path: Path) -> Reading:
    """Read users.conf and its includes; `[general]` gives every user's defaults. Raises BadValue."""
    conf = read_conf(path)
    sections = conf.real()
    general = next((each.last() for each in sections if each.name.lower() == "general"), {})
    phones, others = [], []
    for section in sections:
        options = {**general, **section.last()}
        if section.name.lower() == "general" or not is_true(options.get("hassip")):
            continue
        if _is_trunk(options):
            others.append(section.name)
            continue
        if is_true(options.get("hasvoicemail")):
            options.setdefault("mailbox", section.name)
        phones.append(peer_account(section.name, options))
    left_out = (f"{path}: no phones (trunks), left out: {listed(others)}",) if others else ()
    accounts, doubled = unique(phones, str(path))
    return Reading(accounts, (*conf.warnings, *left_out, *doubled))


def _is_trunk(options: Mapping[str, str]) -> bool:
    host = options.get("host", "dynamic").lower()
    return host != "dynamic" or "trunkname" in options or is_true(options.get("registersip"))
