"""Which change makes which device a candidate, and which change makes none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from aps_tui.data import Store
from aps_tui.domain.site import AddressMapping, Device, Key, Provisioning, SiteLevel, Template, Tenant

MAC, OTHER, THIRD = "805ec0000001", "805ec0000002", "805ec0000003"
BOTH, NONE = {MAC, OTHER}, set[str]()

CHANGES: dict[str, tuple[str, set[str]]] = {
    "device label": ("UPDATE device SET label = 'x' WHERE id = 1", {MAC}),
    "device template": ("UPDATE device SET template = NULL WHERE id = 1", {MAC}),
    "line label": ("UPDATE line SET label = 'x' WHERE device = 2", {OTHER}),
    "line gone": ("DELETE FROM line WHERE device = 2", {OTHER}),
    "line moved": ("UPDATE line SET device = 2, number = 9 WHERE device = 1 AND number = 2", BOTH),
    "key added": ("INSERT INTO device_key (owner, bank, position, type) VALUES (2, 'dss', 1, 'dnd')", {OTHER}),
    "key changed": ("UPDATE device_key SET label = 'x'", {MAC}),
    "key gone": ("DELETE FROM device_key", {MAC}),
    "setting added": ("INSERT INTO device_setting VALUES (2, 'setting', '', 'a', '1')", {OTHER}),
    "setting changed": ("UPDATE device_setting SET value = '9'", {MAC}),
    "setting gone": ("DELETE FROM device_setting", {MAC}),
    "extension's secret": ("UPDATE extension SET secret = 'x' WHERE id = 3", {OTHER}),
    "extension's name": ("UPDATE extension SET name = 'x' WHERE tenant = 1", BOTH),
    "extension gone": ("UPDATE extension SET gone = 1 WHERE id = 1", {MAC}),
    "extension seen": ("UPDATE extension SET last_seen = 5, source = 's', secret = secret", NONE),
    "extension on no line": ("UPDATE extension SET secret = 'x' WHERE id = 4", NONE),
    "template setting": ("UPDATE template_setting SET value = 'false'", {MAC}),
    "template setting gone": ("DELETE FROM template_setting", {MAC}),
    "template key": ("INSERT INTO template_key (owner, bank, position, type) VALUES (1, 'dss', 1, 'dnd')", {MAC}),
    "unused template": ("UPDATE template SET name = 'x' WHERE id = 2", NONE),
    "tenant setting": ("INSERT INTO tenant_setting VALUES (1, 'setting', '', 'a', '1')", BOTH),
    "tenant name": ("UPDATE tenant SET name = 'x' WHERE id = 1", BOTH),
    "another tenant": ("UPDATE tenant SET name = 'x' WHERE id = 2", NONE),
    "tenant's mapping": ("INSERT INTO mapping (tenant, source, hostname) VALUES (1, '1.1.1.1', 'a')", BOTH),
    "other tenant's mapping": ("INSERT INTO mapping (tenant, source, hostname) VALUES (2, '1.1.1.1', 'a')", NONE),
    "global mapping": ("INSERT INTO mapping (source, hostname) VALUES ('1.1.1.1', 'a')", BOTH),
    "site setting": ("INSERT INTO site_setting VALUES (1, 'setting', '', 'a', '1')", BOTH),
    "provisioning": ("INSERT INTO provisioning VALUES ('server_hostname', '\"a\"')", BOTH),
    "auto-create": ("INSERT INTO provisioning VALUES ('whitelist', '[]')", NONE),
    "sighting": ("INSERT INTO sighting (mac, source, seen_at) VALUES ('805ec0000001', 'dhcp', 1)", NONE),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_a_change_makes_dirty(
    site: Store, change: str, commit: Callable[[Store], int], dirty: Callable[[Store], set[str]]
) -> None:
    commit(site)
    assert dirty(site) == NONE
    sql, macs = CHANGES[change]
    site.db.execute_sql(sql)
    assert dirty(site) == macs
    commit(site)
    assert dirty(site) == NONE


def test_saving_what_is_there_already_makes_nothing_dirty(
    site: Store, device: Device, commit: Callable[[Store], int], dirty: Callable[[Store], set[str]]
) -> None:
    site.tenants.save(Tenant("acme", {"a": 1}, {"snom": {"b": "2"}}))
    site.settings.save_site(SiteLevel({"c": True}))
    site.mappings.save(AddressMapping("1.1.1.1", "pbx.example.net"))
    site.provisioning.save(Provisioning(server_hostname="pbx.example.net"))
    commit(site)
    before = len(site.audit.recent(1000))
    site.tenants.save(Tenant("acme", {"a": 1}, {"snom": {"b": "2"}}))
    site.settings.save_site(SiteLevel({"c": True}))
    site.mappings.save(AddressMapping("1.1.1.1", "pbx.example.net"))
    site.provisioning.save(Provisioning(server_hostname="pbx.example.net"))
    site.templates.save(Template("T46 sales", "yealink", "T46U", "acme", {"network.lldp": True}))
    site.devices.save_many(list(site.devices.all()))
    site.extensions.save_many(site.extensions.all())
    assert dirty(site) == NONE
    assert len(site.audit.recent(1000)) == before


def test_a_mapping_s_note_makes_nothing_dirty(
    site: Store, commit: Callable[[Store], int], dirty: Callable[[Store], set[str]]
) -> None:
    site.mappings.save(AddressMapping("1.1.1.1", "pbx.example.net", "acme"))
    commit(site)
    site.db.execute_sql("UPDATE mapping SET note = 'why'")
    assert dirty(site) == NONE
    site.mappings.delete("1.1.1.1", "acme")
    assert dirty(site) == BOTH


def test_a_change_during_a_commit_stays_dirty(
    site: Store, commit: Callable[[Store], int], dirty: Callable[[Store], set[str]]
) -> None:
    epoch = site.generations.take_epoch()
    site.templates.save(Template("T46 sales", "yealink", "T46U", "acme", keys=(Key("dss", 1, "dnd"),)))
    site.generations.mark_done([MAC, OTHER], epoch)
    assert dirty(site) == {MAC}


def test_a_changed_pack_makes_its_vendor_s_devices_dirty(site: Store, commit: Callable[[Store], int]) -> None:
    commit(site)
    site.packs.save({"snom": "1", "yealink": "1"})
    stale = site.packs.changed({"snom": "2", "yealink": "1", "polycom": "1"})
    assert stale == ["polycom", "snom"]
    assert [candidate.mac for candidate in site.render.candidates(stale)] == [OTHER]


def test_chosen_macs_come_whether_dirty_or_not(site: Store, commit: Callable[[Store], int]) -> None:
    commit(site)
    assert [candidate.mac for candidate in site.render.candidates(macs=[OTHER, THIRD])] == [OTHER]
