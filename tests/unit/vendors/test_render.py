"""Whole files: raw parameters, shared files, keys and lines beyond the model, masks, optional files."""

from __future__ import annotations

from pathlib import Path

import pytest

from aps_tui.domain.errors import BadValue
from aps_tui.domain.site import Key, Value
from aps_tui.vendors.emit import TemplateFault
from aps_tui.vendors.engine import GroupRenderer, render_shared
from aps_tui.vendors.pack import Vendor
from aps_tui.vendors.spaces import CannotRender
from tests.unit.vendors.tiny import DEVICE_FILE, SECRET, TOML, group, line, one_pack, phone, written

RAW = "{% for p in raw %}\n{{ p.name }} = {{ p.value }}\n{% endfor %}\n"
SHARED = """
[[file]]
path = "{code}all.cfg"
template = "all.j2"
format = "flat"
scope = "model"
"""


def test_a_raw_parameter_wins_over_the_packs_own_line(tmp_path: Path) -> None:
    vendor = one_pack(tmp_path, "a = 1\nb = {{ lines[0].user }}\n" + RAW)
    asked = group(vendor, raw={"b": "group", "c": "3"})
    assert written(asked, phone()) == "a = 1\nb = group\nc = 3\n"
    assert written(asked, phone(raw={"b": "device"})) == "a = 1\nb = device\nc = 3\n"


def test_an_unprovisioned_phone_gets_no_raw_keys_or_secrets(tmp_path: Path) -> None:
    template = "a = {{ lines[0].label }}\np = {{ security.admin_password }}\n{% for k in bank.dss %}\n" \
               "k{{ k.n }} = {{ k.type }}\n{% endfor %}\n" + RAW  # fmt: skip
    settings: dict[str, Value] = {"security.admin_password": "hidden"}
    asked = group(one_pack(tmp_path, template), settings, raw={"b": "raw"}, keys=(Key("dss", 1, "blf", value="9"),))
    assert written(asked, phone(line(label="UNPROV"), bound=False)) == (
        "a = UNPROV\nk1 = line\nk2 = none\nk3 = none\nk4 = none\n"
    )


def test_a_parameter_that_stands_twice_is_a_fault(tmp_path: Path) -> None:
    renderer = GroupRenderer(group(one_pack(tmp_path, "a = 1\na = 2\n")))
    for render in (renderer.plain, renderer.render):
        with pytest.raises(TemplateFault, match=r"template mac.j2: parameter 'a' is written twice"):
            render(phone())


@pytest.mark.parametrize(
    ("key", "why"),
    [
        (Key("dss", 5, "blf"), r"dss key 5: T1 has no such key \(it has 4\)"),
        (Key("programmable", 1, "blf"), "programmable key 1: T1 has no such key"),
        (Key("expansion-1", 1, "blf"), r"expansion-1 key 1: .*keys.expansion_count is 0, at most 2"),
    ],
)
def test_a_key_beyond_the_model_is_refused(tmp_path: Path, key: Key, why: str) -> None:
    vendor = one_pack(tmp_path, "a = 1\n")
    for asked, one in ((group(vendor, keys=(key,)), phone()), (group(vendor), phone(keys=(key,)))):
        for render in (GroupRenderer(asked).plain, GroupRenderer(asked).render):
            with pytest.raises(CannotRender, match=why):
                render(one)


def test_expansion_keys_go_as_far_as_the_modules(tmp_path: Path) -> None:
    template = (
        "{% for m in modules %}{% for k in m.keys %}\nm{{ m.n }}k{{ k.n }} = {{ k.value }}\n{% endfor %}{% endfor %}\n"
    )
    settings: dict[str, Value] = {"keys.expansion_count": 2, "keys.expansion_type": "EXP"}
    asked = group(one_pack(tmp_path, template), settings, keys=(Key("expansion-2", 2, "blf", value="102"),))
    assert written(asked, phone()).split() == ["m1k1", "=", "m1k2", "=", "m2k1", "=", "m2k2", "=", "102"]


def test_a_line_beyond_the_model_is_refused(tmp_path: Path) -> None:
    renderer = GroupRenderer(group(one_pack(tmp_path, "a = 1\n")))
    with pytest.raises(CannotRender, match="line 4: T1 has 3 lines"):
        renderer.render(phone(line(4)))


def test_unused_lines_are_told(tmp_path: Path) -> None:
    vendor = one_pack(tmp_path, "{% for n in unused_lines %}\nuser.{{ n }} =\n{% endfor %}\n")
    assert written(group(vendor), phone(line(2))) == "user.1 =\nuser.3 =\n"


def test_an_unknown_firmware_is_refused(tmp_path: Path) -> None:
    asked = group(one_pack(tmp_path, "a = {{ model.firmware }}\n"), {"general.firmware": "V9"})
    with pytest.raises(BadValue, match="firmware 'V9' is not known"):
        GroupRenderer(asked).render(phone())
    assert written(asked, phone(settings={"general.firmware": "old"})) == "a = old\n"


def test_a_mask_hides_every_secret(tmp_path: Path) -> None:
    shown = {
        "a": "lines[0].secret",
        "b": "security.admin_password",
        "c": "lines[0].secret or 'x'",
        "u": "lines[0].user",
    }
    template = "".join(f"{name} = {{{{ {value} }}}}\n" for name, value in shown.items())
    renderer = GroupRenderer(group(one_pack(tmp_path, template), {"security.admin_password": "hidden"}))
    masked = renderer.plain(phone(), mask=lambda value: "*" * 3).files[0].data
    assert masked == b"a = ***\nb = ***\nc = ***\nu = 101\n"
    assert SECRET.encode() in renderer.plain(phone()).files[0].data


def test_an_optional_file_is_written_when_it_says_something(tmp_path: Path) -> None:
    toml = TOML.replace(DEVICE_FILE, DEVICE_FILE + "optional = true\n")
    vendor = one_pack(tmp_path, "\n{% if network.vlan_id %}\nvlan = {{ network.vlan_id }}\n{% endif %}\n", toml=toml)
    assert GroupRenderer(group(vendor)).render(phone()).files == ()
    assert "vlan = 7" in written(group(vendor, {"network.vlan_id": 7}), phone())


# ---------------------------------------------------------------------------------------------- shared files


def shared(root: Path, template: str) -> Vendor:
    """A pack that has a file for all phones of a model."""
    return one_pack(root, "a = 1\n", toml=TOML.replace(DEVICE_FILE, DEVICE_FILE + SHARED), all=template)


def test_a_shared_file_is_rendered_apart(tmp_path: Path) -> None:
    vendor = shared(tmp_path, "ntp = {{ time.ntp_1 }}\nn = {{ model.name }}\n" + RAW)
    result = render_shared(vendor, vendor.model("T2"), {"time.ntp_1": "ntp.example.com"}, str)
    assert [(file.path, file.data) for file in result.files] == [("c2all.cfg", b"ntp = ntp.example.com\nn = T2\n")]
    assert [file.path for file in GroupRenderer(group(vendor)).render(phone()).files] == ["00aabb000001.cfg"]


def test_a_file_whose_name_lacks_its_fact_is_not_written(tmp_path: Path) -> None:
    vendor = shared(tmp_path, "a = 1\n")
    assert render_shared(vendor, vendor.model("T1"), {}, str).files == ()


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("p = {{ security.admin_password }}\n", "may hold no secret: security.admin_password"),
        ("p = {{ ldap['password'] }}\n", "may hold no secret: ldap.password"),
        ("p = {% for l in lines %}{{ l.secret }}{% endfor %}\n", "'lines' is undefined"),
        ("p = {{ device.mac }}\n", "'device' is undefined"),
    ],
)
def test_a_shared_file_may_read_no_secret_and_no_phone(tmp_path: Path, template: str, why: str) -> None:
    vendor = shared(tmp_path, template)
    settings: dict[str, Value] = {"security.admin_password": "hidden", "ldap.password": "hidden"}
    with pytest.raises(TemplateFault, match=why) as fault:
        render_shared(vendor, vendor.model("T2"), settings, str)
    assert "hidden" not in str(fault.value)
