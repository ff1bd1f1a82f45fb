"""Tenants, templates, mappings, extensions, settings, provisioning, sources, sightings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from aps_tui.data import ChangedMeanwhile, Store, StoreError
from aps_tui.data.queue import Sighting, Source
from aps_tui.data.settings import Level
from aps_tui.domain.errors import ApsError, Faults
from aps_tui.domain.site import AddressMapping, Extension, Key, Provisioning, SiteLevel, Template, Tenant

MAC, OTHER = "805ec0000001", "805ec0000002"


def test_a_tenant_comes_back_as_it_was(site: Store) -> None:
    tenant = Tenant("Nord", {"audio.codecs": ("opus",), "time.zone": "Europe/Oslo"}, {"snom": {"a": "1"}})
    site.tenants.save(tenant)
    found = site.tenants.get("nord")
    assert found and replace(found, id=None) == tenant
    site.tenants.save(Tenant("nord", {"time.zone": "UTC"}))
    assert site.tenants.names() == ["acme", "globex", "Nord"]
    assert site.audit.recent(1)[0].detail == "raw snom a, audio.codecs, time.zone"


def test_a_tenant_is_removed_when_nothing_depends_on_it(site: Store) -> None:
    with pytest.raises(StoreError, match="tenant acme still has 2 devices"):
        site.tenants.delete("acme")
    site.devices.delete([MAC, OTHER])
    with pytest.raises(StoreError, match="still has 1 template:"):
        site.tenants.delete("acme")
    site.templates.delete("T46 sales", "acme")
    site.tenants.delete("acme")
    assert site.tenants.names() == ["globex"]
    assert {extension.tenant for extension in site.extensions.all()} == {"globex"}


def test_a_tenant_is_renamed_with_all_it_has(site: Store) -> None:
    site.tenants.rename("acme", "Acme Ltd")
    found = site.devices.get(MAC)
    assert found and (found.tenant, found.template_tenant) == ("Acme Ltd", "Acme Ltd")
    with pytest.raises(StoreError, match="no tenant 'acme'"):
        site.tenants.rename("acme", "x")


def test_a_template_comes_back_as_it_was(site: Store) -> None:
    keys = (Key("dss", 1, "line", 1), Key("dss", 10, "blf", None, "102", "Bob"), Key("programmable", 1, "dnd"))
    template = Template("New", "snom", "D785", "acme", {"keys.deal_type": "attended"}, {"x": "y"}, keys)
    site.templates.save(template)
    found = site.templates.get("new", "acme")
    assert found and replace(found, id=None) == template
    assert site.templates.get("New") is None
    assert [found.name for found in site.templates.fitting("yealink", "T46U", "acme")] == ["Everyone", "T46 sales"]
    assert [found.name for found in site.templates.fitting("yealink", "T46U", "globex")] == ["Everyone"]


def test_a_tenant_s_own_template_is_found_before_the_global_one(site: Store) -> None:
    site.templates.save(Template("T46 sales", "yealink", "T46U"))
    own, shared = site.templates.get("T46 sales", "acme"), site.templates.get("T46 sales", "globex")
    assert own and shared and (own.tenant, shared.tenant) == ("acme", None)


def test_a_used_template_stays(site: Store) -> None:
    assert site.templates.where_used("T46 sales", "acme") == [MAC]
    with pytest.raises(StoreError, match=f"template acme/T46 sales is used by {MAC}: change them first"):
        site.templates.delete("T46 sales", "acme")
    with pytest.raises(StoreError, match="there is no template T46 sales"):
        site.templates.delete("T46 sales")


def test_a_template_edited_meanwhile_is_refused(site: Store, clock: Any) -> None:
    version = site.templates.version("T46 sales", "acme")
    template = site.templates.get("T46 sales", "acme")
    assert template
    site.templates.save(replace(template, keys=(Key("dss", 1, "dnd"),)), expected_version=version)
    clock.now += 3 * 3600
    with pytest.raises(ChangedMeanwhile, match="template acme/T46 sales was changed by alice 3 h ago"):
        site.templates.save(template, expected_version=version)


@pytest.mark.parametrize("name", ["", "  "])
def test_names_are_needed(site: Store, name: str) -> None:
    with pytest.raises(ApsError, match="a template needs a name"):
        site.templates.save(Template(name, "snom", "D785"))
    with pytest.raises(ApsError, match="a tenant needs a name"):
        site.tenants.save(Tenant(name))


def test_mappings_are_kept_by_scope(site: Store) -> None:
    shared = AddressMapping("1.1.1.1", "pbx.example.net", note="why")
    own = AddressMapping("1.1.1.1", "acme.example.net", "acme", enabled=False)
    for mapping in (own, shared):
        site.mappings.save(mapping)
    assert [replace(found, id=None) for found in site.mappings.all()] == [shared, own]
    assert site.render.site().mappings == {"1.1.1.1": "pbx.example.net"}
    assert all(not tenant.mappings for tenant in site.render.tenants().values())
    site.mappings.delete("1.1.1.1")
    assert [found.tenant for found in site.mappings.all()] == ["acme"]
    with pytest.raises(StoreError, match=r"no mapping of 1\.1\.1\.1"):
        site.mappings.delete("1.1.1.1")


def test_extensions_by_question(site: Store) -> None:
    assert [found.number for found in site.extensions.unassigned("acme")] == ["104"]
    assert site.extensions.user("acme", "102") == (MAC, 2)
    assert site.extensions.find("acme", "999") is None
    assert [found.tenant for found in site.extensions.by_account("101")] == ["acme", "globex"]
    found = site.extensions.find("acme", "101")
    assert found and "secret-101" not in repr(found)


def test_extensions_that_a_source_no_longer_lists_are_marked_and_kept(site: Store) -> None:
    every = [replace(found, source="pbx") for found in site.extensions.all("acme")]
    assert site.extensions.save_many(every) == (0, 4, 0)
    assert site.extensions.mark_gone("pbx", "acme", ["101", "102"]) == ["103", "104"]
    assert site.extensions.mark_gone("pbx", "acme", ["101", "102"]) == []
    assert site.extensions.forget_gone() == 1  # 103 is on a line
    gone = site.extensions.find("acme", "103")
    assert gone and gone.gone
    assert site.extensions.save_many([replace(gone, gone=False)]) == (0, 1, 0)
    assert site.audit.of("extension", "acme/103")[0].detail == "gone"


def test_an_extension_on_a_line_stays(site: Store) -> None:
    with pytest.raises(StoreError, match=f"extension 101 of tenant acme is on {MAC}, line 1"):
        site.extensions.delete("acme", "101")
    site.extensions.delete("acme", "104")
    with pytest.raises(StoreError, match="no extension 104"):
        site.extensions.delete("acme", "104")


def test_extensions_of_unknown_tenants_are_refused_all_at_once(site: Store) -> None:
    with pytest.raises(Faults) as caught:
        site.extensions.save_many([Extension(tenant, "1", "1", "1") for tenant in ("acme", "x", "y")])
    assert caught.value.faults == ("there is no tenant 'x'", "there is no tenant 'y'")
    assert site.extensions.find("acme", "1") is None


@pytest.mark.parametrize(
    "level", [Level("site"), Level("tenant", "acme"), Level("template", "T46 sales", "acme"), Level("device", MAC)]
)
def test_a_setting_is_said_and_taken_out_at_each_level(site: Store, level: Level) -> None:
    before = site.settings.get(level)
    site.settings.set(level, "audio.codecs", ("opus", "pcma"))
    vendor = "snom" if level.kind in ("site", "tenant") else ""
    site.settings.set_raw(level, vendor, "contrast", "5")
    assert site.settings.get(level)["audio.codecs"] == ("opus", "pcma")
    assert site.settings.raw(level)[vendor]["contrast"] == "5"
    site.settings.set(level, "audio.codecs", before.get("audio.codecs"))
    site.settings.set_raw(level, vendor, "contrast", None)
    assert site.settings.get(level) == before
    assert site.audit.recent(1)[0][4:6] == (level.kind, {"template": "acme/T46 sales"}.get(level.kind, level.name))
    with pytest.raises(StoreError, match="nowhere else"):
        site.settings.set(level, "local_sip_port", 5060)


def test_a_level_that_is_not_there(site: Store) -> None:
    for level in (Level("device", "805ec0ffffff"), Level("tenant", "x"), Level("template", "T46 sales")):
        with pytest.raises(StoreError, match="there is no"):
            site.settings.get(level)


def test_the_site_level_comes_back_as_it_was(site: Store) -> None:
    level = SiteLevel({"time.zone": "UTC", "services.list": ()}, {"yealink": {"a": "1"}, "snom": {"b": ""}})
    site.settings.save_site(level)
    assert site.settings.site() == level
    assert site.render.site().settings["services.list"] == "[]"


def test_provisioning_comes_back_as_it_was(site: Store) -> None:
    assert site.provisioning.get() == Provisioning()
    wanted = Provisioning("10.77.0.1", whitelist=("10.77.0.0/22",), auto_create=True, unprovisioned_pin="739154")
    site.provisioning.save(wanted)
    assert site.provisioning.get() == wanted == site.render.site().provisioning
    row = site.audit.recent(1)[0]
    assert row.detail == "sip_server_address, auto_create, whitelist, unprovisioned_pin"


def test_sources_are_kept(site: Store) -> None:
    source = Source("Head office", "pjsip", "/etc/asterisk/pjsip.conf", "acme")
    site.sources.save(source)
    site.sources.save(source._replace(kind="sip"))
    assert site.sources.get("HEAD office") == source._replace(kind="sip")
    with pytest.raises(StoreError, match="no tenant 'x'"):
        site.sources.save(source._replace(tenant="x"))
    site.sources.delete("head office")
    assert site.sources.all() == []


def test_the_queue_holds_what_is_no_device_yet(site: Store) -> None:
    new = "0004f2000001"
    site.sightings.record(
        [
            Sighting(MAC, "dhcp", "10.0.0.1", 5.0, {}),
            Sighting(new, "dhcp", "10.0.0.2", 5.0, {"option 60": "\x1b[31m' hostile"}),
            Sighting(new, "http", "10.0.0.2", 9.0, {"user agent": "Polycom"}),
            Sighting(new, "dhcp", "10.0.0.9", 1.0, {}),
        ]
    )
    assert [(seen.mac, seen.source, seen.address) for seen in site.sightings.queue()] == [
        (new, "http", "10.0.0.2"),
        (new, "dhcp", "10.0.0.2"),
    ]
    assert site.sightings.of(new)[1].evidence == {"option 60": "\x1b[31m' hostile"}
    site.sightings.forget([new], before=6.0)
    assert site.sightings.of(MAC) == site.sightings.queue() == []


def test_audit_since_an_epoch(site: Store) -> None:
    site.generations.take_epoch()
    site.tenants.save(Tenant("acme", {"time.zone": "UTC"}))
    site.audit.add("extension", "acme/101", "reveal")
    assert [row[2:8] for row in site.audit.since(1)] == [
        ("alice", 1, "tenant", "acme", "change", "time.zone"),
        ("alice", 1, "extension", "acme/101", "reveal", ""),
    ]
    assert site.audit.prune(site.db.now() + 1) > 5
    assert site.audit.recent() == []
