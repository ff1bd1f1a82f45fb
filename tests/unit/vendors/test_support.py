"""The support matrix: what a model's templates read, with the branches that its facts close left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from aps_tui.vendors.support import supported, unsupported
from tests.unit.vendors.tiny import TOML, one_pack

SHARED = """
[[file]]
path = "all.cfg"
template = "all.j2"
format = "flat"
scope = "vendor"
"""


@pytest.mark.parametrize(
    ("template", "reads"),
    [
        ("{{ network.vlan_id }}", {"network.vlan_id"}),
        ("{{ server[1].host }}", {"server.N.host"}),
        ("{% for s in server if s.host %}{{ s.port }}{% endfor %}", {"server.N.host", "server.N.port"}),
        ("{% for a in services.action_url %}{{ a.value }}{% endfor %}", {"services.action_url.N"}),
        ("{% set p = phone.tone %}{{ p.dial }}", {"phone.tone.dial"}),
        ("{% for l in lines %}{{ l.srtp | word('srtp') }}{{ l.user }}{% endfor %}", {"line.srtp"}),
        ("{{ server.codecs | words('codec') | joined }}", {"server.codecs"}),
        ("{% for k in bank.dss %}{{ k.value }}{% endfor %}", {"bank.dss"}),
        ("{% for p in raw %}{{ p.name }}{% endfor %}", {"raw"}),
        ("{% if tz %}{{ tz.offset_minutes }}{% endif %}", {"time.zone"}),
        ("{% if model.codecs %}{{ server.codecs }}{% else %}{{ server.dtmf_mode }}{% endif %}", {"server.codecs"}),
        ("{% if not model.codecs %}{{ server.codecs }}{% endif %}", set()),
        ("{% if model.lines > 2 and model.codecs %}{{ server.codecs }}{% endif %}", {"server.codecs"}),
        ("{% if model.lines == 1 or not model.codecs %}{{ server.codecs }}{% endif %}", set()),
        ("{% if model.code %}{{ ldap.host }}{% elif model.codecs %}{{ ldap.base }}{% else %}{{ ldap.sort }}{% endif %}",
         {"ldap.base"}),
        ("{{ ldap.host if model.codecs else ldap.base }}", {"ldap.host"}),
        ("{% if network.lldp and model.codecs %}{{ network.cdp | bit }}{% endif %}", {"network.lldp", "network.cdp"}),
        ("{% include 'part.j2' %}", {"ldap.sort"}),
    ],
)  # fmt: skip
def test_what_is_read_is_supported(tmp_path: Path, template: str, reads: set[str]) -> None:
    vendor = one_pack(tmp_path, template, part="{{ ldap.sort | bit }}")
    assert supported(vendor, vendor.model("T1")) == reads


def test_facts_of_model_and_generation_decide(tmp_path: Path) -> None:
    vendor = one_pack(tmp_path, "{% if model.codecs %}{{ server.codecs | joined }}{% endif %}")
    one, two = vendor.model("T1"), vendor.model("T2")
    assert supported(vendor, one, "new") == {"server.codecs"}
    assert supported(vendor, one, "old") == set()
    assert supported(vendor, two, "new") == set()


def test_shared_files_do_not_count(tmp_path: Path) -> None:
    vendor = one_pack(
        tmp_path,
        "{{ network.vlan_id }}",
        toml=TOML.replace("[words.key]", SHARED + "[words.key]"),
        all="{{ time.ntp_1 }}",
    )
    assert supported(vendor, vendor.model("T1")) == {"network.vlan_id"}
    assert unsupported(["time.ntp_1"], vendor, vendor.model("T1")) == ["time.ntp_1"]


def test_shared_files_count_for_the_sites_own_values(tmp_path: Path) -> None:
    shared = SHARED.replace("all.", "some.").replace("scope", 'only = "code"\nscope')
    vendor = one_pack(
        tmp_path,
        "{{ network.vlan_id }}",
        toml=TOML.replace("[words.key]", SHARED + shared + "[words.key]"),
        all="{{ time.ntp_1 }}",
        some="{{ time.ntp_2 }}",
    )
    one, two = vendor.model("T1"), vendor.model("T2")
    assert supported(vendor, one, site=True) == {"network.vlan_id", "time.ntp_1"}
    assert supported(vendor, two, site=True) == {"network.vlan_id", "time.ntp_1", "time.ntp_2"}
    assert unsupported(["time.ntp_1", "time.ntp_2"], vendor, one, site=True) == ["time.ntp_2"]


def test_unsupported_names_what_no_file_carries(tmp_path: Path) -> None:
    limited = TOML.replace("keys = 4", 'keys = 4\nlimits = { server = 1, "services.directory" = 2 }')
    template = "{{ server[1].host }}{% for d in services.directory %}{{ d.url }}{% endfor %}"
    vendor = one_pack(tmp_path, template, toml=limited)
    asked = ["server.1.host", "server.2.host", "server.1.port", "services.directory.2.url",
             "services.directory.3.url", "general.firmware", "keys.enhanced"]  # fmt: skip
    assert unsupported(asked, vendor, vendor.model("T1")) == [
        "server.2.host", "server.1.port", "services.directory.3.url"
    ]  # fmt: skip
