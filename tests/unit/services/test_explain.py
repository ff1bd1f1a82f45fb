"""explain: the stored levels in their order, and what the file makes of the value."""

from __future__ import annotations

import pytest

from aps_tui.data.settings import Level
from aps_tui.domain.errors import BadValue
from aps_tui.services.explain import as_text, explain_setting
from aps_tui.services.render import render_device
from aps_tui.services.workplace import Workplace
from tests.unit.services.small_site import MACS


@pytest.mark.parametrize("level", [Level("site"), Level("tenant", "acme"), Level("device", MACS[0])])
def test_the_winner_is_what_the_file_says(place: Workplace, level: Level) -> None:
    place.store.settings.set(level, "time.zone", "Asia/Tokyo")
    found = explain_setting(place, MACS[0], "time.zone")
    assert found.winner is not None
    [file] = render_device(place, MACS[0]).files
    assert f"time.zone = {found.winner.value}\n" in file.data.decode()
    words = {"site": "global", "tenant": "tenant", "device": "device"}
    said = {step.level: step.value for step in found.steps}
    assert said[words[level.kind]] == "Asia/Tokyo" and said["template"] == "Europe/Paris"
    assert found.winner.level == ("device" if level.kind == "device" else "template")


def test_a_value_without_an_address_is_written_as_it_is(place: Workplace) -> None:
    found = explain_setting(place, MACS[0], "time.zone")
    assert found.rendered is None and found.mappings == () and as_text(found.setting, "x") == "x"


def test_the_global_mapping_where_the_tenant_has_none(place: Workplace) -> None:
    found = explain_setting(place, MACS[0], "server.1.host")
    assert found.rendered == "pbx.example.net" and [one.tenant for one in found.mappings] == [None]


def test_nothing_of_a_secret_is_in_the_answer(place: Workplace) -> None:
    place.store.settings.set(Level("tenant", "acme"), "security.admin_password", "hidden-Value-1")
    assert "hidden" not in repr(explain_setting(place, MACS[0], "security.admin_password"))


def test_an_unknown_device_is_named(place: Workplace) -> None:
    with pytest.raises(BadValue, match="001122ffffff"):
        explain_setting(place, "00:11:22:ff:ff:ff", "time.zone")
