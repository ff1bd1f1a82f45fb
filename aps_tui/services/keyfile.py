"""The file that holds the key of the secrets: one line, which nobody else may read or replace."""

from __future__ import annotations

import os
import secrets
import stat
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path

from aps_tui.data.seal import KEY_BYTES, KeyOf, fingerprint_of, no_key
from aps_tui.domain.errors import ApsError
from aps_tui.services.writing import write_private

_FIRST = "aps-tui-key-1:"
"""What the line begins with; the key follows as base64."""
_LONGEST = 1000


def key_of(file: Path | None) -> KeyOf:
    """What finds a key by its fingerprint: in the key file, or in the one that a rotation left beside it."""
    if file is None:
        return no_key

    def find(fingerprint: str) -> bytes:
        said = "there is none"
        for path in (file, new_of(file)):
            if os.path.lexists(path):
                key = read_key(path)
                if fingerprint_of(key) == fingerprint:
                    return key
                said = f"it holds the key {fingerprint_of(key)}"
        raise ApsError(
            f"the database's secrets are encrypted with the key {fingerprint}, which should be in {file}, and {said}: "
            "put that key there; nothing was changed"
        )

    return find


def new_of(file: Path) -> Path:
    """Where a rotation keeps the key that is to follow."""
    target = file.resolve()
    return target.with_name(f"{target.name}.new")


def old_of(file: Path, fingerprint: str) -> Path:
    """Where a rotation leaves the key that was, for backups made before."""
    target = file.resolve()
    return target.with_name(f"{target.name}.{fingerprint}")


def make_key(file: Path, gid: int | None = None) -> bytes:
    """Make a key and write its file, 0600, or 0640 for a group. Raises ApsError."""
    _check_folders(file)
    key = secrets.token_bytes(KEY_BYTES)
    write_private(file, f"{_FIRST}{b64encode(key).decode()}\n".encode())
    if gid is not None:
        os.chown(file, -1, gid)
        file.chmod(0o640)
    return key


def read_key(file: Path) -> bytes:
    """The key in a file (64 bytes). Raises ApsError with the file's name, and never with what it holds."""
    try:
        _check_folders(file)
        with file.open("rb") as opened:
            found = os.fstat(opened.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise ApsError(f"the key file {file} is not an ordinary file")
            if found.st_mode & (stat.S_IRWXO | stat.S_IWGRP):
                raise ApsError(f"the key file {file} is open to others: chmod 600 {file} (or 640, for a group)")
            text = opened.read(_LONGEST).decode("ascii").strip()
        if not text.startswith(_FIRST):
            raise ValueError
        key = b64decode(text.removeprefix(_FIRST), validate=True)
    except OSError as error:
        raise ApsError(f"the key file {file} cannot be read: {error.strerror}") from None
    except ValueError:
        raise ApsError(f"{file} holds no key: put the right file there") from None
    if len(key) != KEY_BYTES:
        raise ApsError(f"{file} holds no whole key: put the right file there")
    return key


def _check_folders(file: Path) -> None:
    """Refuse a file, or a link's target, in whose place others could put another one."""
    for folder in _folders(file):
        mode = folder.stat().st_mode
        if mode & stat.S_IWOTH or (file.is_symlink() and mode & stat.S_IWGRP):
            raise ApsError(f"others may write in {folder}: keep the key file {file} elsewhere, or chmod go-w {folder}")


def _folders(file: Path) -> Iterator[Path]:
    """The folder of a file, and of all that its links lead through."""
    for _ in range(40):
        yield file.parent.resolve()
        if not file.is_symlink():
            return
        file = file.parent / file.readlink()
    raise ApsError(f"{file}: too many links")
