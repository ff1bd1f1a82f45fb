"""Which level wins, and which defaults hold."""

from __future__ import annotations

import pytest

from aps_tui.domain.catalogue import CATALOGUE, Level, find
from aps_tui.domain.errors import BadValue
from aps_tui.domain.resolve import Resolved, explain, resolve, values
from aps_tui.domain.site import Settings


def test_the_highest_level_that_says_a_value_wins_in_any_order() -> None:
    levels: list[tuple[Level, Settings]] = [
        (Level.DEVICE, {"network.lldp": False}),
        (Level.GLOBAL, {"network.lldp": True, "time.zone": "UTC", "time.ntp_1": "a"}),
        (Level.TEMPLATE, {"time.zone": "Europe/Paris"}),
        (Level.TENANT, {"time.zone": "Asia/Tokyo", "time.ntp_1": ""}),
    ]
    found = resolve(levels)
    assert found["network.lldp"] == Resolved(False, Level.DEVICE)
    assert found["time.zone"] == Resolved("Europe/Paris", Level.TEMPLATE)
    assert found["time.ntp_1"] == Resolved("", Level.TENANT)
    assert found["network.nat_rport"] == Resolved(True, Level.DEFAULT)


def test_only_defaults_hold_where_nothing_is_said() -> None:
    found = resolve([])
    assert set(values(found)) == {
        id.replace("N", "1") for id, setting in CATALOGUE.items() if setting.default is not None
    }
    assert found["server.1.port"].value == 5060
    assert "server.2.port" not in found


def test_a_second_server_brings_its_defaults_once_it_is_used() -> None:
    found = resolve([(Level.TENANT, {"server.2.host": "b"}), (Level.DEVICE, {"server.2.port": 5070})])
    assert found["server.2.port"] == Resolved(5070, Level.DEVICE)
    assert found["server.2.expires"] == Resolved(3600, Level.DEFAULT)
    assert "server.2.expires" not in resolve([(Level.TENANT, {"server.1.host": "a"})])


def test_explain_tells_every_level_and_the_winner() -> None:
    levels = [(Level.GLOBAL, {"server.1.port": 5070}), (Level.TENANT, {}), (Level.DEVICE, {"server.1.port": 5080})]
    assert explain(levels, "server.1.port") == (
        [(Level.DEFAULT, 5060), (Level.GLOBAL, 5070), (Level.TENANT, None), (Level.DEVICE, 5080)],
        Resolved(5080, Level.DEVICE),
    )
    assert explain(levels, "time.zone").winner is None
    assert explain(levels, "server.2.port") == (
        [(Level.DEFAULT, None), (Level.GLOBAL, None), (Level.TENANT, None), (Level.DEVICE, None)],
        None,
    )
    used = explain([(Level.GLOBAL, {"server.2.host": "b"})], "server.2.port")
    assert used.steps[0] == (Level.DEFAULT, find("server.2.port").default)
    with pytest.raises(BadValue, match=r"did you mean time\.zone"):
        explain(levels, "time.zones")
