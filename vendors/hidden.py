"""What of a phone is secret, and the same phone with other secrets: what differs in its files then comes from them."""

from __future__ import annotations

import string
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import cache
from urllib.parse import urlsplit

from aps_tui.domain.catalogue import CATALOGUE
from aps_tui.domain.http_auth import has_login
from aps_tui.domain.site import Value
from aps_tui.vendors.emit import SECRET_NAME
from aps_tui.vendors.phone import Group, Phone
from aps_tui.vendors.spaces import PROVISIONING_URL, neutral_id

STEPS = (13, 17)
"""How far the characters of a secret are moved to make another one, each among its kind (digits by 3 and 7, letters by
13 and 17). A template that asks a secret for something may get the same answer of one other secret, hardly of two."""
_ROUNDS = (string.digits, string.ascii_lowercase, string.ascii_uppercase)
_SIGNS = "-._"
_STRUCK = "••••"
_SHORTEST = 3
"""Shorter secrets are not looked for in messages, where they would be found by chance."""


def secrets_of(group: Group, phone: Phone) -> set[str]:
    """Every secret that a phone's files may hold."""
    settings = _secret_settings({**group.settings, **phone.settings})
    raw = (value for name, value in {**group.raw, **phone.raw}.items() if SECRET_NAME.search(name))
    found = {*(one.secret for one in phone.accounts), *(_bare(*pair) for pair in settings), *raw}
    return found - {""}


def struck(text: str, secrets: Collection[str]) -> str:
    """A message without these secrets, in whatever case they stand there."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _SHORTEST:
            for form in (secret, secret.upper(), secret.lower()):
                text = text.replace(form, _STRUCK)
    return text


class Others:
    """Other secrets of the same length and kind, and of each one whose place it takes."""

    def __init__(self, step: int) -> None:
        self.step = step
        self.was: dict[str, str] = {}

    def group(self, group: Group) -> Group:
        """The group with other secrets."""
        return replace(group, settings=self._settings(group.settings), raw=self._raw(group.raw))

    def phone(self, phone: Phone) -> Phone:
        """The phone with other secrets."""
        accounts = tuple(replace(one, secret=self._other("", one.secret)) for one in phone.accounts)
        return replace(phone, accounts=accounts, settings=self._settings(phone.settings), raw=self._raw(phone.raw))

    def _settings(self, said: Mapping[str, Value]) -> dict[str, Value]:
        return {**said, **{name: self._other(name, value) for name, value in _secret_settings(said)}}

    def _raw(self, said: Mapping[str, str]) -> dict[str, str]:
        return {name: self._other("", value) if SECRET_NAME.search(name) else value for name, value in said.items()}

    def _other(self, name: str, value: Value) -> str:
        text = str(value)
        other = _with_other_login(text, self.step) if name == PROVISIONING_URL else altered(text, self.step)
        self.was[other] = text
        return other


def altered(secret: str, step: int) -> str:
    """Another secret: each character another one of its kind, so that a file carries it where it carries this one."""
    return "".join(_moved(step).get(sign, "x") for sign in secret)


@cache
def _moved(step: int) -> dict[str, str]:
    signs = {sign: _SIGNS[(place + step) % 3] for place, sign in enumerate(_SIGNS)}
    others = {sign: "-" for sign in string.punctuation + " " if sign not in _SIGNS}
    rounds = {one: kind[(place + step) % len(kind)] for kind in _ROUNDS for place, one in enumerate(kind)}
    return {**others, **signs, **rounds}


def _secret_settings(said: Mapping[str, Value]) -> Iterator[tuple[str, Value]]:
    """The settings that are secrets, and a URL that holds one."""
    for name, value in said.items():
        setting = CATALOGUE.get(neutral_id(name))
        if value and ((setting is not None and setting.secret) or (name == PROVISIONING_URL and has_login(str(value)))):
            yield name, value


def _bare(name: str, value: Value) -> str:
    """The secret itself: of a URL, its password, or its user where that stands alone."""
    if name != PROVISIONING_URL:
        return str(value)
    parts = urlsplit(str(value))
    return parts.password or parts.username or ""


def _with_other_login(url: str, step: int) -> str:
    scheme, _, rest = url.partition("://")
    login, _, place = rest.partition("@")
    return f"{scheme}://{':'.join(altered(part, step) for part in login.split(':'))}@{place}"
