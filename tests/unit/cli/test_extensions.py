"""extensions sync, list and sources as commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run, Site
from tests.unit.services.small_site import MACS

HEADER = "extension,secret,display_name\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A CSV file with two numbers that bolt has not."""
    file = tmp_path / "ext.csv"
    file.write_text(HEADER + "201,top-Secret-1,Ann\n202,,Ben\n")
    return file


def test_sync_once_and_list(run: Run, site: Site, table: Path) -> None:
    arguments = ["extensions", "sync", "--from", f"csv:{table}", "--tenant", "bolt", "--json"]
    rehearsed = run(*arguments, "--dry-run").json
    assert rehearsed["dry_run"] is True and rehearsed["sources"][0]["added"] == ["201", "202"]
    done = run(*arguments)
    assert done.status == 0 and done.json["sources"][0]["unusable"][0]["number"] == "202"
    assert "Secret" not in done.out + done.err
    shown = run("extensions", "list", "--tenant", "bolt", "--json")
    rows = {row["number"]: row for row in shown.json["extensions"]}
    assert rows["101"]["used_by"] == {"mac": MACS[3], "line": 1}
    assert rows["201"]["usable"] is True and rows["201"]["used_by"] is None
    assert rows["202"]["usable"] is False and rows["202"]["why"]
    assert "ecret-" not in shown.out and "Ann" in run("extensions", "list").out


def test_kept_sources(run: Run, site: Site, table: Path) -> None:
    assert run("extensions", "sync").status == 1
    assert run("extensions", "sources", "add", "pbx", f"csv:{table}", "--tenant", "bolt").status == 0
    assert run("extensions", "sources", "list", "--json").json["sources"][0]["name"] == "pbx"
    assert run("extensions", "sync", "--source", "pbx").status == 0
    table.write_text(HEADER)
    refused = run("extensions", "sync", "--json")
    assert refused.status == 1 and "allow-removals" in refused.err and refused.json["sources"][0]["refused"]
    table.unlink()
    assert run("extensions", "sync").status == 1
    assert run("extensions", "sources", "remove", "pbx").status == 0
    assert run("extensions", "sources", "remove", "pbx").status == 1


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--from", "csv:/none.csv"], 2, "--tenant"),
        (["--from", "csv", "--tenant", "acme"], 1, "KIND:PATH"),
        (["--from", "fax:/x", "--tenant", "acme"], 1, "unknown kind"),
        (["--from", "csv:/none.csv", "--tenant", "acme"], 1, "/none.csv"),
        (["--from", "csv:/none.csv", "--tenant", "nobody"], 1, "--create-tenant"),
        (["--source", "nope"], 1, "no source 'nope'"),
    ],
)
def test_sync_says_what_is_wrong(run: Run, site: Site, arguments: list[str], status: int, said: str) -> None:
    done = run("extensions", "sync", *arguments)
    assert done.status == status and said in done.err and done.out == ""


def test_a_source_that_cannot_be_kept(run: Run, site: Site) -> None:
    assert run("extensions", "sources", "add", "x", "fax:/x", "--tenant", "acme").status == 1
    assert run("extensions", "sources", "add", "x", "csv:/x", "--tenant", "nobody").status == 1
    assert run("extensions", "list", "--tenant", "nobody").status == 1
