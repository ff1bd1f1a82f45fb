"""Templates for every family of the shipped packs: the editor's tabs, and copies from one model to another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from aps_tui.data.store import Store
from aps_tui.domain.catalogue import TABS
from aps_tui.domain.setting import Level as Said
from aps_tui.domain.site import Key, Settings, Template, Tenant
from aps_tui.services import keys
from aps_tui.services.refit import refit
from aps_tui.services.sitefile.bymodel import lacking, misfits
from aps_tui.services.sitefile.one import new_faults
from aps_tui.services.templates import add, cloned, in_short, level_of, rows, save_clone
from aps_tui.services.values import raw_rows, sheet
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.loader import SHIPPED, load_packs
from aps_tui.vendors.pack import Model, Vendor
from tests.conformance.values import every_setting
from tests.unit.services.site_packs import make_site_packs
from tests.unit.services.test_every_family import families

PACKS = load_packs([SHIPPED])
FAMILIES = families(PACKS)
IDS = [f"{vendor.slug}-{model.name}" for vendor, model in FAMILIES]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """A site with the shipped packs."""
    folder = tmp_path_factory.mktemp("site")
    with Store.open(folder / "state" / "aps.sqlite3", operator="tester") as store:
        store.tenants.save(Tenant("acme"))
        yield Workplace(store, folder, PACKS)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Workplace]:
    """A site with two small packs."""
    packs = make_site_packs(tmp_path / "packs")
    with Store.open(tmp_path / "state" / "aps.sqlite3", operator="tester") as store:
        store.tenants.save(Tenant("acme", {"general.firmware": "v84"}))
        yield Workplace(store, tmp_path, packs)


@pytest.mark.parametrize(("vendor", "model"), FAMILIES, ids=IDS)
def test_every_tab_opens_for_every_family(shipped: Workplace, vendor: Vendor, model: Model) -> None:
    level = level_of(add(shipped, f"{vendor.slug} {model.name}", "acme", f"{vendor.slug}/{model.name}"))
    seen = sheet(shipped, level)
    listed = [row.id for tab in TABS for row in (*seen.tab(tab), *seen.unsupported(tab))]
    assert len(listed) == len({*listed}) == len(seen.rows) and seen.tab("Server")
    assert [row.id for tab in TABS for row in seen.unsupported(tab) if row.supported] == []
    assert all(isinstance(seen.choices(id), tuple) and seen.example(id) is not None for id in listed)
    assert keys.board(shipped, level).model == seen.model and raw_rows(shipped, level) == []


def full(vendor: Vendor, model: Model) -> Template:
    """A template that says all that can be said."""
    said = [Key("dss", n, "blf", 1, "101") for n in (1, 2, 200)] + [Key("programmable", 1, "directory"),
            Key("expansion-1", 1, "speed-dial", 9, "5551"), Key("dss", 3, "custom", 1, "x")]  # fmt: skip
    settings = {**every_setting(Said.TEMPLATE), "general.firmware": "v0", "keys.expansion_type": "none such",
                "keys.expansion_count": 6}  # fmt: skip
    return Template("Full", vendor.slug, model.name, "acme", settings, {"a.b": "1", "account.1.sip_listen_port": "5"},
                    tuple(said))  # fmt: skip


@pytest.mark.parametrize(("vendor", "model"), FAMILIES, ids=IDS)
def test_a_copy_for_any_family_is_sound_and_every_loss_is_said(
    shipped: Workplace, vendor: Vendor, model: Model
) -> None:
    source = full(*FAMILIES[0])
    copy, losses = refit(source, vendor, model, {})
    assert new_faults(shipped.store, shipped.packs, None, copy) is not None  # raises Faults where something is wrong
    facts = model.facts()
    assert [*lacking(copy.settings, vendor, model, facts), *misfits(copy.settings, model, facts)] == []
    said = "\n".join(loss.what for loss in losses)
    changed = [id for id, value in source.settings.items() if copy.settings.get(id) != value]
    assert all(f"({id}) = " in said for id in changed)
    counts = {kind: sum(loss.kind == kind for loss in losses) for kind in ("setting", "key", "raw parameter")}
    gone = (len(changed), len(source.keys) - len(copy.keys), len(source.raw) - len(copy.raw))
    assert tuple(counts.values()) == gone and all(loss.why for loss in losses)


def test_what_a_smaller_model_loses_is_said_with_why(small: Workplace) -> None:
    said: Settings = {
        "time.zone": "Europe/Rome", "ldap.host": "10.0.0.9", "general.firmware": "v86", "keys.expansion_count": 1,
        "keys.enhanced": True, "security.admin_password": "Zebra-77",
    }  # fmt: skip
    pressed = (Key("dss", 3, "blf", 1, "101", "Al"), Key("dss", 4, "line", 1), Key("dss", 9, "line", 1),
               Key("dss", 2, "line", 5), Key("expansion-1", 1, "line", 1))  # fmt: skip
    small.store.templates.save(Template("Big", "yealink", "T46U", None, said, {"a.b": "1"}, pressed))
    row = rows(small)[0]
    clone = cloned(small, row, "Small", "acme", "snom/D785")
    assert in_short(clone.losses) == "3 settings, 4 keys, 1 raw parameter"
    why = {loss.what: loss.why for loss in clone.losses}
    assert why == {
        "Firmware version (general.firmware) = v86": "D785 has one kind of firmware, without a choice",
        "LDAP server (ldap.host) = 10.0.0.9": "D785 does not carry it",
        "Number of expansion modules (keys.expansion_count) = 1": "D785 takes at most 0 modules",
        "dss key 2: line 5": "D785 has 2 lines, there is no line 5",
        "dss key 3: blf 101 Al": "D785 has no blf among the types of its dss keys",
        "dss key 9: line 1": "D785 has no dss key 9, only 4",
        "expansion-1 key 1: line 1": "D785 has no expansion-1 key 1: keys.expansion_count is 0, D785 takes at most 0",
        "a.b": "it is a parameter of yealink's files",
    }
    assert "Zebra" not in repr(clone.losses)
    save_clone(small, row, clone)
    copy = small.store.templates.get("Small", "acme")
    assert copy is not None and copy.model == "D785"
    assert copy.settings == {id: said[id] for id in ("time.zone", "keys.enhanced", "security.admin_password")}
    assert [key.position for key in copy.keys] == [4]


def test_raw_parameters_stay_within_the_vendor(small: Workplace) -> None:
    small.store.templates.save(Template("Big", "yealink", "T46U", None, {}, {"phone.contrast": "6"}))
    clone = cloned(small, rows(small)[0], "Other", "", "yealink/T48U")
    assert clone.losses == () and clone.template.raw == {"phone.contrast": "6"}
