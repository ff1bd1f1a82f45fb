"""The units: what systemd itself says of them, and what they allow."""

from __future__ import annotations

import configparser
import grp
import os
import pwd
import shutil
import subprocess
from pathlib import Path

import pytest

from aps_tui.domain.errors import BadValue
from aps_tui.services.config import Config
from aps_tui.services.systemd import UNITS, unit


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A site whose folders have odd names."""
    (tmp_path / "state 100%").mkdir()
    (tmp_path / "root").mkdir()
    db = tmp_path / "state 100%" / "aps.sqlite3"
    db.touch()
    return Config(db, tmp_path / "root", gid=os.getgid())


@pytest.fixture
def command(tmp_path: Path) -> str:
    """Something that can be started."""
    path = tmp_path / "aps-tui"
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def parsed(text: str) -> configparser.ConfigParser:
    """A unit as data; no key stands twice."""
    found = configparser.ConfigParser(interpolation=None, comment_prefixes=(";", "#"))
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read_string(text)
    return found


@pytest.mark.parametrize("name", UNITS)
def test_systemd_accepts_it(config: Config, command: str, tmp_path: Path, name: str) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    file = tmp_path / f"aps-tui-{name}.service"
    file.write_text(unit(config, name, command))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(file)], capture_output=True, text=True, check=False
    )
    assert str(file) not in done.stderr and file.name not in done.stderr, done.stderr
    assert done.returncode == 0, done.stderr


def test_the_watcher_may_read_the_wire_and_nothing_more(config: Config, command: str) -> None:
    service = parsed(unit(config, "watch", command))["Service"]
    assert service["CapabilityBoundingSet"] == service["AmbientCapabilities"] == "CAP_NET_RAW"
    assert "AF_PACKET" in service["RestrictAddressFamilies"] and "adm" in service["SupplementaryGroups"].split()
    assert service["ExecStart"].endswith(" watch")


def test_the_fastagi_server_has_no_capability(config: Config, command: str) -> None:
    service = parsed(unit(config, "agi", command))["Service"]
    assert service["CapabilityBoundingSet"] == service["AmbientCapabilities"] == ""
    assert service["ExecStart"].endswith(" agi --listen 127.0.0.1:4573")
    assert service["RestrictAddressFamilies"] == "AF_UNIX AF_INET AF_INET6"


@pytest.mark.parametrize("name", UNITS)
def test_what_both_have(config: Config, command: str, name: str) -> None:
    text = unit(config, name, command)
    service = parsed(text)["Service"]
    assert service["NoNewPrivileges"] == "yes" and service["ProtectSystem"] == "strict"
    folder = str(config.db.parent).replace("%", "%%")
    assert service["ReadWritePaths"] == f'"{folder}" {config.root}'
    assert f'--db "{folder}/aps.sqlite3" --root {config.root} {name}' in service["ExecStart"]
    assert (service["User"], service["Group"]) == (
        pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name,
    )  # fmt: skip
    assert grp.getgrgid(os.getgid()).gr_name in service["SupplementaryGroups"].split()
    assert text.startswith("; Put it into")


def test_homes_stay_open_where_the_site_lies_in_one(command: str) -> None:
    for db, homes in ((Path("/home/bob/a.sqlite3"), "no"), (Path("/var/lib/aps-tui/a.sqlite3"), "yes")):
        text = unit(Config(db, Path("/tftpboot-that-is-not-there")), "agi", "/usr/bin/aps-tui")
        assert parsed(text)["Service"]["ProtectHome"] == homes
        assert "adduser --system --group aps-tui" in text and "is not there yet" in text
        assert "-/tftpboot-that-is-not-there" in parsed(text)["Service"]["ReadWritePaths"]


def test_a_root_that_the_user_could_not_write_in_is_said(config: Config, command: str) -> None:
    if os.getuid() != 0:
        pytest.skip("only root gives folders away")
    os.chown(config.root, 65534, 65534)
    assert f"could not write in it: chown root {config.root}" in unit(config, "agi", command)


@pytest.mark.parametrize("name", ['a"b', "a\\b", "a\nExecStartPre=evil"])
def test_a_path_that_would_be_read_as_something_else(tmp_path: Path, name: str, command: str) -> None:
    with pytest.raises(BadValue, match="a unit cannot carry"):
        unit(Config(tmp_path / name / "x", tmp_path), "agi", command)
