"""The settings editor's service at every level, on the small site."""

from __future__ import annotations

import pytest

from aps_tui.data.errors import ChangedMeanwhile, StoreError
from aps_tui.domain.catalogue import CATALOGUE, MASK, TABS, show
from aps_tui.domain.errors import ApsError, BadValue, Faults
from aps_tui.domain.setting import Level as Said
from aps_tui.domain.site import Provisioning
from aps_tui.services.values import Level, put, put_many, put_raw, raw_rows, reveal, reveal_raw, sheet
from aps_tui.services.values.scene import LEVELS
from aps_tui.services.workplace import Workplace
from tests.conformance.values import every_setting
from tests.unit.services.small_site import MACS

SITE, ACME = Level("site"), Level("tenant", "acme")
SALES, DEVICE = Level("template", "Sales"), Level("device", MACS[0])
ALL = [SITE, ACME, SALES, DEVICE]
KINDS = [level.kind for level in ALL]


@pytest.mark.parametrize("level", ALL, ids=KINDS)
def test_every_setting_can_be_said_and_is_shown(place: Workplace, level: Level) -> None:
    wanted = every_setting(LEVELS[level.kind])
    put_many(place, level, wanted)
    rows = sheet(place, level).rows
    assert rows.keys() >= wanted.keys()
    for id, value in wanted.items():
        row = rows[id]
        assert row.said and row.source == "here" and row.shown == show(row.setting, value), id
        if row.setting.secret:
            assert row.shown == MASK and str(value) not in repr(row), id
    assert {row.setting.kind for row in rows.values() if row.said} >= {one.kind for one in CATALOGUE.values()} - {
        *(() if level.kind == "device" else ("ip", "extension"))
    }


@pytest.mark.parametrize("level", ALL, ids=KINDS)
def test_what_is_typed_back_is_the_same(place: Workplace, level: Level) -> None:
    wanted = every_setting(LEVELS[level.kind])
    put_many(place, level, wanted)
    seen = sheet(place, level)
    typed = {id: seen.text(id) for id in wanted if not seen.rows[id].setting.secret}
    put_many(place, level, typed, {id: seen.rows[id].stamp for id in typed})
    after = sheet(place, level)
    assert {id: after.in_force(id).value for id in wanted} == wanted


def test_a_level_shows_only_what_may_be_said_there(place: Workplace) -> None:
    assert "network.address" not in sheet(place, SALES).rows
    assert "network.address" in sheet(place, DEVICE).rows
    assert not any("local_sip_port" in id for level in ALL for id in sheet(place, level).rows)
    with pytest.raises(BadValue, match="only at device level"):
        put(place, SITE, "network.address", "10.0.0.1")
    with pytest.raises(BadValue, match="belongs to a device's line"):
        put(place, SALES, "local_sip_port", "5070")


def test_the_value_and_what_gives_it(place: Workplace) -> None:
    for level, value in ((SITE, "UTC"), (ACME, "Europe/Rome")):
        put(place, level, "time.zone", value)
    row = sheet(place, DEVICE).rows["time.zone"]
    assert (row.shown, row.source, row.said) == ("Europe/Paris", "template", False)
    put(place, DEVICE, "time.zone", "america/toronto")
    row = sheet(place, DEVICE).rows["time.zone"]
    assert (row.shown, row.source, row.reset, row.reset_source) == (
        "America/Toronto", "here", "Europe/Paris", "template",
    )  # fmt: skip
    put(place, DEVICE, "time.zone", None, row.stamp)
    put(place, SALES, "time.zone", None)
    assert sheet(place, SALES).rows["time.zone"].source == "global"
    assert sheet(place, DEVICE).rows["time.zone"].source == "tenant"
    assert sheet(place, SITE).rows["time.zone"].source == "here"


def test_stand_ins_are_named(place: Workplace) -> None:
    place.store.provisioning.save(Provisioning(sip_server_address="10.0.0.9"))
    assert sheet(place, SITE).rows["server.1.host"].source == "provisioning"
    assert sheet(place, ACME).rows["server.1.host"].source == "here"
    row = sheet(place, DEVICE).rows["services.extension"]
    assert (row.shown, row.source) == ("101", "line 1")
    put(place, DEVICE, "services.extension", "104")
    assert sheet(place, DEVICE).rows["services.extension"].source == "here"


def test_a_value_that_someone_changed_meanwhile_is_refused(place: Workplace) -> None:
    row = sheet(place, SALES).rows["time.zone"]
    put(place, SALES, "time.zone", "Europe/Rome", row.stamp)
    for value in ("Europe/London", None):
        with pytest.raises(ChangedMeanwhile, match="template Sales was changed by tester"):
            put(place, SALES, "time.zone", value, row.stamp)
    unset = sheet(place, SALES).rows["time.ntp_1"]
    put(place, SALES, "time.ntp_2", "ntp.example.net", sheet(place, SALES).rows["time.ntp_2"].stamp)
    put(place, SALES, "time.ntp_1", "ntp.example.net", unset.stamp)
    with pytest.raises(ChangedMeanwhile):
        put(place, SALES, "time.ntp_1", "other.example.net", unset.stamp)
    assert sheet(place, SALES).rows["time.zone"].shown == "Europe/Rome"


def test_several_at_once_or_none(place: Workplace) -> None:
    with pytest.raises(Faults) as caught:
        put_many(place, SITE, {"time.zone": "Mars/Olympus", "server.1.port": "0", "time.ntp_1": "ntp.example.net"})
    assert len(caught.value.faults) == 2
    assert not sheet(place, SITE).rows["time.ntp_1"].said
    static = {"network.ip_mode": "static", "network.address": "10.0.0.5", "network.netmask": "24",
              "network.gateway": "10.0.0.1"}  # fmt: skip
    put_many(place, DEVICE, static)
    with pytest.raises(BadValue, match="static needs it"):
        put(place, DEVICE, "network.address", None)


def test_what_does_not_go_together_is_refused_at_a_device_and_told_below(place: Workplace) -> None:
    put(place, SALES, "network.rtp_port_min", 20000)
    assert any("is above" in text for text in put(place, SALES, "network.rtp_port_max", 10000)) is False
    assert any("is above" in text for text in put(place, SALES, "network.rtp_port_min", 20002))
    put(place, SALES, "network.rtp_port_max", None)
    with pytest.raises(BadValue, match="is above"):
        put(place, DEVICE, "network.rtp_port_max", 10000)
    put(place, DEVICE, "network.rtp_port_max", 30000)


def test_tones_are_shown_with_the_country_custom_only(place: Workplace) -> None:
    assert not any(id.startswith("phone.tone.") for id in sheet(place, SITE).rows)
    put(place, SITE, "phone.tone_country", "custom")
    put(place, SITE, "phone.tone.dial", "350+440/0")
    assert "phone.tone.busy" in sheet(place, SITE).rows
    put(place, SITE, "phone.tone_country", "CA")
    row = sheet(place, SITE).rows["phone.tone.dial"]
    assert row.letters == "o!" and "needs phone.tone_country = custom" in row.warnings[0]
    assert "phone.tone.busy" not in sheet(place, SITE).rows


def test_recommendations_that_are_not_followed_warn(place: Workplace) -> None:
    (warning,) = put(place, SITE, "network.stun_host", "stun.example.com")
    assert "not recommended" in warning
    row = sheet(place, SITE).rows["network.stun_host"]
    assert row.letters == "o!" and row.setting.recommendation == "Leave it empty."
    put(place, SITE, "network.stun_host", "")
    row = sheet(place, SITE).rows["network.stun_host"]
    assert (row.shown, row.letters) == ("(empty)", "o ")


def test_a_secret_is_masked_until_it_is_revealed_and_that_is_recorded(place: Workplace) -> None:
    put(place, SITE, "security.admin_password", "Zebra-77-Quartz")
    seen = sheet(place, DEVICE)
    row = seen.rows["security.admin_password"]
    assert row.shown == MASK and row.source == "global" and seen.text(row.id) == ""
    assert "Zebra" not in repr(seen.rows)
    assert reveal(place, DEVICE, row.id) == "Zebra-77-Quartz"
    last = place.store.audit.recent(1)[0]
    assert (last.kind, last.name, last.action, last.detail) == ("device", MACS[0], "reveal", row.id)


def test_unknown_places_are_refused(place: Workplace) -> None:
    for level in (Level("tenant", "nobody"), Level("template", "Sales", "acme"), Level("device", "0" * 12)):
        for ask in (lambda at=level: sheet(place, at), lambda at=level: put(place, at, "time.zone", "UTC")):
            with pytest.raises(StoreError, match="there is no"):
                ask()


def test_the_eleven_tabs_hold_every_row(place: Workplace) -> None:
    for level in ALL:
        seen = sheet(place, level)
        told = [row.id for tab in TABS for row in (*seen.tab(tab), *seen.unsupported(tab))]
        assert len(TABS) == 11 and sorted(told) == sorted(seen.rows)
        assert not seen.tab("Programmable Keys")


def test_members_of_a_list_stand_together(place: Workplace) -> None:
    ids = [row.id for row in sheet(place, SITE).tab("Server")]
    assert ids[:5] == ["server.1.host", "server.1.port", "server.1.transport", "server.1.expires", "server.2.host"]


def test_the_provisioning_url_is_proposed(place: Workplace) -> None:
    place.store.provisioning.save(Provisioning(server_hostname="pbx.example.net"))
    url = "http://pbx.example.net:5555/tftpboot/"
    assert sheet(place, SALES).example("general.provisioning_url") == url
    put(place, SALES, "general.provisioning_url", "pbx.example.net")
    seen = sheet(place, SALES)
    assert seen.text("general.provisioning_url") == url
    assert seen.example("general.firmware_url").startswith(url)


def test_raw_parameters_at_every_level(place: Workplace) -> None:
    for level in ALL:
        put_raw(place, level, "testphone", f"{level.kind}.contrast", "6", "")
    rows = {row.name: row for row in raw_rows(place, DEVICE)}
    assert [rows[f"{kind}.contrast"].source for kind in KINDS] == ["global", "tenant", "template", "here"]
    put_raw(place, DEVICE, "testphone", "site.contrast", "7", "")
    (row,) = [row for row in raw_rows(place, DEVICE) if row.name == "site.contrast"]
    assert (row.shown, row.said, row.vendor) == ("7", True, "testphone")
    put_raw(place, DEVICE, "testphone", row.name, None, row.stamp)
    with pytest.raises(ChangedMeanwhile):
        put_raw(place, DEVICE, "testphone", row.name, "8", row.stamp)
    assert reveal_raw(place, DEVICE, "testphone", row.name) == "6"


@pytest.mark.parametrize(
    ("level", "vendor", "name", "value"),
    [
        (SALES, "", "no name", "1"),
        (SALES, "", "a.b", "line\nbreak"),
        (SITE, "nokia", "a.b", "1"),
        (SALES, "", "account.1.sip_listen_port", "5070"),
    ],
)
def test_a_raw_parameter_that_a_file_cannot_carry_is_refused(
    place: Workplace, level: Level, vendor: str, name: str, value: str
) -> None:
    with pytest.raises(ApsError):
        put_raw(place, level, vendor, name, value)
    assert raw_rows(place, level) == []


def test_raw_values_named_like_a_secret_are_masked_and_recorded_when_shown(place: Workplace) -> None:
    put_raw(place, SALES, "", "web.password", "hush-7734-now")
    (row,) = raw_rows(place, SALES)
    assert row.secret and row.shown == MASK and "hush" not in repr(row)
    assert reveal_raw(place, SALES, row.vendor, row.name) == "hush-7734-now"
    assert place.store.audit.recent(1)[0].detail == "raw web.password"


def test_levels_cover_all_that_can_be_said() -> None:
    assert {*LEVELS.values()} == {*Said} - {Said.DEFAULT}
