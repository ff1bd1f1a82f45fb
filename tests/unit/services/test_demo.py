"""The demo site: the same every time, loads without a word, and uses what is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from aps_tui.data import Store
from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.domain.mac import parse_mac
from aps_tui.domain.site import Tenant
from aps_tui.services.demo import build, make_demo
from aps_tui.services.planning import plan
from aps_tui.services.sitefile import load, to_toml
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.loader import SHIPPED, Packs, load_packs
from tests.unit.services.site_packs import make_site_packs


@pytest.fixture(scope="module", params=["own", "shipped"])
def packs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Packs:
    """Two small packs, and all that are shipped."""
    return load_packs([SHIPPED]) if request.param == "shipped" else make_site_packs(tmp_path_factory.mktemp("packs"))


@pytest.mark.parametrize("devices", [0, 1, 500])
def test_loads_without_faults_or_warnings(tmp_path: Path, packs: Packs, devices: int) -> None:
    document = build(devices, 7, packs)
    with Store.open(tmp_path / "a.sqlite3") as store:
        result = load(store, packs, document)
        assert result.created.get("device", 0) == devices
        assert result.warnings == ()


def test_same_seed_same_bytes(packs: Packs) -> None:
    assert to_toml(build(50, 7, packs)) == to_toml(build(50, 7, packs))
    assert to_toml(build(50, 7, packs)) != to_toml(build(50, 8, packs))


def test_every_vendor_is_in_it_with_its_own_prefixes(packs: Packs) -> None:
    devices = build(3 * len(packs.vendors), 1, packs)["device"]
    assert {one["vendor"] for one in devices} == set(packs.vendors)
    for one in devices:
        assert parse_mac(one["mac"]).startswith(packs.vendors[one["vendor"]].mac_prefixes)


def test_secrets_differ_and_are_long(packs: Packs) -> None:
    secrets = [one["secret"] for one in build(200, 1, packs)["extension"]]
    assert len(set(secrets)) == len(secrets) and min(map(len, secrets)) >= 20


def test_phones_have_arrived_most_of_them_with_their_model(tmp_path: Path, packs: Packs) -> None:
    make_demo(tmp_path / "demo", 30, 7, packs)
    with Store.open(tmp_path / "demo" / "aps.sqlite3") as store:
        arrived = store.arrivals.latest(100)
        known = [one for one in arrived if one.model and not one.conflict]
        assert len(arrived) == 13 and {one.mac for one in arrived}.isdisjoint(store.devices.macs())
        assert len(known) == (12 if "polycom" in packs.vendors else 0)


def test_every_device_can_be_rendered(tmp_path: Path, packs: Packs) -> None:
    make_demo(tmp_path / "demo", 120, 3, packs)
    with Store.open(tmp_path / "demo" / "aps.sqlite3") as store:
        found = plan(Workplace(store, tmp_path / "demo" / "tftpboot", packs))
    assert found.problems == []
    assert found.changes


def test_folder_is_made_kept_and_made_again(tmp_path: Path, packs: Packs) -> None:
    into = tmp_path / "a" / "demo"
    make_demo(into, 5, 1, packs)
    assert sorted(path.name for path in into.iterdir()) == ["aps.sqlite3", "tftpboot"]
    assert not any((into / "tftpboot").iterdir())
    assert make_demo(into, 9, 1, packs) is None
    (into / "tftpboot" / "x.cfg").write_text("x")
    (into / "mine.txt").write_text("x")
    again = make_demo(into, 9, 1, packs, fresh=True)
    assert again is not None and again.created["device"] == 9
    assert sorted(path.name for path in into.iterdir()) == ["aps.sqlite3", "mine.txt", "tftpboot"]


@pytest.mark.parametrize("name", ["aps.sqlite3", "notes.txt"])
def test_folder_with_something_else_is_left_alone(tmp_path: Path, packs: Packs, name: str) -> None:
    with Store.open(tmp_path / name) as store:
        store.tenants.save(Tenant("acme"))
    with pytest.raises(ApsError, match="something other than a demo"):
        make_demo(tmp_path, 1, 1, packs, fresh=True)
    assert (tmp_path / name).exists()


def test_number_out_of_range_and_no_vendor(tmp_path: Path, packs: Packs) -> None:
    with pytest.raises(BadValue, match="0 to 100000 devices, not -1"):
        build(-1, 1, packs)
    with pytest.raises(BadValue, match="needs a vendor pack"):
        build(1, 1, load_packs([tmp_path]))
