"""How PBX sources write things, turned into accounts: truth, caller ids, transports, secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable

from aps_tui.pbx.account import Account
from aps_tui.pbx.conf_guard import shown

TRANSPORTS = ("udp", "tcp", "tls")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""A sign that no name and no secret may hold."""

_TRUE = {"yes", "true", "y", "t", "1", "on"}
_SHOWN_NAMES = 5


def is_true(value: str | None) -> bool:
    """What Asterisk takes for yes."""
    return value is not None and value.lower() in _TRUE


def caller_name(text: str) -> str:
    """The name in `"Name" <number>`, `Name <number>` or `Name`; empty when there is only a number."""
    name, bracket, _ = text.partition("<")
    name = name.strip()
    if len(name) > 1 and name.startswith('"') and name.endswith('"'):
        name = name[1:-1]
    if not bracket and name.lstrip("+").isdigit():
        return ""
    return name.strip()


def first_item(text: str) -> str:
    """The first of a list joined by commas."""
    return text.split(",", 1)[0].strip()


def transport_word(text: str) -> str:
    """udp, tcp or tls when the (first) protocol is one of them, else empty."""
    word = first_item(text).lower()
    return word if word in TRANSPORTS else ""


def listed(names: Iterable[str]) -> str:
    """The first few names, for a message."""
    held = list(names)
    more = f" and {len(held) - _SHOWN_NAMES} more" if len(held) > _SHOWN_NAMES else ""
    return ", ".join(shown(name) for name in held[:_SHOWN_NAMES]) + more


def make_account(
    *,
    number: str,
    account: str,
    auth_user: str,
    secret: str = "",
    name: str = "",
    mailbox: str = "",
    context: str = "",
    transport: str = "",
    srtp: str = "",
    why: str = "",
) -> Account:
    """An account that is usable when `why` is empty and it has what a phone needs.

    Display texts that are not UTF-8 are read as Latin-1, and control characters in them as blanks. Identities and
    secrets are not: what a phone would send for them is unknown, so such an account is not usable.
    """
    needed = (number, account, auth_user, secret)
    if not why and not secret:
        why = "it has no secret"
    if not why and any(_odd(text) for text in needed):
        why = "its name or secret is not UTF-8 text"
    if not why and any(CONTROL.search(text) for text in needed):
        why = "its name or secret holds a control character"
    clean = [CONTROL.sub(" ", _latin(text)) for text in (number, account, auth_user, name, mailbox, context)]
    return Account(
        number=clean[0],
        account=clean[1],
        auth_user=clean[2],
        secret="" if why else secret,
        name=clean[3],
        mailbox=clean[4],
        context=clean[5],
        transport=transport,
        srtp=srtp,
        usable=not why,
        why_unusable=why,
    )


def unique(accounts: Iterable[Account], place: str) -> tuple[tuple[Account, ...], list[str]]:
    """The first account of each number, and one warning for each number that came again."""
    kept: dict[str, Account] = {}
    warnings = []
    for account in accounts:
        first = kept.setdefault(account.number, account)
        if first is not account:
            warnings.append(
                f"{place}: number {shown(account.number)} comes twice; account {shown(first.account)} is kept, "
                f"the later {shown(account.account)} is left out"
            )
    return tuple(kept.values()), warnings


def _odd(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text)


def _latin(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("latin-1") if _odd(text) else text
