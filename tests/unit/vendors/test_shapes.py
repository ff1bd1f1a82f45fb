"""The quick path: shapes with holes give the bytes of the plain path, or step aside."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from aps_tui.domain.site import Key
from aps_tui.vendors.engine import GroupRenderer
from aps_tui.vendors.spaces import CannotRender
from tests.unit.vendors.tiny import MAC, TOML, group, line, one_pack, phone

ALLOWED = """\
mac = {{ device.mac_upper }}
{% for l in lines %}
user.{{ l.n }} = {{ l.user }}
label.{{ l.n }} = {{ l.label or l.number }}
{% if l.mailbox %}
mailbox.{{ l.n }} = {{ l.mailbox }}
{% endif %}
port.{{ l.n }} = {{ l.local_sip_port }}
{% endfor %}
{% for n in unused_lines %}
user.{{ n }} =
{% endfor %}
stun = {{ network.stun_host }}
{% for k in bank.dss %}
key.{{ k.n }} = {{ k.value }} {{ k.label }}
{% endfor %}
"""
PHONES = [
    phone(),
    phone(line(label="")),
    phone(line(label="", number="")),
    phone(line(mailbox="8101", local_sip_port=10001)),
    phone(line(1, user="é & <x>"), line(3, user="3")),
    phone(settings={"network.stun_host": "a.example.com"}),
    phone(settings={"network.stun_host": ""}),
    phone(keys=(Key("dss", 1, "blf", value="102", label="Bob"), Key("dss", 4, "blf", value="103"))),
    phone(bound=False),
]


def test_both_paths_give_the_same_bytes(tmp_path: Path) -> None:
    renderer = GroupRenderer(group(one_pack(tmp_path, ALLOWED)))
    for one in PHONES:
        assert renderer.render(one) == renderer.plain(one)
    assert all(renderer.quick)


def test_phones_of_one_shape_share_it(tmp_path: Path) -> None:
    renderer = GroupRenderer(group(one_pack(tmp_path, ALLOWED)))
    for n in range(20):
        one = replace(phone(line(user=f"u{n}", label=f"Label {n}")), mac=f"{int(MAC, 16) + n:012x}")
        assert renderer.render(one) == renderer.plain(one)
    assert renderer.quick == [True]


@pytest.mark.parametrize(
    "template",
    [
        "x = {{ 'same' if lines[0].label == lines[0].number else 'other' }}\n",
        "x = {{ lines[0].label | upper }}\n",
        "x = {{ lines[0].label ~ '!' }}\n",
        "x = {{ lines[0].label | length }}\n",
        "x = {{ lines[0].label[0] }}\n",
        "x = {{ lines[0].label | default('none') | replace('D', 'd') }}\n",
        "x = {{ 'y' if lines[0].label in ('Desk',) else 'n' }}\n",
        "x = {{ device.mac[6:] }}\n",
    ],
)
def test_a_template_that_asks_more_of_a_text_falls_back(tmp_path: Path, template: str) -> None:
    renderer = GroupRenderer(group(one_pack(tmp_path, template)))
    one, other = phone(line(label="101")), phone(line(label="Desk"))
    assert renderer.render(one) == renderer.plain(one)
    assert renderer.render(other) == renderer.plain(other)
    assert set(renderer.quick) == {False}


def test_a_comparison_is_right_for_each_phone(tmp_path: Path) -> None:
    vendor = one_pack(tmp_path, "x = {{ 'same' if lines[0].label == lines[0].number else 'other' }}\n")
    renderer = GroupRenderer(group(vendor))
    told = [renderer.render(phone(line(label=label))).files[0].data for label in ("101", "Desk")]
    assert told == [b"x = same\n", b"x = other\n"]


def test_a_refused_text_is_named_on_both_paths(tmp_path: Path) -> None:
    renderer = GroupRenderer(group(one_pack(tmp_path, ALLOWED)))
    wrong = phone(line(1), line(2, user="hidden\nx = 1"))
    for render in (renderer.plain, renderer.render):
        with pytest.raises(CannotRender, match=r"^line 2 user: holds a line break") as refused:
            render(wrong)
        assert "hidden" not in str(refused.value)


def test_an_octet_of_an_own_address_takes_the_quick_path(tmp_path: Path) -> None:
    template = "{% for n in range(1, 5) %}\na.{{ n }} = {{ network.address | octet(n) }}\n{% endfor %}\nend\n"
    mapped = {"192.0.2.9": "198.51.100.7", "192.0.2.8": "host.example.com"}
    vendor = one_pack(tmp_path, template)
    renderer = GroupRenderer(group(vendor, mapped=lambda text: mapped.get(text, text)))
    said = {}
    for address in ("10.1.2.3", "192.0.2.9", "192.0.2.8", "2001:db8::1", ""):
        one = phone(settings={"network.address": address})
        assert renderer.render(one) == renderer.plain(one)
        said[address] = [text.partition(" = ")[2] for text in renderer.plain(one).files[0].text.splitlines()[:-1]]
    assert all(renderer.quick)
    assert list(said.values()) == [["10", "1", "2", "3"], ["198", "51", "100", "7"], [], [], [""] * 4]
    (warning,) = renderer.render(phone(settings={"network.address": "2001:db8::1"})).warnings
    assert "no IPv4" in warning and "2001" not in warning


def test_a_phones_own_firmware_or_module_makes_a_shape_of_its_own(tmp_path: Path) -> None:
    template = (
        "f = {{ model.firmware }}\n{% for m in modules %}\nkeys.{{ m.n }} = {{ m.keys | length }}\n{% endfor %}\n"
    )
    toml = TOML.replace("EXP = 2", "EXP = 2, BIG = 5")
    renderer = GroupRenderer(group(one_pack(tmp_path, template, toml=toml), {"keys.expansion_count": 1}))
    for own in ({"general.firmware": "old"}, {"general.firmware": "new"}, {"keys.expansion_type": "BIG"}, {}):
        one = phone(settings=own)
        assert renderer.render(one) == renderer.plain(one)
    assert all(renderer.quick)
