"""The audit trail: filtered in SQL, explained, exported."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from aps_tui.data.store import Store
from aps_tui.domain.errors import ApsError
from aps_tui.services.audit import device_of, explained, export_trail
from aps_tui.services.workplace import Workplace
from tests.unit.services.small_site import MACS


def names(store: Store, text: str) -> list[str]:
    return [row.name for row in store.audit.read(store.audit.find(text))]


@pytest.fixture
def store(place: Workplace) -> Store:
    """The trail of the small site, and what alice did after it."""
    with Store.open(place.store.path, operator="alice") as other:
        other.audit.add("device", MACS[0], "change", "line 1, dss key 2")
        other.audit.add("source", "100%_pbx", "add")
    return place.store


def test_the_newest_is_first(store: Store) -> None:
    assert names(store, "")[:2] == ["100%_pbx", MACS[0]]
    assert store.audit.count() == len(names(store, ""))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("who:alice kind:device", [MACS[0]]),
        ("who:ALICE !device", ["100%_pbx"]),
        ("name:%_", ["100%_pbx"]),
        ("action:change who:alice", [MACS[0]]),
        ('detail:"dss key" !who:tester', [MACS[0]]),
        (f"name:{':'.join(MACS[0][i : i + 2] for i in range(0, 12, 2))} who:alice", [MACS[0]]),
        ("who:nobody", []),
    ],
)
def test_a_filter_line_narrows_it(store: Store, text: str, found: list[str]) -> None:
    assert names(store, text) == found


def test_a_change_says_everything_and_leads_to_its_device(place: Workplace, store: Store) -> None:
    row = store.audit.read(store.audit.find("who:alice kind:device"))[0]
    said = "\n".join(explained(row))
    assert "alice" in said and f"change device {MACS[0]}" in said and "line 1, dss key 2" in said
    assert device_of(place, row) == MACS[0]
    store.devices.delete([MACS[0]])
    assert device_of(place, row) == ""


def test_an_export_holds_what_the_filter_lets_through_for_its_owner_alone(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "audit.csv"
    store.audit.add("device", "evil", "add", 'comma, "quote"\nline')
    assert export_trail(store, path, "who:tester kind:device") == len(MACS) + 1
    assert path.stat().st_mode & 0o777 == 0o600
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["detail"] == 'comma, "quote"\nline' and rows[0]["at"].endswith("+00:00")
    assert {row["kind"] for row in rows} == {"device"} and len(rows) == len(MACS) + 1


def test_an_export_that_cannot_be_written_says_so(store: Store, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere" / "audit.csv"):
        with pytest.raises(ApsError, match=str(path)):
            export_trail(store, path)


def test_a_hundred_thousand_changes_are_paged(place: Workplace) -> None:
    store = place.store
    before = store.audit.count()
    with store.transaction():
        store.audit.add_many(("device", f"{number:012x}", "change", "line 1") for number in range(100_000))
    ids = store.audit.find()
    assert len(ids) == before + 100_000
    assert [row.name for row in store.audit.read(ids[50_000:50_003])] == [f"{n:012x}" for n in (49_999, 49_998, 49_997)]
    assert len(store.audit.find("name:00000001869f")) == 1
