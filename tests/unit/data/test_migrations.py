"""The schema: made whole or not at all, never taken back, and the same as the models."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from aps_tui.data import Store, StoreError
from aps_tui.data.database import Database
from aps_tui.data.migrate import MIGRATIONS, known, migrate, statements
from aps_tui.data.models import TABLES
from aps_tui.data.requests import Request
from aps_tui.data.rows import DiskFile
from aps_tui.domain.site import Device, Tenant


def test_a_fresh_database_has_the_newest_schema(store: Store) -> None:
    assert store.db.pragma("user_version") == max(known())
    assert store.db.pragma("integrity_check") == "ok"


def test_models_and_schema_agree(store: Store) -> None:
    names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    assert {name for (name,) in store.db.rows(names)} == {model._meta.table_name for model in TABLES}
    for model in TABLES:
        columns = store.db.rows('SELECT name, "notnull" OR pk, pk FROM pragma_table_info(?)', model._meta.table_name)
        fields = {field.column_name: field for field in model._meta.sorted_fields}
        assert {name for name, *_ in columns} == set(fields), model
        assert all(bool(required) == (not fields[name].null) for name, required, _ in columns), model
        keys = {field.column_name for field in model._meta.get_primary_keys()}  # type: ignore[no-untyped-call]
        assert {name for name, _, key in columns if key} == keys, model


def test_a_newer_database_is_refused_with_what_to_do(store: Store, path: Path) -> None:
    store.db.pragma("user_version", 99)
    with pytest.raises(StoreError) as caught:
        Store.open(path)
    assert str(caught.value) == (
        f"database {path} was written by a newer APS TUI (schema 99; this one knows {max(known())}): upgrade APS TUI"
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped migrations and one more that fails half-way."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    for file in MIGRATIONS.glob("*.sql"):
        (folder / file.name).write_text(file.read_text())
    broken = "CREATE TABLE half (id INTEGER);\nINSERT INTO nowhere VALUES (1);\n"
    (folder / f"{max(known()) + 1:04}_broken.sql").write_text(broken)
    return folder


def test_a_migration_that_fails_leaves_nothing(site: Store, folder: Path) -> None:
    with pytest.raises(StoreError, match="nowhere"):
        migrate(site.db, folder)
    assert site.db.pragma("user_version") == max(known())
    assert site.db.value("SELECT count(*) FROM sqlite_master WHERE name = 'half'") == 0
    assert site.db.pragma("foreign_keys") == 1
    assert site.devices.count() == 2


def test_a_migration_may_not_leave_references_to_nothing(site: Store, folder: Path) -> None:
    broken = folder / f"{max(known()) + 1:04}_broken.sql"
    broken.write_text("DELETE FROM tenant;\n")
    with pytest.raises(StoreError, match="references to nothing"):
        migrate(site.db, folder)
    assert site.tenants.names() == ["acme", "globex"]


def test_the_next_migration_is_applied_once(site: Store, folder: Path) -> None:
    (folder / f"{max(known()) + 1:04}_broken.sql").write_text("CREATE TABLE more (id INTEGER); -- done\n")
    migrate(site.db, folder)
    migrate(site.db, folder)
    assert site.db.pragma("user_version") == max(known()) + 1


def test_what_phones_fetched_before_is_known_afterwards(path: Path) -> None:
    with Store.open(path) as store:
        store.tenants.save(Tenant("acme"))
        store.devices.save_many([Device(mac, "acme", "snom", "D785") for mac in ("805ec0000001", "805ec0000002")])
        files = [DiskFile(f"{n}.htm", f"805ec000000{n}", "snom", "h", 1, n, int(100e9), 0) for n in (1, 2)]
        store.files.save(files)
        store.requests.record([Request(f"805ec000000{n}", f"{n}.htm", "", "http", 200, 1, "", at)
                               for n, at in ((1, 150.0), (2, 50.0))])  # fmt: skip
        before = store.db.rows("SELECT * FROM file_window")
        script = known()[6].read_text("utf-8")
        store.db.execute_sql("DELETE FROM file_window")
        seed = next(one for one in statements(script) if "INSERT INTO file_window" in one)
        store.db.execute_sql(seed)
        assert store.db.rows("SELECT * FROM file_window") == before == [("805ec0000001", 150.0, 0, "", 0)]


def test_a_gap_in_the_numbers_is_refused(tmp_path: Path) -> None:
    (tmp_path / "0002_second.sql").write_text("SELECT 1;")
    with pytest.raises(StoreError, match="not numbered"):
        known(tmp_path)


def test_statements_keep_a_trigger_whole() -> None:
    script = "-- a\nCREATE TABLE a (b);\nCREATE TRIGGER c AFTER INSERT ON a\nBEGIN SELECT 1;\nSELECT 2; END;\n-- end\n"
    assert len(list(statements(script))) == 2
    with pytest.raises(StoreError, match="middle of a statement"):
        list(statements("CREATE TABLE a (b)\n"))


def test_two_processes_that_make_a_database_at_once_agree(path: Path) -> None:
    with Store.open(path) as first:
        second = Database(path)
        with second.connected():
            migrate(second)
        assert first.install.id()


def test_each_installation_has_its_own_id_and_key(store: Store, tmp_path: Path) -> None:
    with Store.open(tmp_path / "other.sqlite3") as other:
        assert other.install.id() != store.install.id()
        assert other.install.mask_key() != store.install.mask_key()
        assert len(store.install.mask_key()) == 32
    assert store.install.created() == 1_700_000_000.0


def test_another_program_s_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "foreign.sqlite3"
    with sqlite3.connect(path) as foreign:
        foreign.execute("CREATE TABLE cats (name)")
    foreign.close()
    path.chmod(0o600)
    with pytest.raises(StoreError, match="another program's"):
        Store.open(path)
