"""Numbered migrations: `migrations/NNNN_name.sql` brings schema NNNN-1 to NNNN, or changes nothing."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path

from aps_tui.data.database import Database
from aps_tui.data.errors import StoreError

MIGRATIONS = Path(__file__).parent / "migrations"
APPLICATION_ID = 0x41505354
"""Marks the file as ours in SQLite's header ("APST")."""


@cache
def known(folder: Path = MIGRATIONS) -> dict[int, Path]:
    """Schema number to the file that leads to it, in order and without gaps."""
    found = {int(file.name[:4]): file for file in sorted(folder.glob("[0-9]*.sql"))}
    if list(found) != list(range(1, len(found) + 1)):
        raise StoreError(f"the migrations in {folder} are not numbered 1, 2, 3 …: install APS TUI again")
    return found


SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
"""Everything that a database is made of, but for what is in it."""


def schema_of(version: int) -> list[tuple[str, str, str, str]]:
    """What SCHEMA gives of a database of that version."""
    with closing(sqlite3.connect(":memory:")) as made:
        for number, file in known().items():
            for statement in statements(file.read_text("utf-8")) if number <= version else ():
                made.execute(statement)
        return made.execute(SCHEMA).fetchall()


def check(db: Database, folder: Path = MIGRATIONS) -> int:
    """The schema of a database; StoreError when it is another program's or a newer one."""
    version = int(db.pragma("user_version"))
    newest = max(known(folder))
    if db.pragma("application_id") != APPLICATION_ID and db.row("SELECT 1 FROM sqlite_master"):
        raise StoreError(f"{db.path} is another program's database: name another file")
    if version > newest:
        raise StoreError(
            f"database {db.path} was written by a newer APS TUI "
            f"(schema {version}; this one knows {newest}): upgrade APS TUI"
        )
    return version


def check_current(db: Database) -> None:
    """Raise StoreError unless a database can be read without being migrated first."""
    if check(db) < max(known()):
        raise StoreError(f"database {db.path} has an older schema: open it once without the read-only mode")


def migrate(db: Database, folder: Path = MIGRATIONS) -> None:
    """Bring a database to the newest schema, one transaction for each step."""
    if check(db, folder) == max(known(folder)):
        return
    # A step may rebuild a table that others refer to; references are checked as it ends.
    db.pragma("foreign_keys", 0)
    try:
        for number, file in known(folder).items():
            _apply(db, number, file)
    finally:
        db.pragma("foreign_keys", 1)


def _apply(db: Database, number: int, file: Path) -> None:
    with db.writing():
        if int(db.pragma("user_version")) >= number:  # another process was faster
            return
        for statement in statements(file.read_text("utf-8")):
            db.execute_sql(statement)
        if db.row("PRAGMA foreign_key_check"):
            raise StoreError(f"database {db.path}: {file.name} would leave references to nothing")
        if number == 1:
            _born(db)
        db.pragma("user_version", number)
        db.pragma("application_id", APPLICATION_ID)


def _born(db: Database) -> None:
    """What each installation has for itself: a name, a key for masking, a birthday."""
    made = {"id": secrets.token_hex(16), "mask_key": secrets.token_hex(32), "created": str(db.now())}
    db.many("INSERT INTO install (name, value) VALUES (?, ?)", made.items())


def statements(script: str) -> Iterator[str]:
    """The statements of a script; a trigger's body is part of its statement."""
    text = ""
    for line in script.splitlines(keepends=True):
        text += line
        if sqlite3.complete_statement(text):
            yield text
            text = ""
    if any(line.strip() and not line.lstrip().startswith("--") for line in text.splitlines()):
        raise StoreError("a migration ends in the middle of a statement")
