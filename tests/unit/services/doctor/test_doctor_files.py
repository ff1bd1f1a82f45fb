"""The root and the database: each fault is found on real files, and what is safe is mended."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from aps_tui.services.commit import commit
from aps_tui.services.config import Config
from aps_tui.services.doctor import Finding, Fix, Scene, examine, mend_all, open_scene
from aps_tui.services.doctor.table import CHECKS
from aps_tui.services.keyfile import make_key, new_of
from aps_tui.services.lock import commit_lock
from aps_tui.services.planning import plan
from aps_tui.services.resync.settings import ResyncSettings
from aps_tui.services.workplace import Workplace
from tests.unit.services.doctor.conftest import Look, severities, told
from tests.unit.services.small_site import MACS, contents


def fix_of(found: list[Finding]) -> list[Fix]:
    return [one.fix for one in found if one.fix]


def test_a_committed_site_is_well(place: Workplace, look: Look) -> None:
    commit(place)
    place.store.backup(place.store.path.with_name("copy"))
    names = [name for name in (check.name for check in CHECKS) if name.startswith(("files.", "database."))]
    for name in names:
        assert severities(look(name)) <= {"ok"}, told(look(name))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda root: shutil.rmtree(root), "fault {root}: there is no such folder | mkdir"),
        (lambda root: (root.rmdir(), root.write_text("")), "fault {root}: it is not a folder"),
        (lambda root: root.chmod(0o777), "fault {root}: everybody may write in it | chmod o-w"),
        (lambda root: root.chmod(0o700), "may not enter it | chgrp"),
    ],
)
def test_a_root_that_will_not_do(place: Workplace, look: Look, spoil: Callable[[Path], object], said: str) -> None:
    spoil(place.root)
    assert said.format(root=place.root) in told(look("files.root"))


def test_files_of_no_group_are_warned_of(look: Look) -> None:
    found = look("files.root", gid=None)
    assert severities(found) == {"warning"} and "no group is configured" in told(found)


@pytest.mark.parametrize(
    ("free", "inodes", "severity"),
    [(10 << 20, 10**6, "fault"), (100 << 20, 10**6, "warning"), (10 << 30, 10, "fault"), (10 << 30, 10**6, "ok")],
)
def test_room_and_inodes(look: Look, monkeypatch: pytest.MonkeyPatch, free: int, inodes: int, severity: str) -> None:
    full = os.statvfs_result((4096, 4096, 10**9, free // 4096, free // 4096, 10**7, inodes, inodes, 0, 255))
    monkeypatch.setattr(os, "statvfs", lambda _: full)
    assert severities(look("files.space")) == {severity}


def test_no_inodes_are_counted_where_the_file_system_has_none(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    btrfs = os.statvfs_result((4096, 4096, 10**9, 10**7, 10**7, 0, 0, 0, 0, 255))
    monkeypatch.setattr(os, "statvfs", lambda _: btrfs)
    assert severities(look("files.space")) == {"ok"}


def test_files_open_to_everybody_are_closed(place: Workplace, look: Look, config: Config) -> None:
    commit(place)
    wide = place.root / f"{MACS[0]}.cfg"
    wide.chmod(0o644)
    found = look("files.modes")
    assert severities(found) == {"fault"} and f"{MACS[0]}.cfg" in told(found)
    ((done, words),) = mend_all(fix_of(found), config, place)
    assert done and "1 file" in words and wide.stat().st_mode & 0o777 == 0o640
    assert severities(look("files.modes")) == {"ok"}


def test_a_link_in_a_files_place_is_not_followed(place: Workplace, look: Look, config: Config, tmp_path: Path) -> None:
    commit(place)
    other = tmp_path / "other"
    other.write_text("theirs")
    other.chmod(0o644)
    (place.root / f"{MACS[0]}.cfg").unlink()
    (place.root / f"{MACS[0]}.cfg").symlink_to(other)
    mend_all([Fix("files", place.root)], config, place)
    assert other.stat().st_mode & 0o777 == 0o644
    assert severities(look("files.modes")) == {"ok"}


def test_what_was_edited_gone_or_cannot_be_written_is_told(place: Workplace, look: Look) -> None:
    commit(place)
    (place.root / f"{MACS[0]}.cfg").write_text("edited")
    (place.root / f"{MACS[1]}.cfg").unlink()
    found = told(look("files.drift"))
    assert f"edited by hand: {MACS[0]}.cfg" in found and f"gone: {MACS[1]}.cfg" in found
    commit(place, overwrite=True)
    assert severities(look("files.drift")) == {"ok"}


def test_a_device_that_cannot_be_rendered_is_a_fault(
    place: Workplace, look: Look, provision: Callable[..., None]
) -> None:
    provision(unprovisioned_secret="")
    found = look("files.drift")
    assert "fault" in severities(found) and MACS[5] in told(found)


def cut_short(place: Workplace) -> None:
    """Begin a commit that is killed between its decision and its renames."""

    class Killed(BaseException):
        pass

    def step(name: str) -> None:
        if name == "begun":
            raise Killed

    with pytest.raises(Killed):
        commit(place, step=step)


def test_an_interrupted_commit_is_finished(place: Workplace, look: Look, config: Config) -> None:
    cut_short(place)
    before = contents(place.root)
    found = look("files.unfinished")
    assert severities(found) == {"fault"} and severities(look("files.drift")) == {"unknown"}
    assert contents(place.root) == before, "looking finishes nothing"
    ((done, words),) = mend_all(fix_of(found), config, place)
    assert done and words == "commit 1 was finished"
    assert severities(look("files.unfinished")) == {"ok"} and not plan(place).changes


def test_a_commit_that_is_under_way_is_no_fault(place: Workplace, look: Look) -> None:
    cut_short(place)
    with commit_lock(place.store.path, "alice"):
        found = look("files.unfinished")
    assert severities(found) == {"ok"} and "alice" in told(found)


@pytest.mark.parametrize("name", [MACS[0], MACS[0].upper(), "00-11-22-00-00-00", "old/00:11:22:00:00:00"])
def test_a_second_file_with_a_devices_mac_is_told(place: Workplace, look: Look, name: str) -> None:
    commit(place)
    there = place.root / f"{name}.boot"
    there.parent.mkdir(exist_ok=True)
    there.write_text("")
    (place.root / "805ec0999999.cfg").write_text("no device of ours")
    (place.root / "firmware-0011220000001122.rom").write_text("sixteen digits are no MAC")
    found = look("files.twice")
    assert severities(found) == {"warning"} and f"{name}.boot" in told(found) and "1 file carries" in told(found)


def test_broken_packs_and_a_folder_that_everybody_may_write(place: Workplace, config: Config, tmp_path: Path) -> None:
    broken = tmp_path / "packs" / "broken"
    broken.mkdir()
    (broken / "vendor.toml").write_text("name = 3")
    (tmp_path / "packs").chmod(0o777)
    check = [check for check in CHECKS if check.name == "files.packs"]
    scene = Scene(config, None)
    found = examine(scene, checks=check).findings
    assert "broken" in told(found) and severities(found) == {"warning", "fault"}
    assert mend_all(fix_of(found), config)[0][0]
    assert (tmp_path / "packs").stat().st_mode & 0o777 == 0o775


@pytest.mark.parametrize(
    ("name", "mode", "severity"),
    [("", 0o644, "fault"), ("", 0o640, "warning"), (".archive", 0o755, "fault"), (".commit", 0o666, "fault")],
)
def test_private_files_are_closed(
    place: Workplace, look: Look, config: Config, name: str, mode: int, severity: str
) -> None:
    commit(place)
    path = place.store.path.with_name(place.store.path.name + name)
    path.chmod(mode)
    found = look("database.private")
    assert severity in severities(found) and str(path) in told(found)
    assert all(done for done, _ in mend_all(fix_of(found), config))
    assert path.stat().st_mode & 0o077 == 0 and severities(look("database.private")) == {"ok"}


def test_a_group_that_shares_the_database_may_read_it(place: Workplace, look: Look) -> None:
    place.store.path.chmod(0o660)
    assert severities(look("database.private", group_writable=True)) == {"ok"}
    assert "warning" in severities(look("database.private"))


def test_a_database_below_the_root_is_a_fault(place: Workplace, look: Look, tmp_path: Path) -> None:
    found = look("database.private", root=tmp_path)
    assert "lies below the root" in told(found)


def test_a_fix_never_goes_through_a_link(tmp_path: Path, config: Config) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("")
    target.chmod(0o644)
    link.symlink_to(target)
    ((done, words),) = mend_all([Fix("rights", link, 0o007)], config)
    assert not done and str(link) in words and target.stat().st_mode & 0o777 == 0o644


def test_a_damaged_database_and_what_names_nothing(place: Workplace, look: Look) -> None:
    with sqlite3.connect(place.store.path) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("INSERT INTO line (device, number, extension) VALUES (999, 1, 999)")
    found = look("database.integrity")
    assert severities(found) == {"fault"} and "2 references lead to nothing in the table line" in told(found)


def test_damaged_pages_are_found(place: Workplace, config: Config, tmp_path: Path) -> None:
    place.store.backup(tmp_path / "copy.sqlite3")
    (tmp_path / "copy.sqlite3").chmod(0o600)
    with (tmp_path / "copy.sqlite3").open("r+b") as file:
        file.seek(20 * 4096)
        file.write(b"\xff" * 8192)
    broken = Config(tmp_path / "copy.sqlite3", config.root, config.gid, overlay=config.overlay)
    with open_scene(broken) as scene:
        found = examine(scene, checks=[check for check in CHECKS if check.name.startswith("database.")]).findings
    assert "fault" in severities(found) and "damaged" in told(found)


@pytest.mark.parametrize("spoil", ["missing", "garbage", "open", "folder"])
def test_a_database_that_does_not_open_is_one_fault_and_no_crash(config: Config, tmp_path: Path, spoil: str) -> None:
    db = tmp_path / "elsewhere" / "aps.sqlite3"
    db.parent.mkdir(mode=0o700)
    if spoil == "folder":
        db.mkdir()
    elif spoil != "missing":
        db.write_bytes(b"no database" * 1000 if spoil == "garbage" else b"")
        db.chmod(0o644 if spoil == "open" else 0o600)
    with open_scene(Config(db, config.root, config.gid, overlay=config.overlay)) as scene:
        assert scene.site is None
        found = examine(scene, checks=[check for check in CHECKS if not check.name.startswith("pbx")])
    opened = [one for one in found.findings if one.check == "database.open"]
    assert severities(opened) == {"fault"} and not found.healthy
    assert all("failed" not in one.what for one in found.findings), told(found.findings)
    if spoil == "open":
        assert any(one.fix for one in found.findings if one.check == "database.private")


@pytest.mark.parametrize(
    ("mode", "folder", "said"),
    [(0o644, 0o755, "only its owner"), (0o666, 0o755, "everybody may write it"), (0o644, 0o777, "may replace")],
)
def test_the_configuration_file(look: Look, tmp_path: Path, mode: int, folder: int, said: str) -> None:
    file = tmp_path / "etc" / "config.toml"
    file.parent.mkdir()
    file.write_text("")
    file.chmod(mode)
    file.parent.chmod(folder)
    assert said in told(look("database.config", file=file))


def test_the_managers_secret_is_closed(look: Look, config: Config, tmp_path: Path) -> None:
    file = tmp_path / "ami.secret"
    settings = ResyncSettings(ami_user="aps", ami_secret_file=str(file))
    assert "cannot be read" in told(look("database.config", resync=settings))
    file.write_text("hush-hush-hush")
    file.chmod(0o644)
    found = look("database.config", resync=settings)
    assert "fault" in severities(found) and "hush" not in told(found)
    assert mend_all(fix_of(found), config)[0][0] and file.stat().st_mode & 0o777 == 0o640


def test_hostile_names_are_bounded(place: Workplace, look: Look) -> None:
    commit(place)
    (place.root / f"{MACS[0]}{'x' * 200}").write_text("")
    (place.root / f"{MACS[1]}\x1b[2J\n").write_text("")
    (found,) = look("files.twice")
    assert len(found.what) < 300 and "2 files" in found.what


def test_secrets_in_the_database(place: Workplace, look: Look, tmp_path: Path) -> None:
    file = tmp_path / "secrets.key"
    assert "ok" in severities(look("database.secrets"))
    assert "plain text" in told(look("database.secrets", key_file=file))
    place.store.reseal(make_key(file))
    assert severities(look("database.secrets", key_file=file)) == {"ok"}
    place.store.db.execute_sql("UPDATE extension SET secret = 'by hand' WHERE number = '101'")
    assert "2 secrets are not encrypted | aps-tui secrets init" in told(look("database.secrets", key_file=file))
    make_key(new_of(file))
    assert "a rotation was cut short" in told(look("database.secrets", key_file=file))
