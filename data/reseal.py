"""The way of all secrets from one seal to another, and the seal that a database was left with."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from aps_tui.data.audit import Audit
from aps_tui.data.database import Database, listed
from aps_tui.data.errors import StoreError, translated
from aps_tui.data.migrate import check_schema
from aps_tui.data.seal import MARK, KeyOf, KeySeal, Seal
from aps_tui.data.secret_places import Column, columns

_KEY, _REMAINS = "secrets_key", "secrets_remains"
"""Rows of `install`: the fingerprint of the key, and that the file was not written anew yet."""
_IN_USE = "is in use: close every console, stop aps-tui watch and agi, and try again; nothing was changed"


def fingerprint(connection: sqlite3.Connection) -> str:
    """The fingerprint of the key that a database's secrets are encrypted with; empty where they are not."""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'install'").fetchone() is None:
        return ""
    row = connection.execute("SELECT value FROM install WHERE name = ?", (_KEY,)).fetchone()
    return str(row[0]) if row else ""


def unlock(db: Database, key_of: KeyOf) -> None:
    """Give a database that was just opened the seal that it needs. Raises StoreError, and what `key_of` raises."""
    check_schema(db)
    with translated(str(db.path)):
        needed = fingerprint(db.raw())
    db.key_of = key_of
    db.seal = KeySeal(key_of(needed)) if needed else Seal()


def reseal(db: Database, key: bytes | None) -> int:
    """Encrypt every secret with a key, or with None decrypt them all; how many there are.

    One transaction, while nobody else has the database open: no process goes on with the seal of before. Then the file
    is written anew, without remains. Raises StoreError; nothing is changed then, but for a last one that says so.
    """
    seal = KeySeal(key) if key else Seal()
    with alone(db):
        with db.writing():
            count = sum(_convert(db, column, seal) for column in columns())
            db.many("DELETE FROM install WHERE name = ?", [(_KEY,), (_REMAINS,)])
            if key:
                rows = [(_KEY, seal.fingerprint), (_REMAINS, "1")]
                db.many("INSERT INTO install (name, value) VALUES (?, ?)", rows)
            with_key = f" with the key {seal.fingerprint}" if key else ""
            Audit(db).add("secrets", "", "encrypt" if key else "decrypt", f"{count:,}{with_key}")
        db.seal = seal
        if key:
            _leave_no_remains(db)
    return count


def has_remains(db: Database) -> bool:
    """Whether free pages of the file may hold secrets of before: it could not be written anew."""
    return db.row("SELECT 1 FROM install WHERE name = ?", _REMAINS) is not None


def counts(db: Database) -> tuple[int, int]:
    """How many secrets are encrypted, and how many are not; what is empty is none."""
    found = [0, 0]
    for column in columns():
        sql = f"SELECT {column.name} FROM {column.table} WHERE {_which(column)}"  # noqa: S608 - own names
        for (text,) in db.execute_sql(sql, {"names": listed(column.names)}):
            found[not (db.seal.fingerprint and text.startswith(MARK))] += 1
    return found[0], found[1]


@contextmanager
def alone(db: Database) -> Iterator[None]:
    """Keep every other process out; one that has the database open keeps us out. Raises StoreError."""
    raw = db.raw()
    try:
        raw.execute("PRAGMA journal_mode = DELETE").fetchall()  # SQLite allows it to the last connection only
        raw.execute("PRAGMA locking_mode = EXCLUSIVE").fetchall()
        raw.execute("BEGIN EXCLUSIVE")
        raw.execute("COMMIT")
        if raw.execute("PRAGMA journal_mode").fetchone() != ("delete",):
            raise sqlite3.OperationalError
    except sqlite3.OperationalError:
        _shared(raw)
        raise StoreError(f"{db.path} {_IN_USE}") from None
    try:
        yield
    finally:
        _shared(raw)


def _shared(raw: sqlite3.Connection) -> None:
    raw.execute("PRAGMA locking_mode = NORMAL").fetchall()
    raw.execute("SELECT 1 FROM sqlite_master").fetchall()  # the lock goes with the next access
    raw.execute("PRAGMA journal_mode = WAL").fetchall()


def _leave_no_remains(db: Database) -> None:
    try:
        db.execute_sql("VACUUM")
        db.execute_sql("DELETE FROM install WHERE name = ?", (_REMAINS,))
    except StoreError as error:
        raise StoreError(f"all secrets are encrypted, but old text may remain in the file: {error}") from None


def _convert(db: Database, column: Column, seal: Seal) -> int:
    """Turn one column over; how many secrets it holds."""
    old, failed = db.seal, list[StoreError]()

    def turned(place: str, text: str) -> str:
        try:
            return seal.sealed(place, old.plain(place, text))
        except StoreError as error:
            failed.append(error)  # SQLite tells that something was wrong, and not what
            raise

    db.raw().create_function("turned", 2, turned, deterministic=True)
    value = f"turned({column.place}, {column.name})"
    sql = f"UPDATE {column.table} SET {column.name} = {value} WHERE {_which(column)}"  # noqa: S608 - own names
    try:
        with _without_triggers(db, column.table):
            return int(db.execute_sql(sql, {"names": listed(column.names)}).rowcount)
    except StoreError:
        if failed:
            raise failed[0] from None
        raise


def _which(column: Column) -> str:
    return f"({column.among}) AND {column.name} <> ''"


@contextmanager
def _without_triggers(db: Database, table: str) -> Iterator[None]:
    """Within a transaction: nothing that a table says changes, so nothing is stamped."""
    triggers = db.rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", table)
    for name, _ in triggers:
        db.execute_sql(f"DROP TRIGGER {name}")
    yield
    for _, made in triggers:
        db.execute_sql(made)
