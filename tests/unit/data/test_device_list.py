"""The console's list: filter, sort, pages and states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from aps_tui.data import Store
from aps_tui.data.device_list import COLUMNS
from aps_tui.domain.errors import BadValue
from aps_tui.domain.site import Device, Line

MAC, OTHER, THIRD = "805ec0000001", "805ec0000002", "805ec0000003"


@pytest.fixture
def fleet(site: Store) -> Store:
    site.devices.save(Device(THIRD, "globex", "yealink", "T46U", "Everyone", label="Lobby", lines=(Line(1, "104"),)))
    return site


@pytest.mark.parametrize(
    ("text", "macs"),
    [
        ("", [MAC, OTHER, THIRD]),
        ("   ", [MAC, OTHER, THIRD]),
        ("yealink", [MAC, THIRD]),
        ("YEALINK acme", [MAC]),
        ("!yealink", [OTHER]),
        ("!snom !lobby", [MAC]),
        ("80:5e:c0:00:00:01", [MAC]),
        ("805E.C000", [MAC, OTHER, THIRD]),
        ("mac:00-03", [THIRD]),
        ("vendor:snom", [OTHER]),
        ("tenant:globex", [THIRD]),
        ("extensions:104", [THIRD]),
        ("102", [MAC]),
        ("!extensions:10", []),
        ('template:"T46 sales"', [MAC]),
        ("!template:t46", [OTHER, THIRD]),
        ("template:every", [THIRD]),
        ("state:u", []),
        ("!state:N", []),
        ("label:recep", [MAC]),
    ],
)
def test_filters(fleet: Store, text: str, macs: list[str]) -> None:
    assert fleet.devices.macs(text) == macs
    assert fleet.devices.count(text) == len(macs)
    assert [row.mac for row in fleet.devices.page(text)] == macs


@pytest.mark.parametrize(
    ("text", "macs"),
    [
        ("%", [OTHER]),
        ("100%", [OTHER]),
        ("_", [OTHER]),
        ("_wild_", [OTHER]),
        ("'quoted'", [OTHER]),
        ("label:'", [OTHER]),
        ("'; DROP TABLE device; --", []),
        ("' OR 1=1 --", []),
        ('"', [MAC, OTHER, THIRD]),
        ("\\", []),
        ("!", [MAC, OTHER, THIRD]),
        ("mac:", [MAC, OTHER, THIRD]),
        ("nothing:at:all", []),
        ("rowid:1", []),
        ("état\x00\x1b[31m", []),
        ("label:*", []),
        ("x" * 5000, []),
    ],
)
def test_hostile_filters_mean_themselves(fleet: Store, text: str, macs: list[str]) -> None:
    assert fleet.devices.macs(text) == macs
    assert fleet.devices.count() == 3


@pytest.mark.parametrize("sort", COLUMNS)
@pytest.mark.parametrize("descending", [False, True])
def test_every_column_sorts(fleet: Store, sort: str, descending: bool) -> None:
    rows = fleet.devices.page(sort=sort, descending=descending)
    shown = [getattr(row, sort) for row in rows]
    assert shown == sorted(shown, reverse=descending)
    assert [row.mac for row in rows] == fleet.devices.macs(sort=sort, descending=descending)


def test_an_unknown_column_is_refused(fleet: Store) -> None:
    with pytest.raises(BadValue, match="sort by mac, vendor"):
        fleet.devices.page(sort="id; DROP TABLE device")


def test_a_row_shows_its_device(fleet: Store) -> None:
    assert fleet.devices.page("reception") == [
        (MAC, "yealink", "T46U", "T46 sales", "101 102", "Reception", "acme", "N")
    ]


def test_pages_follow_one_another(fleet: Store) -> None:
    whole = fleet.devices.page()
    assert fleet.devices.page(limit=2) + fleet.devices.page(offset=2, limit=2) == whole
    assert fleet.devices.page(offset=9) == []


def test_states(fleet: Store, commit: Callable[[Store], int]) -> None:
    commit(fleet)
    assert fleet.devices.states() == {"O": 3}
    assert fleet.devices.states(stale_vendors=["snom"]) == {"O": 2, "C": 1}
    fleet.db.execute_sql("UPDATE device SET label = 'x' WHERE mac = ?", (MAC,))
    fleet.db.execute_sql("UPDATE extension SET gone = 1 WHERE number = '103'")
    fleet.db.execute_sql("DELETE FROM line WHERE device = (SELECT id FROM device WHERE mac = ?)", (THIRD,))
    fleet.devices.save(Device("805ec0000004", "acme", "a", "b", lines=(Line(1, "104"),)))
    assert [row.state for row in fleet.devices.page()] == ["C", "X", "U", "N"]
    assert fleet.devices.macs("state:x") == [OTHER]


def test_the_list_follows_changes_here_and_elsewhere(fleet: Store) -> None:
    assert len(fleet.devices.page()) == 3
    fleet.devices.delete([MAC])
    assert len(fleet.devices.page()) == 2
    with Store.open(fleet.path) as other:
        other.devices.delete([OTHER])
    assert (len(fleet.devices.page()), fleet.devices.count()) == (1, 1)


def test_the_list_forgets_what_was_rolled_back(fleet: Store) -> None:
    with pytest.raises(ZeroDivisionError), fleet.transaction():
        fleet.devices.delete([MAC])
        assert len(fleet.devices.page()) == 2
        raise ZeroDivisionError
    assert len(fleet.devices.page()) == 3


def test_the_next_match_goes_round_the_end_both_ways(fleet: Store) -> None:
    find = fleet.devices.next_match
    assert find("yealink", 0, 1) == 2 and find("yealink", 2, 1) == 0 and find("yealink", 0, -1) == 2
    assert find("snom", 1, 1) == 1 and find("nothing", 0, 1) is None
    assert find("lobby", 0, 1, sort="label") is not None and find("yealink", 0, 1, "vendor:snom") is None


def test_a_label_changes_in_its_row_and_extensions_change_places(fleet: Store) -> None:
    before = fleet.devices.get(THIRD)
    assert before is not None
    changed = replace(before, lines=(replace(before.lines[0], label="New"),))
    fleet.devices.save_many([changed], {THIRD: before})
    assert fleet.devices.get(THIRD) == changed
    assert fleet.audit.of("device", THIRD, 1)[0].detail == "line 1"
    assert fleet.devices.kinds([MAC, OTHER, THIRD])["globex", "yealink", "T46U"] == 1
    assert "104" not in fleet.extensions.free_numbers("globex") and "104" in fleet.extensions.names("globex")
