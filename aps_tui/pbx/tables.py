"""What a reader of a database needs of it; the data layer has one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Tables(Protocol):
    """The tables of a database, in lower case, with their rows as texts; NULL is an empty text."""

    where: str
    """The database's name for messages, without a password."""

    def has(self, table: str, *columns: str) -> bool:
        """Whether there is a table with at least these columns."""

    def holds(self, table: str) -> bool:
        """Whether a table has a row."""

    def rows(
        self, table: str, columns: Sequence[str], only: tuple[str, Sequence[str]] | None = None
    ) -> list[dict[str, str]]:
        """The rows of a table by column, without the columns that it lacks; none of a table that is not there."""

    def select(self, query: str) -> tuple[list[str], list[dict[str, str]]]:
        """The columns and rows of the operator's own query."""
