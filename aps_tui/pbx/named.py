"""Accounts of rows whose columns say what they are: a CSV file with a header, an operator's own SELECT."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from aps_tui.domain.errors import BadValue
from aps_tui.domain.keytypes import SRTP_MODES
from aps_tui.pbx.account import Account, Reading
from aps_tui.pbx.words import CONTROL, TRANSPORTS, listed, make_account, unique

_ALIASES = {
    "number": "extension", "exten": "extension", "ext": "extension", "sip_account": "account",
    "user": "auth_user", "username": "auth_user", "authuser": "auth_user", "password": "secret",
    "name": "display_name", "displayname": "display_name", "voicemail": "mailbox",
}  # fmt: skip
_KNOWN = {
    "tenant", "extension", "account", "auth_user", "secret", "display_name", "mailbox", "context", "transport", "srtp",
}  # fmt: skip

Row = Mapping[str, str]
"""Column to its text."""


def column(name: str) -> str:
    """What a column is called here: `Display Name` and `name` are both `display_name`."""
    plain = name.strip().lower().replace(" ", "_").replace("-", "_")
    return _ALIASES.get(plain, plain)


def columns(names: Sequence[str], place: str) -> tuple[str, ...]:
    """The columns in order. Raises BadValue when one is not known or comes twice; one without a name may be there."""
    found = tuple(column(name) for name in names)
    unknown = [at for at, name in enumerate(found, 1) if name and name not in _KNOWN]
    if unknown:
        raise BadValue(f"{place}: column {unknown[0]} has an unknown name; known are {', '.join(sorted(_KNOWN))}")
    if len(set(found)) < len(found):
        raise BadValue(f"{place}: a column comes twice")
    return found


def reading(rows: Iterable[tuple[str, Row]], place: str, tenant: str | None = None) -> Reading:
    """The accounts of (where it is, row); with `tenant`, rows that name another tenant are left out.

    Raises BadValue for the first bad row, also when no tenant is asked for and the rows name several.
    """
    accounts: list[Account] = []
    tenants: Counter[str] = Counter()
    for where, row in rows:
        of = row.get("tenant", "")
        tenants[of] += 1
        if tenant is None or of in ("", tenant):
            accounts.append(_account(row, where))
    others = sorted(tenants.keys() - {"", tenant})
    if tenant is None and len(others) > 1:
        raise BadValue(f"{place}: rows of several tenants ({listed(others)}); say which tenant to read")
    kept, doubled = unique(accounts, place)
    if tenant is None or not others:
        return Reading(kept, tuple(doubled))
    count = sum(tenants[name] for name in others)
    return Reading(kept, (f"{place}: {count} rows of other tenants left out: {listed(others)}", *doubled))


def _account(row: Row, place: str) -> Account:
    if any(CONTROL.search(cell) for cell in row.values()):
        raise BadValue(f"{place}: a cell holds a line break or another control character")
    number = row.get("extension") or row.get("account", "")
    if not number:
        raise BadValue(f"{place}: no extension")
    account = row.get("account") or number
    for name, words in (("transport", TRANSPORTS), ("srtp", SRTP_MODES)):
        if row.get(name, "") not in ("", *words):
            raise BadValue(f"{place}: {name} must be one of {', '.join(words)} or empty")
    return make_account(
        number=number,
        account=account,
        auth_user=row.get("auth_user") or account,
        secret=row.get("secret", ""),
        name=row.get("display_name", ""),
        mailbox=row.get("mailbox", ""),
        context=row.get("context", ""),
        transport=row.get("transport", ""),
        srtp=row.get("srtp", ""),
    )
