"""Who is working, and what they may do: from the login that the system vouches for, and the [operators] table.

Nothing that a user can put into the environment is believed: the account is the process's own. Who stands behind an
account that several people share is said by sudo, or by the forced command of their key.
"""

from __future__ import annotations

import grp
import os
import pwd
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from aps_tui.domain.errors import BadValue
from aps_tui.domain.roles import EVERYTHING, REFUSED, Refused, Rights, Role

MOST_NAME = 64
"""Characters of a name in the audit trail."""


class Operators(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The [operators] table: users, and groups as `@group`."""

    admin: tuple[str, ...] = ()
    operator: tuple[str, ...] = ()
    viewer: tuple[str, ...] = ()
    tenants: dict[str, tuple[str, ...]] = {}
    """The only tenants of those named in `operator`; one who is not here works on all."""
    shared: tuple[str, ...] = ()
    """Accounts that several people work under, each by the forced command of their own key."""

    def check(self) -> None:
        """Raise BadOperators for tenants of someone who is no operator: a slip there would give them all tenants."""
        for name in self.tenants:
            if name not in self.operator:
                raise BadOperators(f"operators.tenants: {name} is not in operators.operator")


class BadOperators(ValueError):
    """What is wrong with the table."""


class Identity(NamedTuple):
    """Who is working."""

    name: str
    rights: Rights


def identity(
    said: Operators | None, given: str = "", *, uid: int | None = None, env: Mapping[str, str] = os.environ
) -> Identity:
    """Who is working, and what they may do; `given` is the name by --operator.

    Without a table everybody may do everything. Raises BadValue for a name that may not be given, Refused for someone
    who has no role.
    """
    uid = os.getuid() if uid is None else uid
    name, vouched = _who(said, given, uid, env)
    if said is None or vouched:
        return Identity(name, EVERYTHING)
    mine = {name, *(f"@{group}" for group in _groups(name))}
    for role, names in ((Role.ADMIN, said.admin), (Role.OPERATOR, said.operator), (Role.VIEWER, said.viewer)):
        if mine & set(names):
            return Identity(name, Rights(role, _tenants(said, name, mine) if role is Role.OPERATOR else None))
    raise Refused(f"{REFUSED}{name} has no role: an admin writes it into [operators] of the configuration")


def _who(said: Operators | None, given: str, uid: int, env: Mapping[str, str]) -> tuple[str, bool]:
    """The name, and whether it is root's own: a system's root cannot be kept from anything."""
    account = _account(uid)
    shared = said is not None and account in said.shared
    behind = _behind_sudo(env) if uid == 0 or shared else ""
    if given:
        if not shared or behind:
            raise BadValue(
                f"--operator is for the forced commands of an account in shared of [operators], and {account} is none"
                if not behind
                else "--operator is for forced commands alone: sudo says who you are"
            )
        return _printable(given), False
    if behind:
        return _printable(behind), False
    if shared and env.get("SSH_CONNECTION"):
        raise Refused(f"{REFUSED}{account} is shared: the command of this key in authorized_keys needs --operator NAME")
    return account, uid == 0


def _account(uid: int) -> str:
    try:
        return _printable(pwd.getpwuid(uid).pw_name)
    except KeyError:
        return f"uid {uid}"


def _behind_sudo(env: Mapping[str, str]) -> str:
    """Who called sudo; empty where nobody did, or where its variables do not agree."""
    name = env.get("SUDO_USER", "")
    try:
        return name if name and str(pwd.getpwnam(name).pw_uid) == env.get("SUDO_UID") else ""
    except (KeyError, ValueError):
        return ""


def _printable(name: str) -> str:
    return "".join(char for char in name if char.isprintable())[:MOST_NAME]


def _groups(name: str) -> set[str]:
    """The groups of a Unix user; none for a name that is no user of this machine."""
    try:
        ids = os.getgrouplist(name, pwd.getpwnam(name).pw_gid)
    except (KeyError, ValueError):
        return set()
    found = set()
    for gid in ids:
        try:
            found.add(grp.getgrgid(gid).gr_name)
        except KeyError:
            continue
    return found


def _tenants(said: Operators, name: str, mine: set[str]) -> tuple[str, ...] | None:
    """The only tenants of an operator: what stands at his own name, else what stands at his groups."""
    if name in said.tenants:
        return tuple(sorted(said.tenants[name]))
    if name in said.operator:
        return None
    limited = [said.tenants.get(one) for one in mine if one in said.operator]
    if any(one is None for one in limited):
        return None
    return tuple(sorted({tenant for one in limited for tenant in one or ()}))
