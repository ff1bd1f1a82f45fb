"""Devices as objects: what goes in comes out, one or ten thousand, and only differences are written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from aps_tui.data import ChangedMeanwhile, Store, StoreError
from aps_tui.domain.site import Device, Extension, Key, Line, Template

MAC, OTHER = "805ec0000001", "805ec0000002"


def test_a_device_comes_back_as_it_was(site: Store, device: Device, plain: Callable[[Device], Device]) -> None:
    stored = site.devices.get(MAC)
    assert stored and plain(stored) == device
    assert site.devices.get("805ec0ffffff") is None


def test_ten_thousand_devices_come_back_as_they_were(site: Store, plain: Callable[[Device], Device]) -> None:
    numbers = [str(number) for number in range(10_000, 30_000)]
    site.extensions.save_many([Extension("globex", number, number, number, "s") for number in numbers])
    devices = [
        Device(
            f"0004f2{at:06x}", "globex", "yealink", "T46U", "Everyone" if at % 2 else None, None, f"desk {at}",
            (Line(1, numbers[2 * at]), Line(2, numbers[2 * at + 1], local_sip_port=12000 + at % 7)),
            (Key("programmable", 1, "dnd"),) if at % 5 == 0 else (), {"time.zone": "UTC"} if at % 3 == 0 else {},
        )
        for at in range(10_000)
    ]  # fmt: skip
    assert site.devices.save_many(devices) == (10_000, 0, 0)
    with site.snapshot():
        stored = [plain(found) for found in site.devices.all() if found.tenant == "globex"]
    assert stored == devices
    changed = [replace(found, label="moved") if at < 10 else found for at, found in enumerate(devices)]
    assert site.devices.save_many(changed) == (0, 10, 9_990)
    assert site.devices.delete([found.mac for found in devices]) == 10_000
    assert site.extensions.users("globex") == {}


def test_extensions_and_ports_change_places_in_one_save(site: Store, device: Device) -> None:
    first, second = device.lines
    swapped = replace(
        device, lines=(replace(first, extension="103", local_sip_port=None), replace(second, local_sip_port=12034))
    )
    other = site.devices.get(OTHER)
    assert other
    site.devices.save_many([swapped, replace(other, lines=(Line(1, "101"),))])
    assert site.extensions.users("acme") == {"101": (OTHER, 1), "102": (MAC, 2), "103": (MAC, 1)}


def test_a_device_moves_to_another_tenant_with_its_lines(site: Store, device: Device) -> None:
    site.devices.save(replace(device, tenant="globex", template=None, template_tenant=None))
    assert site.extensions.user("globex", "101") == (MAC, 1)
    assert site.extensions.user("acme", "101") is None


def test_an_edit_over_another_one_is_refused(site: Store, device: Device, clock: Any) -> None:
    version = site.devices.version(MAC)
    site.devices.save(replace(device, label="mine"), expected_version=version)
    clock.now += 10
    with pytest.raises(ChangedMeanwhile) as caught:
        site.devices.save(replace(device, label="yours"), expected_version=version)
    assert str(caught.value) == f"device {MAC} was changed by alice 10 s ago: look at it again before saving"
    site.devices.delete([MAC])
    clock.now += 600
    with pytest.raises(ChangedMeanwhile, match="was removed by alice 10 min ago"):
        site.devices.save(device, expected_version=version)


def test_the_version_grows_with_what_a_device_owns_and_not_with_commits(
    site: Store, device: Device, commit: Callable[[Store], int]
) -> None:
    version = site.devices.version(MAC)
    commit(site)
    site.db.execute_sql("UPDATE extension SET secret = 'new'")
    assert site.devices.version(MAC) == version
    site.devices.save(replace(device, settings={}))
    assert (site.devices.version(MAC) or 0) > (version or 0)


def test_audit_rows_name_what_changed_and_no_value(site: Store, device: Device) -> None:
    line = replace(device.lines[0], label="Bob")
    site.devices.save(replace(device, label="x", lines=(line, device.lines[1]), raw={"security.password": "hidden"}))
    row = site.audit.of("device", MAC)[0]
    assert (row.operator, row.action) == ("alice", "change")
    assert row.detail == "label, line 1, raw phone_setting.contrast, raw security.password"
    assert not any("secret-" in row.detail for row in site.audit.recent(1000))


def test_a_replacement_set_takes_everything_over(site: Store, device: Device) -> None:
    site.devices.replace_mac(MAC, "805ec0000009")
    found = site.devices.get("805ec0000009")
    assert found and found.lines == device.lines
    with pytest.raises(StoreError, match="is a device already"):
        site.devices.replace_mac(OTHER, "805ec0000009")
    with pytest.raises(StoreError, match="there is no device"):
        site.devices.replace_mac(MAC, "805ec000000a")


def test_a_template_of_the_same_name_in_another_scope_is_not_mistaken(site: Store, device: Device) -> None:
    site.templates.save(Template("T46 sales", "yealink", "T46U"))
    site.devices.save(replace(device, template_tenant=None))
    found = site.devices.get(MAC)
    assert found and found.template_tenant is None
    assert site.templates.where_used("T46 sales", "acme") == []


def test_a_failed_save_inside_a_transaction_can_be_caught(site: Store, device: Device) -> None:
    with site.transaction():
        site.devices.save(replace(device, label="kept"))
        with pytest.raises(Exception, match="no extension"):
            site.devices.save(Device("805ec0000009", "acme", "a", "b", lines=(Line(1, "nope"),)))
    found = site.devices.get(MAC)
    assert found and found.label == "kept"
