"""Plan and commit: what is written, what is left alone, and what stops it."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from aps_tui.data.settings import Level
from aps_tui.domain.site import AddressMapping, Device, Extension
from aps_tui.services.commit import commit
from aps_tui.services.judge import Findings
from aps_tui.services.planning import plan
from aps_tui.services.tree import TreeError
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.loader import load_packs
from tests.unit.services.small_site import MACS, VENDOR, contents


def kinds(found: Findings) -> dict[str, str]:
    """Path to kind of change."""
    return {change.path: change.kind for change in found.changes}


def reasons(place: Workplace, found: Findings) -> dict[str, list[str]]:
    """Path to the words that say why."""
    words = found.reasons(place)
    return {change.path: words.words(change.causes) for change in found.changes}


def test_first_commit_writes_what_the_plan_said(place: Workplace) -> None:
    planned = plan(place)
    assert contents(place.root) == {}
    outcome = commit(place, note="first")
    assert outcome.generation == 1 and outcome.written == 8 and outcome.removed == 0
    assert kinds(planned) == kinds(outcome.found) == dict.fromkeys(contents(place.root), "add")
    assert {*contents(place.root)} == {*(f"{mac}.cfg" for mac in MACS), "common-T1.cfg", "common-T2.cfg"}
    assert reasons(place, planned)[f"{MACS[0]}.cfg"] == ["new device"]


def test_second_commit_writes_nothing(place: Workplace) -> None:
    commit(place)
    before = {path: (place.root / path).stat() for path in contents(place.root)}
    outcome = commit(place)
    assert outcome.generation is None and outcome.found.unchanged == 8 and not outcome.refused
    assert before == {path: (place.root / path).stat() for path in contents(place.root)}
    assert not (place.root / ".aps-tui").exists()
    assert len(place.store.generations.history()) == 1


def test_tenant_mapping_beats_the_global_one_and_the_dummy_stands_nowhere(place: Workplace) -> None:
    commit(place)
    files = contents(place.root)
    assert b"server = pbx.example.net" in files[f"{MACS[0]}.cfg"]
    assert b"server = bolt.example.net" in files[f"{MACS[3]}.cfg"]
    assert not any(b"1.1.1.1" in data for data in files.values())


def test_a_changed_mapping_changes_exactly_the_files_that_held_it(place: Workplace) -> None:
    commit(place)
    place.store.mappings.save(AddressMapping("1.1.1.1", "new.example.net"))
    found = plan(place)
    assert kinds(found) == {f"{mac}.cfg": "change" for mac in MACS[:3]}
    assert reasons(place, found)[f"{MACS[0]}.cfg"] == ["mapping 1.1.1.1: new.example.net"]


def test_a_template_change_names_the_setting(place: Workplace) -> None:
    commit(place)
    template = place.store.templates.get("Sales")
    assert template is not None
    place.store.templates.save(replace(template, settings={"time.zone": "America/Toronto"}))
    found = plan(place)
    assert reasons(place, found) == {f"{mac}.cfg": ["template Sales: time.zone"] for mac in MACS[:3]}


def test_a_rotated_secret_dirties_exactly_its_device(place: Workplace) -> None:
    commit(place)
    place.store.extensions.save(Extension("acme", "102", "102", "102", "rotated-secret", "Person 102"))
    found = plan(place)
    assert kinds(found) == {f"{MACS[1]}.cfg": "change"}
    assert "rotated" not in str(reasons(place, found))


def test_a_change_that_renders_the_same_is_not_dirty(place: Workplace) -> None:
    commit(place)
    place.store.settings.set(Level("site"), "network.lldp", True)
    assert plan(place).changes == []
    assert commit(place).generation is None


def test_files_are_private_and_of_the_group(place: Workplace) -> None:
    place = replace(place, gid=os.getgid())
    commit(place)
    for path in place.root.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        assert path.stat().st_gid == os.getgid()


def test_a_deleted_device_loses_its_files_and_others_files_stay(place: Workplace) -> None:
    commit(place)
    (place.root / "firmware.rom").write_bytes(b"not ours")
    place.store.devices.delete([MACS[3], MACS[4], MACS[5]])
    outcome = commit(place)
    assert kinds(outcome.found) == {
        **{f"{mac}.cfg": "remove" for mac in MACS[3:]},
        "common-T2.cfg": "remove",
    }
    assert outcome.removed == 4
    assert (place.root / "firmware.rom").read_bytes() == b"not ours"


def test_a_problem_in_one_device_stops_all(place: Workplace) -> None:
    commit(place)
    before = contents(place.root)
    place.store.extensions.save(Extension("acme", "101", "101", "101", "s3cret", "Line\nbreak"))
    place.store.mappings.save(AddressMapping("1.1.1.1", "new.example.net"))
    outcome = commit(place)
    assert outcome.refused and contents(place.root) == before
    assert [(p.mac, p.problem) for p in outcome.found.problems] == [
        (MACS[0], "line 1 label: holds a line break, which no configuration file can carry")
    ]
    outcome = commit(place, keep_going=True)
    assert {*kinds(outcome.found)} == {f"{MACS[1]}.cfg", f"{MACS[2]}.cfg"}
    assert contents(place.root)[f"{MACS[0]}.cfg"] == before[f"{MACS[0]}.cfg"]
    place.store.extensions.save(Extension("acme", "101", "101", "101", "s3cret", "Mended"))
    assert {*kinds(commit(place).found)} == {f"{MACS[0]}.cfg"}


def test_a_device_of_an_unknown_model_is_named(place: Workplace) -> None:
    place.store.devices.save(Device("001122000009", "acme", "testphone", "T9"))
    outcome = commit(place)
    assert outcome.refused and contents(place.root) == {}
    assert outcome.found.problems[0].mac == "001122000009"
    assert "testphone has no model 'T9'" in outcome.found.problems[0].problem


def test_a_file_edited_by_hand_is_never_silently_overwritten(place: Workplace) -> None:
    commit(place)
    edited = place.root / f"{MACS[0]}.cfg"
    edited.write_text("my own\n")
    assert [*plan(place).edited] == [edited.name]
    assert commit(place).generation is None, "the device is not dirty: nothing to do"
    place.store.mappings.save(AddressMapping("1.1.1.1", "new.example.net"))
    outcome = commit(place)
    assert outcome.refused and outcome.conflicts == [edited.name]
    assert edited.read_text() == "my own\n"
    assert b"pbx.example.net" in contents(place.root)[f"{MACS[1]}.cfg"]
    assert commit(place, keep_going=True).written == 2
    assert edited.read_text() == "my own\n"
    assert commit(place, overwrite=True).written == 1
    assert "new.example.net" in edited.read_text()
    assert any(path.read_bytes() == b"my own\n" for path in place.archive.iterdir()), "the edit is kept"


def test_overwrite_restores_a_file_whose_device_did_not_change(place: Workplace) -> None:
    commit(place)
    before = contents(place.root)
    (place.root / f"{MACS[0]}.cfg").write_text("my own\n")
    assert kinds(commit(place, overwrite=True).found) == {f"{MACS[0]}.cfg": "change"}
    assert contents(place.root) == before


def test_a_file_that_stood_there_before_us_is_not_overwritten(place: Workplace) -> None:
    (place.root / f"{MACS[0]}.cfg").write_text("from another system\n")
    outcome = commit(place)
    assert outcome.refused and outcome.conflicts == [f"{MACS[0]}.cfg"]
    assert [*contents(place.root)] == [f"{MACS[0]}.cfg"]


def test_a_file_that_already_is_as_it_should_is_adopted(place: Workplace, tmp_path: Path) -> None:
    commit(place)
    files = contents(place.root)
    for path, data in files.items():
        (place.root / path).unlink()
        (place.root / path).write_bytes(data)
    assert plan(place).changes == [] and not plan(place).edited
    assert commit(place).generation is None


def test_a_missing_file_is_written_again(place: Workplace) -> None:
    commit(place)
    (place.root / f"{MACS[2]}.cfg").unlink()
    found = plan(place)
    assert kinds(found) == {f"{MACS[2]}.cfg": "add"}
    assert reasons(place, found)[f"{MACS[2]}.cfg"] == ["missing from the disk"]
    commit(place)
    assert (place.root / f"{MACS[2]}.cfg").exists()


def test_a_symlink_is_not_followed(place: Workplace, tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("keep me")
    (place.root / f"{MACS[0]}.cfg").symlink_to(target)
    outcome = commit(place)
    assert outcome.refused and outcome.conflicts == [f"{MACS[0]}.cfg"]
    assert commit(place, overwrite=True).generation == 1
    assert target.read_text() == "keep me"
    assert not (place.root / f"{MACS[0]}.cfg").is_symlink()


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_folder_in_a_files_place_stops_the_commit(place: Workplace, overwrite: bool) -> None:
    (place.root / f"{MACS[0]}.cfg").mkdir()
    outcome = commit(place, overwrite=overwrite)
    assert outcome.refused and contents(place.root) == {}
    assert outcome.found.problems == [(MACS[0], f"a folder stands in the place of {MACS[0]}.cfg: move it away")]
    assert place.store.generations.pending() is None
    assert commit(place, overwrite=overwrite, keep_going=True).written == 7


def test_keeping_going_leaves_all_files_of_a_device_with_one_edited(place: Workplace, tmp_path: Path) -> None:
    vendor = tmp_path / "packs" / "testphone"
    second = VENDOR.replace(
        "[words.key]", '[[file]]\npath = "{mac}-b.cfg"\ntemplate = "mac.cfg.j2"\nformat = "flat"\n[words.key]'
    )
    (vendor / "vendor.toml").write_text(second)
    place = replace(place, given=load_packs([tmp_path / "packs"]))
    commit(place)
    before = contents(place.root)
    (place.root / f"{MACS[0]}-b.cfg").write_text("my own\n")
    place.store.mappings.save(AddressMapping("1.1.1.1", "new.example.net"))
    outcome = commit(place, keep_going=True)
    assert {*kinds(outcome.found)} == {f"{mac}{end}.cfg" for mac in MACS[1:3] for end in ("", "-b")}
    assert contents(place.root)[f"{MACS[0]}.cfg"] == before[f"{MACS[0]}.cfg"]
    live = {path.stat().st_ino for path in place.root.iterdir()}
    assert not live & {path.stat().st_ino for path in place.archive.iterdir()}, "no archived content shares a live file"
    assert {*kinds(commit(place, overwrite=True).found)} == {f"{MACS[0]}.cfg", f"{MACS[0]}-b.cfg"}


def test_a_shared_file_may_hold_no_mac_and_no_secret(place: Workplace) -> None:
    commit(place)
    before = contents(place.root)
    place.store.settings.set(Level("site"), "time.ntp_1", f"{MACS[0]}.example.net")
    outcome = commit(place)
    assert outcome.refused and contents(place.root) == before
    assert "it would hold a secret or a MAC: refused" in outcome.found.problems[0].problem


def test_what_is_not_carried_is_said(place: Workplace) -> None:
    template = place.store.templates.get("Sales")
    device = place.store.devices.get(MACS[0])
    assert template is not None and device is not None
    place.store.templates.save(replace(template, settings={**template.settings, "network.lldp": True}))
    place.store.devices.save(replace(device, settings={"ldap.host": "ldap.example.net"}))
    place.store.extensions.mark_gone("", "acme", ["101", "103", "104"])
    said = {(p.mac, p.problem) for p in plan(place).warnings}
    assert said == {
        ("", "template Sales: not supported by testphone/T1: network.lldp"),
        (MACS[0], "not supported by testphone/T1: ldap.host"),
        (MACS[1], "line 1: extension 102 is gone from the PBX; its old account is kept"),
    }


def test_unverified_models_are_said_once_for_each_vendor(place: Workplace, tmp_path: Path) -> None:
    toml = tmp_path / "packs" / "testphone" / "vendor.toml"
    toml.write_text(toml.read_text().replace('T2 = { family = "t" }', 'T2 = { family = "t", verified = false }'))
    packs = load_packs([tmp_path / "packs"])
    said = [p.problem for p in plan(replace(place, given=packs)).warnings]
    assert said == ["testphone T2: written from facts not verified on a real unit (aps-tui vendors testphone)"]


def test_only_the_macs_asked_for(place: Workplace) -> None:
    assert kinds(plan(place, [MACS[1].upper()])) == {f"{MACS[1]}.cfg": "add"}


def test_an_unprovisioned_phone_gets_the_limited_account_only(place: Workplace) -> None:
    place.store.settings.set(Level("site"), "security.admin_password", "adm1n-secret")
    commit(place)
    text = contents(place.root)[f"{MACS[5]}.cfg"].decode()
    assert f"account.1.user = aps-{MACS[5]}" in text and "account.1.label = UNPROV" in text
    assert "limited-secret" in text and "adm1n-secret" not in text
    assert "adm1n-secret" in contents(place.root)[f"{MACS[0]}.cfg"].decode()


@pytest.mark.parametrize(
    ("root", "says"),
    [("missing", "there is no such folder"), ("file", "is not a folder")],
)
def test_a_root_that_will_not_do(place: Workplace, tmp_path: Path, root: str, says: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TreeError, match=says):
        commit(replace(place, root=tmp_path / root))


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[None]:
    """A small file system of its own on a folder."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system needs root")


@pytest.mark.root
@needs_root
def test_a_full_disk_changes_nothing(place: Workplace) -> None:
    with mounted(place.root, "size=48k"):
        commit(place)
        before = contents(place.root)
        (place.root / "filler").write_bytes(b"x" * (4096 * 3))
        place.store.mappings.save(AddressMapping("1.1.1.1", "new.example.net"))
        with pytest.raises(TreeError, match="no space left: free some and try again; nothing was changed"):
            commit(place)
        (place.root / "filler").unlink()
        assert contents(place.root) == before
        assert commit(place).generation == 2


@pytest.mark.root
@needs_root
def test_a_read_only_root_is_said(place: Workplace) -> None:
    with mounted(place.root, "ro"), pytest.raises(TreeError, match="read-only"):
        commit(place)


@pytest.mark.root
@needs_root
def test_an_archive_on_another_file_system_gets_copies(place: Workplace) -> None:
    with mounted(place.root, "size=2m"):
        commit(place)
        before = contents(place.root)
        place.store.mappings.save(AddressMapping("1.1.1.1", "new.example.net"))
        commit(place)
        assert {before[f"{mac}.cfg"] for mac in MACS[:3]} <= {path.read_bytes() for path in place.archive.iterdir()}
