"""What an object owns (lines, keys, settings) as sets of rows: only differences are written.

A row starts with its owner's id, then the rest of its primary key. What stays the same is not
touched, so it stamps nothing; a row that may is changed where it is. All removals come before
all additions, so an extension or a port can change places within one save.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from aps_tui.data.database import Database, Row, listed
from aps_tui.data.seal import MARK
from aps_tui.data.secret_places import holds_secret, secret_names, setting_place


@dataclass(frozen=True)
class Difference:
    """Rows to take out, rows to put in and rows to change where they are; a row that cannot is in the first two."""

    gone: list[Row] = field(default_factory=list)
    new: list[Row] = field(default_factory=list)
    changed: list[Row] = field(default_factory=list)

    def rows(self) -> Iterator[Row]:
        """Every row that it touches."""
        return chain(self.gone, self.new, self.changed)


class RowSet:
    """A table of owned rows: its columns, of which the first `key` are the primary key.

    `says` names a row in audit details; it must not show a value. `unique`: columns whose values must differ between
    rows; a row that changes one is taken out and put in again.
    """

    def __init__(
        self, table: str, columns: Sequence[str], key: int, says: Callable[[Row], str], unique: Sequence[str] = ()
    ) -> None:
        owner, names = columns[0], ", ".join(columns)
        self.table = table
        self.says = says
        self._key = key
        self._unique = [columns.index(name) for name in unique]
        self._read = _sql("SELECT NAMES FROM TABLE WHERE OWNER IN (SELECT value FROM json_each(?)) ORDER BY KEYS",
                          TABLE=table, NAMES=names, OWNER=owner, KEYS=", ".join(columns[:key]))  # fmt: skip
        self._delete = _sql("DELETE FROM TABLE WHERE WHICH",
                            TABLE=table, WHICH=" AND ".join(f"{name} = ?" for name in columns[:key]))  # fmt: skip
        places = {name: f"{name} = ?{place}" for place, name in enumerate(columns, 1)}
        changing = ", ".join(places[name] for name in columns[key:] if name not in unique)
        self._update = _sql("UPDATE TABLE SET VALUES WHERE WHICH", TABLE=table, VALUES=changing,
                            WHICH=" AND ".join(places[name] for name in columns[:key]))  # fmt: skip
        self._insert = _sql("INSERT INTO TABLE (NAMES) VALUES (MARKS)",
                            TABLE=table, NAMES=names, MARKS=", ".join("?" * len(columns)))  # fmt: skip

    def read(self, db: Database, owners: Sequence[int]) -> list[Row]:
        """The rows of these owners, ordered by primary key."""
        return db.rows(self._read, listed(owners))

    def difference(self, db: Database, owners: Sequence[int], wanted: Iterable[Row]) -> Difference:
        """What makes the rows of these owners equal to `wanted`."""
        if not owners:
            return Difference([], list(wanted))
        have, want = set(self.read(db, owners)), set(wanted)
        gone, new = self._keyed(have - want), self._keyed(want - have)
        stay = sorted(key for key in gone.keys() & new.keys() if self._stays(gone[key], new[key]))
        changed = [new.pop(key) for key in stay]
        left = [gone[key] for key in sorted(gone.keys() - set(stay))]
        return Difference(left, [new[key] for key in sorted(new)], changed)

    def _keyed(self, rows: Iterable[Row]) -> dict[Row, Row]:
        return {row[: self._key]: row for row in rows}

    def _stays(self, old: Row, new: Row) -> bool:
        return all(old[at] == new[at] for at in self._unique)

    def remove(self, db: Database, rows: Iterable[Row]) -> None:
        """Take rows out."""
        db.many(self._delete, (row[: self._key] for row in rows))

    def add(self, db: Database, rows: Iterable[Row]) -> None:
        """Put rows in."""
        db.many(self._insert, rows)

    def change(self, db: Database, rows: Iterable[Row]) -> None:
        """Change rows where they are."""
        db.many(self._update, rows)


class SettingSet(RowSet):
    """Settings and raw parameters of one level. Its rows hold secrets as they are used, the table as stored."""

    def __init__(self, table: str) -> None:
        super().__init__(table, _SETTINGS, 4, _setting)
        self._secrets = _sql("SELECT NAMES FROM TABLE WHERE kind = 'setting' AND name IN "
                             "(SELECT value FROM json_each(?))", TABLE=table, NAMES=", ".join(_SETTINGS))  # fmt: skip

    def read(self, db: Database, owners: Sequence[int]) -> list[Row]:
        """The rows of these owners, ordered by primary key."""
        rows = super().read(db, owners)
        return list(self._plain(db, rows)) if db.seal.fingerprint else rows

    def secrets(self, db: Database) -> list[Row]:
        """The rows, of all owners, that hold secrets: settings alone."""
        names = listed(sorted(secret_names()))
        return list(self._plain(db, db.rows(self._secrets, names)))

    def add(self, db: Database, rows: Iterable[Row]) -> None:
        """Put rows in."""
        super().add(db, self._sealed(db, rows))

    def change(self, db: Database, rows: Iterable[Row]) -> None:
        """Change rows where they are."""
        super().change(db, self._sealed(db, rows))

    def _plain(self, db: Database, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            *key, value = row
            if value.startswith(MARK):  # what was a secret when it was said may be none today
                row = (*key, db.seal.plain(setting_place(self.table, *key[1:]), value))
            yield row

    def _sealed(self, db: Database, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            *key, value = row
            if holds_secret(row[1], row[3]):
                row = (*key, db.seal.sealed(setting_place(self.table, *key[1:]), value))
            yield row


def _sql(text: str, **names: str) -> str:
    """A statement with this module's own names filled in; values are always parameters."""
    for mark, name in names.items():
        text = text.replace(mark, name)
    return text


def _setting(row: Row) -> str:
    _, kind, vendor, name, _ = row
    return str(name) if kind == "setting" else f"raw {vendor} {name}".replace("  ", " ")


_KEYS = ("owner", "bank", "position", "type", "line", "value", "label", "pickup")
_SETTINGS = ("owner", "kind", "vendor", "name", "value")
_LINES = ("device", "number", "extension", "label", "caller_id_source", "local_sip_port", "srtp", "transport",
          "auto_answer")  # fmt: skip

LINES = RowSet("line", _LINES, 2, lambda row: f"line {row[1]}", ("extension", "local_sip_port"))
DEVICE_KEYS = RowSet("device_key", _KEYS, 3, lambda row: f"{row[1]} key {row[2]}")
TEMPLATE_KEYS = RowSet("template_key", _KEYS, 3, lambda row: f"{row[1]} key {row[2]}")
SITE_SETTINGS = SettingSet("site_setting")
TENANT_SETTINGS = SettingSet("tenant_setting")
TEMPLATE_SETTINGS = SettingSet("template_setting")
DEVICE_SETTINGS = SettingSet("device_setting")


def replace(db: Database, rows: RowSet, owner: int, wanted: Iterable[Row]) -> list[str]:
    """Make one owner's rows equal to `wanted`; the names of what changed."""
    difference = rows.difference(db, [owner], wanted)
    rows.remove(db, difference.gone)
    rows.add(db, difference.new)
    rows.change(db, difference.changed)
    return said(rows, difference)


def said(rows: RowSet, difference: Difference) -> list[str]:
    """The names of what a difference touches, once each."""
    return list(dict.fromkeys(rows.says(row) for row in difference.rows()))
