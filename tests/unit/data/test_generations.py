"""Generations: begun, finished, found again after a crash, taken back, pruned."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from aps_tui.data import Store, StoreError
from aps_tui.data.generations import FileChange
from aps_tui.data.rows import DiskFile

MAC, OTHER = "805ec0000001", "805ec0000002"


def _disk(path: str, mac: str | None, hash: str, generation: int) -> DiskFile:
    return DiskFile(path, mac, "yealink", hash, 100, 7, 12345, generation)


def _generation(store: Store, *changes: tuple[str, str | None, str | None], kind: str = "commit") -> int:
    """A whole commit of files named by their MAC; hashes are old and new."""
    epoch = store.generations.take_epoch()
    with store.transaction():
        number = store.generations.begin(epoch, note="why", kind=kind)  # type: ignore[arg-type]
        files = [FileChange(f"{mac}.cfg", mac, "yealink", old, new) for mac, old, new in changes]
        store.generations.add_files(number, files)
    written = [_disk(f"{mac}.cfg", mac, new, number) for mac, _, new in changes if new]
    store.generations.finish(number, written, [MAC, OTHER])
    return number


def test_a_generation_from_begin_to_finish(site: Store, dirty: Callable[[Store], set[str]]) -> None:
    number = _generation(site, (MAC, None, "aa"), (OTHER, None, "bb"))
    assert dirty(site) == set()
    assert [file.hash for file in site.files.all()] == ["aa", "bb"]
    summary = site.generations.history()[0]
    assert (summary.generation.operator, summary.generation.note, summary.generation.state) == ("alice", "why", "done")
    assert summary[1:] == (2, 0, 0)
    _generation(site, (MAC, "aa", "cc"), (OTHER, "bb", None))
    assert site.generations.history()[0][1:] == (0, 1, 1)
    assert site.generations.files(number)[0] == (f"{MAC}.cfg", MAC, "yealink", None, "aa")
    assert [file.path for file in site.files.all()] == [f"{MAC}.cfg"]


def test_a_crash_leaves_a_generation_to_finish(site: Store) -> None:
    with site.transaction():
        number = site.generations.begin(site.generations.take_epoch())
        site.generations.add_files(number, [FileChange("a", None, "snom", None, "aa")])
    with Store.open(site.path) as after:
        pending = after.generations.pending()
        assert pending and pending.id == number
        with pytest.raises(StoreError, match="another commit is under way"):
            after.generations.begin(1)
        after.generations.finish(number)
        assert after.generations.pending() is None


def test_a_crash_before_the_point_of_no_return_leaves_nothing(site: Store) -> None:
    with pytest.raises(ZeroDivisionError), site.transaction():
        site.generations.begin(site.generations.take_epoch())
        raise ZeroDivisionError
    assert site.generations.pending() is None
    assert site.generations.history() == []


def test_what_changed_since_a_generation(site: Store) -> None:
    first = _generation(site, (MAC, None, "aa"), (OTHER, None, "bb"))
    _generation(site, (MAC, "aa", "cc"), (OTHER, "bb", None))
    third = _generation(site, (MAC, "cc", "dd"), (OTHER, None, "bb"))
    assert site.generations.changes_since(third) == []
    assert site.generations.changes_since(first) == [(f"{MAC}.cfg", MAC, "yealink", "aa", "dd")]
    assert [change[3:] for change in site.generations.changes_since(0)] == [(None, "dd"), (None, "bb")]
    with pytest.raises(StoreError, match="no generation 99"):
        site.generations.changes_since(99)


def test_an_undo_makes_what_it_brought_back_dirty(site: Store, dirty: Callable[[Store], set[str]]) -> None:
    _generation(site, (MAC, None, "aa"), (OTHER, None, "bb"))
    _generation(site, (MAC, "aa", "cc"))
    _generation(site, (MAC, "cc", "aa"), kind="undo")
    assert dirty(site) == {MAC}


def test_pruning_gives_the_hashes_that_nothing_needs(site: Store) -> None:
    _generation(site, (MAC, None, "aa"), (OTHER, None, "bb"))
    _generation(site, (MAC, "aa", "cc"))
    third = _generation(site, (MAC, "cc", "dd"))
    assert site.generations.prune(2) == []  # aa is the way back, bb is on the disk
    assert site.generations.prune(1) == ["aa"]
    assert [summary.generation.id for summary in site.generations.history()] == [third]
    with pytest.raises(StoreError, match="goes back to generation 2 only"):
        site.generations.changes_since(0)
    assert [change[3:] for change in site.generations.changes_since(2)] == [("cc", "dd")]
    assert _generation(site, (MAC, "dd", "ee")) == third + 1


def test_generation_numbers_are_never_given_twice(site: Store) -> None:
    number = site.generations.begin(0)
    site.generations.abandon(number)
    assert site.generations.begin(0) == number + 1


def test_files_by_question(site: Store) -> None:
    site.files.save([_disk("a", MAC, "1", 1), _disk("b", "0004f2000001", "2", 1), _disk("c", None, "3", 1)])
    assert [file.path for file in site.files.of([MAC])] == ["a"]
    assert [file.path for file in site.files.orphans()] == ["b"]
    assert [file.path for file in site.files.shared()] == ["c"]
    site.files.forget(["a"])
    assert site.files.get("a") is None
