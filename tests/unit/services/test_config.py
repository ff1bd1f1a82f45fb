"""The configuration: what is given beats the file, the file beats the defaults."""

from __future__ import annotations

import grp
import os
from pathlib import Path

import pytest

from aps_tui.domain.errors import BadValue
from aps_tui.services.config import read_config
from aps_tui.services.opening import open_place, open_store


def test_defaults_of_root_and_of_others(tmp_path: Path) -> None:
    root = read_config(env={}, uid=0)
    assert (root.db, root.root) == (Path("/var/lib/aps-tui/aps.sqlite3"), Path("/tftpboot")) and not root.own_root
    user = read_config(env={"HOME": str(tmp_path)}, uid=1000)
    assert user.db == tmp_path / ".local/state/aps-tui/aps.sqlite3"
    assert user.root == tmp_path / ".local/state/aps-tui/tftpboot" and user.own_root
    xdg = {"HOME": str(tmp_path), "XDG_STATE_HOME": "relative/is/ignored"}
    assert read_config(env=xdg, uid=1000).db == user.db


def test_the_xdg_file_is_read_and_given_paths_win(tmp_path: Path) -> None:
    (tmp_path / "conf/aps-tui").mkdir(parents=True)
    group = grp.getgrgid(os.getgid()).gr_name
    (tmp_path / "conf/aps-tui/config.toml").write_text(
        f'db = "/d/a.sqlite3"\nroot = "below"\ngroup = "{group}"\ngroup_writable = true\n'
        'retention = 7\nvendors = "/v"\n'
    )
    env = {"XDG_CONFIG_HOME": str(tmp_path / "conf"), "HOME": str(tmp_path)}
    found = read_config(env=env, uid=1000)
    assert (found.db, found.root) == (Path("/d/a.sqlite3"), tmp_path / "conf/aps-tui/below")
    assert (found.gid, found.group_writable, found.retention, found.overlay) == (os.getgid(), True, 7, Path("/v"))
    assert not found.own_root
    assert read_config(db=Path("x"), root=Path("y"), env=env, uid=1000).db == Path("x")


def test_a_file_that_everybody_may_write_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("")
    file.chmod(0o666)
    with pytest.raises(BadValue, match="chmod o-w"):
        read_config(file)


def test_a_users_own_root_is_made_and_a_group_may_write(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(f'group = "{grp.getgrgid(os.getgid()).gr_name}"\ngroup_writable = true\n')
    env = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")}
    config = read_config(tmp_path / "config.toml", env=env, uid=1000)
    with open_place(config, create=True) as place:
        assert place.root.is_dir() and place.gid == os.getgid()
    assert config.db.stat().st_mode & 0o777 == 0o660
    with open_store(config) as store:
        assert store.devices.count() == 0


def test_how_phones_are_told_to_fetch(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[resync]\nway = "ami"\nami_user = "aps"\nami_secret_file = "ami.secret"\npace = 20\n')
    said = read_config(file, env={}, uid=0).resync
    assert (said.way, said.pace, said.canary, said.channel) == ("ami", 20, True, "pjsip")
    assert said.ami_secret_file == str(tmp_path / "ami.secret")
    with open_place(read_config(file, tmp_path / "db.sqlite3", tmp_path), create=True) as place:
        assert place.resync == said
    assert read_config(env={}, uid=0, db=file, root=tmp_path).resync.ami_secret_file == ""
    for wrong in ('way = "smoke"', "pace = 0", "tenant_pace = -1", "timeout = 1", "ami_port = 0", "secret = 1"):
        file.write_text(f"[resync]\n{wrong}\n")
        with pytest.raises(BadValue, match=str(file)):
            read_config(file)
