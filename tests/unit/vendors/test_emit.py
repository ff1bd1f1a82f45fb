"""What happens to a value as it is emitted: unset lines, undefined names, words, mapping, the sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from aps_tui.domain.mapping import compile_mappings
from aps_tui.domain.site import AddressMapping, Key, Value
from aps_tui.vendors.emit import Secret, TemplateFault
from aps_tui.vendors.engine import GroupRenderer
from aps_tui.vendors.spaces import CannotRender
from tests.unit.vendors.tiny import TOML, group, line, one_pack, phone, written


def said(root: Path, template: str, settings: dict[str, Value] | None = None) -> str:
    """What a template writes for a phone with one line."""
    return written(group(one_pack(root, template), settings), phone())


def test_an_unset_line_is_not_written(tmp_path: Path) -> None:
    template = (
        "a = 1\nvlan = {{ network.vlan_id }}\nb = {{ network.vlan_id }} {{ lines[0].user }}\nlast = {{ time.ntp_1 }}"
    )
    assert said(tmp_path, template) == "a = 1\n"
    assert said(tmp_path, template, {"network.vlan_id": 7}) == "a = 1\nvlan = 7\nb = 7 101\n"


def test_an_octet_of_an_address_is_a_number_and_an_unset_one_drops_its_line(tmp_path: Path) -> None:
    template = "{% for n in (1, 4) %}\na{{ n }} = {{ network.gateway | octet(n) }}\n{% endfor %}\n"
    assert said(tmp_path, template, {"network.gateway": "192.0.2.254"}) == "a1 = 192\na4 = 254\n"
    assert said(tmp_path, template) == said(tmp_path, template, {"network.gateway": "fe80::1"}) == ""


def test_an_empty_text_is_written_empty(tmp_path: Path) -> None:
    assert said(tmp_path, "stun = {{ network.stun_host }}\n", {"network.stun_host": ""}) == "stun = \n"


@pytest.mark.parametrize(
    ("template", "error"),
    [
        ("x = {{ netwrok.vlan_id }}", "'netwrok' is undefined"),
        ("x = {{ network.vlan }}", "has no attribute 'vlan'"),
        ("x = {{ model.colour }}", "has no attribute 'colour'"),
        ("x = {{ lines[0].colour }}", "has no attribute 'colour'"),
        ("x = {{ network.lldp }}", "a bare true/false is emitted"),
        ("x = {{ server.codecs }}", "a tuple cannot be emitted"),
        ("x = {{ network }}", "a Space cannot be emitted"),
        ("x = {{ server.codecs | words('nothing') | joined }}", r"there is no table \[words.nothing\]"),
        ("x = {{ network.lldp + }}", "mac.j2"),
        ("{% include 'none.j2' %}", "none.j2"),
    ],
)
def test_a_templates_mistake_is_named(tmp_path: Path, template: str, error: str) -> None:
    settings: dict[str, Value] = {"network.lldp": True, "server.codecs": ("pcmu",)}
    renderer = GroupRenderer(group(one_pack(tmp_path, template), settings))
    for render in (renderer.plain, renderer.render):
        with pytest.raises(TemplateFault, match=error) as fault:
            render(phone())
        assert "mac.j2" in str(fault.value)


@pytest.mark.parametrize(
    "attack",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ lines[0].__class__ }}",
        "{{ network.__init__.__globals__ }}",
        "{{ network._values }}",
        "{{ model._facts }}",
        "{{ lines.append(1) }}",
        "{{ bank.clear() }}",
        "{{ ''.format.__globals__ }}",
        "{{ self.__init__ }}",
    ],
)
def test_the_sandbox_holds(tmp_path: Path, attack: str) -> None:
    renderer = GroupRenderer(group(one_pack(tmp_path, f"x = {attack}\n")))
    with pytest.raises(TemplateFault):
        renderer.plain(phone())


@pytest.mark.parametrize(
    ("template", "settings", "text"),
    [
        ("{{ network.lldp | bit }}", {"network.lldp": True}, "1"),
        ("{{ network.lldp | negate | bit }}", {"network.lldp": True}, "0"),
        ("{{ network.lldp | onoff }}", {"network.lldp": False}, "off"),
        ("{{ network.lldp | yesno }}", {"network.lldp": True}, "yes"),
        ("{{ network.dscp_sip | tos }}", {"network.dscp_sip": 46}, "184"),
        ("{{ general.sync_interval_minutes | minutes_to_seconds }}", {"general.sync_interval_minutes": 2}, "120"),
        ("{{ server.codecs | joined }}", {"server.codecs": ("pcmu", "g722")}, "pcmu,g722"),
        ("{{ server.dtmf_mode | word('dtmf_mode') }}", {"server.dtmf_mode": "rfc2833"}, "1"),
    ],
)
def test_filters(tmp_path: Path, template: str, settings: dict[str, Value], text: str) -> None:
    assert said(tmp_path, f"x = {template}\n", settings) == f"x = {text}\n"
    assert said(tmp_path, f"x = {template}\n") == "", "an unset value passes through every filter"


def test_a_missing_word_warns_and_leaves_its_line_out(tmp_path: Path) -> None:
    vendor = one_pack(tmp_path, "x = {{ server.dtmf_mode | word('dtmf_mode') }}\ny = 1\n")
    renderer = GroupRenderer(group(vendor, {"server.dtmf_mode": "inband"}))
    for result in (renderer.plain(phone()), renderer.render(phone())):
        assert result.files[0].data == b"y = 1\n"
        assert result.warnings == ("dtmf mode 'inband' has no equivalent on this model and is left out",)


def test_a_missing_key_type_is_a_problem_with_its_place(tmp_path: Path) -> None:
    vendor = one_pack(
        tmp_path, "{% for k in bank.dss if k.used %}\nk{{ k.n }} = {{ k.type | known('key') }}\n{% endfor %}\n"
    )
    key = Key("dss", 2, "park", value="700")
    for asked in (group(vendor, keys=(key,)), group(vendor)):
        own = phone(keys=() if asked.keys else (key,))
        for render in (GroupRenderer(asked).plain, GroupRenderer(asked).render):
            with pytest.raises(CannotRender, match=r"dss key 2.*'park' does not exist on this model"):
                render(own)


def test_addresses_are_mapped_wherever_they_stand(tmp_path: Path) -> None:
    mapped = compile_mappings([AddressMapping("1.1.1.1", "pbx.example.com")], [])
    vendor = one_pack(tmp_path, "a = {{ server[1].host }}\nb = {{ lines[0].label }}\n")
    asked = group(vendor, {"server.1.host": "1.1.1.1"}, mapped=mapped)
    assert (
        written(asked, phone(line(label="11.1.1.1 and 1.1.1.1")))
        == "a = pbx.example.com\nb = 11.1.1.1 and pbx.example.com\n"
    )


def test_a_secret_does_not_show_itself() -> None:
    assert "hidden" not in repr(Secret("hidden"))
    assert "hidden" not in repr(line(secret="hidden"))


def test_a_refused_key_type_is_blamed_on_its_own_key(tmp_path: Path) -> None:
    """Another key of the same type, in a bank that takes it, is not the one to mend."""
    template = '{% for k in bank.programmable %}\np{{ k.n }} = {{ k.type | known("soft") }}\n{% endfor %}\n'
    toml = TOML.replace("[words.key]", '[words.soft]\nnone = "none"\n[words.key]')
    toml = toml.replace("keys = 4", "keys = 4\nprogrammable = [1, 2]")
    renderer = GroupRenderer(group(one_pack(tmp_path, template, toml=toml)))
    keys = (Key("dss", 1, "blf", 1, "101"), Key("programmable", 2, "blf", 1, "102"))
    with pytest.raises(CannotRender, match=r"^programmable key 2: soft type 'blf' does not exist"):
        renderer.render(phone(keys=keys))
