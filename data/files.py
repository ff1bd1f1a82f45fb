"""The database's file and folder: who may read them is checked before anything is opened."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from aps_tui.data.errors import StoreError


def prepare(path: Path, *, create: bool, group_writable: bool) -> None:
    """Make `path` ready to be opened, or say in one line why it cannot be.

    The folder is made 0700 when missing (0770 for a group) and refused when everybody may
    write in it. The file is made 0600 (0660 for a group) and refused when others may read it:
    it holds the secrets of every extension.
    """
    try:
        _folder(path.parent, create=create, group_writable=group_writable)
        if path.is_dir():
            raise StoreError(f"{path} is a folder: name the database file in it")
        if not path.exists():
            if not create:
                raise StoreError(f"there is no database {path}: give another --db, or create it first")
            make_private(path, group_writable=group_writable)
        _check_file(path, group_writable=group_writable)
    except PermissionError as error:
        raise StoreError(f"no permission for {error.filename}: run as its owner, or join its group") from None
    except OSError as error:
        raise StoreError(f"the database {path} cannot be made: {error.strerror}") from None


def make_private(path: Path, *, group_writable: bool) -> None:
    """Create an empty file that others cannot read, whatever the umask; OSError if it exists."""
    mode = 0o660 if group_writable else 0o600
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, mode)
    try:
        os.fchmod(handle, mode)
    finally:
        os.close(handle)


def _folder(folder: Path, *, create: bool, group_writable: bool) -> None:
    if not folder.exists() and create:
        folder.mkdir(parents=True, mode=0o770 if group_writable else 0o700)
    if not folder.is_dir():
        raise StoreError(f"{folder}, where the database would be, is not a folder")
    if folder.stat().st_mode & stat.S_IWOTH:
        raise StoreError(f"everybody may write in {folder}: keep the database elsewhere, or chmod o-w {folder}")


def _check_file(path: Path, *, group_writable: bool) -> None:
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise StoreError(f"{path} is not an ordinary file")
    if found.st_mode & stat.S_IRWXO:
        raise StoreError(f"{path} holds secrets and is open to everybody: chmod o-rwx {path}")
    if group_writable and not found.st_mode & stat.S_IWGRP:
        path.chmod(0o660)
