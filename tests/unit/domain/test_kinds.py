"""Each kind: what it takes, what it makes of it, what it refuses and why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aps_tui.domain.catalogue import CATALOGUE, check, numbered
from aps_tui.domain.errors import BadValue
from aps_tui.domain.tones import Element, parse_tone

TAKEN = [
    ("network.lldp", " Yes ", True),
    ("network.lldp", "off", False),
    ("server.1.port", "5061", 5061),
    ("network.vlan_priority", 0, 0),
    ("time.format", 24, "24"),
    ("time.dst", False, "off"),
    ("keys.deal_type", "Blind", "blind"),
    ("server.codecs", "g722, pcmu", ("g722", "pcmu")),
    ("server.codecs", ["g722", "pcmu"], ("g722", "pcmu")),
    ("general.sync_days", "fri,mon", ("mon", "fri")),
    ("general.sync_time", "7:05", "07:05"),
    ("server.1.host", "1.1.1.1", "1.1.1.1"),
    ("server.1.host", "pbx.example.com.", "pbx.example.com"),
    ("server.1.host", "[2001:DB8::1]", "2001:db8::1"),
    ("network.stun_host", "", ""),
    ("network.netmask", "/24", "255.255.255.0"),
    ("general.provisioning_url", "http://1.1.1.1:5555/tftpboot", "http://1.1.1.1:5555/tftpboot/"),
    ("general.provisioning_url", "pbx.example.com", "http://pbx.example.com:5555/tftpboot/"),
    ("general.firmware_url", "http://[::1]:80/T48.rom", "http://[::1]:80/T48.rom"),
    ("services.action_url.3", "http://h/e?m=$mac&n=#1", "http://h/e?m=$mac&n=#1"),
    ("time.zone", "america/toronto", "America/Toronto"),
    ("time.date_format", "DMY/", "dmy/"),
    ("time.date_format", "ymd", "ymd"),
    ("phone.language", "fr_ca", "fr-CA"),
    ("phone.language", "zh-hant-tw", "zh-Hant-TW"),
    ("phone.tone_country", "gb", "GB"),
    ("phone.tone_country", "Custom", "custom"),
    ("phone.tone.busy", "480+620/500, 0/500", "480+620/500,0/500"),
    ("phone.forward_always", "+1 (514) 555-0101", "+15145550101"),
    ("server.voicemail_number", 97, "97"),
    ("services.extension", "100_2", "100_2"),
    ("multicast.31.address", "239.255.255.255", "239.255.255.255"),
    ("ldap.name_filter", "(|(cn=%)(sn=%))", "(|(cn=%)(sn=%))"),
    ("security.admin_password", " space kept ", " space kept "),
]

REFUSED = [
    ("network.lldp", 1, "neither on nor off"),
    ("server.1.port", True, "not a whole number"),
    ("server.1.port", "5060.0", "not a whole number"),
    ("server.1.port", "٥٠٦٠", "not a whole number"),
    ("server.1.port", 0, "0 is not between 1 and 65535"),
    ("network.dscp_sip", 64, "64 is not between 0 and 63"),
    ("network.vlan_id", 4095, "4095 is not between 1 and 4094"),
    ("keys.deal_type", "warm", "'warm' is not one of new-call, attended, blind"),
    ("server.codecs", ["g722", "G722"], "g722 is named twice"),
    ("server.codecs", [], "at least one of"),
    ("server.codecs", 5, "a list of"),
    ("general.sync_time", "24:00", "not a time of day"),
    ("server.1.host", "", "a value is needed"),
    ("server.1.host", "1.1.1.300", "not an IP address"),
    ("server.1.host", "01.1.1.1", "not an IP address"),
    ("server.1.host", "pbx:5060", "not an IP address"),
    ("server.1.host", "-pbx.example", "neither an IP address nor a host name"),
    ("server.1.host", "a..b", "neither an IP address nor a host name"),
    ("server.1.host", "a" * 64 + ".example", "neither an IP address nor a host name"),
    ("server.1.host", ".".join(["a" * 50] * 6), "characters are too many"),
    ("server.1.host", "pbé.example", "ASCII form"),
    ("network.netmask", "0.0.0.255", "not a netmask"),
    ("general.provisioning_url", "sftp://h/x/", "a URL begins with http://, https://, tftp://, ftp://"),
    ("general.provisioning_url", "http:/h/", "needs a host|begins with"),
    ("general.provisioning_url", "http:///x/", "needs a host"),
    ("general.provisioning_url", "http://h:70000/", "1 to 65535"),
    ("general.provisioning_url", "http://h/?a=1", r"no \? or #"),
    ("general.firmware_url", "http://master 88.example/x", "no spaces"),
    ("services.xml_url", "http://me:hunter2@h/", "no user name and password"),
    ("time.zone", "America/Torronto", "did you mean America/Toronto"),
    ("time.zone", "Paris", "did you mean Europe/Paris"),
    ("time.date_format", "dd/mm/yy", "not dmy, mdy or ymd"),
    ("phone.language", "français", "not a language tag"),
    ("phone.tone_country", "UK", "neither an ISO 3166"),
    ("phone.tone.dial", "199/100", "199 Hz is neither 0 nor between 200 and 4000"),
    ("phone.tone.dial", "4001/100", "4001 Hz"),
    ("phone.tone.dial", "440/30001", "30001 ms"),
    ("phone.tone.dial", "1+2+3+4+5/1", "not a tone element"),
    ("phone.tone.dial", ",".join(["440/1"] * 9), "9 elements are too many"),
    ("phone.tone.dial", "440", "not a tone element"),
    ("phone.forward_always", "sales", "cannot be dialled"),
    ("services.extension", "1 01", "not an extension's number"),
    ("multicast.1.address", "240.0.0.1", "not between 224.0.0.0 and 239.255.255.255"),
    ("multicast.1.address", "ff02::1", "not between"),
    ("ldap.name_filter", ")(", "not balanced"),
    ("ldap.name_filter", "((cn=%)", "not balanced"),
    ("phone.ring_tone", "a\nb", "line breaks"),
    ("phone.ring_tone", "a\u2028b", "line breaks"),
    ("phone.ring_tone", "x" * 129, "129 characters are too many, at most 128"),
    ("phone.ring_tone", 1.5, "a text is needed"),
]


@pytest.mark.parametrize(("id", "raw", "value"), TAKEN)
def test_taken(id: str, raw: object, value: object) -> None:
    found = check(id, raw)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(("id", "raw", "reason"), REFUSED)
def test_refused(id: str, raw: object, reason: str) -> None:
    with pytest.raises(BadValue, match=rf"^{id}: .*({reason})") as caught:
        check(id, raw)
    assert "hunter2" not in str(caught.value)


IDS = st.sampled_from([numbered(setting)[-1] for setting in CATALOGUE.values()])
RAW = st.one_of(st.text(), st.integers(), st.booleans(), st.floats(), st.lists(st.text(max_size=9)), st.none())


@given(IDS, RAW)
def test_anything_is_a_checked_value_or_one_clear_line(id: str, raw: object) -> None:
    try:
        value = check(id, raw)
    except BadValue as error:
        assert str(error).startswith(f"{id}: ")
        assert "\n" not in str(error)
    else:
        assert check(id, value) == value


@given(IDS, st.text(alphabet=":/@[].%0a2?# htps", max_size=30))
def test_url_like_text_never_breaks_a_kind(id: str, text: str) -> None:
    try:
        value = check(id, "http://" + text)
    except BadValue:
        return
    assert check(id, value) == value


def test_a_tone_is_given_as_its_elements() -> None:
    assert parse_tone("!350+440/100,0/30000") == (
        Element((350, 440), 100, once=True),
        Element((0,), 30000, once=False),
    )
