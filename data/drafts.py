"""Drafts: lists of new devices that an operator works on before they are stored; they outlive a dropped connection."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from aps_tui.data.database import Row, listed
from aps_tui.data.draft_list import DraftList, DraftRow
from aps_tui.data.errors import StoreError
from aps_tui.data.roles import refuse_others_list
from aps_tui.domain.roles import Role

_COLUMNS = ", ".join(DraftRow._fields[1:])
_MARKS = ", ".join("?" * len(DraftRow._fields))
_SETS = ", ".join(f"{name} = ?" for name in DraftRow._fields[1:])
_DRAFT = "SELECT id, kind, owner, title, tenant, made, finished, notes FROM import_draft "


class Draft(NamedTuple):
    """A list of new devices."""

    id: int
    kind: str
    """import, scan or queue: an operator has one of each."""
    owner: str
    title: str
    """Where it came from: a file's name, an address range."""
    tenant: str
    """The tenant of rows that name none; may be empty."""
    made: float
    """Unix seconds."""
    finished: float
    """When its devices were stored; 0 for not yet."""
    notes: tuple[str, ...]
    """How it was read."""


class Drafts(DraftList):
    """The drafts of all operators."""

    def get(self, owner: str, kind: str) -> Draft | None:
        """An operator's draft of a kind; none for someone who is a viewer now. Raises Refused for another one's."""
        row = self.db.row(_DRAFT + "WHERE owner = ? AND kind = ?", owner, kind)
        if row is None or (owner == self.db.operator and self.db.rights.role < Role.OPERATOR):
            return None
        refuse_others_list(self.db, row[0])
        return _draft(row)

    def by_id(self, id: int) -> Draft:
        """The draft as it is now. Raises StoreError when it is no more."""
        refuse_others_list(self.db, id)
        row = self.db.row(_DRAFT + "WHERE id = ?", id)
        if row is None:
            raise StoreError("this list of new devices was given up meanwhile: begin again")
        return _draft(row)

    def make(self, kind: str, title: str, tenant: str, notes: Sequence[str]) -> Draft:
        """A new, empty draft of this database's operator, in place of the one there was."""
        owner = self.db.operator
        sql = "INSERT INTO import_draft (owner, kind, title, tenant, made, notes) VALUES (?, ?, ?, ?, ?, ?)"
        with self.db.writing():
            self.db.execute_sql("DELETE FROM import_draft WHERE owner = ? AND kind = ?", (owner, kind))
            values = (owner, kind, title, tenant, self.db.now(), json.dumps(list(notes)))
            return self.by_id(int(self.db.execute_sql(sql, values).lastrowid))

    def remark(self, id: int, notes: Sequence[str]) -> None:
        """Say how it was read."""
        self.db.execute_sql("UPDATE import_draft SET notes = ? WHERE id = ?", (json.dumps(list(notes)), id))

    def mark_finished(self, id: int) -> None:
        """Its devices are stored now."""
        self.db.execute_sql("UPDATE import_draft SET finished = ? WHERE id = ?", (self.db.now(), id))

    def mark_unfinished(self, id: int) -> None:
        """Its devices are no more."""
        self.db.execute_sql("UPDATE import_draft SET finished = 0 WHERE id = ?", (id,))

    def delete(self, id: int) -> None:
        """Give a draft up."""
        with self.db.writing():
            self.db.execute_sql("DELETE FROM import_draft WHERE id = ?", (id,))

    def add(self, id: int, rows: Iterable[DraftRow]) -> None:
        """Put rows in; their ids are given here."""
        with self.db.writing():
            sql = f"INSERT INTO import_row (draft, {_COLUMNS}) VALUES ({_MARKS})"  # noqa: S608 - own names
            self.db.many(sql, ((id, *row[1:]) for row in rows))

    def change(self, rows: Iterable[DraftRow]) -> None:
        """Make the rows of these ids equal to `rows`."""
        with self.db.writing():
            self.db.many(f"UPDATE import_row SET {_SETS} WHERE id = ?", ((*row[1:], row.id) for row in rows))  # noqa: S608

    def remove(self, id: int, rows: Sequence[int]) -> int:
        """Take rows of a draft out; how many there were."""
        sql = "DELETE FROM import_row WHERE draft = ? AND id IN (SELECT value FROM json_each(?))"
        with self.db.writing():
            return int(self.db.execute_sql(sql, (id, listed(rows))).rowcount)

    def rows(self, id: int) -> list[DraftRow]:
        """Every row of a draft, in the order of its lines."""
        refuse_others_list(self.db, id)
        sql = f"SELECT id, {_COLUMNS} FROM import_row WHERE draft = ? ORDER BY line, id"  # noqa: S608 - own names
        return [DraftRow(*row) for row in self.db.rows(sql, id)]


def _draft(row: Row) -> Draft:
    *said, notes = row
    return Draft._make((*said, tuple(json.loads(notes))))
