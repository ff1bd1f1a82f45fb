"""Sync: what changed is found and stored at once, what looks broken is refused, and only touched phones get dirty."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from aps_tui.data.queue import Source
from aps_tui.domain.errors import BadValue
from aps_tui.domain.site import Device, Key, Line
from aps_tui.services.commit import commit
from aps_tui.services.planning import plan
from aps_tui.services.sync import Claimed, Orphan, SyncPreview, apply, listed, preview
from aps_tui.services.workplace import Workplace
from tests.unit.services.small_site import MACS

ROWS = [(str(number), f"s3cret-acme-{number}", f"Person {number}") for number in range(101, 105)]


def written(folder: Path, rows: Sequence[tuple[str, str, str]], name: str = "pbx") -> Source:
    """A CSV source of acme with these rows."""
    file = folder / f"{name}.csv"
    lines = ["extension,secret,display_name", *(",".join(row) for row in rows)]
    file.write_text("\n".join(lines) + "\n")
    return Source(name, "csv", str(file), "acme")


@pytest.fixture
def source(place: Workplace, tmp_path: Path) -> Source:
    """What the site has of acme, as a source that was synced and committed."""
    kept = written(tmp_path, ROWS)
    apply(place.store, kept)
    commit(place)
    return kept


def state(place: Workplace) -> object:
    return place.store.extensions.all()


def test_the_first_source_adopts_what_a_site_file_brought(place: Workplace, tmp_path: Path) -> None:
    before = state(place)
    found = preview(place.store, written(tmp_path, ROWS))
    assert found.added == [] and found.changed == {row[0]: ["source"] for row in ROWS} and not found.conflicts
    assert state(place) == before


def test_the_same_again_changes_nothing(place: Workplace, source: Source) -> None:
    found = apply(place.store, source)
    assert (found.unchanged, found.changed, found.added, found.removed) == (4, {}, [], [])
    assert plan(place).changes == []


def test_a_rotated_secret_makes_exactly_its_phone_dirty(place: Workplace, source: Source, tmp_path: Path) -> None:
    rotated = written(tmp_path, [("101", "brand-New", "Person 101"), *ROWS[1:]])
    found = apply(place.store, rotated)
    assert found.changed == {"101": ["secret rotated"]} and "brand-New" not in repr(found)
    assert [change.mac for change in plan(place).changes] == [MACS[0]]
    row = place.store.audit.of("extension", "acme/101", 1)[0]
    assert row.detail == "secret"


def test_a_changed_context_is_stored_and_dirties_nothing(place: Workplace, source: Source) -> None:
    file = Path(source.location)
    file.write_text(file.read_text().replace("extension,", "context,extension,").replace("\n1", "\ninside,1"))
    assert apply(place.store, source).changed == {row[0]: ["context"] for row in ROWS}
    assert plan(place).changes == []


def test_an_extension_that_goes_is_orphaned_and_comes_back(place: Workplace, source: Source, tmp_path: Path) -> None:
    dial = Device(MACS[5], "bolt", "testphone", "T2")
    watch = Device(
        "0011220000aa", "acme", "testphone", "T1", lines=(Line(1, "104"),), keys=(Key("dss", 3, "blf", 1, "103"),)
    )
    place.store.devices.save_many([dial, watch])
    fewer = written(tmp_path, [row for row in ROWS if row[0] != "103"])
    assert apply(place.store, fewer).refused  # one of four is more than a fifth
    found = apply(place.store, fewer, allow_removals=True)
    assert found.removed == ["103"] and found.orphaned == [Orphan("103", MACS[2], 1)]
    assert any("0011220000aa: dss key 3" in text for text in found.warnings)
    row = next(row for row in listed(place.store, "acme") if row["number"] == "103")
    assert row["usable"] is False and "gone" in row["why"] and row["used_by"] == {"mac": MACS[2], "line": 1}
    again = apply(place.store, written(tmp_path, ROWS))
    assert again.came_back == ["103"] and again.removed == []
    assert place.store.extensions.find("acme", "103") is not None
    assert next(row for row in listed(place.store, "acme") if row["number"] == "103")["usable"] is True


@pytest.mark.parametrize("kept", [0, 1, 3])
def test_a_source_that_lost_too_much_is_refused(place: Workplace, source: Source, tmp_path: Path, kept: int) -> None:
    before = state(place)
    found = apply(place.store, written(tmp_path, ROWS[:kept]))
    assert "nothing was changed" in found.refused and state(place) == before
    assert preview(place.store, source, allow_removals=True).refused == ""


def test_a_fifth_may_go(place: Workplace, tmp_path: Path) -> None:
    many = [(str(number), f"secret-{number}", "") for number in range(200, 210)]
    assert not apply(place.store, written(tmp_path, many)).refused
    assert apply(place.store, written(tmp_path, many[:8])).removed == ["208", "209"]


def test_an_unreadable_source_changes_nothing(place: Workplace, source: Source) -> None:
    before = state(place)
    for location in (source.location + ".gone", str(place.root)):
        with pytest.raises(BadValue):
            apply(place.store, source._replace(location=location), allow_removals=True)
    assert state(place) == before


def test_two_sources_claim_one_number(place: Workplace, source: Source, tmp_path: Path) -> None:
    other = written(tmp_path, [("101", "stolen-secret", "Eve"), ("301", "new-secret", "Zoe")], "other")
    found = apply(place.store, other)
    assert found.conflicts == [Claimed("101", "pbx")] and found.added == ["301"] and found.changed == {}
    kept = place.store.extensions.find("acme", "101")
    assert kept is not None and kept.source == "pbx" and kept.name == "Person 101"
    assert apply(place.store, other, take_over=True).changed["101"] == ["secret rotated", "name", "source"]
    assert preview(place.store, source).conflicts == [Claimed("101", "other")]


def test_two_sources_claim_one_account_under_two_numbers(place: Workplace, source: Source, tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("extension,account,secret\n900,101,elsewhere-1\n")
    found = preview(place.store, Source("other", "csv", str(file), "acme"))
    assert found.conflicts == [Claimed("900", "pbx")] and found.added == []


def test_an_account_without_a_secret_is_kept_but_cannot_be_assigned(place: Workplace, tmp_path: Path) -> None:
    found = apply(place.store, written(tmp_path, [*ROWS, ("105", "", "Hash only")]))
    assert list(found.unusable) == ["105"] and found.added == ["105"]
    assert "105" not in [one.number for one in place.store.extensions.unassigned("acme")]
    in_use = apply(place.store, written(tmp_path, [("101", "", "Person 101"), *ROWS[1:], ("105", "", "Hash only")]))
    assert in_use.changed == {"101": ["secret lost", "usable"]}
    assert any(MACS[0] in text for text in in_use.warnings)


def test_an_unknown_tenant_is_an_error_unless_it_is_to_be_made(place: Workplace, tmp_path: Path) -> None:
    source = written(tmp_path, ROWS)._replace(tenant="coop")
    with pytest.raises(BadValue, match="--create-tenant"):
        apply(place.store, source)
    assert preview(place.store, source, create_tenant=True).added == [row[0] for row in ROWS]
    assert "coop" not in place.store.tenants.names()
    apply(place.store, source, create_tenant=True)
    assert len(place.store.extensions.all("coop")) == 4


def test_a_preview_holds_no_secret_in_its_words(place: Workplace, tmp_path: Path) -> None:
    found: SyncPreview = preview(place.store, written(tmp_path, [("101", "brand-New", "x"), ("400", "other-New", "y")]))
    assert "New" not in repr(found)
