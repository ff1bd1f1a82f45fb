"""secrets on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run, Site


@pytest.fixture
def key(site: Site) -> Path:
    """Where the configuration says that the key is to lie."""
    (site.folder / "config.toml").write_text('vendors = "packs"\nkey_file = "secrets.key"\n')
    return site.folder / "secrets.key"


def test_a_day_with_secrets(run: Run, site: Site, key: Path) -> None:
    assert "not encrypted: " in run("secrets", "status").out
    done = run("secrets", "init")
    assert (done.status, done.out.startswith("encrypted ")) == (0, True)
    assert "keep a copy" in done.err
    found = run("secrets", "status", "--json").json
    assert (len(found["key"]), found["file"], found["plain"]) == (16, str(key), 0)
    assert run("commit", "--yes").status == 0
    assert b"s3cret-acme-101" in (site.root / "001122000000.cfg").read_bytes()
    copy = site.folder / "copy"
    assert found["key"] in run("backup", str(copy)).err
    assert b"s3cret-acme-101" not in copy.read_bytes()
    assert "old key" in run("secrets", "rotate").err
    done = run("restore", str(copy), "--yes")
    assert (done.status, done.out) == (1, "")
    assert f"encrypted with the key {found['key']}" in done.err
    assert run("secrets", "off").status == 2
    assert run("secrets", "off", "--yes").out.startswith("decrypted ")
    assert run("plan").status == 0


def test_without_the_key_every_command_says_so(run: Run, site: Site, key: Path) -> None:
    run("secrets", "init")
    key.unlink()
    for command in (["plan"], ["secrets", "status"], ["secrets", "off", "--yes"], ["dump"], ["backup", "copy"]):
        done = run(*command)
        assert (done.status, done.out) == (1, "")
        assert done.err.count("\n") == 1
        assert f"which should be in {key}, and there is none" in done.err


def test_no_key_file_is_said(run: Run, site: Site) -> None:
    done = run("secrets", "init")
    assert (done.status, done.err.count("\n")) == (1, 1)
    assert f"in {site.folder / 'config.toml'}" in done.err
