"""What a real model narrows in the settings editor: the shipped packs decide."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from aps_tui.data.store import Store
from aps_tui.domain.errors import BadValue
from aps_tui.domain.site import Key, Template, Tenant
from aps_tui.services.values import Level, Sheet, put, put_many, sheet
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.loader import SHIPPED, Packs, load_packs


@pytest.fixture(scope="module")
def packs() -> Packs:
    return load_packs((SHIPPED,))


@pytest.fixture
def site(tmp_path: Path, packs: Packs) -> Iterator[Workplace]:
    """A template for each of three models."""
    with Store.open(tmp_path / "aps.sqlite3", operator="tester") as store:
        store.tenants.save(Tenant("acme"))
        for name, vendor, model in (("T46", "yealink", "T46U"), ("57i", "aastra", "57i"), ("ATA", "sipura", "SPA2102")):
            store.templates.save(Template(name, vendor, model))
        yield Workplace(store, tmp_path, packs)


T46, A57 = Level("template", "T46"), Level("template", "57i")


def offered(seen: Sheet, id: str) -> list[str]:
    return [one.value for one in seen.choices(id)]


def test_choices_are_the_models(site: Workplace) -> None:
    seen = sheet(site, T46)
    model = site.packs.model("yealink", "T46U")
    assert offered(seen, "general.firmware") == [*model.generations]
    assert offered(seen, "keys.expansion_type") == [*model.facts()["expansion"]]
    assert offered(seen, "keys.expansion_count")[-1] == str(model.facts()["expansion_max"])
    assert "fr-CA" in offered(seen, "phone.language") and "ko" not in offered(seen, "phone.language")
    assert {"CA", "custom"} <= {*offered(seen, "phone.tone_country")} and "AO" not in offered(
        seen, "phone.tone_country"
    )
    assert "America/Toronto" in offered(seen, "time.zone") and offered(seen, "network.lldp") == ["on", "off"]
    assert offered(seen, "server.1.host") == []
    assert "interval" not in offered(sheet(site, A57), "general.sync_method")


def test_the_site_offers_what_any_model_has(site: Workplace) -> None:
    seen = sheet(site, Level("site"))
    assert {*site.packs.model("yealink", "T46U").generations} <= {*offered(seen, "general.firmware")}
    assert "opus" in offered(seen, "server.codecs") and len(offered(seen, "phone.tone_country")) > 200
    assert all(row.supported for row in seen.rows.values())


def test_a_value_in_force_that_the_model_lacks_is_offered_and_flagged(site: Workplace) -> None:
    put(site, Level("site"), "phone.language", "ko")
    seen = sheet(site, T46)
    assert "ko" in offered(seen, "phone.language")
    assert seen.rows["phone.language"].letters == " !"
    assert any("has no word for ko" in text for text in put(site, T46, "phone.language", "ko"))


def test_what_the_model_does_not_carry_is_listed_apart(site: Workplace) -> None:
    seen = sheet(site, A57)
    told = {row.id: row for row in seen.unsupported("LDAP")}
    assert seen.tab("LDAP") == [] and told["ldap.host"].letters == "- "
    assert any("not supported" in text for text in put(site, A57, "ldap.host", "1.1.1.1"))
    row = sheet(site, A57).rows["ldap.host"]
    assert row.letters == "-!" and row.said and not row.supported
    put(site, A57, "ldap.host", None, row.stamp)
    assert sheet(site, A57).rows["ldap.host"].letters == "- "


def test_members_past_the_models_number_are_listed_only_where_they_are_said(site: Workplace) -> None:
    limit = site.packs.model("aastra", "57i").facts()["limits"]["multicast"]
    beyond = f"multicast.{limit + 1}.address"
    seen = sheet(site, A57)
    assert f"multicast.{limit}.address" in seen.rows and beyond not in seen.rows
    put(site, Level("tenant", "acme"), beyond, "224.5.6.30")
    put(site, Level("site"), beyond, "224.5.6.31")
    assert sheet(site, A57).rows[beyond].supported is False


def test_modules_and_firmware_that_the_model_lacks_are_refused(site: Workplace) -> None:
    for id, value in (("keys.expansion_count", "6"), ("keys.expansion_type", "BEKEM"), ("general.firmware", "V1")):
        with pytest.raises(BadValue, match=id):
            put(site, T46 if id != "keys.expansion_count" else Level("template", "ATA"), id, value)
    ata = sheet(site, Level("template", "ATA"))
    assert not ata.rows["keys.expansion_type"].supported


def test_a_module_with_keys_is_not_taken_away(site: Workplace) -> None:
    module = next(iter(site.packs.model("yealink", "T46U").facts()["expansion"]))
    put_many(site, T46, {"keys.expansion_type": module, "keys.expansion_count": 2})
    template = site.store.templates.get("T46")
    assert template is not None
    keys = (Key("expansion-2", 1, "blf", 1, "102"),)
    site.store.templates.save(Template("T46", "yealink", "T46U", settings=template.settings, keys=keys))
    for value in ("1", None):
        with pytest.raises(BadValue, match="no expansion-2 key 1"):
            put(site, T46, "keys.expansion_count", value)
    put(site, T46, "keys.expansion_count", "3")


def test_the_makers_default_password_is_flagged(site: Workplace) -> None:
    row = sheet(site, T46).rows["security.admin_password"]
    assert any("default password" in text for text in row.warnings)
    put(site, T46, row.id, "Zebra-77-Quartz")
    assert sheet(site, T46).rows[row.id].warnings == ()
    put(site, T46, row.id, "admin")
    assert sheet(site, T46).rows[row.id].letters == "o!"


def test_unverified_parameters_are_named(site: Workplace) -> None:
    put(site, T46, "ldap.tls", "starttls")
    row = sheet(site, T46).rows["ldap.tls"]
    assert row.letters == "o?" and any("tls_mode" in text for text in row.doubts)
    assert sheet(site, T46).rows["time.zone"].letters == "  "


def test_a_template_of_a_pack_that_is_gone_is_still_shown(site: Workplace) -> None:
    put(site, T46, "time.zone", "UTC")
    without = Workplace(site.store, site.root, load_packs(()))
    seen = sheet(without, T46)
    assert seen.rows["time.zone"].shown == "UTC" and "yealink" in seen.notes[0]


def test_every_choice_that_is_offered_can_be_taken(site: Workplace) -> None:
    spot = Level("template", "any")
    for vendor in site.packs.vendors.values():
        model = next(iter(vendor.models))
        site.store.templates.save(Template("any", vendor.slug, model))
        seen = sheet(site, spot)
        for at in (0, -1):
            free = (id for id, row in seen.rows.items() if row.supported and not row.warnings)
            offers = {id: seen.choices(id) for id in free if id != "general.firmware"}
            warnings = put_many(site, spot, {id: offer[at].value for id, offer in offers.items() if offer})
            assert not any("no word" in text or "not supported" in text for text in warnings), (vendor.slug, warnings)
        site.store.templates.delete("any")
