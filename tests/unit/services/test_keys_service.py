"""The keys of templates and devices: banks, origins, and what may be said of a key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from aps_tui.data import ChangedMeanwhile, Store
from aps_tui.domain.errors import ApsError, BadValue, Faults
from aps_tui.domain.site import Key, Template
from aps_tui.services import keys
from aps_tui.services.keys import Board, Level
from aps_tui.services.sitefile import load, read_document
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.loader import SHIPPED, load_packs
from tests.unit.services.site_packs import EXAMPLE, make_site_packs

MAC = "805ec0123456"
DEVICE, TEMPLATE = Level("device", MAC), Level("template", "T46 sales", "acme")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    """The site file's example: a T46U of 10 keys, template keys 1 and 2, the device's own key 3."""
    packs = make_site_packs(tmp_path / "packs")
    (tmp_path / "site.toml").write_text(EXAMPLE)
    with Store.open(tmp_path / "aps.sqlite3", operator="tester") as store:
        load(store, packs, read_document(tmp_path / "site.toml"))
        yield Workplace(store, tmp_path, packs)


def board(place: Workplace, level: Level = DEVICE) -> Board:
    return keys.board(place, level)


def shown(found: Board, bank: str = "dss") -> list[tuple[str, str]]:
    return [(cell.origin, cell.words) for cell in found.bank(bank).cells]


def test_each_key_says_where_it_comes_from(place: Workplace) -> None:
    wanted = [("T", "line 1"), ("T", "BLF 102 Bob"), ("D", "speed-dial 5551234"), ("-", "free")]
    assert shown(board(place))[:4] == wanted
    assert shown(board(place, TEMPLATE))[:4] == [*wanted[:2], ("-", "free"), ("-", "free")]
    assert [bank.title for bank in board(place).banks] == ["Keys"]


def test_modules_follow_their_setting(place: Workplace) -> None:
    place.store.settings.set(DEVICE, "keys.expansion_count", 2)
    found = board(place)
    assert [(bank.title, len(bank.cells)) for bank in found.banks[1:]] == [
        ("Module 1 EXP43", 20),
        ("Module 2 EXP43", 20),
    ]
    assert "2 of 3 expansion modules" in " ".join(found.notes)


def test_key_1_is_line_1_where_nothing_is_said(place: Workplace) -> None:
    keys.save(place, board(place, TEMPLATE), keys.dropped(board(place, TEMPLATE), ("dss", 1)))
    cell = board(place).cell(("dss", 1))
    assert cell is not None and (cell.origin, cell.words, cell.key) == ("-", "line 1", None)


def test_a_device_replaces_a_key_and_goes_back_to_the_templates(place: Workplace) -> None:
    keys.save(place, board(place), keys.placed(board(place), Key("dss", 2, "none")))
    assert shown(board(place))[1] == ("D", "off")
    keys.save(place, board(place), keys.dropped(board(place), ("dss", 2)))
    assert shown(board(place))[1] == ("T", "BLF 102 Bob")


@pytest.mark.parametrize(
    ("key", "why"),
    [
        (Key("dss", 4, "blf"), "dss key 4: value: a key of type blf does nothing without a value"),
        (Key("dss", 11, "blf", 1, "101"), "dss key 11: position: T46U has no dss key 11, only 10"),
        (Key("expansion-1", 1, "blf", 1, "101"), "expansion-1 key 1: .*keys.expansion_count is 0"),
        (Key("dss", 4, "line", 17), "dss key 4: line: T46U has 16 lines"),
        (Key("dss", 4, "acd"), "type acd is none of this model's Keys types"),
        (Key("dss", 4, "feature", 1, "*72"), "needs keys.enhanced"),
        (Key("dss", 4, "blf", 1, "101", "a\x1bb"), "dss key 4: label: line breaks and control"),
    ],
)
@pytest.mark.parametrize("level", [DEVICE, TEMPLATE], ids=["device", "template"])
def test_what_a_key_may_not_be(place: Workplace, level: Level, key: Key, why: str) -> None:
    found = board(place, level)
    with pytest.raises((Faults, BadValue), match=why):
        keys.save(place, found, keys.placed(found, key))
    assert board(place, level).owner == found.owner


def test_pbx_features_come_with_enhanced_keys(place: Workplace) -> None:
    assert "feature" not in board(place).bank("dss").types
    place.store.settings.set(TEMPLATE, "keys.enhanced", True)
    found = board(place)
    assert "feature" in found.bank("dss").types
    assert keys.save(place, found, keys.placed(found, Key("dss", 4, "feature", 1, "*72"))) == []


def test_second_keys_of_a_line_or_an_extension_warn(place: Workplace) -> None:
    found = board(place)
    said = keys.save(place, found, keys.placed(found, Key("dss", 4, "line", 1), Key("dss", 5, "blf", 1, "102")))
    assert [one for one in said if "line 1 has more than one key" in one]
    assert "extension 102 has 2 keys: dss 2, dss 5" in said
    notes = " ".join(board(place).notes)
    assert "line 1 has 2 keys: dss 1, dss 4" in notes and "extension 102 has 2 keys" in notes


def test_an_unknown_extension_warns(place: Workplace) -> None:
    found = board(place)
    [said] = keys.save(place, found, keys.placed(found, Key("dss", 4, "blf", 1, "777")))
    assert said == "dss key 4: value: there is no extension 777 in tenant acme"


def test_a_series_fills_keys_in_a_row(place: Workplace) -> None:
    found = board(place)
    keys.save(place, found, keys.filled(found, ("dss", 4), "098", "101"))
    assert shown(board(place))[3:7] == [("D", f"BLF {number}") for number in ("098", "099", "100", "101")]
    for first, last, why in (
        ("201", "220", "20 numbers, and 7 keys"),
        ("9", "10", "no series|same length"),
        ("5", "4", "up"),
    ):
        with pytest.raises(BadValue, match=why):
            keys.filled(found, ("dss", 4), first, last)


@pytest.mark.parametrize("level", [DEVICE, TEMPLATE], ids=["device", "template"])
def test_what_another_operator_said_meanwhile_stays(place: Workplace, level: Level) -> None:
    mine = board(place, level)
    with Store.open(place.store.path, operator="bob") as other:
        bobs = Workplace(other, place.root, place.packs)
        theirs = board(bobs, level)
        keys.save(bobs, theirs, keys.placed(theirs, Key("dss", 9, "blf", 1, "101")))
    with pytest.raises(ChangedMeanwhile, match="by bob"):
        keys.save(place, mine, keys.placed(mine, Key("dss", 9, "none")))


def test_what_is_gone_or_has_no_pack_is_said(place: Workplace) -> None:
    with pytest.raises(ApsError, match="no template"):
        keys.board(place, Level("template", "Nope", None))
    device = place.store.devices.get(MAC)
    assert device is not None
    place.store.devices.save(replace(device, model="T99", template=None, template_tenant=None))
    with pytest.raises(BadValue, match="T99"):
        board(place)


def test_programmable_keys_list_the_factorys_and_go_back_to_them(tmp_path: Path) -> None:
    packs, level = load_packs([SHIPPED]), Level("template", "Desk")
    with Store.open(tmp_path / "aps.sqlite3", operator="tester") as store:
        store.templates.save(Template("Desk", "yealink", "T46U"))
        place = Workplace(store, tmp_path, packs)
        factory = ["history", "directory", "dnd", "menu"]
        assert [cell.words for cell in board(place, level).bank("programmable").cells][:4] == factory
        keys.save(place, board(place, level), keys.placed(board(place, level), Key("programmable", 2, "none")))
        assert shown(board(place, level), "programmable")[1] == ("T", "off")
        keys.save(place, board(place, level), keys.dropped(board(place, level), ("programmable", 2)))
        assert shown(board(place, level), "programmable")[1] == ("-", "directory")
