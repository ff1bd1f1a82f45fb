"""Edits that can be taken back: while one is made, triggers on this connection log how every row was.

The triggers and their log live in the connection's temporary database, in memory, and only within the edit's own
transaction: a rollback takes them away with everything else, and nobody else pays for them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aps_tui.data.audit import Audit
from aps_tui.data.database import Database
from aps_tui.data.edit_rows import OBJECTS, Step, Table, cell
from aps_tui.data.errors import ChangedMeanwhile, Committed, broken, refuse


@dataclass
class Edit:
    """What one edit changed; false when it changed nothing. Holds secrets, which its repr does not show."""

    words: str
    """`template Sales: time zone`."""
    operator: str
    epoch: int = 0
    objects: list[tuple[str, str]] = field(default_factory=list, repr=False)
    """The (kind, name) of each object that the edit's own audit rows name."""
    steps: list[Step] = field(default_factory=list, repr=False)
    """Every changed row, in the order of the changes."""

    def __bool__(self) -> bool:
        return bool(self.steps)


class Edits:
    """Records edits, and takes them back."""

    def __init__(self, db: Database) -> None:
        self.db = db

    @contextmanager
    def recording(self, words: str) -> Iterator[Edit]:
        """One write transaction; what it changed is in the Edit that it gives, once it has ended well.

        `words` tell the operator what it is. Within another recording it is a part of that one, and its own Edit
        stays empty; so it does when the block fails, and nothing is changed then.
        """
        edit = Edit(words, self.db.operator)
        with self.db.writing():
            if self.db.row("SELECT 1 FROM temp.sqlite_master WHERE name = 'edit_log'"):
                yield edit
                return
            edit.epoch = self.db.value("SELECT epoch FROM clock")
            last = self.db.value("SELECT COALESCE(MAX(id), 0) FROM audit")
            with self._log() as tables:
                yield edit
                steps = self._steps(tables)
            objects = self.db.rows("SELECT DISTINCT kind, name FROM audit NOT INDEXED WHERE id > ?", last)
        edit.steps, edit.objects = steps, objects

    def take_back(self, edit: Edit) -> None:
        """Make every row that an edit changed what it was before, all or nothing, with an audit row for each object.

        The steps are taken back from the last to the first, so each state on the way was a right one before. Raises
        Committed when a commit has written the edit, ChangedMeanwhile when one of its rows is not as it left it, or
        something else depends on them now.
        """
        with self.db.writing():
            sql = "SELECT MIN(id) FROM generation WHERE kind = 'commit' AND epoch >= ?"
            commit = self.db.value(sql, edit.epoch)
            if commit is not None:
                raise Committed(f"commit {commit} has written this already, so it stays: {edit.words}")
            with self._log() as tables:
                for step in reversed(edit.steps):
                    self._take_back(edit, step, tables[step.table])
                self._refuse_others(edit, tables)
            objects = edit.objects or [("edit", "")]
            Audit(self.db).add_many((kind, name, "take back", edit.words) for kind, name in objects)

    @contextmanager
    def _log(self) -> Iterator[dict[str, Table]]:
        """Log what is changed inside. A failure ends the transaction, and the log with it."""
        tables = {name: Table.of(self.db, name) for name in OBJECTS}
        width = max(len(table.columns) + table.said for table in tables.values())
        cells = ", ".join(cell(number) for number in range(width))
        self.db.execute_sql(f"CREATE TEMP TABLE edit_log (step INTEGER PRIMARY KEY, place, before, after, {cells})")
        for table in tables.values():
            for statement in table.triggers():
                self.db.execute_sql(statement)
        yield tables
        for (name,) in self.db.rows(
            "SELECT name FROM temp.sqlite_master WHERE type = 'trigger' AND name GLOB 'edit_*'"
        ):
            self.db.execute_sql(f"DROP TRIGGER temp.{name}")
        self.db.execute_sql("DROP TABLE temp.edit_log")

    def _steps(self, tables: dict[str, Table]) -> list[Step]:
        """What is in the log, oldest first."""
        same: dict[object, object] = {}  # a text is kept once, however many rows say it
        found = []
        for _, place, before, after, *cells in self.db.execute_sql("SELECT * FROM edit_log ORDER BY step"):
            row = tuple(same.setdefault(value, value) if type(value) is str else value for value in cells)
            found.append(Step(tables[place].name, row[:before] or None, row[before : before + after] or None))
        return found

    def _take_back(self, edit: Edit, step: Step, table: Table) -> None:
        why = ""
        try:
            if self.db.raw().execute(*table.inverse(step)).rowcount == 1:
                return
        except sqlite3.IntegrityError as error:
            refuse(str(error))
            why = broken(str(error))
        raise self._meanwhile(edit, step, table, why)

    def _refuse_others(self, edit: Edit, tables: dict[str, Table]) -> None:
        """Refuse when a row that the edit knows nothing of went away with one that it had added."""
        added = {(step.table, step.after) for step in edit.steps}
        for step in self._steps(tables):
            table = tables[step.table]
            if step.before and step.after is None and (step.table, step.before[: table.said]) not in added:
                raise self._meanwhile(edit, step, table, "it was added meanwhile and would be lost")

    def _meanwhile(self, edit: Edit, step: Step, table: Table, why: str) -> ChangedMeanwhile:
        """The error that names the object of a row, and why it stays or who changed it."""
        now = self.db.row(table.find(), *table.key_of(step))
        kind, naming = OBJECTS[table.name]
        row = dict(zip(table.columns, now or step.after or step.before or ()))  # noqa: B905 - unsaid ones come last
        (name,) = self.db.raw().execute(f"SELECT {naming}", row).fetchone()
        if name is None:  # the object is gone; the edit may know its name
            names = [known for of, known in edit.objects if of == kind]
            name = names[0] if len(names) == 1 else None
        if not why or (now and step.after is None):
            who = "someone else" if name is None else Audit(self.db).who(kind, name)
            why = f"changed meanwhile by {who}"
        return ChangedMeanwhile(f"{' '.join(filter(None, (kind, name)))}: {why}, so this stays: {edit.words}")
