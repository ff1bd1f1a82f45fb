"""The catalogue against the contract, and how values are checked against the catalogue."""

from __future__ import annotations

import re

import pytest

from aps_tui.domain.catalogue import (
    CATALOGUE,
    MASK,
    TABS,
    Level,
    Setting,
    check,
    cross_check,
    find,
    numbered,
    show,
    warnings_for,
)
from aps_tui.domain.errors import BadValue
from aps_tui.domain.site import Value

CONTRACT = """
general: firmware sync_method sync_interval_minutes sync_time sync_days provisioning_url firmware_url
    firmware_policy http_user http_password
server: N.host N.port N.transport N.expires outbound_proxy.host outbound_proxy.port retry_seconds
    session_timer_seconds codecs dtmf_mode dial_plan voicemail_number subscribe_mwi
network: nat_rport keepalive keepalive_seconds stun_host stun_port lldp cdp vlan_id vlan_priority pc_vlan_id
    pc_vlan_priority dscp_sip dscp_rtp rtp_port_min rtp_port_max ip_mode address netmask gateway dns_1 dns_2
time: ntp_1 ntp_2 zone dst format date_format
phone: language tone_country tone.dial tone.ring tone.busy tone.congestion tone.call_waiting tone.recall
    tone.stutter tone.info call_waiting auto_answer dnd missed_call_notify ring_tone backlight_seconds
    wallpaper_url screensaver_seconds forward_always forward_busy forward_no_answer forward_no_answer_seconds
keys: enhanced deal_type expansion_type expansion_count
security: admin_password user_password allow_direct_ip_call trust_server_only web_access
    verify_server_certificate ca_url ssh_access pnp
multicast: codec barge priority_active N.address N.port N.label N.priority
services: directory.N.name directory.N.url xml_url action_url.N extension
ldap: enabled host port tls version base user password name_filter number_filter name_attributes
    number_attributes display_name max_hits sort lookup_incoming lookup_outgoing
"""

ALLOWED = {
    "general.sync_method": "off power-on interval daily weekly notify",
    "general.sync_days": "mon tue wed thu fri sat sun",
    "general.firmware_policy": "never on-provisioning ask",
    "server.N.transport": "udp tcp tls dns-srv",
    "server.codecs": "pcmu pcma g722 g729 opus ilbc g726-32 g723",
    "server.dtmf_mode": "rfc2833 inband sip-info auto",
    "network.keepalive": "off packet options notify",
    "network.ip_mode": "dhcp static",
    "time.dst": "auto off on",
    "time.format": "12 24",
    "keys.deal_type": "new-call attended blind",
    "security.web_access": "off http https both",
    "multicast.codec": "pcmu pcma g722 g729 opus ilbc g726-32 g723",
    "ldap.tls": "off starttls ldaps",
    "ldap.version": "2 3",
}

DEFAULTS = {
    "server.N.port": 5060,
    "server.N.transport": "udp",
    "server.N.expires": 3600,
    "network.nat_rport": True,
    "network.stun_host": None,
    "network.stun_port": 3478,
    "network.dscp_sip": 26,
    "network.dscp_rtp": 46,
    "time.dst": "auto",
    "keys.deal_type": "attended",
    "security.allow_direct_ip_call": False,
    "security.trust_server_only": True,
    "security.ssh_access": False,
    "security.pnp": False,
}


def contract_ids() -> set[str]:
    """Every id of the contract."""
    groups = re.findall(r"^(\w+): (.*(?:\n    .*)*)", CONTRACT, re.MULTILINE)
    return {f"{group}.{name}" for group, names in groups for name in names.split()}


def test_ids_are_exactly_the_contract() -> None:
    assert len(contract_ids()) == 114
    assert set(CATALOGUE) == contract_ids()


def test_tabs_are_the_eleven_in_order() -> None:
    assert TABS == (
        "General", "Server", "Network", "Date and Time", "Phone Options", "DSS Keys", "Programmable Keys",
        "Security", "Multicast Paging", "PBX Services", "LDAP",
    )  # fmt: skip
    assert {setting.tab for setting in CATALOGUE.values()} == set(TABS) - {"Programmable Keys"}


def test_allowed_words_are_the_contracts() -> None:
    closed = {id: one for id, one in CATALOGUE.items() if one.kind in ("choice", "list", "days")}
    assert {id: " ".join(one.allowed) for id, one in closed.items()} == ALLOWED


@pytest.mark.parametrize(("id", "value"), DEFAULTS.items())
def test_defaults_follow_the_recommendations(id: str, value: object) -> None:
    assert CATALOGUE[id].default == value


def test_only_two_settings_belong_to_a_device_alone() -> None:
    assert {id for id, one in CATALOGUE.items() if one.levels == (Level.DEVICE,)} == {
        "network.address",
        "services.extension",
    }


@pytest.mark.parametrize("setting", CATALOGUE.values(), ids=list(CATALOGUE))
def test_every_setting_is_told_and_coherent(setting: Setting) -> None:
    found = find(setting.id)
    assert found.label
    assert found.help.endswith(".")
    assert found.min <= found.max
    assert found.listed == (found.count > 1)
    assert bool(found.warn) == bool(found.warning)
    first = numbered(found)[0]
    if found.default is not None:
        assert check(first, found.default) == found.default
    if found.example:
        assert check(first, found.example) is not None


def test_lists_count_from_one_to_their_count() -> None:
    assert find("server.2.host") is find("server.N.host")
    assert numbered(find("services.directory.N.url"))[-1] == "services.directory.5.url"
    with pytest.raises(BadValue, match=r"^server\.3\.host: there is no number 3, only 1 to 2$"):
        find("server.3.host")
    for id in ("server.0.host", "server.01.host", "server.x.host", "network.1.lldp", "server.1.1.host", ""):
        with pytest.raises(BadValue, match=r"^unknown setting"):
            find(id)
    with pytest.raises(BadValue, match="write a number from 1 to 2 for N"):
        check("server.N.host", "a")


def test_unknown_ids_suggest_the_nearest() -> None:
    with pytest.raises(BadValue, match=r"^unknown setting 'server\.2\.hots': did you mean server\.2\.host\?$"):
        find("server.2.hots")
    with pytest.raises(BadValue, match=r"^unknown setting 'zzzzzz'$"):
        find("zzzzzz")


@pytest.mark.parametrize("id", ["network.local_sip_port", "line.1.local_sip_port", "local-sip-port"])
def test_the_local_sip_port_belongs_to_a_line(id: str) -> None:
    with pytest.raises(BadValue, match="belongs to a device's line, not to a template"):
        check(id, 12000, Level.TEMPLATE)
    assert not [one for one in CATALOGUE if "sip_port" in one or "listen" in one]


def test_levels_are_ordered_and_enforced() -> None:
    assert Level.DEFAULT < Level.GLOBAL < Level.TENANT < Level.TEMPLATE < Level.DEVICE
    assert check("services.extension", 101, Level.DEVICE) == "101"
    with pytest.raises(BadValue, match="cannot be set at template level, only at device level"):
        check("services.extension", "101", Level.TEMPLATE)
    with pytest.raises(BadValue, match="cannot be set at default level"):
        check("time.zone", "UTC", Level.DEFAULT)


def test_faults_name_the_place_and_the_range() -> None:
    with pytest.raises(BadValue, match=r"^server\.1\.port: 70000 is not between 1 and 65535$"):
        check("server.1.port", 70000)
    with pytest.raises(BadValue, match=r"^time\.zone: a value is needed$"):
        check("time.zone", None)


def test_secrets_are_masked_and_never_in_a_fault() -> None:
    secret = "hunter2\nhunter2"
    with pytest.raises(BadValue) as caught:
        check("security.admin_password", secret)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert show(find("ldap.password"), "hunter2") == MASK
    assert {id for id, one in CATALOGUE.items() if one.secret} == {id for id in CATALOGUE if id.endswith("password")}


def test_values_as_people_read_them() -> None:
    assert show(find("network.lldp"), True) == "on"
    assert show(find("server.codecs"), ("g722", "pcmu")) == "g722, pcmu"
    assert show(find("server.1.port"), 5060) == "5060"
    assert show(find("time.zone"), None) == show(find("ldap.password"), "") == ""


def test_recommendations_not_followed_warn() -> None:
    followed: dict[str, Value] = {
        "network.nat_rport": True,
        "network.stun_host": "",
        "keys.deal_type": "attended",
        "security.allow_direct_ip_call": False,
        "security.trust_server_only": True,
        "general.provisioning_url": "https://a.example/",
    }
    ignored: dict[str, Value] = {
        "network.nat_rport": False,
        "network.stun_host": "stun.example",
        "keys.deal_type": "blind",
        "security.allow_direct_ip_call": True,
        "security.trust_server_only": False,
        "general.provisioning_url": "tftp://a.example/",
    }
    assert warnings_for({}) == warnings_for(followed) == []
    said = warnings_for(ignored)
    assert [one.split(":")[0] for one in said] == list(ignored)
    assert "not recommended" in said[1]


def test_what_does_not_go_together() -> None:
    assert cross_check({"phone.tone_country": "custom", "phone.tone.dial": "440/0"}) == []
    assert cross_check({"phone.tone_country": "CA", "phone.tone.dial": "440/0"}) == [
        "phone.tone.dial: a tone of one's own needs phone.tone_country = custom"
    ]
    assert cross_check({"network.rtp_port_min": 12000, "network.rtp_port_max": 11000}) == [
        "network.rtp_port_min: 12000 is above network.rtp_port_max, 11000"
    ]
    assert cross_check({"network.rtp_port_min": 11000, "network.rtp_port_max": 11000}) == []
    assert cross_check({"network.ip_mode": "static", "network.address": "10.0.0.9"}) == [
        "network.netmask: network.ip_mode = static needs it",
        "network.gateway: network.ip_mode = static needs it",
    ]
