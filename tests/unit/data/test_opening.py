"""Opening: permissions are made and checked, and each trouble is one clear line."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from aps_tui.data import Store, StoreError


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
def test_files_and_folder_are_private_whatever_the_umask(path: Path) -> None:
    with Store.open(path) as store:
        store.audit.add("site", "", "change")
        assert _mode(path.parent) == 0o700
        assert {_mode(file) for file in path.parent.iterdir()} == {0o600}
        assert len(list(path.parent.iterdir())) == 3  # with the write-ahead log and its index


@pytest.mark.usefixtures("open_umask")
def test_a_group_may_share_the_database_by_choice(path: Path) -> None:
    Store.open(path).close()
    Store.open(path, group_writable=True).close()
    assert _mode(path) == 0o660
    Store.open(path).close()
    assert _mode(path) == 0o660


def test_a_file_open_to_everybody_is_refused(path: Path) -> None:
    Store.open(path).close()
    path.chmod(0o604)
    with pytest.raises(StoreError, match=f"open to everybody: chmod o-rwx {path}"):
        Store.open(path)


def test_a_folder_that_everybody_may_write_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with pytest.raises(StoreError, match="everybody may write"):
        Store.open(tmp_path / "aps.sqlite3")


def test_a_missing_database_is_not_made_unasked(path: Path) -> None:
    with pytest.raises(StoreError, match="is not a folder"):
        Store.open(path, create=False)
    with pytest.raises(StoreError, match="is not a folder"):
        Store.open(path, read_only=True)
    path.parent.mkdir()
    with pytest.raises(StoreError, match="there is no database"):
        Store.open(path, create=False)
    assert not path.exists()


def test_a_folder_in_its_place(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(StoreError, match="is a folder"):
        Store.open(path)


@pytest.mark.parametrize("content", [b"not a database, only text", b"\x00" * 5000])
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "aps.sqlite3"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(StoreError, match="is not an APS TUI database"):
        Store.open(path)
    assert path.read_bytes() == content


def test_a_damaged_database(site: Store, path: Path) -> None:
    site.close()
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(StoreError, match="is damaged: move it away and restore a backup"), Store.open(path) as store:
        store.devices.page()


def test_a_locked_database(site: Store, path: Path) -> None:
    other = Store.open(path)
    other.db.pragma("busy_timeout", 1)
    with site.transaction(), pytest.raises(StoreError, match="is in use by another process"):
        other.audit.add("site", "", "change")
    other.close()


def test_read_only_reads_and_never_writes(site: Store, path: Path) -> None:
    with Store.open(path, read_only=True) as store:
        assert store.devices.count() == 2
        with pytest.raises(StoreError, match="may not be written here"):
            store.tenants.rename("acme", "x")
        with store.snapshot():
            assert store.devices.count() == 2
        with pytest.raises(StoreError, match="may not be written here"):
            store.audit.add("site", "", "change")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may do everything")
def test_no_permission(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="no permission for"):
        Store.open(tmp_path / "aps.sqlite3")


def test_errors_of_sql_never_show_values(site: Store) -> None:
    with pytest.raises(StoreError) as caught:
        site.db.execute_sql("UPDATE extension SET number = '102', secret = 'hidden' WHERE id = 1")
    assert str(caught.value) == "an extension number is used once in a tenant"
