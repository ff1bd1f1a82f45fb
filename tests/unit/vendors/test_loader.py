"""The loader: what a vendor folder may say, and that a broken one is named and alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from aps_tui.domain.errors import BadValue
from aps_tui.vendors.loader import load_packs
from tests.unit.vendors.tiny import TOML, folder, group, one_pack, packs, phone, written


def test_a_broken_folder_is_named_and_the_others_work(tmp_path: Path) -> None:
    folder(tmp_path, {"vendor.toml": "name = \nfile = 1", "mac.j2": ""}, slug="broken")
    folder(tmp_path, {"README": "no vendor at all"}, slug="notes")
    loaded = packs(tmp_path)
    assert list(loaded.vendors) == ["tiny"]
    (fault,) = loaded.faults
    assert fault.startswith(f"{tmp_path / 'broken' / 'vendor.toml'}: ")
    assert "line 1" in fault


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("lines = 3", "lines = 3\nscreens = 1"), "family desk: unknown fact 'screens'"),
        (("lines = 3", 'lines = "3"'), "family desk: lines must be int"),
        (("lines = 3", "lines = true"), "family desk: lines must be int"),
        (('code = "c2"', "code = 2"), "model T2: code must be str"),
        (('T1 = { family = "desk" }', 'T1 = { family = "desc" }'), "model T1: unknown family 'desc'"),
        (('["old", "new"]', '["old", "newer"]'), "unknown generation 'newer'"),
        (('"00aabb"', '"00aab"'), "'00aab' is not 6 to 11 hex digits"),
        (('"00aabb"', '"00aabbccddee"'), "is not 6 to 11 hex digits"),
        (('format = "flat"', 'format = "yaml"'), "file {mac}.cfg: unknown format 'yaml'"),
        (('"{mac}.cfg"', '"{mac}-{colour}.cfg"'), "unknown fact 'colour' in its path"),
        (('"{mac}.cfg"', '"common.cfg"'), "scope 'device' does not fit its name"),
        (('template = "mac.j2"', 'template = "none.j2"'), "there is no template 'none.j2'"),
        (('name = "Tiny"', 'name = "Tiny"\ncolour = 1'), "colour"),
        (('name = "Tiny"', 'name = "Tiny"\nuser_agents = ["("]'), "'(' is no regular expression"),
        (('T1 = {', '"../T1" = {'), "a model's name holds letters, digits"),
        (('name = "Tiny"', "name = 1"), "Expected `str`"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    assert change[0] in TOML
    loaded = packs(tmp_path, toml=TOML.replace(*change))
    assert not loaded.vendors
    assert said in loaded.faults[0]
    assert all(fault.startswith(f"{tmp_path / 'tiny' / 'vendor.toml'}: ") for fault in loaded.faults)


def test_every_fault_of_a_folder_is_said_at_once(tmp_path: Path) -> None:
    wrong = TOML.replace("lines = 3", "lines = 3\nscreens = 1").replace('"00aabb"', '"x"')
    assert len(packs(tmp_path, toml=wrong).faults) == 2


def test_two_vendors_may_not_claim_a_prefix(tmp_path: Path) -> None:
    folder(tmp_path, {"vendor.toml": TOML, "mac.j2": ""}, slug="other")
    loaded = packs(tmp_path)
    assert loaded.faults == ("MAC prefix 00aabb is claimed by other and tiny",)


def test_the_longest_prefix_knows_the_vendor(tmp_path: Path) -> None:
    folder(tmp_path, {"vendor.toml": TOML.replace('"00aabb"', '"00AABB1"'), "mac.j2": ""}, slug="other")
    loaded = packs(tmp_path)
    found = [loaded.by_mac(mac) for mac in ("00aabb000001", "00aabb100001", "00aacc000001")]
    assert [vendor and vendor.slug for vendor in found] == ["tiny", "other", None]


def test_an_overlay_replaces_single_files(tmp_path: Path) -> None:
    shipped = folder(tmp_path / "shipped", {"vendor.toml": TOML, "mac.j2": "a = {{ lines[0].user }}\n"})
    overlay = folder(tmp_path / "etc", {"mac.j2": "b = {{ lines[0].user }}\n"})
    before = load_packs([shipped]).vendor("tiny")
    after = load_packs([overlay, shipped]).vendor("tiny")
    assert written(group(before), phone()) == "a = 101\n"
    assert written(group(after), phone()) == "b = 101\n"
    assert before.fingerprint != after.fingerprint


def test_an_overlay_may_bring_a_vendor_of_its_own(tmp_path: Path) -> None:
    shipped = folder(tmp_path / "shipped", {"vendor.toml": TOML, "mac.j2": ""})
    overlay = folder(tmp_path / "etc", {"vendor.toml": TOML.replace("00aabb", "00aacc"), "mac.j2": ""}, slug="mine")
    assert list(load_packs([overlay, shipped]).vendors) == ["mine", "tiny"]
    assert list(load_packs([tmp_path / "missing", shipped]).vendors) == ["tiny"]


def test_a_fingerprint_changes_with_any_file(tmp_path: Path) -> None:
    seen = {one_pack(tmp_path, text).fingerprint for text in ("a\n", "b\n", "a\n")}
    assert len(seen) == 2


def test_vendors_and_models_are_found_in_any_case(tmp_path: Path) -> None:
    loaded = packs(tmp_path)
    assert loaded.model("TINY", "t1").name == "T1"
    with pytest.raises(BadValue, match=r"unknown vendor 'none' \(known: tiny"):
        loaded.vendor("none")
    with pytest.raises(BadValue, match="did you mean T"):
        loaded.model("tiny", "T3")


def test_facts_merge_from_general_to_particular(tmp_path: Path) -> None:
    vendor = one_pack(tmp_path)
    one, two = vendor.model("T1"), vendor.model("T2")
    assert (one.facts()["codecs"], one.facts("old")["codecs"], two.facts("new")["codecs"]) == (True, False, False)
    assert one.facts()["firmware"] == "new"
    with pytest.raises(BadValue, match=r"firmware 'V1' is not known for tiny/T1 \(known: old, new"):
        one.facts("V1")


def test_a_name_that_leaves_the_root_is_refused(tmp_path: Path) -> None:
    for bad in ("../x", "a/../../x", "/x", ".hidden", "a//b"):
        toml = TOML.replace('"{mac}.cfg"', '"{code}{mac}.cfg"').replace('code = "c2"', f'code = "{bad}/"')
        with pytest.raises(Exception, match="is not a plain name under the root"):
            written(group(one_pack(tmp_path, toml=toml), model="T2"), phone())


@pytest.mark.parametrize("needed", ["name", "mac_prefixes", "file", "model"])
def test_a_vendor_without_the_essential_is_refused(tmp_path: Path, needed: str) -> None:
    document = {
        "name": 'name = "Tiny"',
        "mac_prefixes": "mac_prefixes = []",
        "file": "file = []",
        "model": "model = {}",
    }
    assert packs(tmp_path, toml="\n".join(document.values())).faults == ()
    loaded = packs(tmp_path, toml="\n".join(text for name, text in document.items() if name != needed))
    assert f"missing required field `{needed}`" in loaded.faults[0]
