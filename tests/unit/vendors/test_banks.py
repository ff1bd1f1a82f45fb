"""Key types of each bank: of one table, of a table of its own, or some of the types alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from aps_tui.domain.site import Key
from aps_tui.vendors.banks import key_types
from aps_tui.vendors.loader import SHIPPED, load_packs
from aps_tui.vendors.spaces import CannotRender
from tests.unit.vendors.tiny import TOML, group, one_pack, phone, written

BANKS = TOML.replace(
    "lines = 3", 'lines = 3\nprogrammable = [1, 2]\nkey_types = { programmable = ["blf"], expansion = "module_key" }'
).replace("[words.key]", '[words.module_key]\nnone = "free"\nline = "free"\ndnd = 9\n[words.key]')
TEMPLATE = """\
{% for k in bank.dss if k.used %}
dss{{ k.n }} = {{ k.type | known("key") }}
{% endfor %}
{% for k in bank.programmable if k.used %}
soft{{ k.n }} = {{ k.type | known("key") }}
{% endfor %}
{% for m in modules %}
{% for k in m.keys if k.used %}
exp{{ k.n }} = {{ k.type | known("module_key") }}
{% endfor %}
{% endfor %}
"""


def test_what_can_be_written_for_a_bank(tmp_path: Path) -> None:
    vendor = one_pack(tmp_path, TEMPLATE, toml=BANKS)
    model = vendor.model("T1")
    assert key_types(vendor, model, "dss") == ("none", "line", "blf")
    assert key_types(vendor, model, "programmable", "old") == ("none", "blf")
    assert key_types(vendor, model, "expansion-2") == key_types(vendor, model, "expansion") == ("none", "dnd")


def test_a_bank_that_is_not_there_takes_nothing(tmp_path: Path) -> None:
    vendor = one_pack(tmp_path, toml=TOML)
    assert key_types(vendor, vendor.model("T1"), "programmable") == ()
    assert key_types(vendor, vendor.model("T1"), "expansion-3") == ()


def test_a_key_is_held_to_its_banks_types(tmp_path: Path) -> None:
    asked = group(one_pack(tmp_path, TEMPLATE, toml=BANKS), {"keys.expansion_count": 1})
    fine = (Key("dss", 2, "line"), Key("programmable", 1, "blf"), Key("expansion-1", 1, "dnd"))
    assert written(asked, phone(keys=fine)) == "dss1 = 1\ndss2 = 1\nsoft1 = 2\nexp1 = 9\n"
    written(asked, phone(keys=(Key("programmable", 2, "none"),)))
    for key, bank in ((Key("programmable", 1, "line"), "programmable"), (Key("expansion-1", 2, "blf"), "expansion")):
        said = f"{key.bank} key {key.position}: key type '{key.type}' does not exist on this model's {bank} keys"
        with pytest.raises(CannotRender, match=said):
            written(asked, phone(keys=(key,)))


def test_shipped_vendors() -> None:
    packs = load_packs((SHIPPED,))
    snom, cisco = packs.vendor("snom"), packs.vendor("cisco")
    assert "blf" in key_types(snom, snom.model("D785"), "dss")
    assert not {"blf", "line"} & {*key_types(snom, snom.model("D785"), "programmable")}
    assert "hold" in key_types(cisco, cisco.model("7961"), "dss")
    assert "hold" not in key_types(cisco, cisco.model("8841"), "dss", "enterprise")
    assert "redial" in key_types(cisco, cisco.model("8841"), "programmable")
    assert "redial" not in key_types(cisco, cisco.model("8841"), "dss")
