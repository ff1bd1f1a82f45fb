"""Encrypting the secrets in the database with a key file, changing the key, and going back.

The database names the key that it needs, and all of it changes in one transaction. So whatever ends a step early, the
key that is needed lies in the key file or, while a rotation is under way, beside it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from aps_tui.data.errors import StoreError
from aps_tui.data.seal import fingerprint_of
from aps_tui.data.store import Store
from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.domain.roles import Role
from aps_tui.services.config import Config
from aps_tui.services.keyfile import make_key, new_of, old_of, read_key

Step = Callable[[str], None]
"""Hears of each step before it is taken; tests end the process there."""


class Sealed(NamedTuple):
    """How the secrets stand in the database."""

    key: str
    """The fingerprint of their key; empty where they are not encrypted."""
    file: str
    """The key file of the configuration; empty for none."""
    encrypted: int
    plain: int
    """Secrets that are not encrypted."""
    remains: bool
    """Whether the file of the database may still hold older text of them."""
    rotating: bool
    """Whether a rotation was cut short."""


def status(store: Store, config: Config) -> Sealed:
    """How the secrets stand."""
    file = config.key_file
    encrypted, plain = store.secrets()
    rotating = file is not None and new_of(file).exists()
    return Sealed(store.sealed_with(), str(file or ""), encrypted, plain, store.secrets_remain(), rotating)


def init(store: Store, config: Config, step: Step = lambda _: None) -> int:
    """Encrypt every secret with the key in the key file, which is made where there is none; how many there are.

    Done again it encrypts what was put there by hand, and leaves no remains. Raises BadValue, ApsError, StoreError.
    """
    store.need(Role.ADMIN, "the key of the secrets")
    file = _file(config)
    step("key")
    key = read_key(file) if os.path.lexists(file) else _made(file, config)
    if store.sealed_with() not in ("", fingerprint_of(key)):
        raise ApsError("a rotation was cut short: aps-tui secrets rotate finishes it")
    step("encrypt")
    return store.reseal(key)


def rotate(store: Store, config: Config, step: Step = lambda _: None) -> Path:
    """Encrypt every secret with a new key; gives where the old one was left, which older backups need.

    One that was cut short is gone on with. Raises BadValue, ApsError, StoreError.
    """
    store.need(Role.ADMIN, "the key of the secrets")
    file = _file(config)
    before = store.sealed_with()
    if not before:
        raise BadValue("the secrets are not encrypted: aps-tui secrets init")
    old = read_key(file)
    new = new_of(file)
    if before == fingerprint_of(old):
        step("key")
        key = read_key(new) if os.path.lexists(new) else _made(new, config)
        step("encrypt")
        try:
            store.reseal(key)
        except StoreError:
            if store.sealed_with() == before:  # nothing was changed: the new key is of no use
                new.unlink()
            raise
    left = old_of(file, fingerprint_of(old))
    step("keep the old key")
    with suppress(FileExistsError):
        os.link(file.resolve(), left)
    step("take the new key")
    new.replace(file.resolve())
    _sync(left.parent)
    return left


def off(store: Store) -> int:
    """Decrypt every secret; how many there are. The key file stays: backups need it. Raises BadValue, StoreError."""
    store.need(Role.ADMIN, "the key of the secrets")
    if not store.sealed_with():
        raise BadValue("the secrets are not encrypted")
    return store.reseal(None)


def _file(config: Config) -> Path:
    if config.key_file is None:
        raise BadValue(f'say where the key is to lie: key_file = "/etc/aps-tui/secrets.key" in {config.said_in}')
    return config.key_file


def _made(file: Path, config: Config) -> bytes:
    """A new key, for those who work on the database: its owner, and its group where that may write it."""
    key = make_key(file, config.gid if config.group_writable else None)
    if os.geteuid() == 0:
        os.chown(file, config.db.stat().st_uid, -1)  # services run as the owner
    return key


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
