"""Why each line of a file is as it is: the level, the key, the mapping that gave it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aps_tui.data.settings import Level
from aps_tui.domain.errors import ApsError
from aps_tui.domain.site import Key
from aps_tui.services.lost_lines import lost
from aps_tui.services.provenance import origins
from aps_tui.services.render import render_device
from aps_tui.services.workplace import Workplace
from tests.unit.services.small_site import MACS


def why(place: Workplace, mac: str = MACS[0]) -> dict[str, str]:
    """Each line of the device's file, and what is said of it."""
    [file] = render_device(place, mac).files
    found = origins(place, mac)[file.path]
    assert len(found) == len(file.text.split("\n"))
    return dict(zip(file.text.split("\n"), found, strict=True))


@pytest.mark.parametrize(
    ("level", "words"),
    [
        (Level("site"), "from the global site"),
        (Level("tenant", "acme"), "from tenant acme"),
        (Level("device", MACS[0]), "from this device"),
    ],
)
def test_a_setting_names_the_level_that_gives_it(place: Workplace, level: Level, words: str) -> None:
    template = place.store.templates.get("Sales")
    assert template is not None
    assert why(place)["time.zone = Europe/Paris"] == "time.zone = Europe/Paris, from template Sales"
    place.store.templates.save(replace(template, settings={}))
    place.store.settings.set(level, "time.zone", "Asia/Tokyo")
    assert why(place)["time.zone = Asia/Tokyo"] == f"time.zone = Asia/Tokyo, {words}"


def test_a_mapped_value_names_the_mapping_and_its_owner(place: Workplace) -> None:
    said = why(place)["account.1.server = pbx.example.net"]
    assert "1.1.1.1 -> pbx.example.net by the global mapping" in said
    assert "server.1.host = 1.1.1.1, from tenant acme" in said
    said = why(place, MACS[3])["account.1.server = bolt.example.net"]
    assert "1.1.1.1 -> bolt.example.net by the mapping of tenant bolt" in said


def test_keys_lines_raw_parameters_and_the_pack_itself(place: Workplace) -> None:
    device = place.store.devices.get(MACS[0])
    assert device is not None
    keys = (Key("dss", 3, "line", 2),)
    place.store.devices.save(replace(device, keys=keys, raw={"contrast": "6"}))
    said = why(place)
    assert said["key.2 = 16"] == "dss key 2 = blf 102 Bob, from template Sales"
    assert said["key.3 = 15"] == "dss key 3 = line, from this device"
    assert said["contrast = 6"] == "raw parameter contrast, from this device"
    assert said["account.1.user = 101"] == "line 1: user of extension 101"
    assert said["account.3.user ="] == said["key.5 = 0"] == "written by the testphone pack"


def test_a_key_of_the_device_over_the_templates_is_the_devices(place: Workplace) -> None:
    device = place.store.devices.get(MACS[0])
    assert device is not None
    place.store.devices.save(replace(device, keys=(Key("dss", 2, "line", 2),)))
    assert why(place)["key.2 = 15"] == "dss key 2 = line, from this device"


def test_no_secret_is_in_it(place: Workplace) -> None:
    place.store.settings.set(Level("tenant", "acme"), "security.admin_password", "hidden-Value-1")
    said = origins(place, MACS[0])
    assert "hidden" not in repr(said) and "s3cret" not in repr(said)
    assert any("security.admin_password = ••••••, from tenant acme" in one for one in said[f"{MACS[0]}.cfg"])


def test_an_unprovisioned_phone_has_its_limited_account(place: Workplace) -> None:
    said = why(place, MACS[5])
    assert said["account.1.user = aps-001122000005"].startswith("the limited account of unprovisioned phones: user")


def test_it_ends_when_nobody_wants_it_any_more(place: Workplace) -> None:
    assert {*origins(place, MACS[0], lambda: False)[f"{MACS[0]}.cfg"]} == {"written by the testphone pack"}


def test_what_cannot_be_rendered_is_said(place: Workplace) -> None:
    place.store.settings.set(Level("tenant", "acme"), "server.1.host", None)
    with pytest.raises(ApsError, match="no registrar"):
        origins(place, MACS[0])


def test_lines_that_are_alike_are_told_apart_by_their_neighbours() -> None:
    before = ["<a>", "on", "</a>", "<b>", "on", "</b>"]
    assert lost(before, ["<a>", "on", "</a>", "<b>", "</b>"]) == [4]
    assert lost(before, [*before, "more"]) == [] and lost(before, ["<a>", "off", "</a>", "<b>", "on", "</b>"]) == [1]
