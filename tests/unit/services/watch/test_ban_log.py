"""The file by which fail2ban learns of who reads through MACs."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from aps_tui.services.watch import ban_log
from aps_tui.services.watch.ban_log import tell


def test_it_is_there_from_the_start_and_private(tmp_path: Path) -> None:
    file = ban_log.ban_log(tmp_path / "aps.sqlite3")
    assert tell(file, (), 0.0) == "" and file.read_text() == ""
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert tell(file, ["192.0.2.66", "2001:db8::66"], 1_796_042_767.4) == ""
    assert file.read_text() == (
        "2026-11-30T12:46:07+0000 harvest 192.0.2.66\n2026-11-30T12:46:07+0000 harvest 2001:db8::66\n"
    )


def test_whoever_shares_the_database_shares_it(tmp_path: Path) -> None:
    for mode in (0o660, 0o600):
        assert tell(tmp_path / "bans", (), 0.0, mode) == ""
        assert stat.S_IMODE((tmp_path / "bans").stat().st_mode) == mode


def test_it_does_not_grow_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ban_log, "MOST", 100)
    for _ in range(20):
        assert tell(tmp_path / "bans", ["192.0.2.66"], 0.0) == ""
    assert 0 < (tmp_path / "bans").stat().st_size < 200


def test_what_stands_in_its_place_is_told_and_neither_followed_nor_waited_for(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("mine\n")
    (tmp_path / "link").symlink_to(other)
    (tmp_path / "second").hardlink_to(other)
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "folder").mkdir()
    for name in ("link", "second", "fifo", "folder"):
        assert name in tell(tmp_path / name, ["192.0.2.66"], 0.0)
    assert other.read_text() == "mine\n"
