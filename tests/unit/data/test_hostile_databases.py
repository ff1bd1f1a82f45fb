"""A backup or a PBX's database that someone prepared: nothing in it runs, and nothing in it fills the memory."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from aps_tui.data import Store, StoreError
from aps_tui.data.foreign import opened
from aps_tui.data.migrate import SCHEMA, digest, digests, known, schema_of
from aps_tui.domain.errors import BadValue
from aps_tui.domain.sqlplace import SqlPlace, parse

PLANTED = {
    "trigger": "CREATE TRIGGER spy AFTER UPDATE ON extension BEGIN DELETE FROM audit; END",
    "view": "CREATE VIEW spy AS SELECT secret FROM extension",
    "table": "CREATE TABLE spy (secret)",
    "index": "CREATE INDEX spy ON audit (kind)",
    "view for a table": "ALTER TABLE alarm RENAME TO held; CREATE VIEW alarm AS SELECT * FROM held",
    "lost trigger": "PRAGMA writable_schema = ON; DELETE FROM sqlite_master WHERE name = "
    "(SELECT name FROM sqlite_master WHERE type = 'trigger' LIMIT 1)",
    "changed check": "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, 'CHECK', 'check') "
    "WHERE name = 'device'",
}  # fmt: skip

NAMED = {
    "trigger": "has the trigger 'spy', which APS TUI did not make", "view": "has the view 'spy'",
    "table": "has the table 'spy'",
    "index": "has the index 'spy'", "view for a table": "has the table 'held'", "lost trigger": "lacks the trigger ",
    "changed check": "has another table device than APS TUI makes",
}  # fmt: skip


@pytest.mark.parametrize("what", PLANTED)
def test_a_backup_with_a_schema_that_is_not_ours_is_refused(site: Store, tmp_path: Path, what: str) -> None:
    copy = tmp_path / "backup"
    site.backup(copy)
    with closing(sqlite3.connect(copy)) as planted:
        planted.executescript(PLANTED[what])
        planted.commit()
    before = list(site.devices.all())
    with pytest.raises(StoreError, match=r"that APS TUI did not make: nothing was restored|is damaged"):
        site.restore(copy)
    assert list(site.devices.all()) == before and not site.db.rows("SELECT 1 FROM sqlite_master WHERE name = 'spy'")


@pytest.mark.parametrize("what", PLANTED)
def test_a_database_that_someone_prepared_is_not_opened(site: Store, path: Path, what: str) -> None:
    site.close()
    with closing(sqlite3.connect(path)) as planted:
        planted.executescript(PLANTED[what])
        planted.commit()
    before = path.read_bytes()
    for read_only in (False, True):
        with pytest.raises(StoreError) as refused:
            Store.open(path, read_only=read_only)
        assert NAMED[what] in str(refused.value) and "\n" not in str(refused.value)
    assert path.read_bytes() == before


def test_statistics_are_no_stranger_and_a_name_plays_no_trick(site: Store, path: Path) -> None:
    site.close()
    with closing(sqlite3.connect(path)) as other:
        other.execute("ANALYZE")
    Store.open(path).close()
    with closing(sqlite3.connect(path)) as planted:
        planted.execute('CREATE TABLE "a\x1b[2J\n' + "x" * 5000 + '" (b)')
        planted.commit()
    with pytest.raises(StoreError) as refused:
        Store.open(path)
    assert "\x1b" not in str(refused.value) and len(str(refused.value)) < 400


def test_the_digests_of_the_schemas_are_those_of_the_migrations() -> None:
    """A new migration needs a line in data/migrations/digests: what is on the left here."""
    assert {version: digest(schema_of(version)) for version in known()} == digests()


def test_the_schema_of_every_version_is_known(site: Store) -> None:
    """So that a backup of an older version is no stranger."""
    assert [tuple(row) for row in site.db.rows(SCHEMA)] == schema_of(max(known()))
    assert [len(schema_of(version)) for version in known()] == sorted(len(schema_of(version)) for version in known())


def test_what_a_database_says_of_itself_is_not_trusted(site: Store, path: Path) -> None:
    assert (site.db.pragma("trusted_schema"), site.db.pragma("cell_size_check")) == (0, 1)
    with Store.open(path, read_only=True) as store:
        assert (store.db.pragma("trusted_schema"), store.db.pragma("cell_size_check")) == (0, 1)
        with pytest.raises(StoreError):
            store.db.execute_sql("SELECT load_extension('/tmp/x')")


def _place(path: Path) -> SqlPlace:
    return parse(f"sqlite://{path}?timeout=2")


@pytest.mark.parametrize(
    "value",
    ["replace(hex(zeroblob(1000000)), '0', hex(zeroblob(1000)))", "hex(zeroblob(400000000))", "zeroblob(900000000)"],
)
def test_a_pbx_database_gives_no_value_that_fills_the_memory(tmp_path: Path, value: str) -> None:
    path = tmp_path / "pbx.sqlite3"
    with closing(sqlite3.connect(path)) as made:
        made.execute(f"CREATE VIEW ps_endpoints AS SELECT {value} AS id")
    with pytest.raises(BadValue), opened(_place(path)) as db:
        db.rows("ps_endpoints", ["id"])


def test_a_pbx_database_gives_no_rows_that_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aps_tui.data.foreign.MAX_TEXT", 1 << 20)
    path = tmp_path / "pbx.sqlite3"
    with closing(sqlite3.connect(path)) as made:
        numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
        made.execute(f"CREATE VIEW ps_endpoints AS {numbers} SELECT printf('%.*c', 60000, 'x') AS id FROM n")
    with pytest.raises(BadValue, match="gives more than"), opened(_place(path)) as db:
        db.rows("ps_endpoints", ["id"])
