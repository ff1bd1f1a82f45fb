"""Edits of many devices: what they would do, that they do it, and what they refuse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from aps_tui.data.errors import ChangedMeanwhile
from aps_tui.data.store import Store
from aps_tui.domain.errors import BadValue, Faults
from aps_tui.domain.site import Device, Extension, Key, Line, Template, Tenant, Value
from aps_tui.services import bulk
from aps_tui.services.workplace import Workplace
from tests.unit.services.site_packs import make_site_packs

MACS = [f"805ec000{n:04x}" for n in range(1, 6)]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    """Five T46U of acme without a line, ten extensions of acme of which 103 is taken and 105 not usable."""
    packs = make_site_packs(tmp_path / "packs")
    with Store.open(tmp_path / "aps.sqlite3", operator="tester") as store:
        for tenant in ("acme", "bolt"):
            store.tenants.save(Tenant(tenant))
        store.templates.save(Template("Sales", "yealink", "T46U"))
        store.templates.save(Template("Bolt's", "yealink", "T46U", "bolt"))
        store.templates.save(Template("Big", "yealink", "T48U"))
        store.extensions.save_many(
            [Extension("acme", str(n), str(n), str(n), "s3cret", f"Name {n}", usable=n != 105) for n in range(101, 111)]
            + [Extension("bolt", "201", "201", "201", "s3cret", "Bolt 201")]
        )
        store.devices.save_many(
            [
                *(Device(mac, "acme", "yealink", "T46U") for mac in MACS),
                Device("000413000001", "acme", "snom", "D785", lines=(Line(2, "103", "old"),)),
            ]
        )
        yield Workplace(store, tmp_path, packs)


def done(place: Workplace, change: bulk.Change, macs: Sequence[str] = MACS) -> bulk.Outcome:
    """Work an edit out and save it."""
    found = bulk.outcome(place, macs, change)
    assert bulk.apply(place, macs, change, found) == len(found.devices)
    return found


def faults(place: Workplace, change: bulk.Change, macs: Sequence[str] = MACS) -> str:
    """What an edit is refused for; the devices stay as they are."""
    before = list(place.store.devices.all())
    with pytest.raises(Faults) as caught:
        bulk.outcome(place, macs, change)
    assert list(place.store.devices.all()) == before
    return str(caught.value)


def get(place: Workplace, mac: str) -> Device:
    device = place.store.devices.get(mac)
    assert device is not None
    return device


def series(text: str, line: int = 1, *, renew: bool = False) -> bulk.Change:
    return bulk.give_extensions(bulk.parse_series(text), line, renew=renew)


class TestSeries:
    def test_the_next_free_ones_in_the_list_s_order(self, place: Workplace) -> None:
        found = done(place, series("101..110"), MACS[::-1])
        given = {mac: get(place, mac).lines[0].extension for mac in MACS[::-1]}
        assert list(given.values()) == ["101", "102", "104", "106", "107"]
        assert found.shown[0] == f"{MACS[4]}  101" and found.shown[-1] == f"{MACS[0]}  107"
        assert "tenant acme: 101 to 107, 5 of them; 3 of the series stay free" in found.notes

    @pytest.mark.parametrize(
        ("text", "given"),
        [("101,110,102..", "101 110 102 104 106"), ("106..", "106 107 108 109 110"), ("110,109,108..101", "")],
    )
    def test_its_ways_of_writing(self, place: Workplace, text: str, given: str) -> None:
        if not given:
            with pytest.raises(BadValue, match="below the first"):
                bulk.parse_series(text)
            return
        done(place, series(text))
        assert " ".join(get(place, mac).lines[0].extension for mac in MACS) == given

    @pytest.mark.parametrize("text", ["", "101...", "..101", "101..x", "101,,102", "1 2", "001..10"])
    def test_what_is_none(self, text: str) -> None:
        with pytest.raises(BadValue):
            bulk.parse_series(text)

    def test_noughts_in_front_count(self) -> None:
        numbers = ["0101", "101", "0102", "102", "00102", "alice"]
        assert list(bulk.parse_series("0101..0110").among(numbers)) == ["0101", "0102"]
        assert list(bulk.parse_series("101..110,alice,101").among(numbers)) == ["101", "102", "alice"]

    def test_too_few_names_every_device_that_gets_none(self, place: Workplace) -> None:
        said = faults(place, series("101..104"))
        assert said.splitlines()[0] == "tenant acme: 2 short: 5 wanted, 3 of 101..104 are free"
        assert f"{MACS[3]}: no extension of tenant acme is left in 101..104" in said
        assert MACS[2] not in said

    def test_who_has_the_line_keeps_it_or_gets_another(self, place: Workplace) -> None:
        done(place, series("106.."), MACS[:2])
        found = done(place, series("101.."))
        assert "2 devices with a line 1 already: kept" in found.notes
        assert get(place, MACS[0]).lines == (Line(1, "106"),)
        place.store.devices.save(replace(get(place, MACS[0]), lines=(Line(1, "106", "Label", local_sip_port=12000),)))
        done(place, series("106..", renew=True), MACS[:3][::-1])
        lines = [get(place, mac).lines[0] for mac in MACS[:3][::-1]]
        assert [line.extension for line in lines] == ["106", "107", "108"]
        assert lines[2] == Line(1, "108", "Label", local_sip_port=12000)

    def test_a_line_that_the_model_has_not(self, place: Workplace) -> None:
        assert "000413000001: D785 has 2 lines, no line 3" in faults(place, series("101..", 3), ["000413000001"])

    def test_each_tenant_gets_its_own(self, place: Workplace) -> None:
        done(place, bulk.set_tenant("bolt"), MACS[:1])
        assert "tenant bolt: 1 short" in faults(place, series("101..110"), MACS[:2])
        done(place, series("101..299"), MACS[:2])
        assert [get(place, mac).lines[0].extension for mac in MACS[:2]] == ["201", "101"]


class TestModel:
    def test_what_no_longer_fits_comes_off_and_is_said(self, place: Workplace) -> None:
        device = get(place, MACS[0])
        settings: dict[str, Value] = {
            "general.firmware": "v84",
            "keys.expansion_count": 2,
            "network.lldp": True,
            "ldap.host": "x",
        }
        keys = (Key("dss", 2, "blf", 1, "102"), Key("dss", 9, "blf", 1, "103"), Key("dss", 3, "feature", 1, "*97"))
        place.store.devices.save(
            replace(device, template="Sales", settings=settings, keys=keys, raw={"a.b": "1"}, lines=(Line(1, "101"),))
        )
        found = done(place, bulk.set_model("snom", "D785"), MACS[:2])
        after = get(place, MACS[0])
        assert (after.vendor, after.model, after.template) == ("snom", "D785", None)
        assert after.lines == (Line(1, "101"),) and after.raw == {} and after.keys == ()
        assert after.settings == {"network.lldp": True, "ldap.host": "x"}
        said = "\n".join(found.notes)
        assert "1 device loses template Sales" in said and "raw parameters" in said
        assert "keys that D785 has not" in said and "general.firmware" in said and "keys.expansion_count" in said
        assert "ldap.host is kept on 1 and not written: D785 does not support it" in said

    def test_keys_that_fit_stay(self, place: Workplace) -> None:
        keys = (Key("dss", 2, "blf", 1, "102"),)
        place.store.devices.save(replace(get(place, MACS[0]), keys=keys))
        done(place, bulk.set_model("yealink", "T48U"), MACS[:1])
        assert get(place, MACS[0]).keys == keys

    def test_lines_beyond_it_refuse(self, place: Workplace) -> None:
        assert "000413000001: line 2: T30 has 1 lines" in faults(
            place, bulk.set_model("yealink", "T30"), [*MACS, "000413000001"]
        )

    def test_an_unknown_one(self, place: Workplace) -> None:
        with pytest.raises(BadValue, match="T99"):
            bulk.outcome(place, MACS, bulk.set_model("yealink", "T99"))


class TestTemplate:
    def test_only_those_that_fit_all_are_offered(self, place: Workplace) -> None:
        assert [one.name for one in bulk.fitting(place, MACS)] == ["Sales"]
        assert bulk.fitting(place, [*MACS, "000413000001"]) == []
        done(place, bulk.set_tenant("bolt"))
        assert [one.name for one in bulk.fitting(place, MACS)] == ["Bolt's", "Sales"]
        done(place, bulk.set_tenant("acme"), MACS[:1])
        assert [one.name for one in bulk.fitting(place, MACS)] == ["Sales"]

    def test_it_is_put_on_and_taken_off(self, place: Workplace) -> None:
        assert done(place, bulk.set_template("Sales")).same == 0
        assert done(place, bulk.set_template("Sales")).devices == ()
        done(place, bulk.set_template(None), MACS[:1])
        assert [get(place, mac).template for mac in MACS[:2]] == [None, "Sales"]

    def test_other_models_and_tenants_are_named(self, place: Workplace) -> None:
        said = faults(place, bulk.set_template("Sales"), [*MACS, "000413000001"])
        assert said == "000413000001: is snom/D785, template Sales is for yealink/T46U"
        assert f"{MACS[0]}: is of tenant acme" in faults(place, bulk.set_template("Bolt's", "bolt"))
        with pytest.raises(BadValue, match="no template 'Gone'"):
            bulk.outcome(place, MACS, bulk.set_template("Gone"))


def test_a_tenant_leaves_lines_and_templates_of_the_old_one(place: Workplace) -> None:
    done(place, series("101.."))
    done(place, bulk.set_template("Sales"))
    found = done(place, bulk.set_tenant("BOLT"))
    after = get(place, MACS[0])
    assert (after.tenant, after.lines, after.template) == ("bolt", (), "Sales")
    assert "5 lines come off" in found.notes[0]
    done(place, bulk.set_template("Bolt's", "bolt"))
    assert "5 devices leave a template" in done(place, bulk.set_tenant("acme")).notes[0]
    with pytest.raises(BadValue, match="no tenant 'cora'"):
        bulk.outcome(place, MACS, bulk.set_tenant("cora"))


class TestLabels:
    def test_a_line_by_a_pattern(self, place: Workplace) -> None:
        done(place, series("101.."), MACS[:2])
        found = done(place, bulk.label_lines("{n:02} {extension} {name} {mac4} {model}"))
        assert get(place, MACS[1]).lines[0].label == "02 102 Name 102 0002 T46U"
        assert found.notes == ("3 without a line 1: left as they are",)
        done(place, bulk.label_lines(""))
        assert get(place, MACS[1]).lines[0].label == ""

    def test_a_device_by_a_pattern(self, place: Workplace) -> None:
        done(place, series("101.."), MACS[:1])
        done(place, bulk.label_devices("{{{tenant}}}  {name} {extension}"))
        assert [get(place, mac).label for mac in MACS[:2]] == ["{acme} Name 101 101", "{acme}"]

    @pytest.mark.parametrize("pattern", ["{", "}", "{secret}", "{}", "{name!r}", "{name.x}", "{name:9}", "{n:x}"])
    def test_patterns_that_are_none(self, pattern: str) -> None:
        with pytest.raises(BadValue):
            bulk.label_devices(pattern)

    def test_too_long_names_the_device_and_no_line_is_said(self, place: Workplace) -> None:
        assert f"{MACS[0]}: label" in faults(place, bulk.label_devices("x" * 400))
        with pytest.raises(BadValue, match="none of these devices has a line 1"):
            bulk.outcome(place, MACS, bulk.label_lines("x"))


class TestSetting:
    def test_it_is_said_and_taken_back(self, place: Workplace) -> None:
        found = done(place, bulk.set_setting("network.lldp", "on"))
        assert get(place, MACS[0]).settings == {"network.lldp": True} and found.shown[0] == f"{MACS[0]}  on"
        done(place, bulk.set_setting("network.lldp", None), MACS[:1])
        assert [get(place, mac).settings for mac in MACS[:2]] == [{}, {"network.lldp": True}]

    def test_a_model_that_does_not_carry_it_is_noted(self, place: Workplace) -> None:
        found = bulk.outcome(place, MACS, bulk.set_setting("ldap.host", "10.0.0.1"))
        assert "5 of yealink/T46U: kept and not written, it does not support ldap.host" in found.notes

    def test_a_secret_is_never_shown(self, place: Workplace) -> None:
        found = bulk.outcome(place, MACS, bulk.set_setting("security.admin_password", "hunter2"))
        assert "hunter2" not in "".join([*found.shown, *found.notes])

    def test_what_the_model_or_other_settings_refuse(self, place: Workplace) -> None:
        said = faults(place, bulk.set_setting("keys.expansion_count", "5"))
        assert said.splitlines()[0].startswith(f"{MACS[0]}: keys.expansion_count: T46U takes at most 3")
        assert "network.address" in faults(place, bulk.set_setting("network.ip_mode", "static"))
        assert "v99" in faults(place, bulk.set_setting("general.firmware", "v99"))
        with pytest.raises(BadValue, match="vlan_id"):
            bulk.set_setting("network.vlan_id", "5000")


class TestMeanwhile:
    def test_an_extension_taken_by_another_console(self, place: Workplace) -> None:
        change = series("101..110")
        seen = bulk.outcome(place, MACS, change)
        with Store.open(place.store.path, operator="bob") as other:
            other.devices.save(Device("805ec0ffffff", "acme", "yealink", "T46U", lines=(Line(1, "102"),)))
        with pytest.raises(ChangedMeanwhile, match="look again"):
            bulk.apply(place, MACS, change, seen)
        assert get(place, MACS[0]).lines == ()

    def test_a_device_that_is_no_more(self, place: Workplace) -> None:
        change = bulk.set_template("Sales")
        seen = bulk.outcome(place, MACS, change)
        place.store.devices.delete(MACS[:1])
        with pytest.raises(ChangedMeanwhile, match=f"{MACS[0]}: this device is no more"):
            bulk.apply(place, MACS, change, seen)

    def test_too_few_left_by_then(self, place: Workplace) -> None:
        change = series("101..108")
        seen = bulk.outcome(place, MACS, change)
        with Store.open(place.store.path) as other:
            numbers = ("101", "102", "104")
            other.devices.save(
                Device("805ec0ffffff", "acme", "yealink", "T46U", lines=tuple(map(Line, (1, 2, 3), numbers)))
            )
        with pytest.raises(ChangedMeanwhile, match="short"):
            bulk.apply(place, MACS, change, seen)


def test_two_hundred_devices_get_model_template_and_extension_and_it_is_taken_back(place: Workplace) -> None:
    macs = [f"805ec0aa{n:04x}" for n in range(200)]
    place.store.extensions.save_many([Extension("acme", str(n), str(n), str(n), "x") for n in range(1000, 1250)])
    place.store.devices.save_many([Device(mac, "acme", "yealink", "T30") for mac in macs])
    before = [get(place, mac) for mac in macs]
    changes = (bulk.set_model("yealink", "T46U"), bulk.set_template("Sales"), series("1000.."))
    edits = []
    for change in changes:
        with place.store.edits.recording("an edit") as edit:
            done(place, change, macs)
        edits.append(edit)
    after = [get(place, mac) for mac in macs]
    assert {(one.model, one.template) for one in after} == {("T46U", "Sales")}
    assert [one.lines[0].extension for one in after] == [str(n) for n in range(1000, 1200)]
    for edit in reversed(edits):
        place.store.edits.take_back(edit)
    assert [get(place, mac) for mac in macs] == before
