"""vendors, vendors compare and vendors learn as commands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run, Site

UNIT = """\
account.1.user = 201
account.1.password = Unit-S3cret
account.1.server = old.example
brightness = 5
odd = 201
"""


@pytest.fixture
def unit(site: Site) -> str:
    file = site.folder / "001122aabbcc.cfg"
    file.write_text(UNIT)
    return str(file)


def test_the_list_and_one_vendor_stay(run: Run, site: Site) -> None:
    assert "testphone" in run("vendors").out
    assert "option 66" in run("vendors", "testphone").out
    for arguments in (["testphone", "--json"], ["--json", "testphone"]):
        [one] = run("vendors", *arguments).json["vendors"]
        assert one["vendor"] == "testphone"
    assert len(run("vendors", "--json").json["vendors"]) > 10
    assert run("vendors", "nobody").status == 1 and run("vendors", "--nothing").status == 2
    assert "learn" in run("vendors", "--help").out


def test_compare(run: Run, site: Site, unit: str) -> None:
    found = run("vendors", "compare", unit, "--model", "testphone/T1", "--json").json
    assert found["model"] == "testphone/T1" and found["file"] == "001122aabbcc.cfg" and found["common"] == 3
    assert "account.N.auth" in found["unknown_to_unit"]
    assert [one["names"] for one in found["never_set"]] == [["brightness"], ["odd"]]
    text = run("vendors", "compare", unit, "--model", "testphone/T1").out
    assert "account.N.auth" in text and "brightness" in text and "S3cret" not in text


def test_json_proposes_and_writes_nothing_without_yes(run: Run, site: Site, unit: str) -> None:
    before = sorted((site.folder / "packs").rglob("*"))
    done = run("vendors", "learn", unit, "--model", "testphone/T1", "--json")
    places = {one["name"]: one["place"] for one in done.json["proposals"]}
    assert places["account.N.user"] == "line.user" and places["account.N.password"] == "line.secret"
    assert done.json["written"] is None and "S3cret" not in done.out
    assert sorted((site.folder / "packs").rglob("*")) == before


def test_yes_writes_into_the_configured_overlay_and_the_next_plan_uses_it(run: Run, site: Site, unit: str) -> None:
    run("commit", "--yes")
    done = run("vendors", "learn", unit, "--model", "testphone/T1", "--yes", "--json")
    assert done.json["written"] == str(site.folder / "packs" / "testphone") and "S3cret" not in done.out
    shown = run("render", "001122000000").out
    assert "account.1.user = 101" in shown and "brightness = 5" in shown and "S3cret" not in shown
    assert run("plan").status == 3
    assert "learned from 001122aabbcc.cfg" in run("vendors", "testphone").out


def test_into_another_folder_with_accepted_places(run: Run, site: Site, unit: str, tmp_path: Path) -> None:
    done = run("vendors", "learn", unit, "--model", "acme/A1", "--into", str(tmp_path / "new"), "--yes",
               "--accept", "odd=leave-out", "--accept", "account.N.user=line.user")  # fmt: skip
    assert done.status == 0 and "S3cret" not in done.out + done.err
    assert (tmp_path / "new" / "acme" / "vendor.toml").is_file() and "acme" not in run("vendors").out


def test_without_a_terminal_it_needs_yes(run: Run, site: Site, unit: str) -> None:
    assert run("vendors", "learn", unit, "--model", "testphone/T1").status == 2


@pytest.mark.parametrize("yes", [True, False])
def test_on_a_terminal_it_asks(
    run: Run, site: Site, unit: str, terminal: Callable[[bool], None], monkeypatch: pytest.MonkeyPatch, yes: bool
) -> None:
    monkeypatch.setattr("aps_tui.cli.vendors.interactive", lambda: True)
    terminal(yes)
    done = run("vendors", "learn", unit, "--model", "acme/A1")
    assert (done.status == 0) is yes and (site.folder / "packs" / "acme").exists() is yes


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["nowhere.cfg", "--model", "testphone/T1"], "No such file"), (["UNIT", "--model", "T1"], "VENDOR/MODEL"),
     (["UNIT", "--model", "testphone/T1", "--accept", "x"], "NAME=PLACE"),
     (["UNIT", "--model", "testphone/T1", "--accept", "odd=server.codecs"], "by hand")],
)  # fmt: skip
def test_wrong_use_is_one_line(run: Run, site: Site, unit: str, arguments: list[str], said: str) -> None:
    done = run("vendors", "learn", *[unit if one == "UNIT" else one for one in arguments], "--yes", "--json")
    assert done.status == 1 and said in done.err and len(done.err.splitlines()) == 1 and done.out == ""
