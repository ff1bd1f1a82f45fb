"""A commit of some devices: they alone are written, and the next whole commit still sees all there is to see."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from aps_tui.domain.errors import BadValue
from aps_tui.domain.site import Device, Template
from aps_tui.services.commit import commit
from aps_tui.services.planning import plan
from aps_tui.services.undo import undo
from aps_tui.services.workplace import Workplace
from tests.unit.services.small_site import MACS, contents

FIRST, OTHER = MACS[0], MACS[1]


def relabel(place: Workplace, mac: str, zone: str) -> None:
    """Change a device so that its file changes."""
    device = place.store.devices.get(mac)
    assert device is not None
    place.store.devices.save(replace(device, settings={"time.zone": zone}))


def test_writes_these_devices_alone(place: Workplace) -> None:
    commit(place)
    before = contents(place.root)
    for mac in (FIRST, OTHER):
        relabel(place, mac, "America/Toronto")
    outcome = commit(place, [FIRST], note="one")
    assert (outcome.generation, outcome.written, outcome.found.done) == (2, 1, [FIRST])
    after = contents(place.root)
    assert {path for path in after if after[path] != before.get(path)} == {f"{FIRST}.cfg"}
    assert [change.path for change in plan(place).changes] == [f"{OTHER}.cfg"]
    assert [change.path for change in commit(place).found.changes] == [f"{OTHER}.cfg"]
    undo(place, 1)
    assert contents(place.root) == before


def test_a_new_device_leaves_shared_files_and_removals_to_the_next_commit(place: Workplace) -> None:
    commit(place)
    place.store.devices.save(Device("001122000099", "acme", "testphone", "T1"))
    place.store.devices.delete([OTHER])
    (place.root / "common-T1.cfg").unlink()
    assert commit(place, ["00:11:22:00:00:99"]).written == 1
    assert not (place.root / "common-T1.cfg").exists() and (place.root / f"{OTHER}.cfg").exists()
    commit(place)
    assert (place.root / "common-T1.cfg").exists() and not (place.root / f"{OTHER}.cfg").exists()


def test_shared_files_of_a_new_model_come_with_the_next_commit(place: Workplace) -> None:
    place.store.devices.delete([mac for mac in MACS if mac != FIRST])
    commit(place)
    place.store.devices.save(Device("001122000099", "bolt", "testphone", "T2"))
    commit(place, ["001122000099"])
    assert not (place.root / "common-T2.cfg").exists()
    assert commit(place).written == 1 and (place.root / "common-T2.cfg").exists()


@pytest.mark.parametrize("when", ["before", "after", "never"])
def test_the_next_whole_commit_sees_what_someone_did(place: Workplace, when: str) -> None:
    """A file of another device that goes before or after the commit of one is missed, not taken for granted."""
    commit(place)
    lost = place.root / f"{OTHER}.cfg"
    relabel(place, FIRST, "America/Toronto")
    if when == "before":
        lost.unlink()
    assert commit(place, [FIRST]).generation == 2
    if when == "after":
        lost.unlink()
    outcome = commit(place)
    assert outcome.written == (when != "never") and lost.exists()


def test_on_a_root_that_was_never_committed(place: Workplace) -> None:
    assert commit(place, [FIRST]).generation == 1
    assert [*contents(place.root)] == [f"{FIRST}.cfg"]
    outcome = commit(place)
    assert outcome.written == len(MACS) + 1
    assert {*contents(place.root)} == {*(f"{mac}.cfg" for mac in MACS), "common-T1.cfg", "common-T2.cfg"}


def test_a_changed_pack_is_still_new_to_the_others(place: Workplace, tmp_path: Path) -> None:
    commit(place)
    template = tmp_path / "packs" / "testphone" / "mac.cfg.j2"
    template.write_text(template.read_text() + "added = 1\n")
    from aps_tui.vendors.loader import load_packs

    again = replace(place, given=load_packs([tmp_path / "packs"]))
    commit(again, [FIRST])
    assert commit(again).written == len(MACS) - 1
    assert all(b"added = 1" in data for path, data in contents(place.root).items() if not path.startswith("common"))


def test_a_file_edited_by_hand_is_kept_unless_told(place: Workplace) -> None:
    commit(place)
    file = place.root / f"{FIRST}.cfg"
    file.write_text("mine\n")
    (place.root / f"{OTHER}.cfg").write_text("mine too\n")
    outcome = commit(place, [FIRST])
    assert outcome.refused and outcome.conflicts == [f"{FIRST}.cfg"] and file.read_text() == "mine\n"
    assert commit(place, [FIRST], overwrite=True).written == 1
    assert file.read_text() != "mine\n" and (place.root / f"{OTHER}.cfg").read_text() == "mine too\n"
    assert commit(place).generation is None  # an edit in place leaves the root's time, as ever
    assert list(plan(place).edited) == [f"{OTHER}.cfg"]


def test_nothing_to_write_and_nobody_named(place: Workplace) -> None:
    commit(place)
    assert commit(place, [FIRST]).generation is None
    assert commit(place, []).generation is None
    relabel(place, OTHER, "America/Toronto")
    assert commit(place, []).found.done == [] and commit(place).written == 1


def test_an_unknown_mac_and_a_problem_change_nothing(place: Workplace) -> None:
    commit(place)
    before = contents(place.root)
    with pytest.raises(BadValue, match="no such device: 0011220000ff"):
        commit(place, [FIRST, "0011220000ff"])
    place.store.templates.save(Template("Odd", "testphone", "T9"))
    place.store.devices.save(Device("0011220000ee", "acme", "testphone", "T9"))
    relabel(place, FIRST, "America/Toronto")
    outcome = commit(place, [FIRST, "0011220000ee"])
    assert outcome.refused and [one.mac for one in outcome.found.problems] == ["0011220000ee"]
    assert contents(place.root) == before
    assert commit(place, [FIRST, "0011220000ee"], keep_going=True).written == 1
