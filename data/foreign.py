"""A PBX's own database, read and never written: one read-only transaction, ended after a while.

Three things keep it from being written: the session is read-only, so is the transaction, and every question that is
sent is one SELECT. Give it a user that may do nothing else all the same.
"""

# ruff: noqa: S608 (names of tables and columns are quoted; the operator's own SELECT is meant to run)
from __future__ import annotations

import os
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from aps_tui.data import drivers
from aps_tui.data.drivers import DRIVERS, Driver
from aps_tui.data.foreign_errors import told
from aps_tui.domain.errors import BadValue
from aps_tui.domain.sqlplace import SqlPlace

MAX_ROWS = 200_000
"""Rows that one table or query may give."""
MAX_VALUE = 1 << 16
"""Characters that one value may have."""
_MOST_BYTES = 16 << 20
"""Bytes of any one value or row that SQLite makes on the way."""
MAX_TEXT = 256 << 20
"""Characters that one table or query may give in all."""
_FIRST_READ_ONLY = (5, 6, 5)
"""MySQL before this, and MariaDB before 10.0, hold no session read-only."""

_COLUMNS = {
    "postgresql": "SELECT table_name, column_name FROM information_schema.columns "
    "WHERE table_schema = ANY(current_schemas(false))",
    "mysql": "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = DATABASE()",
    "sqlite": "SELECT m.name, c.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c "
    "WHERE m.type IN ('table', 'view')",
}


class Foreign:
    """An open database: what tables it has, and their rows as texts (NULL is empty)."""

    def __init__(self, connection: Any, driver: Driver, place: SqlPlace) -> None:
        self.where = place.where
        self._connection = connection
        self._driver = driver
        self._tables: dict[str, dict[str, str]] = {}
        self._names: dict[str, str] = {}
        for table, column in self._fetched(_COLUMNS[place.kind])[1]:
            self._names[_text(table).lower()] = _text(table)
            self._tables.setdefault(_text(table).lower(), {})[_text(column).lower()] = _text(column)

    def has(self, table: str, *columns: str) -> bool:
        """Whether there is a table with at least these columns; case does not matter."""
        return table in self._tables and self._tables[table].keys() >= set(columns)

    def holds(self, table: str) -> bool:
        """Whether a table has a row."""
        return bool(self._fetched(f"SELECT 1 FROM {self._quoted(self._names[table])} LIMIT 1")[1])

    def rows(
        self, table: str, columns: Sequence[str], only: tuple[str, Sequence[str]] | None = None
    ) -> list[dict[str, str]]:
        """The rows of a table, by column; columns that it lacks are not in them. None for a table that is not there.

        `only`: a column, and the values of it that are wanted. Raises BadValue for more than MAX_ROWS.
        """
        there = self._tables.get(table, {})
        real = [there[column] for column in columns if column in there]
        if not real:
            return []
        query = f"SELECT {', '.join(map(self._quoted, real))} FROM {self._quoted(self._names[table])}"
        if only:
            query += f" WHERE {self._quoted(there[only[0]])} IN ({', '.join([self._driver.param] * len(only[1]))})"
        return self._bounded(f"{query} LIMIT {MAX_ROWS + 1}", f"table {table}", only[1] if only else ())[1]

    def select(self, query: str) -> tuple[list[str], list[dict[str, str]]]:
        """The columns of a query, in lower case, and its rows. Raises BadValue for more than MAX_ROWS."""
        return self._bounded(f"SELECT * FROM ({query}) AS asked LIMIT {MAX_ROWS + 1}", "the SELECT", ())

    def _bounded(self, query: str, what: str, values: Sequence[str]) -> tuple[list[str], list[dict[str, str]]]:
        columns, found = self._fetched(query, values)
        if len(found) > MAX_ROWS:
            raise BadValue(f"{self.where}: {what} gives more than {MAX_ROWS:,} rows")
        rows = [dict(zip(columns, map(_text, row), strict=True)) for row in found]
        for row in rows:
            long = next((column for column, value in row.items() if len(value) > MAX_VALUE), "")
            if long:
                raise BadValue(f"{self.where}: {what} gives a {long} of more than {MAX_VALUE:,} characters")
        return columns, rows

    def _fetched(self, query: str, values: Sequence[str] = ()) -> tuple[list[str], list[Sequence[Any]]]:
        """The columns in lower case and the rows. Without values the query goes out as it is, percent signs and all."""
        cursor = self._connection.cursor()
        cursor.execute(query, tuple(values)) if values else cursor.execute(query)
        return [str(column[0]).lower() for column in cursor.description], self._bounded_rows(cursor)

    def _bounded_rows(self, cursor: Any) -> list[Sequence[Any]]:
        rows: list[Sequence[Any]] = []
        left = MAX_TEXT
        for row in cursor:
            rows.append(row)
            left -= sum(len(value) for value in row if isinstance(value, str | bytes))
            if left < 0:
                raise BadValue(f"{self.where}: a table gives more than {MAX_TEXT >> 20} MB")
        return rows

    def _quoted(self, name: str) -> str:
        quote = self._driver.quote
        return f"{quote}{name.replace(quote, quote * 2)}{quote}"


@contextmanager
def opened(place: SqlPlace) -> Iterator[Foreign]:
    """Open a database to read it. Raises BadValue, one line without the password, for all that goes wrong.

    It sees one state of all tables. After `place.timeout` seconds whatever is under way is ended.
    """
    if place.kind == "sqlite" and not os.path.isfile(place.database):  # noqa: PTH113 - no error where it may not look
        raise BadValue(f"{place.where}: no such file, or no right to see it")
    driver, cut = DRIVERS[place.kind], threading.Event()
    with told(place, driver, cut), ExitStack() as stack:
        connection = driver.connect(place)
        stack.callback(_close, connection, driver)
        stack.enter_context(_deadline(connection, place, cut))
        for statement in _session(place, connection):
            connection.cursor().execute(statement)
        yield Foreign(connection, driver, place)


def _close(connection: Any, driver: Driver) -> None:
    with suppress(*driver.errors()):  # of one that was cut
        connection.close()


def _session(place: SqlPlace, connection: Any) -> Sequence[str]:
    """What makes the session read-only and short, before the first question."""
    if place.kind == "sqlite":
        return ["BEGIN"]
    if place.kind == "postgresql":
        return [
            "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
            f"SET statement_timeout = {place.timeout * 1000}",
            "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        ]
    old = drivers.version_of(connection.get_server_info()) < _FIRST_READ_ONLY
    if old and place.select:
        raise BadValue(
            f"{place.where}: this server is too old to be held read-only, so no SELECT of yours is sent to it"
        )
    # In the comments: what MariaDB, and what MySQL, calls the limit, from the version on that has it.
    limits = (
        f"SET SESSION lock_wait_timeout = {place.timeout} /*M!100101 , max_statement_time = {place.timeout} */ "
        f"/*!50708 , max_execution_time = {place.timeout * 1000} */"
    )
    begin = "START TRANSACTION WITH CONSISTENT SNAPSHOT"
    isolation = "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ"
    if old:
        return [limits, isolation, begin]
    return [limits, "SET SESSION TRANSACTION READ ONLY", isolation, f"{begin}, READ ONLY"]


@contextmanager
def _deadline(connection: Any, place: SqlPlace, cut: threading.Event) -> Iterator[None]:
    """Cut the connection when time is up, also where the server does not end a statement by itself."""
    if place.kind == "sqlite":
        connection.text_factory = _decoded
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_BYTES)
        end = time.monotonic() + place.timeout
        connection.set_progress_handler(lambda: time.monotonic() > end, 100_000)
        yield
        return
    if place.kind == "mysql":  # its driver has a limit of its own
        yield
        return
    with socket.socket(fileno=os.dup(connection.fileno())) as wire:

        def end_it() -> None:
            cut.set()
            with suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(place.timeout + drivers.GRACE, end_it)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def _decoded(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes | bytearray | memoryview):
        return _decoded(bytes(value))
    return str(value)
