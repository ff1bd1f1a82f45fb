"""How phones are met, of each vendor, generation, family and model; limits; files of some models alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from aps_tui.domain.errors import BadValue
from aps_tui.vendors.contact import Dhcp, Notify
from aps_tui.vendors.engine import GroupRenderer
from aps_tui.vendors.loader import SHIPPED, load_packs
from aps_tui.vendors.spaces import CannotRender
from tests.unit.vendors.tiny import MAC, TOML, group, line, one_pack, packs, phone, written

CONTACT = """
default_passwords = { admin = "1234", user = "0000" }
[dhcp]
option = 43
suboption = 66
vendor_class = ['^tiny$']
[notify]
restart = "reboot"
"""
SAID = TOML.replace('mac_prefixes = ["00aabb"]', 'mac_prefixes = ["00aabb"]' + CONTACT).replace(
    "codecs = false\n[generation.new]", 'codecs = false\nnotify = { resync = "fetch" }\n[generation.new]'
).replace(
    "lines = 3", 'lines = 3\ndhcp = { option = 66, url = "{host}" }\ndefault_passwords = { user = "" }'
).replace(
    'T2 = { family = "desk",', 'T2 = { family = "desk", notify = { resync = "" }, dhcp = { mac_prefixes = ["00aabb"] },'
)  # fmt: skip


def test_each_level_speaks_over_the_one_above(tmp_path: Path) -> None:
    vendor = one_pack(tmp_path, toml=SAID)
    one, two = vendor.model("T1"), vendor.model("T2")
    assert vendor.contact.dhcp == Dhcp(43, 66, ("^tiny$",))
    assert one.contact().dhcp == Dhcp(66, None, ("^tiny$",), url="{host}"), "another option has no suboption"
    assert one.contact().default_passwords == {"admin": "1234"}
    assert one.contact().notify == Notify(restart="reboot")
    assert one.contact("old").notify == Notify("fetch", "reboot")
    assert two.contact("old").notify == Notify("", "reboot"), "a model speaks over its generation"
    assert two.contact().dhcp.mac_prefixes == ("00aabb",)
    with pytest.raises(BadValue, match="'older' is not known"):
        one.contact("older")
    assert not {"dhcp", "notify", "default_passwords"} & one.facts().keys()


def test_every_way_is_named_with_its_phones(tmp_path: Path) -> None:
    ways = one_pack(tmp_path, toml=SAID).contacts()
    assert [[(model.name, generation) for model, generation in places] for _, places in ways] == [
        [("T1", "old")], [("T1", "new")], [("T2", "old"), ("T2", "new")]
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("dhcp = { colour = 1 }", "desk: dhcp, notify, default_passwords: Object contains unknown field"),
        ('dhcp = { option = "66" }', "Expected `int`"),
        ("dhcp = 66", "family desk: dhcp must be a table"),
        ("dhcp = { suboption = 3 }", "only option 43 has a suboption"),
        ("dhcp = { vendor_class = ['('] }", "family desk: dhcp: '(' is no regular expression"),
        ('dhcp = { mac_prefixes = ["001122"] }', "001122 is none of the vendor's mac_prefixes"),
        ('dhcp = { url = "{root}" }', "url: {root} is none of {url}, {host}"),
        ('notify = { resync = ["x"] }', "Expected `str`"),
        ('key_types = { soft = "key" }', "key_types: soft is none of dss, programmable, expansion"),
        ('key_types = { dss = "keys" }', "key_types: there is no table [words.keys]"),
        ('key_types = { dss = ["blf", "dnd"] }', "key_types: not in [words.key]: dnd"),
        ('bounds = { "line.colour" = [0, 5] }', "bounds: 'line.colour' is neither a setting nor one of"),
        ('bounds = { "line.label" = [5, 0] }', "bounds: line.label must be [least, most]"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, said: str, fault: str) -> None:
    loaded = packs(tmp_path, toml=TOML.replace("lines = 3", f"lines = 3\n{said}"))
    assert not loaded.vendors
    assert fault in loaded.faults[0]


def test_families_of_shipped_vendors_are_met_in_their_own_ways() -> None:
    loaded = load_packs((SHIPPED,))
    touch, sep = loaded.model("alcatel", "4028").contact(), loaded.model("cisco", "8841").contact("enterprise")
    assert (touch.dhcp.option, touch.dhcp.suboption, touch.notify.resync) == (43, 67, "")
    assert (sep.dhcp.option, sep.dhcp.url, sep.notify.resync_body) == (150, "{host}", "action=check-version")
    assert loaded.model("cisco", "8841").contact().dhcp.url == "{url}$PSN.xml"
    assert loaded.model("snom", "M700").contact().notify.resync == "check-sync;reboot=true"


def test_a_file_for_some_models_only(tmp_path: Path) -> None:
    toml = TOML.replace('template = "mac.j2"', 'template = "mac.j2"\nonly = "codecs"')
    vendor = one_pack(tmp_path, "a = 1\n", toml=toml)
    assert written(group(vendor), phone()) == "a = 1\n"
    assert vendor.files[0].only == "codecs"
    with pytest.raises(ValueError, match="not enough values"):
        written(group(vendor, model="T2"), phone())
    assert "unknown fact 'colour' in only" in packs(tmp_path, toml=toml.replace('"codecs"', '"colour"')).faults[0]


def test_an_overlays_file_replaces_the_one_of_its_name(tmp_path: Path) -> None:
    one_pack(tmp_path / "shipped", "a = 1\n", toml='unverified = ["a: b"]\n' + TOML)
    (tmp_path / "etc" / "tiny").mkdir(parents=True)
    (tmp_path / "etc" / "tiny" / "vendor.toml").write_text(
        'unverified = ["c: d"]\n[[file]]\npath = "{mac}.cfg"\ntemplate = "own.j2"\nformat = "flat"\n'
    )
    (tmp_path / "etc" / "tiny" / "own.j2").write_text("b = 2\n")
    vendor = load_packs([tmp_path / "etc", tmp_path / "shipped"]).vendor("tiny")
    assert written(group(vendor), phone()) == "b = 2\n"
    assert vendor.unverified == ("a: b", "c: d")


BOUNDED = TOML.replace("lines = 3", 'lines = 3\nbounds = { "line.label" = [0, 5], "server.N.expires" = [60, 3600] }')


def test_what_a_model_cannot_take_is_named(tmp_path: Path) -> None:
    vendor = one_pack(tmp_path, "{% for l in lines %}\na{{ l.n }} = {{ l.label }}\n{% endfor %}\n", toml=BOUNDED)
    assert written(group(vendor, {"server.1.expires": 60}), phone(line(label="12345"))) == "a1 = 12345\n"
    asked = group(vendor, {"server.2.expires": 5})
    for settings, account, said in (
        ({}, line(2, label="123456"), "line 2 label: has 6 characters, T1 takes 0 to 5"),
        ({"server.2.expires": 3601}, line(), "server.2.expires: is 3601, T1 takes 60 to 3600"),
    ):
        with pytest.raises(CannotRender, match=f"^{said}$"):
            written(group(vendor, settings), phone(account))
    with pytest.raises(CannotRender, match="is 5, T1"):
        written(asked, phone())
    assert written(asked, phone(settings={"server.2.expires": 90})).startswith("a1")


def test_the_quick_path_holds_each_phone_to_the_limits(tmp_path: Path) -> None:
    vendor = one_pack(tmp_path, "{% for l in lines %}\na{{ l.n }} = {{ l.label }}\n{% endfor %}\n", toml=BOUNDED)
    renderer = GroupRenderer(group(vendor))
    assert renderer.render(phone(line(label="1"))).files[0].path == f"{MAC}.cfg"
    with pytest.raises(CannotRender, match="line 1 label: has 6 characters"):
        renderer.render(phone(line(label="123456")))
