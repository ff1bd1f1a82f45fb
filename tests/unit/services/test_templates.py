"""Templates as the console handles them, on the small site."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aps_tui.data.errors import ChangedMeanwhile
from aps_tui.domain.catalogue import MASK
from aps_tui.domain.errors import BadValue, Faults
from aps_tui.domain.site import Device, Key, Settings, Template
from aps_tui.services.templates import (
    TemplateRow,
    add,
    cloned,
    from_device,
    move,
    notes_of,
    remove,
    row_of,
    rows,
    said_of,
    save_clone,
    users,
)
from aps_tui.services.workplace import Workplace
from tests.unit.services.small_site import MACS


def sales(place: Workplace) -> TemplateRow:
    """The small site's template."""
    return next(row for row in rows(place) if row.name == "Sales")


def stored(place: Workplace, name: str, tenant: str | None = None) -> Template:
    """A template of exactly this scope."""
    found = place.store.templates.get(name, tenant)
    assert found is not None and found.tenant == tenant
    return found


def test_the_list_counts_users_settings_and_keys(place: Workplace) -> None:
    row = sales(place)
    assert row[1:] == ("Sales", None, "testphone", "T1", 3, 1, 1)
    assert row_of(place, row.id) == row and row_of(place, 99) is None
    found = users(place, row, 1, 1)
    assert [tuple(one) for one in found] == [(MACS[1], "acme", "", "102")]


def test_a_new_template_says_nothing(place: Workplace) -> None:
    row = add(place, " Front desk ", "acme", "testphone/t2")
    assert row[1:] == ("Front desk", "acme", "testphone", "T2", 0, 0, 0)
    assert stored(place, "Front desk", "acme").settings == {}
    for name, tenant, model, why in [
        ("front DESK", "acme", "testphone/T1", "there is a template front DESK of tenant acme already"),
        ("Sales", "", "testphone/T1", "for all tenants already"),
        (" ", "", "testphone/T1", "name: a text that is not empty"),
        ("x", "", "", "model: choose one"),
        ("x", "", "testphone/T9", "has no model 'T9'"),
        ("x", "", "nokia/3310", "unknown vendor"),
    ]:
        with pytest.raises(BadValue, match=why):
            add(place, name, tenant, model)
    assert add(place, "Sales", "acme", "testphone/T1").tenant == "acme"


def test_renaming_and_moving(place: Workplace) -> None:
    row = move(place, sales(place), "SALES", "")
    assert row.name == "SALES" and row.devices == 3
    row = move(place, row, "Acme sales", "acme")
    assert (row.name, row.tenant) == ("Acme sales", "acme")
    device = place.store.devices.get(MACS[0])
    assert device and (device.template, device.template_tenant) == ("Acme sales", "acme")
    with pytest.raises(BadValue, match=r"tenant: 3 devices \(00:11:22:00:00:00, .*\) of other tenants use Acme sales"):
        move(place, row, "x", "bolt")
    add(place, "Taken", "", "testphone/T2")
    with pytest.raises(BadValue, match="there is a template taken for all tenants already"):
        move(place, row, "taken", "")
    assert move(place, row, "Sales", "").tenant is None


def test_what_somebody_else_renamed_or_removed_is_refused_with_who(place: Workplace) -> None:
    seen = sales(place)
    place.store.templates.rename("Sales", None, "Front")
    with pytest.raises(ChangedMeanwhile, match="template Sales is Front now, by tester"):
        move(place, seen, "Mine", "")
    with pytest.raises(ChangedMeanwhile, match="by tester"):
        remove(place, seen)
    free = add(place, "Free", "", "testphone/T1")
    place.store.templates.delete("Free")
    with pytest.raises(ChangedMeanwhile, match="template Free was removed by tester"):
        remove(place, free)


def test_a_template_in_use_is_not_removed_and_its_users_are_named(place: Workplace) -> None:
    more = [f"0011220001{n:02d}" for n in range(5)]
    place.store.devices.save_many([Device(mac, "acme", "testphone", "T1", "Sales") for mac in more])
    with pytest.raises(BadValue, match=r"8 devices \(00:11:22:00:00:00, .*00:11:22:00:01:01 and 3 more\) use it"):
        remove(place, sales(place))
    for mac in [*MACS[:3], *more]:
        device = place.store.devices.get(mac)
        assert device is not None
        place.store.devices.save(replace(device, template=None))
    remove(place, sales(place))
    assert rows(place) == []


def test_a_copy_for_the_same_model_says_the_same(place: Workplace) -> None:
    clone = cloned(place, sales(place), "Sales 2", "bolt", "testphone/T1")
    assert clone.losses == ()
    save_clone(place, sales(place), clone)
    before, after = stored(place, "Sales"), stored(place, "Sales 2", "bolt")
    assert (after.settings, after.keys, after.raw, after.model) == (before.settings, before.keys, before.raw, "T1")
    with pytest.raises(BadValue, match="there is a template Sales 2 of tenant bolt already"):
        cloned(place, sales(place), "Sales 2", "bolt", "testphone/T1")


def test_a_copy_is_stored_as_it_was_seen_or_not_at_all(place: Workplace) -> None:
    clone = cloned(place, sales(place), "Copy", "", "testphone/T2")
    place.store.templates.save(replace(stored(place, "Sales"), settings={}))
    with pytest.raises(ChangedMeanwhile, match="template Sales was changed by tester"):
        save_clone(place, sales(place), clone)
    clone = cloned(place, sales(place), "Copy", "", "testphone/T2")
    add(place, "Copy", "", "testphone/T1")
    with pytest.raises(ChangedMeanwhile, match="there is a template Copy"):
        save_clone(place, sales(place), clone)


def test_what_is_to_be_minded_comes_from_the_site_files_rules(place: Workplace) -> None:
    keys = (Key("dss", 2, "line", 1), Key("dss", 3, "blf", 1, "999"), Key("dss", 9, "blf", 1, "101"))
    settings: Settings = {"network.nat_rport": False, "time.zone": "Europe/Paris"}
    place.store.templates.save(Template("Odd", "testphone", "T1", None, settings, keys=keys))
    place.store.templates.save(Template("Lost", "nokia", "3310"))
    notes = {row.name: notes_of(place)[row.id] for row in rows(place)}
    assert notes["Sales"] == []
    assert any("unknown vendor 'nokia'" in note for note in notes["Lost"])
    odd = "\n".join(notes["Odd"])
    for word in ("no dss key 9", "rport", "not supported by testphone/T1", "extension 999", "more than one key"):
        assert word in odd
    assert "template" not in notes["Odd"][0]


def test_what_a_template_says_is_masked(place: Workplace) -> None:
    said = {"security.admin_password": "Zebra-77", "time.zone": "Asia/Tokyo"}
    place.store.templates.save(Template("Odd", "testphone", "T1", "acme", said, {"web.password": "hush", "a.b": "1"}))
    row = next(row for row in rows(place) if row.name == "Odd")
    assert said_of(place, row) == [
        ("security.admin_password", MASK), ("time.zone", "Asia/Tokyo"), ("raw a.b", "1"), ("raw web.password", MASK),
    ]  # fmt: skip
    place.store.templates.delete("Odd", "acme")
    assert said_of(place, row) == []


def test_a_device_becomes_a_template(place: Workplace) -> None:
    device = place.store.devices.get(MACS[0])
    assert device is not None
    own = {"services.extension": "101", "time.ntp_1": "10.0.0.1"}
    keys = (Key("dss", 2, "blf", 1, "103"), Key("dss", 3, "blf", 1, "104"))
    place.store.devices.save(replace(device, settings=own, keys=keys, raw={"a.b": "1"}))
    row = from_device(place, "00:11:22:00:00:00", "Made", "acme")
    made = stored(place, "Made", "acme")
    assert made.settings == {"time.zone": "Europe/Paris", "time.ntp_1": "10.0.0.1"}
    assert (made.keys, made.raw, row.devices) == (keys, {"a.b": "1"}, 0)
    with pytest.raises(BadValue, match="there is no device 00:11:22:99:99:99"):
        from_device(place, "001122999999", "x", "")
    with pytest.raises((BadValue, Faults), match="already"):
        from_device(place, MACS[0], "made", "acme")
