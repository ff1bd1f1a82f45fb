"""Numbered migrations: `migrations/NNNN_name.sql` brings schema NNNN-1 to NNNN, or changes nothing."""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path

from aps_tui.data.database import Database, Row
from aps_tui.data.errors import StoreError, translated

MIGRATIONS = Path(__file__).parent / "migrations"
_STATISTICS = frozenset({"sqlite_stat1", "sqlite_stat4"})
_LONGEST = 60
"""Characters of a name in an error."""
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


def digest(schema: Sequence[Row]) -> str:
    """What SCHEMA gives, as one short text."""
    return hashlib.sha256(json.dumps([list(row) for row in schema]).encode()).hexdigest()


@cache
def digests() -> dict[int, str]:
    """The digest of each version's schema, as `migrations/digests` has it: making a schema to compare takes 30 ms."""
    lines = (MIGRATIONS / "digests").read_text("utf-8").splitlines()
    return dict(enumerate(lines, 1))


def check_schema(db: Database) -> None:
    """Raise StoreError, naming the first difference, unless a database is made of what our migrations make of it.

    A view or a trigger that came along with a file would work whenever a table is read or written.
    """
    with translated(str(db.path)), db.atomic("DEFERRED"):
        version, found = check(db), _made_by_us(db.rows(SCHEMA))
    if (found or version) and digest(found) != digests().get(version):
        wanted = schema_of(version)
        if found != wanted:
            why = next(_differences(found, wanted), "is made otherwise than APS TUI makes it")
            raise StoreError(
                f"database {db.path} {why}: it is not opened. Restore a backup to a new --db, or drop what was added"
            )


def _made_by_us(schema: Iterable[Row]) -> list[Row]:
    """Without SQLite's own statistics, which ANALYZE leaves and which run nothing."""
    return [tuple(row) for row in schema if not (row[0] == "table" and row[1] in _STATISTICS)]


def _differences(found: Sequence[Row], wanted: Sequence[Row]) -> Iterator[str]:
    """What a database has that we did not make, what it lacks, and what is another than ours."""
    here, ours = ({(str(kind), str(name)): rest for kind, name, *rest in rows} for rows in (found, wanted))
    for kind, name in here:
        if (kind, name) not in ours:
            yield f"has the {kind} {name[:_LONGEST]!a}, which APS TUI did not make"
    for kind, name in ours:
        if (kind, name) not in here:
            yield f"lacks the {kind} {name}"
        elif here[kind, name] != ours[kind, name]:
            yield f"has another {kind} {name} than APS TUI makes"


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
