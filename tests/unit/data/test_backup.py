"""Backups: consistent while others write, private, and checked before they replace anything."""

from __future__ import annotations

import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from aps_tui.data import Store, StoreError
from aps_tui.domain.site import Tenant


def test_a_backup_comes_back_whole(site: Store, tmp_path: Path) -> None:
    copy = tmp_path / "backup.sqlite3"
    before = list(site.devices.all())
    site.backup(copy)
    site.devices.delete([device.mac for device in before])
    assert site.devices.page() == []
    site.restore(copy)
    assert list(site.devices.all()) == before
    assert len(site.devices.page()) == 2


def test_a_backup_is_one_private_file(site: Store, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    copy = folder / "backup.sqlite3"
    copy.write_text("the one of yesterday")
    copy.chmod(0o644)
    site.backup(copy)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert list(folder.iterdir()) == [copy]


def test_a_backup_while_another_thread_writes_is_consistent(site: Store, tmp_path: Path) -> None:
    stop, wrote = threading.Event(), threading.Event()

    def write() -> None:
        with site.connection():
            for number in range(10_000):
                with site.transaction():  # the two always come together
                    site.tenants.save(Tenant(f"left {number}"))
                    site.tenants.save(Tenant(f"right {number}"))
                wrote.set()
                if stop.is_set():
                    return

    writer = threading.Thread(target=write)
    writer.start()
    wrote.wait()
    try:
        for number in range(3):
            site.backup(tmp_path / f"{number}.sqlite3")
    finally:
        stop.set()
        writer.join()
    for number in range(3):
        with Store.open(tmp_path / f"{number}.sqlite3") as copy:
            names = copy.tenants.names()
            assert sum(name.startswith("left") for name in names) == sum(name.startswith("right") for name in names)
            assert copy.db.pragma("integrity_check") == "ok"


def test_other_connections_see_a_restore(site: Store, path: Path, tmp_path: Path) -> None:
    site.backup(tmp_path / "copy")
    with Store.open(path) as other:
        version = other.data_version()
        site.tenants.save(Tenant("later"))
        site.restore(tmp_path / "copy")
        assert other.data_version() != version
        assert other.tenants.names() == ["acme", "globex"]


def test_what_cannot_be_restored_replaces_nothing(site: Store, tmp_path: Path) -> None:
    newer, text, damaged, foreign = (tmp_path / name for name in ("newer", "text", "damaged", "foreign"))
    site.backup(newer)
    site.backup(damaged)
    with sqlite3.connect(newer) as copy:
        copy.execute("PRAGMA user_version = 9")
    copy.close()
    with sqlite3.connect(foreign) as copy:
        copy.execute("CREATE TABLE cats (name)")
    copy.close()
    with damaged.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * 20000)
    text.write_text("only text, nothing else")
    said = {newer: "newer APS TUI", text: "is not an APS TUI database", damaged: "damaged",
            foreign: "is not a backup", tmp_path / "none": "there is no backup",
            site.path: "is the database itself"}  # fmt: skip
    for file_, line in said.items():
        with pytest.raises(StoreError, match=line):
            site.restore(file_)
    assert site.devices.count() == 2


def test_a_backup_never_lands_on_the_database(site: Store) -> None:
    with pytest.raises(StoreError, match="the database itself"):
        site.backup(site.path)


def test_a_backup_that_cannot_be_written(site: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be written"):
        site.backup(tmp_path / "missing" / "backup.sqlite3")


def test_a_restore_does_not_wait_for_ever(site: Store, path: Path, tmp_path: Path) -> None:
    site.backup(tmp_path / "copy")
    site.db.pragma("busy_timeout", 1)
    with (
        Store.open(path) as other,
        other.transaction(),
        pytest.raises(StoreError, match="nothing was restored, try again"),
    ):
        site.restore(tmp_path / "copy")
    assert site.devices.count() == 2
