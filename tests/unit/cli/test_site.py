"""load, dump, backup, restore, demo, vendors as commands."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from aps_tui.domain.site import Device, Tenant
from tests.unit.cli.conftest import Run, Site
from tests.unit.services.small_site import MACS

ADDITION = """
version = 1
[[tenant]]
name = "coop"
"""


def test_dump_and_load_give_the_same_site(run: Run, site: Site, tmp_path: Path) -> None:
    text = run("dump").out
    assert tomllib.loads(text)["version"] == 1
    assert run("dump", "--json").json == tomllib.loads(text)
    file = tmp_path / "site.json"
    assert run("dump", str(file)).status == 0
    assert json.loads(file.read_text()) == tomllib.loads(text) and file.stat().st_mode & 0o777 == 0o600
    assert run("--db", str(tmp_path / "new" / "a.sqlite3"), "load", str(file)).status == 0
    assert run("--db", str(tmp_path / "new" / "a.sqlite3"), "dump").out == text


def test_dump_without_secrets(run: Run, site: Site) -> None:
    assert "s3cret" in run("dump").out
    assert "secret-" not in run("dump", "--no-secrets").out


def test_load_adds_and_says_what_it_did(run: Run, site: Site, tmp_path: Path) -> None:
    file = tmp_path / "add.toml"
    file.write_text(ADDITION)
    rehearsed = run("load", str(file), "--dry-run", "--json").json
    assert rehearsed["created"] == {"tenant": 1} and rehearsed["dry_run"] is True
    done = run("load", str(file), "--json").json
    assert (done["created"], done["removed"], done["dry_run"]) == ({"tenant": 1}, {}, False)
    assert "already" in run("load", str(file)).out


def test_replace_shows_what_goes_and_asks(
    run: Run, site: Site, tmp_path: Path, terminal: Callable[[bool], None]
) -> None:
    file = tmp_path / "only.toml"
    file.write_text(ADDITION)
    unasked = run("load", str(file), "--replace")
    assert unasked.status == 2 and "goes: 6 devices" in unasked.err and MACS[0] in unasked.err
    terminal(False)
    assert run("load", str(file), "--replace").status == 1
    assert run("plan").status == 3
    assert run("load", str(file), "--replace", "--yes", "--json").json["removed"]["tenant"] == ["acme", "bolt"]


def test_faults_of_a_site_file_come_one_a_line(run: Run, site: Site, tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text('version = 1\n[[tenant]]\nname = ""\n[[device]]\nmac = "zz"\ntenant = "acme"\n')
    done = run("load", str(file))
    assert done.status == 1 and len(done.err.splitlines()) >= 2
    assert all(line.startswith("aps-tui: ") for line in done.err.splitlines())
    file.write_text("version = \n")
    assert "line 1" in run("load", str(file)).err
    assert run("load", str(tmp_path / "none.toml")).status == 1


def test_backup_and_restore(run: Run, site: Site, tmp_path: Path, terminal: Callable[[bool], None]) -> None:
    copy, before = tmp_path / "copy.sqlite3", run("dump").out
    assert run("backup", str(copy)).status == 0 and copy.stat().st_mode & 0o777 == 0o600
    with site.store() as store:
        store.devices.delete(MACS)
        store.tenants.save(Tenant("other"))
        store.devices.save(Device(MACS[0], "other", "testphone", "T1"))
    terminal(False)
    assert run("restore", str(copy)).status == 1 and run("dump").out != before
    assert run("restore", str(copy), "--yes").status == 0 and run("dump").out == before
    (tmp_path / "odd").write_text("no database")
    assert run("restore", str(tmp_path / "odd"), "--yes").status == 1
    assert run("backup", str(tmp_path / "none" / "x")).status == 1


def test_demo_without_a_console(run: Run, tmp_path: Path) -> None:
    done = run("demo", "--devices", "6", "--into", str(tmp_path / "demo"), "--headless")
    assert done.status == 0 and "6 devices" in done.out
    assert (tmp_path / "demo" / "aps.sqlite3").is_file() and list((tmp_path / "demo" / "tftpboot").iterdir()) == []
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("")
    assert run("demo", "--into", str(tmp_path / "full"), "--headless").status == 1
    assert run("demo", "--devices", "-1", "--headless").status == 2
    assert "terminal" in run("demo").err


def test_vendors_tell_what_a_pack_supports(run: Run, site: Site) -> None:
    [vendor] = run("vendors", "testphone", "--json").json["vendors"]
    assert [model["model"] for model in vendor["models"]] == ["T1", "T2"]
    model = vendor["models"][0]
    assert (model["lines"], model["keys"], model["verified"]) == (4, 6, True)
    assert {"server.N.host", "time.zone", "security.admin_password"} <= {*model["supported"]}
    assert "network.vlan_id" not in model["supported"]
    assert vendor["dhcp"]["option"] == 66 and vendor["notify"]["resync"] == "check-sync"
    assert "T2" in run("vendors", "testphone").out and "testphone" in run("vendors").out
    unknown = run("vendors", "nokia")
    assert unknown.status == 1 and "testphone" in unknown.err


def test_a_broken_pack_is_a_warning(run: Run, site: Site) -> None:
    (site.folder / "packs" / "broken").mkdir()
    (site.folder / "packs" / "broken" / "vendor.toml").write_text("name = ")
    done = run("vendors", "--json")
    assert done.status == 0 and "broken/vendor.toml" in done.err and done.json["faults"]
    assert "testphone" in [one["vendor"] for one in done.json["vendors"]]


@pytest.mark.parametrize("command", ["dump", "history", "backup"])
def test_help_says_what_a_command_does(run: Run, command: str) -> None:
    done = run(command, "--help")
    assert done.status == 0 and done.out.startswith(f"Usage: aps-tui {command}")
