"""Whoever may write in the root, or beside the database, turns no file of ours elsewhere and makes nobody wait."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from aps_tui.domain.errors import ApsError
from aps_tui.domain.site import AddressMapping
from aps_tui.services.commit import commit, recover
from aps_tui.services.lock import commit_lock, lock_path, said_by_holder
from aps_tui.services.planning import plan
from aps_tui.services.tree import STAGING, Tree, TreeError
from aps_tui.services.watch.follow import Follower, Whole
from aps_tui.services.watch.status import status
from aps_tui.services.workplace import Workplace
from tests.unit.services.killed import run
from tests.unit.services.small_site import MACS, contents, make_pack, open_site

FOREIGN = 12_345
"""A user who is not us."""
FILE = f"{MACS[0]}.cfg"


@pytest.fixture
def folders(tmp_path: Path) -> Iterator[Workplace]:
    """The small site with each phone's file in a folder of its own, committed once and changed since."""
    make_pack(tmp_path / "packs")
    toml = tmp_path / "packs" / "testphone" / "vendor.toml"
    toml.write_text(toml.read_text().replace('path = "{mac}.cfg"', 'path = "phones/{mac}.cfg"'))
    with open_site(tmp_path) as place:
        commit(place)
        place.store.mappings.save(AddressMapping("1.1.1.1", "new.example.net"))
        yield place


def _at(wanted: str, act: Callable[[], object]) -> Callable[[str], None]:
    """Do something right before a step of a commit."""

    def step(name: str) -> None:
        if name == wanted:
            act()

    return step


def test_a_link_put_in_place_of_a_folder_leads_nowhere(folders: Workplace, tmp_path: Path) -> None:
    """Between plan and commit, and between the point of no return and the renames."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / FILE).write_bytes(b"not ours")
    phones, kept = folders.root / "phones", tmp_path / "kept"

    def swap() -> None:
        phones.rename(kept)
        phones.symlink_to(outside)

    with pytest.raises(TreeError, match="mend that; the next start or commit finishes this one"):
        commit(folders, step=_at("begun", swap))
    with pytest.raises(TreeError, match="mend that"):
        recover(folders)
    assert contents(outside) == {FILE: b"not ours"}
    phones.unlink()
    kept.rename(phones)
    assert recover(folders) is not None and not plan(folders).changes
    assert b"new.example.net" in (phones / FILE).read_bytes()


def test_a_link_put_in_place_of_a_file_is_replaced_and_not_followed(place: Workplace, tmp_path: Path) -> None:
    commit(place)
    place.store.mappings.save(AddressMapping("1.1.1.1", "new.example.net"))
    outside = tmp_path / "outside"
    outside.write_bytes(b"not ours")

    def swap() -> None:
        (place.root / FILE).unlink()
        (place.root / FILE).symlink_to(outside)

    assert commit(place, step=_at("begun", swap)).generation == 2
    assert outside.read_bytes() == b"not ours" and not (place.root / FILE).is_symlink()


def test_a_root_that_is_replaced_meanwhile_gets_nothing(place: Workplace, tmp_path: Path) -> None:
    """The commit goes on in the folder that it opened."""
    root, moved, trap = place.root, tmp_path / "moved", tmp_path / "trap"
    trap.mkdir()

    def swap() -> None:
        root.rename(moved)
        root.symlink_to(trap)

    assert commit(place, step=_at("sync", swap)).generation == 1
    assert not contents(trap) and FILE in contents(moved)


@pytest.mark.parametrize("what", ["link", "file", "folder"])
def test_what_stands_in_place_of_the_staging_folder_is_not_used(place: Workplace, tmp_path: Path, what: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_bytes(b"not ours")
    stage = place.root / STAGING
    if what == "link":
        stage.symlink_to(outside)
    elif what == "file":
        stage.write_bytes(b"")
    else:
        stage.mkdir()
        (stage / FILE).write_bytes(b"planted")
    assert commit(place).generation == 1
    assert contents(outside) == {"kept": b"not ours"} and not stage.exists()
    assert b"planted" not in (place.root / FILE).read_bytes()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_staging_folder_of_someone_else_is_refused(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes the place of ours between its making and its opening."""
    make = os.mkdir

    def raced(path: str, mode: int = 0o777, *, dir_fd: int | None = None) -> None:
        make(path, mode, dir_fd=dir_fd)
        if path == STAGING:
            os.chown(path, FOREIGN, FOREIGN, dir_fd=dir_fd)

    monkeypatch.setattr(os, "mkdir", raced)
    with pytest.raises(TreeError, match="someone else put it there"):
        commit(place)
    assert not any(path.endswith(".cfg") for path in contents(place.root))


def test_a_recovery_places_nothing_that_was_altered(tmp_path: Path) -> None:
    make_pack(tmp_path / "packs")
    with open_site(tmp_path):
        pass
    for fatal in range(1, 100):
        run(tmp_path, "commit", fatal)
        with open_site(tmp_path) as place:
            if place.store.generations.pending() is not None:
                break
    with open_site(tmp_path) as place:
        staged = next(path for path in (place.root / STAGING).iterdir() if path.suffix == ".cfg")
        was = staged.read_bytes()
        staged.write_bytes(b"account.1.server = evil.example.net\n")
        with pytest.raises(TreeError, match="was altered since"):
            recover(place)
        assert not any(b"evil" in data for path, data in contents(place.root).items() if not path.startswith(STAGING))
        staged.write_bytes(was)
        assert recover(place) is not None and not plan(place).problems


def test_an_archive_that_others_may_read_is_refused(place: Workplace, tmp_path: Path) -> None:
    """Also behind a link."""
    open_to_all = tmp_path / "open"
    open_to_all.mkdir(mode=0o755)
    open_to_all.chmod(0o755)
    place.archive.symlink_to(open_to_all)
    with pytest.raises(TreeError, match="open to everybody: chmod o-rwx"):
        commit(place)
    assert not contents(open_to_all) and FILE not in contents(place.root)


def test_folders_without_end_do_not_stop_a_plan(place: Workplace) -> None:
    """Deeper than a walk by recursion goes."""
    at = os.open(place.root, os.O_RDONLY)
    for _ in range(480):
        os.mkdir("d", dir_fd=at)
        below = os.open("d", os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    os.close(at)
    try:
        assert len(plan(place).changes) == len(MACS) + 2
        with Tree(place.root, place.archive) as tree:
            assert tree.signatures() == {}
    finally:  # whoever cleans up goes by recursion
        subprocess.run(["rm", "-rf", str(place.root / "d")], check=True)


@pytest.mark.parametrize("name", ["commit", "watch"])
@pytest.mark.parametrize("what", ["link", "fifo", "folder", "hard link"])
def test_what_stands_in_place_of_a_lock_is_neither_used_nor_waited_for(
    place: Workplace, tmp_path: Path, name: str, what: str
) -> None:
    precious = tmp_path / "precious"
    precious.write_text("of the operator")
    path = lock_path(place.store.path, name)
    path.unlink(missing_ok=True)
    put: dict[str, Callable[[], None]] = {
        "link": lambda: path.symlink_to(precious), "fifo": lambda: os.mkfifo(path), "folder": path.mkdir,
        "hard link": lambda: path.hardlink_to(precious),
    }  # fmt: skip
    put[what]()
    with pytest.raises(OSError):
        said_by_holder(place.store.path, name)
    assert status(place.store.path) is None
    if name == "commit":
        with pytest.raises(ApsError, match=f"{path}: .*: remove it"), commit_lock(place.store.path, "tester"):
            pass
    assert precious.read_text() == "of the operator"


@pytest.mark.parametrize("kind", [Follower, Whole])
def test_a_log_that_is_no_file_makes_nobody_wait(tmp_path: Path, kind: type[Follower] | type[Whole]) -> None:
    """A FIFO that nobody writes, a terminal, an endless device; a link to a log is a log."""
    log = tmp_path / "log"
    os.mkfifo(log)
    for path in (log, Path("/dev/zero"), tmp_path):
        one = kind(path)
        assert not one.read() and "no regular file" in one.state
    (tmp_path / "real").write_text("a line\n")
    log.unlink()
    log.symlink_to(tmp_path / "real")
    found = kind(log).read() if kind is Whole else Follower(log, None).read()
    assert found and "a line" in str(found)


def test_a_fifo_that_takes_a_files_place_while_it_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "leases"
    path.write_text("x\n")
    one, opened = Whole(path), os.open

    def raced(name: Path, flags: int, *more: int) -> int:
        path.unlink()
        os.mkfifo(path)
        return opened(name, flags, *more)

    monkeypatch.setattr(os, "open", raced)
    assert one.read() is None and "no regular file" in one.state
