"""A consistent copy of the database while it is in use, and its way back."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, nullcontext, suppress
from pathlib import Path

from aps_tui.data.database import Database
from aps_tui.data.errors import StoreError, translated
from aps_tui.data.files import make_private
from aps_tui.data.migrate import APPLICATION_ID, SCHEMA, digest, digests, known, migrate
from aps_tui.data.reseal import alone, fingerprint
from aps_tui.data.seal import KeySeal


def backup(db: Database, path: Path) -> None:
    """Copy the database to a file of its own (0600: it holds every secret), replacing `path`.

    Encrypted secrets are copied as they are, with the fingerprint of their key.

    The copy is made beside it and renamed when it is whole and on the disk.
    """
    part = path.with_name(f".{path.name}.part{os.getpid()}")
    try:
        if path.exists() and path.samefile(db.path):
            raise StoreError(f"{path} is the database itself: name another file for the backup")
        make_private(part, group_writable=False)
        with translated(str(path)), closing(sqlite3.connect(part)) as copy:
            db.raw().backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, that can be carried away
        _flush(part)
        part.replace(path)
        _flush(path.parent)
    except OSError as error:
        raise StoreError(f"the backup {path} cannot be written: {error.strerror}") from None
    finally:
        with suppress(OSError):
            part.unlink()


def restore(db: Database, path: Path) -> None:
    """Put a backup in the place of everything in the database; checked before anything is replaced.

    Other connections see the whole change at once. An older schema is then migrated; a newer one is
    refused, like a damaged file or one that is not ours. Where its secrets are encrypted, its key must be at hand, and
    be the one of this database; one that has none yet takes it over, if nobody else has it open.
    """
    if not path.is_file():
        raise StoreError(f"there is no backup {path}")
    if path.samefile(db.path):
        raise StoreError(f"{path} is the database itself: name a backup")
    if db.in_transaction():
        raise StoreError("a restore cannot be part of another change")
    with translated(str(path)), closing(_read_only(path)) as source:
        _check(source, path)
        seal = _seal(db, source, path)
        with alone(db) if seal else nullcontext(), translated(str(db.path)):
            source.backup(db.raw(), progress=_no_endless_wait)
            db.seal = seal or db.seal
    db.renewed()
    migrate(db)


def _read_only(path: Path) -> sqlite3.Connection:
    source = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    source.execute("PRAGMA trusted_schema = OFF")
    source.execute("PRAGMA cell_size_check = ON")
    return source


def _check(source: sqlite3.Connection, path: Path) -> None:
    def pragma(name: str) -> object:
        return source.execute(f"PRAGMA {name}").fetchone()

    newest = max(known())
    (schema,) = source.execute("PRAGMA user_version").fetchone()
    if pragma("application_id") != (APPLICATION_ID,):
        raise StoreError(f"{path} is not a backup of an APS TUI database")
    if schema > newest:
        raise StoreError(
            f"backup {path} was written by a newer APS TUI (schema {schema}; this one knows {newest}): upgrade APS TUI"
        )
    if pragma("integrity_check(1)") != ("ok",) or pragma("foreign_key_check") is not None:
        raise StoreError(f"backup {path} is damaged: nothing was restored")
    if digest(source.execute(SCHEMA).fetchall()) != digests().get(schema):
        raise StoreError(
            f"backup {path} holds tables, views or triggers that APS TUI did not make: nothing was restored"
        )


def _seal(db: Database, source: sqlite3.Connection, path: Path) -> KeySeal | None:
    """The seal that a backup brings along; None for the one that the database has. Raises what `key_of` raises."""
    needed, has = fingerprint(source), db.seal.fingerprint
    if needed == has:
        return None
    if not needed:
        raise StoreError(
            f"the secrets in backup {path} are not encrypted, and those of {db.path} are: nothing was restored; "
            "aps-tui secrets off first, and secrets init afterwards"
        )
    if has:
        raise StoreError(
            f"the secrets in backup {path} are encrypted with the key {needed}, and those of {db.path} with {has}: "
            "nothing was restored; restore it with that key as key_file, to a database that is not there yet"
        )
    return KeySeal(db.key_of(needed))


def _no_endless_wait(status: int, _remaining: int, _total: int) -> None:
    """Give up when a writer holds the database: sqlite3 itself would try again for ever."""
    if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        raise StoreError("another process is writing to the database: nothing was restored, try again")


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
