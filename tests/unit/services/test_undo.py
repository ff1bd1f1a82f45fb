"""Undo brings exact bytes back, and refuses to lose what was done by hand."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from aps_tui.domain.errors import ApsError
from aps_tui.domain.site import AddressMapping
from aps_tui.services.commit import commit
from aps_tui.services.planning import plan
from aps_tui.services.undo import undo
from aps_tui.services.workplace import Workplace
from tests.unit.services.small_site import MACS, contents


def change_all(place: Workplace, name: str) -> None:
    """Change the global mapping and remove nothing."""
    place.store.mappings.save(AddressMapping("1.1.1.1", name))


def test_undo_gives_the_first_bytes_back_deletions_included(place: Workplace) -> None:
    commit(place)
    first = contents(place.root)
    change_all(place, "second.example.net")
    commit(place)
    place.store.devices.delete([MACS[5]])
    commit(place)
    third = contents(place.root)
    outcome = undo(place, 1)
    assert contents(place.root) == first and outcome.generation == 4
    assert undo(place).generation == 5, "undoing the undo"
    assert contents(place.root) == third


def test_undo_without_a_number_goes_back_one(place: Workplace) -> None:
    commit(place)
    first = contents(place.root)
    change_all(place, "second.example.net")
    commit(place)
    undo(place)
    assert contents(place.root) == first


def test_undoing_the_first_commit_empties_the_tree_of_our_files(place: Workplace) -> None:
    (place.root / "firmware.rom").write_bytes(b"not ours")
    commit(place)
    assert undo(place).removed == 8
    assert [*contents(place.root)] == ["firmware.rom"]


def test_after_an_undo_the_plan_shows_the_difference_again(place: Workplace) -> None:
    commit(place)
    change_all(place, "second.example.net")
    commit(place)
    second = contents(place.root)
    undo(place)
    found = plan(place)
    assert len(found.changes) == 3
    words = found.reasons(place)
    assert words.words(found.changes[0].causes) == ["back to generation 1 (undo)"]
    commit(place)
    assert contents(place.root) == second


def test_undo_does_not_lose_a_hand_edit(place: Workplace) -> None:
    commit(place)
    change_all(place, "second.example.net")
    commit(place)
    edited = place.root / f"{MACS[0]}.cfg"
    edited.write_text("my own\n")
    before = contents(place.root)
    outcome = undo(place)
    assert outcome.refused and outcome.conflicts == [edited.name] and contents(place.root) == before
    assert undo(place, overwrite=True).written == 3


def test_undo_stops_at_a_folder_or_a_link_in_a_files_place(place: Workplace, tmp_path: Path) -> None:
    commit(place)
    change_all(place, "second.example.net")
    commit(place)
    taken = place.root / f"{MACS[0]}.cfg"
    taken.unlink()
    taken.symlink_to(tmp_path / "elsewhere")
    assert undo(place).conflicts == [taken.name]
    taken.unlink()
    taken.mkdir()
    with pytest.raises(ApsError, match="a folder stands in the place of"):
        undo(place, overwrite=True)
    assert place.store.generations.pending() is None
    taken.rmdir()
    assert undo(place).written == 3


def test_nothing_to_undo(place: Workplace) -> None:
    with pytest.raises(ApsError, match="nothing was committed yet"):
        undo(place)


def test_an_unknown_generation(place: Workplace) -> None:
    commit(place)
    with pytest.raises(ApsError, match="no generation 9"):
        undo(place, 9)


def test_an_altered_archive_is_found_out_before_anything_changes(place: Workplace) -> None:
    commit(place)
    change_all(place, "second.example.net")
    commit(place)
    before = contents(place.root)
    for path in place.archive.iterdir():
        path.write_bytes(b"rotten")
    with pytest.raises(ApsError, match="was altered"):
        undo(place)
    assert contents(place.root) == before
    assert commit(place).generation is None


def test_old_generations_are_pruned_with_their_contents(place: Workplace) -> None:
    place = replace(place, retention=2)
    commit(place)
    for number in range(4):
        change_all(place, f"host{number}.example.net")
        commit(place)
    assert [row.generation.id for row in place.store.generations.history()] == [5, 4]
    assert len(os.listdir(place.archive)) == 2 * 3
    undo(place, 4)
    assert b"host2.example.net" in contents(place.root)[f"{MACS[0]}.cfg"]
