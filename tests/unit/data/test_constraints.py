"""Wrong states are impossible, whoever writes: each rule is broken by raw SQL, one by one."""

from __future__ import annotations

import sqlite3

import pytest

from aps_tui.data import Store, StoreError
from aps_tui.domain.errors import Faults
from aps_tui.domain.site import Device, Line

WRONG = {
    "two devices of one MAC": (
        "INSERT INTO device (mac, tenant, vendor, model) VALUES ('805ec0000001', 2, 'snom', 'D785')",
        "a device with this MAC exists already",
    ),
    "a MAC in capitals": ("UPDATE device SET mac = '805EC0000009' WHERE id = 1", "12 lower-case hex digits"),
    "a MAC too long": ("UPDATE device SET mac = '805ec00000091' WHERE id = 1", "12 lower-case hex digits"),
    "a global device": ("UPDATE device SET tenant = NULL WHERE id = 1", "never global"),
    "a device of no such tenant": ("UPDATE device SET tenant = 99 WHERE id = 2", "a device with lines stays"),
    "an extension on two devices": (
        "INSERT INTO line (device, number, extension) SELECT 2, 2, extension FROM line WHERE device = 1",
        "one line of one device only",
    ),
    "an extension on two lines": (
        "INSERT INTO line (device, number, extension) SELECT 1, 3, extension FROM line WHERE device = 1",
        "one line of one device only",
    ),
    "an extension of another tenant": (
        "INSERT INTO line (device, number, extension) SELECT 1, 3, id FROM extension WHERE tenant = 2 LIMIT 1",
        "its device's own tenant",
    ),
    "a line moved to another tenant's extension": (
        "UPDATE line SET extension = (SELECT MAX(id) FROM extension WHERE tenant = 2) WHERE number = 2",
        "its device's own tenant",
    ),
    "an extension that changes tenant": (
        "UPDATE extension SET tenant = 2, number = '900' WHERE id = 1",
        "stays with its tenant",
    ),
    "an assigned extension removed": ("DELETE FROM extension WHERE id = 1", "still in use"),
    "a port on two lines": ("UPDATE line SET local_sip_port = 12034 WHERE device = 1", "one line of a device only"),
    "a port beyond 65535": ("UPDATE line SET local_sip_port = 70000 WHERE device = 1", "from 1 to 65535"),
    "a port as a device's setting": (
        "INSERT INTO device_setting VALUES (1, 'setting', '', 'line.Local_SIP_Port', '1')",
        "nowhere else",
    ),
    "a port as a template's setting": (
        "INSERT INTO template_setting VALUES (1, 'setting', '', 'local_sip_port', '1')",
        "nowhere else",
    ),
    "a port as a tenant's setting": (
        "INSERT INTO tenant_setting VALUES (1, 'setting', '', 'local_sip_port', '1')",
        "nowhere else",
    ),
    "a port as the site's setting": (
        "INSERT INTO site_setting VALUES (1, 'setting', '', 'local_sip_port', '1')",
        "nowhere else",
    ),
    "raw parameters of no vendor": ("INSERT INTO site_setting VALUES (1, 'raw', '', 'a', 'b')", "name a vendor"),
    "a template of another model": ("UPDATE device SET template = 1 WHERE id = 2", "own vendor, model and tenant"),
    "a template of another tenant": (
        "INSERT INTO device (mac, tenant, vendor, model, template) VALUES ('805ec0000009', 2, 'yealink', 'T46U', 1)",
        "own vendor, model and tenant",
    ),
    "a used template of a new model": ("UPDATE template SET model = 'T48U' WHERE id = 1", "a template in use"),
    "a used template removed": ("DELETE FROM template WHERE id = 1", "still in use"),
    "two templates of one name": (
        "INSERT INTO template (tenant, name, vendor, model) VALUES (1, 't46 SALES', 'snom', 'D785')",
        "a template of this name",
    ),
    "two global templates of one name": (
        "INSERT INTO template (name, vendor, model) VALUES ('everyone', 'snom', 'D785')",
        "a template of this name",
    ),
    "a template without a name": ("UPDATE template SET name = ' '", "a template needs a name"),
    "a tenant called global": ("INSERT INTO tenant (name) VALUES ('all (GLOBAL)')", "other than All (Global)"),
    "two tenants of one name": ("INSERT INTO tenant (name) VALUES ('ACME')", "a tenant of this name"),
    "a used tenant removed": ("DELETE FROM tenant WHERE id = 1", "still in use"),
    "two global mappings of one address": (
        "INSERT INTO mapping (source, hostname) VALUES ('1.1.1.1', 'a'), ('1.1.1.1', 'b')",
        "mapped already",
    ),
    "two clocks": ("INSERT INTO clock (id) VALUES (2)", "one_clock"),
    "two generations under way": (
        "INSERT INTO generation (at, operator, state, kind, epoch) "
        "VALUES (1, '', 'renaming', 'commit', 1), (1, '', 'renaming', 'undo', 1)",
        "another commit is under way",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_the_database_refuses(site: Store, case: str) -> None:
    sql, said = WRONG[case]
    with pytest.raises(StoreError) as caught, site.transaction():
        site.db.execute_sql(sql)
    assert said in str(caught.value)
    assert "secret-" not in str(caught.value)


def test_foreign_keys_hold_for_a_device_without_lines(site: Store) -> None:
    with pytest.raises(StoreError, match="no longer exists"):
        site.db.execute_sql("INSERT INTO device (mac, tenant, vendor, model) VALUES ('805ec0000009', 99, 'a', 'b')")


def test_an_extension_twice_is_refused_to_a_bare_sqlite3_too(site: Store) -> None:
    other = sqlite3.connect(site.path)
    with pytest.raises(sqlite3.IntegrityError):
        other.execute("INSERT INTO line (device, number, extension) SELECT 2, 2, extension FROM line")
    other.close()


def _device(mac: str, *lines: Line, tenant: str = "acme", **more: str | None) -> Device:
    return Device(mac, tenant, "yealink", "T46U", lines=lines, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (_device("805ec0000009", Line(1, "101")),
         "805ec0000009, line 1: extension 101 of tenant acme is already on 805ec0000001"),
        (_device("805ec0000009", Line(1, "999")), "805ec0000009, line 1: there is no extension 999 in tenant acme"),
        (_device("805ec0000009", Line(1, "104"), Line(2, "104")),
         "805ec0000009, line 2: extension 104 of tenant acme is already on line 1"),
        (_device("805ec0000009", Line(1, "104", local_sip_port=0)),
         "805ec0000009, line 1: local SIP port 0 is not between 1 and 65535"),
        (_device("805ec0000009", tenant="All (Global)"),
         "805ec0000009: there is no tenant 'All (Global)': a device belongs to one, it is never global"),
        (_device("805EC0000009"), "805EC0000009: a MAC is stored as 12 lower-case hex digits"),
        (_device("805ec0000009", template="Nobody"), "805ec0000009: there is no template 'Nobody'"),
        (_device("805ec0000009", template="T46 sales", template_tenant="acme", tenant="globex"),
         "805ec0000009: template 'acme/T46 sales' belongs to another tenant"),
    ],
)  # fmt: skip
def test_a_fault_names_its_place(site: Store, wanted: Device, said: str) -> None:
    with pytest.raises(Faults) as caught:
        site.devices.save(wanted)
    assert caught.value.faults == (said,)
    assert site.devices.get(wanted.mac) is None


def test_all_faults_of_a_batch_are_said_and_nothing_is_stored(site: Store) -> None:
    bad = [_device("805ec0000008", Line(1, "101")), _device("805ec0000009", Line(1, "999"))]
    with pytest.raises(Faults) as caught:
        site.devices.save_many([_device("805ec0000007", Line(1, "104")), *bad])
    assert len(caught.value.faults) == 2
    assert site.devices.count() == 2


def test_an_extension_of_unknown_secret_or_gone_is_not_assigned_anew(site: Store, device: Device) -> None:
    site.db.execute_sql("UPDATE extension SET usable = 0 WHERE number IN ('101', '104')")
    site.devices.save(device)  # it is on 101 already
    with pytest.raises(Faults, match="cannot be assigned"):
        site.devices.save(_device("805ec0000009", Line(1, "104")))
    site.db.execute_sql("UPDATE extension SET usable = 1, gone = 1 WHERE number = '104'")
    with pytest.raises(Faults, match="gone from the PBX"):
        site.devices.save(_device("805ec0000009", Line(1, "104")))
