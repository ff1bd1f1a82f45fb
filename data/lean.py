"""peewee, for SQLite alone: the one place that imports it.

peewee loads every SQL driver that is installed. They would cost each start some 70 ms and 10 MB; what reads a PBX's
own database loads the one that it needs (`drivers`).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_DRIVERS = ("psycopg2", "psycopg2cffi", "psycopg", "pymysql", "MySQLdb")


@contextmanager
def _hidden() -> Iterator[None]:
    """Let the drivers seem not to be installed; one that is loaded already stays."""
    hidden = [name for name in _DRIVERS if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None: an import of it fails
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


with _hidden():
    from peewee import (
        SQL,
        Asc,
        AutoField,
        BooleanField,
        Case,
        CompositeKey,
        DatabaseError,
        Desc,
        Expression,
        FloatField,
        ForeignKeyField,
        IntegerField,
        IntegrityError,
        Model,
        Query,
        SqliteDatabase,
        TextField,
        fn,
    )

__all__ = [
    "SQL",
    "Asc",
    "AutoField",
    "BooleanField",
    "Case",
    "CompositeKey",
    "DatabaseError",
    "Desc",
    "Expression",
    "FloatField",
    "ForeignKeyField",
    "IntegerField",
    "IntegrityError",
    "Model",
    "Query",
    "SqliteDatabase",
    "TextField",
    "fn",
]
