"""import and export as commands."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run, Site
from tests.unit.services.small_site import MACS

NEW = "00:11:22:00:00:aa"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(
        f"mac,model,extension,label\n{NEW},T1,104,Zoë\n{MACS[0]},T1,,\n00:11:22:00:00,T1,,\n3c0754000005,,,\n"
    )
    return path


def test_a_list_becomes_devices(run: Run, site: Site, file: Path) -> None:
    done = run("import", str(file), "--tenant", "acme")
    assert done.status == 0
    assert done.out == "1 device added; 1 known already, 1 of no supported vendor, 1 rejected\n"
    assert "warning: line 4, 00:11:22:00:00 T1: 10 hex digits: a MAC has exactly 12" in done.err
    assert "warning: line 5, 3c0754000005: unsupported: registered to Apple, Inc." in done.err
    with site.store() as store:
        device = store.devices.get("0011220000aa")
        assert device and (device.tenant, device.model, device.lines[0].label) == ("acme", "T1", "Zoë")
    again = run("import", str(file), "--tenant", "acme")
    assert again.status == 0 and again.out.startswith("0 devices added; 2 known already")


def test_rehearsed_as_json(run: Run, site: Site, file: Path) -> None:
    done = run("import", str(file), "--tenant", "acme", "--dry-run", "--json")
    assert done.status == 0 and done.json["dry_run"] is True and done.json["added"] == 0
    assert done.json["devices"] == [
        {
            "mac": "0011220000aa", "tenant": "acme", "vendor": "testphone", "model": "T1", "template": None,
            "label": "Zoë", "lines": [{"number": 1, "extension": "104"}],
        }
    ]  # fmt: skip
    assert done.json["known"] == [{"line": 3, "mac": MACS[0], "tenant": "acme"}]
    assert [one["line"] for one in done.json["rejected"]] == [4] and done.json["unsupported"][0]["line"] == 5
    assert run("import", str(file), "--tenant", "acme", "--json").json["added"] == 1


def test_from_stdin_with_a_series(run: Run, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BytesIO(f"{NEW}\n001122-0000ab".encode())

    monkeypatch.setattr("sys.stdin", Stdin())
    options = ("--tenant", "bolt", "--model", "testphone/T2", "--extensions", "101..199")
    done = run("import", "-", *options)
    assert done.status == 0 and done.out == "2 devices added\n"
    with site.store() as store:
        assert [one.lines[0].extension for one in store.devices.get_many(["0011220000aa", "0011220000ab"])] == [
            "103",
            "104",
        ]


def test_a_problem_stores_nothing(run: Run, site: Site, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text(f"mac,model,ext\n{NEW},T1,101\n001122-0000ab,,\n")
    done = run("import", str(path), "--tenant", "acme")
    assert done.status == 1 and done.out == "" and "2 problems: nothing was stored" in done.err
    assert f"line 2, 0011220000aa: line 1: extension 101 of tenant acme is already on {MACS[0]}" in done.err
    asjson = run("import", str(path), "--tenant", "acme", "--json")
    assert asjson.status == 1 and [one["line"] for one in asjson.json["problems"]] == [3, 2][::-1]
    with site.store() as store:
        assert store.devices.count() == 6


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--tenant", "nobody"], "there is no tenant 'nobody'"),
        (["--tenant", "acme", "--model", "T1"], "write VENDOR/MODEL"),
        (["--tenant", "acme", "--model", "testphone/T1", "--extensions", "5..1"], "below the first"),
        ([], "choose a tenant"),
    ],
)
def test_wrong_options(run: Run, site: Site, file: Path, arguments: list[str], said: str) -> None:
    done = run("import", str(file), *arguments)
    assert done.status == 1 and said in done.err


def test_files_that_cannot_be_read(run: Run, site: Site, tmp_path: Path) -> None:
    for path, why in ((tmp_path / "none", "cannot be read"), (tmp_path, "no phone's file is among")):
        done = run("import", str(path), "--tenant", "acme")
        assert done.status == 1 and why in done.err
    (tmp_path / "empty").write_text("")
    assert "nothing to import" in run("import", str(tmp_path / "empty"), "--tenant", "acme").err
    assert run("import").status == 2


def test_export_then_import(run: Run, site: Site, tmp_path: Path) -> None:
    text = run("export").out
    path = tmp_path / "all.csv"
    path.write_text(text)
    with site.store() as store:
        store.devices.delete(MACS)
    assert run("import", str(path)).out == "6 devices added\n"
    assert run("export").out == text


def test_a_tftpboot_becomes_a_list_for_the_console_or_devices_at_once(run: Run, site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "old"
    folder.mkdir()
    (folder / "0011220000aa.cfg").write_text("# T1\naccount.1.user = 104\naccount.1.label = Zoë\nkey.2 = 16\n")
    (folder / "firmware.rom").write_bytes(b"\0" * 99)
    shown = run("import", str(folder), "--from", "tftpboot", "--tenant", "acme", "--dry-run", "--json")
    assert shown.status == 0 and [one["model"] for one in shown.json["devices"]] == ["T1"]
    begun = run("import", str(folder), "--tenant", "acme")
    assert begun.status == 0 and begun.out.startswith("1 phone found: look through them")
    assert "firmware.rom" in begun.err
    with site.store() as store:
        assert store.devices.get("0011220000aa") is None
    again = run("import", str(folder), "--tenant", "acme")
    assert again.status == 1 and "is not finished" in again.err
    stored = run("import", str(folder), "--tenant", "acme", "--yes")
    assert stored.status == 0 and stored.out == "1 device added\n"
    with site.store() as store:
        device = store.devices.get("0011220000aa")
        assert device and (device.lines[0].extension, device.lines[0].label) == ("104", "Zoë")
    assert run("import", str(folder / "firmware.rom"), "--secrets").status == 2
