"""A commit can be killed at any instant: every file stays whole, and the next start gives exactly one generation."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest

from aps_tui.domain.site import AddressMapping, Device
from aps_tui.services.commit import commit, recover
from aps_tui.services.lock import Busy
from aps_tui.services.planning import plan
from aps_tui.services.undo import undo
from tests.unit.services.killed import run
from tests.unit.services.small_site import MACS, contents, make_pack, open_site


def committed_site(folder: Path) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """A site one commit old with changes of every kind waiting: the tree before, and what it is to become."""
    make_pack(folder / "packs")
    with open_site(folder) as place:
        commit(place)
        (place.root / "ringer.wav").write_bytes(b"not ours")
        before = contents(place.root)
        place.store.mappings.save(AddressMapping("1.1.1.1", "new.example.net"))
        place.store.devices.delete([MACS[3]])
        more = [Device(f"0011220001{n:02x}", "acme", "testphone", "T1", "Sales") for n in range(12)]
        place.store.devices.save_many(more)
    after_folder = folder.parent / "after"
    shutil.copytree(folder, after_folder)
    with open_site(after_folder) as place:
        assert commit(place).generation == 2
        after = contents(place.root)
    shutil.rmtree(after_folder)
    assert before != after
    return before, after


@pytest.mark.parametrize("what", ["commit", "undo"])
def test_killed_at_every_step(tmp_path: Path, what: str) -> None:
    """For each step in turn: kill there, look at the tree, start again, look again."""
    site = tmp_path / "site"
    before, after = committed_site(site)
    if what == "undo":
        with open_site(site) as place:
            commit(place)
        before, after = after, before
    pristine = tmp_path / "pristine"
    shutil.move(site, pristine)
    shutil.copytree(pristine, site)
    _, steps = run(site, what)
    assert contents(site / "tftpboot") == after
    assert steps > 35
    outcomes = set()
    for fatal in range(1, steps + 1):
        shutil.rmtree(site)
        shutil.copytree(pristine, site)
        status, _ = run(site, what, fatal)
        assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        torn = {path: data for path, data in contents(site / "tftpboot").items() if not path.startswith(".aps-tui/")}
        for path, data in torn.items():
            assert data in (before.get(path), after.get(path)), f"{path} is neither old nor new after step {fatal}"
        with open_site(site) as place:
            recovered = recover(place)
            found = plan(place)
            assert found.problems == []
            tree = contents(place.root)
            tree = {path: data for path, data in tree.items() if not path.startswith(".aps-tui/")}
            outcomes.add((tree == after, recovered is not None))
            assert tree in (before, after)
            assert (tree == after) == (len(place.store.generations.history()) == (3 if what == "undo" else 2))
            if what == "commit":
                commit(place)
                assert contents(place.root) == after
                undo(place, 1)
                assert contents(place.root) == before
            else:
                undo(place, 1)
                assert contents(place.root) == after
    assert {(False, False), (True, True)} <= outcomes


def test_a_commit_of_one_device_killed_at_every_step(tmp_path: Path) -> None:
    """Its file is the old or the new one, and a whole commit afterwards brings everything there is."""
    site, pristine = tmp_path / "site", tmp_path / "pristine"
    before, after = committed_site(site)
    path = f"{MACS[0]}.cfg"
    one = {**before, path: after[path]}
    shutil.move(site, pristine)
    shutil.copytree(pristine, site)
    _, steps = run(site, "some")
    assert contents(site / "tftpboot") == one
    for fatal in range(1, steps + 1):
        shutil.rmtree(site)
        shutil.copytree(pristine, site)
        status, _ = run(site, "some", fatal)
        assert os.WIFSIGNALED(status)
        with open_site(site) as place:
            recovered = recover(place)
            tree = {path: data for path, data in contents(place.root).items() if not path.startswith(".aps-tui/")}
            assert tree in (before, one)
            assert (tree == one) == (len(place.store.generations.history()) == 2)
            assert recovered is None or tree == one
            commit(place)
            assert contents(place.root) == after
            undo(place, 1)
            assert contents(place.root) == before


def test_a_second_process_is_told_who_commits(tmp_path: Path) -> None:
    """Two commits at once: the second is refused with the first one's process, and harms nothing."""
    make_pack(tmp_path / "packs")
    with open_site(tmp_path) as place:
        refused: list[str] = []

        def step(name: str) -> None:
            if name == "sync":
                with open_site(tmp_path) as other, pytest.raises(Busy) as error:
                    commit(other)
                refused.append(str(error.value))

        assert commit(place, step=step).generation == 1
        assert refused == [f"a commit is under way (process {os.getpid()}, tester): wait for it to end"]
        assert plan(place).changes == []
