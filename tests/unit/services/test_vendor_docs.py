"""The page on vendors is what the packs say; the examples of the page on adding one are executed."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from aps_tui.domain.site import Device, Extension, Line, Tenant
from aps_tui.services.commit import commit
from aps_tui.services.config import Config
from aps_tui.services.learning.probe import full_phone
from aps_tui.services.opening import open_place
from aps_tui.services.vendordocs import main, page
from aps_tui.vendors.engine import GroupRenderer
from aps_tui.vendors.loader import SHIPPED, load_packs
from tests.unit.services.small_site import MAC_CFG, make_pack

DOCS = Path(__file__).resolve().parents[3] / "docs"


def examples() -> list[str]:
    """The TOML blocks of the page on adding a vendor."""
    return re.findall(r"```toml\n(.*?)```", (DOCS / "adding-a-vendor.md").read_text(encoding="utf-8"), re.DOTALL)


def test_the_page_is_up_to_date() -> None:
    made = page(load_packs((SHIPPED,)).vendors.values())
    assert (DOCS / "vendors.md").read_text(encoding="utf-8") == made, "write it again: make docs"


def test_the_page_of_a_small_pack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_pack(tmp_path)
    made = page(load_packs([tmp_path]).vendors.values())
    assert "| T1 | 4 | 6 | yes |" in made and "## Testphone" in made
    assert re.search(r"\| `server\.N\.host` \| ● \|", made) and re.search(r"\| `ldap\.host` \| · \|", made)
    assert "`ldap.*`" in made and "`common-{model}.cfg`" in made
    assert main([str(tmp_path / "out.md")]) == 0 and main([]) == 0
    assert capsys.readouterr().out == (tmp_path / "out.md").read_text(encoding="utf-8")


def test_adding_a_model_is_two_lines(tmp_path: Path) -> None:
    """The example as the whole vendor.toml of an overlay."""
    assert len(examples()[0].splitlines()) == 2
    [name] = tomllib.loads(examples()[0])["model"]
    (tmp_path / "yealink").mkdir()
    (tmp_path / "yealink" / "vendor.toml").write_text(examples()[0], encoding="utf-8")
    packs = load_packs((tmp_path, SHIPPED))
    assert not packs.faults and name not in load_packs((SHIPPED,)).vendor("yealink").models
    group, phone, _ = full_phone(packs.vendor("yealink"), packs.model("yealink", name))
    [file] = GroupRenderer(group).render(phone).files
    assert b"account.16.user_name = u16probe\n" in file.data and b"linekey.27.type" in file.data


def test_the_whole_example_loads(tmp_path: Path) -> None:
    (tmp_path / "example").mkdir()
    (tmp_path / "example" / "vendor.toml").write_text(examples()[1], encoding="utf-8")
    for template in ("mac.cfg.j2", "model.cfg.j2"):
        (tmp_path / "example" / template).write_text("a = 1\n")
    packs = load_packs((tmp_path,))
    assert not packs.faults and packs.model("example", "T46U").facts("V84")["lines"] == 16


def test_a_vendor_folder_in_the_overlay_is_enough_to_commit_its_phones(tmp_path: Path) -> None:
    make_pack(tmp_path / "overlay")
    config = Config(tmp_path / "aps.sqlite3", tmp_path / "tftpboot", overlay=tmp_path / "overlay")
    config.root.mkdir()
    with open_place(config, create=True) as place:
        with place.store.transaction():
            place.store.tenants.save(Tenant("acme", {"server.1.host": "pbx.example.net"}))
            place.store.extensions.save_many([Extension("acme", "101", "101", "101", "s3cret-101", "Alice")])
            place.store.devices.save_many([Device("001122000001", "acme", "testphone", "T1", lines=(Line(1, "101"),))])
        assert "yealink" in place.packs.vendors
        assert commit(place).written == 2
    written = (config.root / "001122000001.cfg").read_text()
    assert "account.1.user = 101\n" in written and "account.1.server = pbx.example.net\n" in written
    assert MAC_CFG.count("account.") == 6
