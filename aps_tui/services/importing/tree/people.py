"""Whose the accounts in files are: the PBX's extensions by their SIP account, then by their number."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from aps_tui.domain.site import Extension
from aps_tui.services.workplace import Workplace


class People:
    """The extensions of one tenant, or of all."""

    def __init__(self, place: Workplace, tenant: str) -> None:
        self._accounts: dict[str, list[Extension]] = {}
        self._numbers: dict[str, list[Extension]] = {}
        for one in place.store.extensions.all(tenant or None):
            self._accounts.setdefault(one.account, []).append(one)
            self._numbers.setdefault(one.number, []).append(one)

    def of(self, said: Mapping[str, str]) -> list[Extension]:
        """The extensions that an account in a file could be; a sure one comes alone."""
        user = said.get("user", "")
        found = self._accounts.get(user) or self._numbers.get(user) or self._numbers.get(said.get("number", ""), [])
        if len(found) > 1:  # the same account at two tenants: an authentication name may tell
            found = [one for one in found if one.auth_user == said.get("auth_user")] or found
        return found

    @staticmethod
    def differs(said: Mapping[str, str], extension: Extension) -> bool:
        """Whether a file has another secret than the PBX; False where either has none."""
        secret = said.get("secret", "")
        both = bool(secret and extension.secret)
        return both and not hmac.compare_digest(secret.encode(), extension.secret.encode())


def label_of(said: Mapping[str, str], extension: Extension | None) -> str:
    """What a line shows, "" where that is what it shows anyway."""
    label = said.get("label", "")
    known = (said.get("user"), said.get("number"), said.get("display_name"))
    own = (extension.number, extension.account, extension.name) if extension else ()
    return "" if label in (*known, *own) else label
