"""One SQLite database: a connection per thread, its settings, and errors as clear lines."""

from __future__ import annotations

import itertools
import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from aps_tui.data import roles
from aps_tui.data.errors import translated
from aps_tui.data.lean import Query, SqliteDatabase
from aps_tui.data.seal import KeyOf, Seal, no_key
from aps_tui.domain.roles import EVERYTHING, Refused, Rights, Role

Row: TypeAlias = tuple[Any, ...]
"""A row as SQLite gives it."""

BUSY_SECONDS = 5
"""How long a writer waits for another one before it gives up."""


class Database(SqliteDatabase):
    """The file at `path`, in WAL with foreign keys; every error that leaves it is a StoreError.

    `operator` (the SSH user) and `now` (Unix seconds) go into audit rows. A thread opens its
    own connection with `connected()`; nothing connects by itself.
    """

    def __init__(
        self,
        path: Path,
        *,
        read_only: bool = False,
        operator: str = "",
        now: Callable[[], float] = time.time,
    ) -> None:
        self.path = path
        self.operator = operator
        self.now = now
        self.key_of: KeyOf = no_key
        self.seal = Seal()
        """How secrets are stored; `secret_places.unlock` says it."""
        self.rights = EVERYTHING
        """What the operator may do; `keep_to` says it."""
        self._thread = threading.local()
        self._serials = itertools.count()
        # FULL: a generation's row must outlive a power cut that comes right after it.
        # MEMORY: what an edit was before, secrets too, is logged in a temporary table and goes to no disk.
        pragmas = {
            "foreign_keys": 1, "synchronous": "FULL", "temp_store": "MEMORY", "query_only": int(read_only),
            "trusted_schema": 0, "cell_size_check": 1,
        }  # fmt: skip
        if not read_only:
            pragmas = {"journal_mode": "wal", **pragmas}
        uri = f"{path.resolve().as_uri()}?mode={'ro' if read_only else 'rw'}"
        super().__init__(uri, pragmas=pragmas, timeout=BUSY_SECONDS, uri=True, autoconnect=False)

    def connect(self, reuse_if_open: bool = False) -> bool:
        """Open this thread's connection."""
        with translated(str(self.path)):
            opened = super().connect(reuse_if_open)
        if opened:
            self._guard()
        self.renewed()
        return opened

    def keep_to(self, rights: Rights) -> None:
        """Keep every connection, this thread's too, to what a role may do."""
        self.rights = rights
        self._guard()

    def _guard(self) -> None:
        if self.rights.role is Role.OPERATOR:
            for statement in roles.triggers(self.rights, self.operator):
                self.execute_sql(statement)

    def need(self, role: Role, what: str) -> None:
        """Raise Refused, with an audit row, unless the operator has a role; `what`: `a commit`."""
        if self.rights.role < role:
            self.refuse(self.rights.refusal(what, role))

    def refuse(self, refused: Refused) -> NoReturn:
        """Raise a refusal, and see to it that it leaves an audit row."""
        if self.is_closed() or not self.in_transaction():  # else `writing` leaves the row, once it has let go
            roles.note(self, str(refused))
        raise refused

    def renewed(self) -> None:
        """Say that what this thread's connection shows may have changed altogether."""
        self._thread.serial = next(self._serials)

    def state(self) -> Row:
        """What this thread's connection shows: equal while nobody, here or elsewhere, changed anything."""
        return self.pragma("data_version"), self.raw().total_changes, self._thread.serial

    def execute_sql(self, sql: str, params: Sequence[object] | Mapping[str, object] | None = None) -> Any:
        """Run one statement and return its cursor."""
        with translated(str(self.path)):
            return super().execute_sql(sql, params)  # type: ignore[no-untyped-call]

    def rows(self, sql: str, *params: object) -> list[Row]:
        """Every row of a query."""
        with translated(str(self.path)):
            found: list[Row] = super().execute_sql(sql, params).fetchall()  # type: ignore[no-untyped-call]
        return found

    def row(self, sql: str, *params: object) -> Row | None:
        """The first row of a query."""
        found: Row | None = self.execute_sql(sql, params).fetchone()
        return found

    def value(self, sql: str, *params: object) -> Any:
        """The first column of the first row; None without one."""
        found = self.row(sql, *params)
        return found[0] if found else None

    def found(self, query: Query) -> list[Row]:
        """Every row of a peewee query, as tuples."""
        sql, params = self.get_sql_context().sql(query).query()  # type: ignore[no-untyped-call]
        return self.rows(sql, *params)

    def many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each row of parameters."""
        with translated(str(self.path)):
            self.raw().executemany(sql, rows)

    def raw(self) -> sqlite3.Connection:
        """This thread's connection as sqlite3 knows it."""
        found: sqlite3.Connection = self.connection()  # type: ignore[no-untyped-call]
        return found

    @contextmanager
    def connected(self) -> Iterator[None]:
        """This thread's connection; one that is open already stays open."""
        if not self.is_closed():
            yield
            return
        self.connect()
        try:
            yield
        finally:
            self.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One write transaction, all or nothing; inside another one, a savepoint."""
        self.need(Role.OPERATOR, "a change")
        outer = not self.in_transaction()
        try:
            with translated(str(self.path)), self.atomic("IMMEDIATE"):
                yield
        except Refused as refused:
            if outer:
                roles.note(self, str(refused))
            raise


def listed(values: Iterable[object]) -> str:
    """Any number of values as one parameter, for `IN (SELECT value FROM json_each(?))`."""
    return json.dumps(list(values))
