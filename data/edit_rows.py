"""Changed rows of the operators' tables: how a trigger logs one, and the statement that changes it back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from aps_tui.data.database import Database, Row

_TENANT, _DEVICE = "(SELECT name FROM tenant WHERE id = :owner)", "(SELECT mac FROM device WHERE id = :owner)"
_SCOPE = "COALESCE((SELECT name FROM tenant WHERE id = :tenant) || '/', '') || "
_TEMPLATE = """(SELECT COALESCE(t.name || '/', '') || p.name
                FROM template AS p LEFT JOIN tenant AS t ON t.id = p.tenant WHERE p.id = :owner)"""

OBJECTS: dict[str, tuple[str, str]] = {
    "provisioning": ("provisioning", "''"),
    "tenant": ("tenant", ":name"),
    "extension": ("extension", _SCOPE + ":number"),
    "mapping": ("mapping", _SCOPE + ":source"),
    "template": ("template", _SCOPE + ":name"),
    "device": ("device", ":mac"),
    "line": ("device", "(SELECT mac FROM device WHERE id = :device)"),
    "template_key": ("template", _TEMPLATE),
    "device_key": ("device", _DEVICE),
    "site_setting": ("site", "''"),
    "tenant_setting": ("tenant", _TENANT),
    "template_setting": ("template", _TEMPLATE),
    "device_setting": ("device", _DEVICE),
    "source": ("source", ":name"),
    "ignored": ("device", ":mac"),
    "http_login": ("device", ":mac"),
    "prefix_rule": ("rule", ":first || '-' || :last"),
}
"""Each table of what operators say: its object's kind in the audit trail, and SQL that names a row's object there."""

UNSAID = frozenset({"stamp", "done", "version", "last_seen"})
"""Columns that no operator says. A row that comes back has them as it had them (but a new stamp, as always);
otherwise they are neither compared nor put back."""


class Step(NamedTuple):
    """One changed row; its values are in the order of its table's columns. Holds secrets: never print one."""

    table: str
    before: Row | None
    """None: the row was added. Without the unsaid columns unless it was removed."""
    after: Row | None
    """None: the row was removed. Without the unsaid columns."""


class Table(NamedTuple):
    """A table as the database describes it: its columns, how many of them, the first, are said, and its primary key."""

    name: str
    columns: list[str]
    said: int
    key: list[str]

    @classmethod
    def of(cls, db: Database, name: str) -> Table:
        """The table of this name."""
        rows = db.rows("SELECT name, pk FROM pragma_table_info(?)", name)
        columns = sorted((column for column, _ in rows), key=UNSAID.__contains__)
        return cls(name, columns, len(set(columns) - UNSAID), [column for column, pk in rows if pk])

    def triggers(self) -> Iterator[str]:
        """The statements that make its triggers, one for each kind of change."""
        said = self.columns[: self.said]
        differs = " OR ".join(f"OLD.{name} COLLATE BINARY IS NOT NEW.{name}" for name in said)
        yield self._trigger("INSERT", [], said)
        yield self._trigger("DELETE", self.columns, [])
        yield self._trigger("UPDATE", said, said, f"OF {', '.join(said)}", f"WHEN {differs}")

    def key_of(self, step: Step) -> Row:
        """The primary key of a changed row."""
        row = step.after or step.before or ()
        return tuple(row[self.columns.index(name)] for name in self.key)

    def find(self) -> str:
        """The query for a row by its primary key."""
        return f"SELECT {', '.join(self.columns)} FROM {self.name} WHERE {self._where()}"  # noqa: S608 - own names

    def inverse(self, step: Step) -> tuple[str, Row]:
        """The statement that takes a step back, with its parameters: it finds no row but as the step left it."""
        if step.after is None:
            marks = ", ".join("?" * len(self.columns))
            return f"INSERT INTO {self.name} ({', '.join(self.columns)}) VALUES ({marks})", step.before or ()  # noqa: S608
        same = " AND ".join(f"{name} COLLATE BINARY IS ?" for name in self.columns[: self.said])
        where, found = f"{self._where()} AND {same}", (*self.key_of(step), *step.after)
        if step.before is None:
            return f"DELETE FROM {self.name} WHERE {where}", found  # noqa: S608
        values = zip(self.columns, step.before, step.after)  # noqa: B905 - the unsaid columns come last
        changed = {name: before for name, before, after in values if before != after}
        sets = ", ".join(f"{name} = ?" for name in changed)
        return f"UPDATE {self.name} SET {sets} WHERE {where}", (*changed.values(), *found)  # noqa: S608

    def _trigger(self, what: str, before: list[str], after: list[str], of: str = "", when: str = "") -> str:
        cells = [f"OLD.{name}" for name in before] + [f"NEW.{name}" for name in after]
        return f"""CREATE TEMP TRIGGER edit_{self.name}_{what} AFTER {what} {of} ON main.{self.name} {when}
            BEGIN INSERT INTO edit_log (place, before, after, {", ".join(cell(n) for n in range(len(cells)))})
            VALUES ('{self.name}', {len(before)}, {len(after)}, {", ".join(cells)}); END"""  # noqa: S608 - own names

    def _where(self) -> str:
        return " AND ".join(f"{name} = ?" for name in self.key)


def cell(number: int) -> str:
    """The log's column for a value."""
    return f"c{number}"
