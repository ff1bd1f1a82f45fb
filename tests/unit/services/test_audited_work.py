"""What console, watcher and calls change leaves exactly the audit rows that fit: who, what, when, and no secret."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from aps_tui.data.arrivals import Arrival
from aps_tui.data.settings import Level
from aps_tui.data.store import Store
from aps_tui.domain.roles import Refused, Rights, Role
from aps_tui.domain.site import AddressMapping, Device, Line
from aps_tui.services import bulk, device_edit, extensions, importing, provisioning, queue, templates, tenants, values
from aps_tui.services import mappings as maps
from aps_tui.services import whitelist as white
from aps_tui.services.commit import commit
from aps_tui.services.edits import RecentEdits
from aps_tui.services.unprov.binding import bind
from aps_tui.services.unprov.caller import Caller
from aps_tui.services.watch.autocreate import AutoCreate
from aps_tui.services.workplace import Workplace
from tests.unit.services.arrived import arrive
from tests.unit.services.small_site import MACS, make_pack, open_site

MAC, UNBOUND, SEEN, LISTED, MADE = MACS[0], MACS[5], "0011220000a0", "0011220000a1", "0011220000a2"
DEVICE, TENANT = Level("device", MAC), Level("tenant", "acme")
SPARE = AddressMapping("2.2.2.2", "spare.example.net", tenant="acme")
SECRETS = ("s3cret", "limited-secret", "hush")
Row = tuple[str, str, str]
Act = Callable[[Workplace], object]


def of(place: Workplace, mac: str) -> Device:
    found = place.store.devices.get(mac)
    assert found is not None
    return found


def spare(place: Workplace) -> AddressMapping:
    found = place.store.mappings.get(SPARE.source, SPARE.tenant)
    assert found is not None
    return found


def template(place: Workplace, name: str) -> templates.TemplateRow:
    return next(row for row in templates.rows(place) if row.name == name)


def labelled(place: Workplace, text: str) -> None:
    change = bulk.label_devices(text)
    bulk.apply(place, MACS[:2], change, bulk.outcome(place, MACS[:2], change))


def imported(place: Workplace) -> None:
    entry = importing.Entry(1, LISTED, "testphone", "T1", tenant="acme")
    importing.finish(place, importing.start(place, importing.Read((entry,)), title="list.csv", tenant="acme"))


def taken_back(place: Workplace) -> None:
    recent = RecentEdits(place.store)
    with recent.edit("a label"):
        place.store.devices.save(replace(of(place, MAC), label="gone again"))
    recent.take_back()


def bound(place: Workplace) -> None:
    with Store.open(place.store.path, operator=f"phone {UNBOUND}") as store:
        bind(replace(place, store=store), Caller(UNBOUND, "10.0.0.7", "", "Testphone"), "104")


def made(place: Workplace) -> None:
    settings = place.store.provisioning.get()
    said = {"auto_create": True, "auto_create_tenant": "acme", "auto_create_vendors": ("testphone",)}
    place.store.provisioning.save(replace(settings, **said, whitelist=("10.0.0.0/8",)))  # type: ignore[arg-type]
    seen = Arrival(MADE, "testphone", "T1", "1", "user agent", 95, address="10.0.0.9", sources="dhcp http")
    AutoCreate(place, 10).consider([seen])


def refused(place: Workplace) -> None:
    rights = Rights(Role.OPERATOR, ("acme",))
    with Store.open(place.store.path, operator="alice", rights=rights) as store, pytest.raises(Refused):
        store.devices.delete([MACS[3]])


def alarmed(place: Workplace) -> None:
    place.store.alarms.raise_("scan", "203.0.113.9", "reads through MACs")


def extension_id(place: Workplace) -> int:
    return int(place.store.db.value("SELECT id FROM extension WHERE number = '101' ORDER BY id LIMIT 1"))


STORY: list[tuple[Act, Iterable[Row]]] = [
    (lambda place: tenants.add_tenant(place, "north"), [("tenant", "north", "add")]),
    (lambda place: tenants.rename_tenant(place, "north", "south"), [("tenant", "south", "rename")]),
    (lambda place: tenants.remove_tenant(place, "south"), [("tenant", "south", "remove")]),
    (lambda place: maps.add_mapping(place, SPARE), [("mapping", "acme/2.2.2.2", "add")]),
    (lambda place: maps.change_mapping(place, spare(place), maps.switched(spare(place))),
     [("mapping", "acme/2.2.2.2", "change")]),
    (lambda place: maps.remove_mapping(place, spare(place)), [("mapping", "acme/2.2.2.2", "remove")]),
    (lambda place: templates.add(place, "Desk", "acme", "testphone/T1"), [("template", "acme/Desk", "add")]),
    (lambda place: templates.move(place, template(place, "Desk"), "Hall", "acme"),
     [("template", "acme/Hall", "rename")]),
    (lambda place: templates.remove(place, template(place, "Hall")), [("template", "acme/Hall", "remove")]),
    (lambda place: values.put(place, Level("site"), "time.zone", "Asia/Tokyo"), [("site", "", "set")]),
    (lambda place: values.put(place, TENANT, "security.admin_password", "hush-1"), [("tenant", "acme", "set")]),
    (lambda place: values.reveal(place, TENANT, "security.admin_password"), [("tenant", "acme", "reveal")]),
    (lambda place: values.put_raw(place, DEVICE, "testphone", "x.password", "hush-2"), [("device", MAC, "set")]),
    (lambda place: values.reveal_raw(place, DEVICE, "testphone", "x.password"), [("device", MAC, "reveal")]),
    (lambda place: provisioning.generate(place, "unprovisioned_pin"), [("provisioning", "", "change")]),
    (lambda place: provisioning.reveal(place, "unprovisioned_secret"), [("provisioning", "", "reveal")]),
    (lambda place: white.add_entry(place, "10.0.0.0/8"), [("provisioning", "", "change")]),
    (lambda place: white.remove_entry(place, "10.0.0.0/8"), [("provisioning", "", "change")]),
    (lambda place: extensions.reveal(place, extension_id(place)), [("extension", "acme/101", "reveal")]),
    (lambda place: place.store.extensions.delete("bolt", "103"), [("extension", "bolt/103", "remove")]),
    (lambda place: importing.add_rule(place, "001122b", "001122b", "testphone", "T1"),
     [("rule", "001122b00000-001122bfffff", "add")]),
    (lambda place: importing.delete_rule(place, importing.rules(place)[0].rule),
     [("rule", "001122b00000-001122bfffff", "remove")]),
    (lambda place: labelled(place, "Desk {n}"), [("device", mac, "change") for mac in MACS[:2]]),
    (lambda place: place.store.devices.save(replace(of(place, MAC), lines=())), [("device", MAC, "change")]),
    (lambda place: place.store.devices.save(replace(of(place, MAC), lines=(Line(1, "101"),))),
     [("device", MAC, "change")]),
    (lambda place: place.store.devices.delete([MACS[1]]), [("device", MACS[1], "remove")]),
    (taken_back, [("device", MAC, "change"), ("device", MAC, "take back")]),
    (imported, [("device", LISTED, "add"), ("import", "list.csv", "add")]),
    (lambda place: arrive(place.store, [SEEN]), []),
    (lambda place: queue.ignore(place, [SEEN]), [("device", SEEN, "ignore")]),
    (lambda place: queue.heed(place, [SEEN]), [("device", SEEN, "heed")]),
    (lambda place: queue.forget(place, [SEEN]), [("device", SEEN, "forget")]),
    (alarmed, [("alarm", "203.0.113.9", "scan")]),
    (lambda place: queue.know_alarm(place, place.store.alarms.open()[0].id), [("alarm", "203.0.113.9", "known")]),
    (lambda place: commit(place, [MAC]), [("generation", "1", "commit")]),
    (bound, [("device", UNBOUND, "change")]),
    (made, [("provisioning", "", "change"), ("device", MADE, "add"), ("device", MADE, "auto-create"),
            ("generation", "2", "commit")]),
    (refused, [("role", "alice", "refuse")]),
    (lambda place: device_edit.replace_mac(place, must(device_edit.opened(place, MAC)), "00:11:22:00:00:f0"),
     [("device", "0011220000f0", "rename")]),
]  # fmt: skip
WHO: dict[Act, str] = {bound: f"phone {UNBOUND}", refused: "alice"}
"""By whom, where it is not the console's own operator."""


def must(found: device_edit.Opened | None) -> device_edit.Opened:
    assert found is not None
    return found


def test_each_piece_of_work_leaves_what_fits(tmp_path: Path) -> None:
    make_pack(tmp_path / "packs")
    with open_site(tmp_path) as place:
        for number, (act, wanted) in enumerate(STORY):
            began, last = time.time(), place.store.audit.recent(1)[0].id
            act(place)
            rows = [row for row in place.store.audit.recent(50) if row.id > last]
            said = f"step {number}: {rows}"
            assert sorted((row.kind, row.name, row.action) for row in rows) == sorted(wanted), said
            assert {row.operator for row in rows} <= {WHO.get(act, "tester")}, said
            assert all(began <= row.at <= time.time() for row in rows), said
            assert not [secret for secret in SECRETS if secret in said], said
