"""What only Alcatel's files ask for: four dialects' clocks, keys without a name, raw parameters of sections."""

from __future__ import annotations

import pytest

from aps_tui.domain.site import Key, Value
from aps_tui.vendors.engine import Result
from tests.conformance.judge import read_back
from tests.conformance.phones import PACKS, Sample, minimal

VENDOR = PACKS.vendor("alcatel")


def _phone(model: str) -> Sample:
    return minimal(VENDOR, VENDOR.model(model))


def _said(result: Result) -> dict[str, str]:
    return read_back(VENDOR, result).parameters


@pytest.mark.parametrize(
    ("model", "names"),
    [
        ("M3", {"config.00809fabcdef.xml", "config.00809FABCDEF.xml"}),
        ("8028s-GE", {"config.00809fabcdef.xml", "config.00809FABCDEF.xml"}),
        ("4028", {"sipconfig-00809fabcdef.txt"}),
        ("IP800", {"00809fabcdef.cfg"}),
    ],
)
def test_a_model_gets_the_files_that_it_asks_for(model: str, names: set[str]) -> None:
    files = _phone(model).with_phone(mac="00809fabcdef").plain().files
    assert {file.path for file in files} == names
    assert len({file.data for file in files}) == 1


@pytest.mark.parametrize(
    ("model", "zone", "dst", "expected"),
    [
        ("M3", "America/St_Johns", "auto",
         {"SettingTimeZone": "-03:30", "SettingTimeZoneLocation": "America/St_Johns", "SettingDstEnable": "2"}),
        ("M3", "Europe/Paris", "on",
         {"SettingTimeZone": "+02:00", "SettingTimeZoneLocation": "", "SettingDstEnable": "0"}),
        ("M3", "Asia/Kolkata", "auto", {"SettingTimeZone": "+05:30", "SettingDstEnable": "0"}),
        ("8028s-GE", "America/St_Johns", "off", {"DmAdmcfgTimeZone": "-3:30"}),
        ("4028", "Europe/Paris", "auto", {"timezone": "UT::60:032802:102803"}),
        ("4028", "Europe/Paris", "on", {"timezone": "UT::120:000000:000000"}),
        ("4028", "America/Bogota", "auto", {"timezone": "UT::-300:000000:000000"}),
        ("IP800", "Europe/Paris", "auto", {"TimeZone": "+1", "StartTime": "3/5/7/2", "EndTime": "10/5/7/3"}),
        ("IP800", "Asia/Kolkata", "auto", {"TimeZone": "+5:30", "SummerTime": "0"}),
    ],
)  # fmt: skip
def test_the_clock(model: str, zone: str, dst: str, expected: dict[str, str]) -> None:
    settings: dict[str, Value] = {"time.zone": zone, "time.dst": dst}
    said = _said(_phone(model).with_phone(settings=settings).plain())
    assert {name: said[name] for name in expected} == expected


def test_a_fixed_date_for_summer_time_warns() -> None:
    result = _phone("4028").with_phone(settings={"time.zone": "Europe/Paris"}).plain()
    assert any("three days" in warning for warning in result.warnings)


def test_a_speed_dial_without_a_label_is_named_by_its_number() -> None:
    said = _said(_phone("4028").with_phone(keys=(Key("dss", 2, "speed-dial", 1, "201", "", ""),)).plain())
    assert (said["speed_dial_2_first_name"], said["speed_dial_2_uri"]) == ("201", "201")


def test_a_busy_lamp_field_watches_and_picks_up() -> None:
    keys = (Key("dss", 2, "blf", 1, "201", "Ann", "*8201"), Key("dss", 3, "blf", 1, "202", "Bob", ""))
    said = _said(_phone("M3").with_phone(keys=keys).plain())
    assert [said[f"ProgramKey2{name}"] for name in ("Type", "Value", "Extension")] == ["59", "201", "*8201"]
    assert said["ProgramKey3Extension"] == "202"


@pytest.mark.parametrize(
    ("name", "section"),
    [
        ("account2.Expire", "[ account ]\npath = /config/voip/sipAccount1.cfg\nExpire = 60\n"),
        ("NAT.rport", "[ NAT ]\npath = /config/voip/sipAccount0.cfg\nrport = 60\n"),
        ("memory13.HotLineId", "[ memory13 ]\npath = /config/vpPhone/vpPhone.ini\nHotLineId = 60\n"),
        ("Time.Interval", "[ Time ]\npath = /config/Setting/Setting.cfg\nInterval = 60\n"),
    ],
)
def test_a_raw_parameter_of_a_temporis_goes_to_its_section(name: str, section: str) -> None:
    result = _phone("IP800").with_phone(raw={name: "60"}).plain()
    assert section in result.files[0].data.decode()
    assert not result.warnings


@pytest.mark.parametrize(("name", "section"), [("tone_country", "audio"), ("admin.lcd_timer", "admin"), ("new", "sip")])
def test_a_raw_parameter_of_an_ip_touch_goes_to_its_section(name: str, section: str) -> None:
    text = _phone("4028").with_phone(raw={name: "7"}).plain().files[0].data.decode()
    part = text[text.index(f"[{section}]") :].partition("\n\n")[0]
    assert f"\n{name.rpartition('.')[2]}=7" in part


def test_a_raw_parameter_of_no_section_is_told() -> None:
    for model in ("4028", "IP800"):
        result = _phone(model).with_phone(raw={"nowhere.name": "7"}).plain()
        assert any("nowhere.name" in warning for warning in result.warnings), model
