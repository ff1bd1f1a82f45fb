"""The drivers of a PBX's own database, each imported when it is first needed, and what differs between them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from aps_tui.domain.sqlplace import SqlPlace

CONNECT_SECONDS = 10
GRACE = 5
"""Seconds that a server gets to end a statement by itself before its connection is cut."""


class Driver(Protocol):
    """How one kind of database is opened and spoken to."""

    param: str
    """What stands for a value in a query."""
    quote: str
    """What stands around a name."""

    def connect(self, place: SqlPlace) -> Any:
        """An open DB-API connection that commits nothing by itself. Raises ImportError without a driver."""

    def errors(self) -> tuple[type[Exception], ...]:
        """What the driver raises."""


class PostgreSql:
    """psycopg2."""

    param, quote = "%s", '"'

    def connect(self, place: SqlPlace) -> Any:
        """A session in which each statement stands for itself; the first ones begin the transaction."""
        options = {"dbname": place.database, **_login(place), **dict(place.options)}
        driver = import_module("psycopg2")
        connection = driver.connect(**options, connect_timeout=CONNECT_SECONDS, application_name="aps-tui")
        connection.set_client_encoding("UTF8")
        connection.autocommit = True
        return connection

    def errors(self) -> tuple[type[Exception], ...]:
        """psycopg2's, where it is there."""
        return _error_of("psycopg2", "Error")


class MySql:
    """PyMySQL, for MariaDB too."""

    param, quote = "%s", "`"

    def connect(self, place: SqlPlace) -> Any:
        """A session in which each statement stands for itself; the first ones begin the transaction."""
        options: dict[str, Any] = {"database": place.database, **_login(place), **dict(place.options)}
        if place.password:
            options["password"] = place.password.encode()  # as text it goes as Latin-1
        if ca := options.pop("ssl_ca", ""):
            options["ssl"] = {"ca": ca}
        driver = import_module("pymysql")
        limits = {"connect_timeout": CONNECT_SECONDS, "read_timeout": place.timeout + GRACE}
        return driver.connect(**options, **limits, charset="utf8mb4", autocommit=True)

    def errors(self) -> tuple[type[Exception], ...]:
        """PyMySQL's, where it is there."""
        return _error_of("pymysql", "MySQLError")


class Sqlite:
    """The standard library's."""

    param, quote = "?", '"'

    def connect(self, place: SqlPlace) -> Any:
        """A file that is not written to, and whose views and triggers may call nothing."""
        uri = f"{Path(place.database).as_uri()}?mode=ro"
        connection = sqlite3.connect(uri, uri=True, timeout=CONNECT_SECONDS, isolation_level=None)
        connection.execute("PRAGMA query_only = 1")
        connection.execute("PRAGMA trusted_schema = 0")
        return connection

    def errors(self) -> tuple[type[Exception], ...]:
        """The standard library's."""
        return (sqlite3.Error,)


DRIVERS: Mapping[str, Driver] = {"postgresql": PostgreSql(), "mysql": MySql(), "sqlite": Sqlite()}


def version_of(said: str) -> tuple[int, ...]:
    """The numbers of a MySQL or MariaDB server, from what it says; MariaDB may put `5.5.5-` before its own."""
    pattern = r"(1\d\.\d+\.\d+)" if "maria" in said.lower() else r"(\d{1,2}\.\d+\.\d+)"
    found = re.search(pattern, said)
    return tuple(map(int, found[1].split("."))) if found else (0,)


def _login(place: SqlPlace) -> dict[str, Any]:
    said = {"user": place.user, "password": place.password, "host": place.host, "port": place.port}
    return {name: value for name, value in said.items() if value}


def _error_of(module: str, name: str) -> tuple[type[Exception], ...]:
    try:
        return (getattr(import_module(module), name),)
    except ImportError:
        return ()
