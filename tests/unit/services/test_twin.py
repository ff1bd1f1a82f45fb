"""A large commit or plan is done by two processes, and nobody can tell: same files, same findings, all or nothing."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from aps_tui.domain.errors import ApsError
from aps_tui.domain.http_auth import password_of
from aps_tui.domain.site import AddressMapping, Device, Extension, Line
from aps_tui.services import rendering, twin
from aps_tui.services.commit import commit, recover
from aps_tui.services.judge import Findings
from aps_tui.services.planning import plan
from aps_tui.services.tree import TreeError
from aps_tui.services.workplace import Workplace
from tests.unit.services.killed import run
from tests.unit.services.small_site import contents, make_pack, open_site

DEVICES = [f"0011220001{n:02x}" for n in range(40)]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site of 46 devices."""
    folder = tmp_path / "site"
    make_pack(folder / "packs")
    with open_site(folder) as place:
        spare = [Extension("acme", f"{n}", f"{n}", f"{n}", f"s3cret-{n}", f"Spare {n}") for n in range(200, 240)]
        place.store.extensions.save_many(spare)
        place.store.devices.save_many(
            [
                Device(mac, "acme", "testphone", "T1", "Sales", lines=(Line(1, str(200 + n)),))
                for n, mac in enumerate(DEVICES)
            ]
        )
    return folder


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[twin.Twin]]:
    """Two processes from ten devices on; the second ones that were started."""
    started: list[twin.Twin] = []
    start = twin.start_twin

    def noted(*args: object) -> twin.Twin | None:
        found = start(*args)  # type: ignore[arg-type]
        started.extend([found] if found else [])
        return found

    monkeypatch.setattr(twin, "start_twin", noted)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    monkeypatch.setattr(rendering, "MANY", 10)
    monkeypatch.setattr(rendering, "_AT_A_TIME", 4)
    yield started
    assert all(one._process.poll() is not None for one in started), "a second process is left behind"


def _told(found: Findings) -> object:
    """Findings, whatever their order."""
    lists = (found.changes, found.problems, found.warnings, found.adopted, found.vanished, found.done)
    edited, failed = sorted(found.edited), sorted(found.failed_vendors)
    return [sorted(map(repr, one)) for one in lists], found.unchanged, edited, failed


def _spoil(place: Workplace) -> None:
    """Work of every kind: all files change, one is edited by hand, one is missing, two devices cannot be rendered."""
    place.store.mappings.save(AddressMapping("1.1.1.1", "new.example.net"))
    (place.root / f"{DEVICES[1]}.cfg").write_text("by hand\n")
    (place.root / f"{DEVICES[38]}.cfg").write_text("by hand\n")
    (place.root / f"{DEVICES[20]}.cfg").unlink()
    for n in (0, 39):
        lines = (Line(5, str(200 + n)),)
        place.store.devices.save(Device(DEVICES[n], "acme", "testphone", "T1", "Sales", lines=lines))


def _history(folder: Path) -> tuple[list[object], dict[str, bytes]]:
    """A first commit, then work of every kind: all that is found, and the files in the end."""
    with open_site(folder) as place:
        told: list[object] = [_told(plan(place)), _told(commit(place).found), _told(plan(place, thorough=True))]
        _spoil(place)
        refused = commit(place)
        told += [_told(plan(place)), _told(plan(place, thorough=True)), _told(refused.found), refused.conflicts]
        told += [
            _told(commit(place, keep_going=True).found),
            _told(commit(place, keep_going=True, overwrite=True).found),
        ]
        archive = contents(place.archive)
        return told, {**contents(place.root), **archive}


def test_two_find_and_write_what_one_does(site: Path, two: list[twin.Twin], monkeypatch: pytest.MonkeyPatch) -> None:
    other = site.with_name("other")
    shutil.copytree(site, other)
    found, files = _history(site)
    assert len(two) >= 6, "the second process was not used"
    started = len(two)
    monkeypatch.setattr(rendering, "MANY", 1_000)
    expected, written = _history(other)
    assert len(two) == started
    assert _without_inodes(found) == _without_inodes(expected)
    assert files == written


def test_two_write_each_phone_its_own_password(site: Path, two: list[twin.Twin]) -> None:
    template = site / "packs" / "testphone" / "mac.cfg.j2"
    template.write_text("user = {{ general.http_user }}\npass = {{ general.http_password }}\n" + template.read_text())
    with open_site(site) as place:
        settings = replace(place.store.provisioning.get(), http_auth=True)
        place.store.provisioning.save(settings)
        key = place.store.provisioning.get().http_key
        assert not commit(place).refused and two
        for mac in DEVICES:
            assert f"user = {mac}\npass = {password_of(key, mac, 0)}\n" in (place.root / f"{mac}.cfg").read_text()


def _without_inodes(found: object) -> str:
    """Findings as text; a file's signature differs from one tree to the other, and so do epochs' times."""
    import re

    return re.sub(r"(size|inode|mtime_ns)=\d+", "", repr(found))


def test_a_plan_counts_all_devices_as_they_are_done(site: Path, two: list[twin.Twin]) -> None:
    seen: list[tuple[int, int]] = []
    with open_site(site) as place:
        plan(place, progress=lambda done, of: seen.append((done, of)))
    assert seen[-1] == (46, 46) and sorted(seen) == seen and two


_MIDWAY = """
import os
from aps_tui.services import shares
work = iter([shares.survey])
shares.survey = lambda *given: next(work, lambda *_: os._exit(3))(*given)
shares.main()
"""


@pytest.mark.parametrize("code", ["", _MIDWAY], ids=["at once", "midway"])
def test_a_second_process_that_ends_too_early_stops_the_commit(
    site: Path, two: list[twin.Twin], monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    monkeypatch.setattr(twin, "_CODE", code)
    with open_site(site) as place:
        with pytest.raises(ApsError, match="second process"):
            commit(place)
        assert two and contents(place.root) == {} and contents(place.archive) == {}
        monkeypatch.undo()
        assert commit(place).written == 48


def test_what_the_second_cannot_write_takes_everything_back(
    site: Path, two: list[twin.Twin], monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_site(site) as place:
        commit(place)
        before, kept = contents(place.root), contents(place.archive)
        place.store.mappings.save(AddressMapping("1.1.1.1", "new.example.net"))
        full = (
            "import errno; from aps_tui.services.tree import Tree\n"
            "stage = Tree.stage\n"
            "def fail(self, path, data):\n"
            "    if '0100' < path[8:12]: raise OSError(errno.ENOSPC, 'full')\n"
            "    return stage(self, path, data)\n"
            "Tree.stage = fail\n"
        )
        monkeypatch.setattr(twin, "_CODE", full + twin._CODE)
        with pytest.raises(TreeError, match="no space left"):
            commit(place)
        assert two and contents(place.root) == before and contents(place.archive) == kept


def test_interrupted_while_two_are_at_work(site: Path, two: list[twin.Twin]) -> None:
    def interrupt(done: int, of: int) -> None:
        if done > of // 2:
            raise KeyboardInterrupt

    with open_site(site) as place:
        commit(place)
        before, kept = contents(place.root), contents(place.archive)
        place.store.mappings.save(AddressMapping("1.1.1.1", "new.example.net"))
        with pytest.raises(KeyboardInterrupt):
            commit(place, progress=interrupt)
        assert two and contents(place.root) == before and contents(place.archive) == kept


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("fatal", [3, 60])
def test_killed_while_two_are_at_work(site: Path, fatal: int) -> None:
    """The second ends with the first; what they left is swept, or finished, at the next start."""
    status, _ = run(site, "commit", fatal)
    assert os.WTERMSIG(status) == signal.SIGKILL
    with open_site(site) as place:
        recover(place)
        commit(place)
        assert plan(place).changes == []
        assert len([path for path in contents(place.root) if path.endswith(".cfg")]) == 48


@pytest.mark.usefixtures("two")
def test_one_core_does_it_alone(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    with open_site(site) as place:
        assert commit(place).written == 48
