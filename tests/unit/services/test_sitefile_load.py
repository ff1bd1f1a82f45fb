"""Loading a site file: what is stored, what is refused, and how it is said."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from aps_tui.data import Store
from aps_tui.domain.errors import Faults
from aps_tui.domain.site import Device, Line
from aps_tui.services.sitefile import LoadResult, dump, load, read_document
from aps_tui.vendors.loader import Packs
from tests.unit.services.site_packs import EXAMPLE, make_site_packs

MAC, OTHER = "805ec0123456", "805ec0999999"
SECRET = "Ab3…"


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Packs:
    """Yealink (T46U, T48U, T30) and Snom (D785)."""
    return make_site_packs(tmp_path_factory.mktemp("packs"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty database."""
    with Store.open(tmp_path / "aps.sqlite3", operator="tester") as opened:
        yield opened


def example() -> dict[str, Any]:
    """The specification's document."""
    return read_document(EXAMPLE.encode())


def extension(number: str, tenant: str = "acme", **more: Any) -> dict[str, Any]:
    return {"tenant": tenant, "number": number, "secret": "Zz9-" + number, **more}


def device(mac: str, *numbers: str, tenant: str = "acme", **more: Any) -> dict[str, Any]:
    lines = [{"number": n, "extension": number} for n, number in enumerate(numbers, 1)]
    return {"tenant": tenant, "mac": mac, "vendor": "yealink", "model": "T46U", "line": lines, **more}


def small(*devices: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Tenants acme and bolt, extensions 101 to 103 of acme and 101 of bolt, and some devices."""
    numbers = [*(extension(n) for n in ("101", "102", "103")), extension("101", "bolt")]
    tenants = [{"name": "acme"}, {"name": "bolt"}]
    return {"version": 1, "tenant": tenants, "extension": numbers, "device": list(devices), **more}


def faults(store: Store, packs: Packs, document: dict[str, Any]) -> list[str]:
    """Every fault of a document that is refused, having checked that nothing was stored."""
    before = dump(store)
    with pytest.raises(Faults) as caught:
        load(store, packs, document)
    assert dump(store) == before
    return list(caught.value.faults)


def test_specification_example_loads_verbatim(store: Store, packs: Packs) -> None:
    result = load(store, packs, example())
    assert result.created == {"tenant": 1, "extension": 1, "mapping": 1, "template": 1, "device": 1}
    assert result.warnings == ("template 1 (T46 sales), key 2: value: there is no extension 102 in tenant acme",)
    found = store.devices.get(MAC)
    assert found is not None
    assert found.lines == (Line(1, "101", "Alice", "pai-from", 12034),)
    assert (found.template, found.template_tenant, found.settings) == (
        "T46 sales",
        "acme",
        {"services.extension": "101"},
    )
    one = store.extensions.find("acme", "101")
    assert one is not None and (one.account, one.auth_user, one.secret) == ("101", "101", SECRET)
    assert store.provisioning.get().unprovisioned_pin == "739154"


def test_loading_again_changes_nothing(store: Store, packs: Packs) -> None:
    load(store, packs, example())
    again = load(store, packs, example())
    assert (again.created, again.updated, again.removed) == ({}, {}, {})


def test_all_faults_are_named_at_once_and_nothing_is_stored(store: Store, packs: Packs) -> None:
    load(store, packs, small(device(OTHER, "101")))
    document = small(device("805ec0000001", "102"), device("805ec0000002", "7"), device("80:5e:c0:12:34:56", "101"))
    document["tenant"] = []
    document["device"][1]["label"] = 5
    document["device"][1]["colour"] = "red"
    assert faults(store, packs, document) == [
        "device 2 (805ec0000002): unknown key 'colour'",
        "device 2 (805ec0000002): label: a text in quotes is needed",
        "device 2 (805ec0000002), line 1: there is no extension 7 in tenant acme",
        "device 3 (805ec0123456), line 1: extension 101 of tenant acme is already on 805ec0999999",
    ]


def test_extensions_change_places_within_one_file(store: Store, packs: Packs) -> None:
    load(store, packs, small(device(MAC, "101"), device(OTHER, "102", "103")))
    result = load(store, packs, small(device(MAC, "103"), device(OTHER, "101", "102")))
    assert result.updated == {"device": 2}
    assert store.extensions.users("acme")["103"].mac == MAC


def test_device_is_whole_and_the_rest_is_amended(store: Store, packs: Packs) -> None:
    load(store, packs, example())
    bare = {"version": 1, "device": [device(MAC)], "tenant": [{"name": "acme"}],
            "extension": [{"tenant": "acme", "number": "101", "name": "Alice M."}]}  # fmt: skip
    result = load(store, packs, bare)
    assert result.updated == {"extension": 1, "device": 1}
    found, one, tenant = store.devices.get(MAC), store.extensions.find("acme", "101"), store.tenants.get("acme")
    assert found is not None and (found.lines, found.keys, found.settings, found.template) == ((), (), {}, None)
    assert one is not None and (one.secret, one.name) == (SECRET, "Alice M.")
    assert tenant is not None and tenant.settings == {"server.voicemail_number": "*97"}
    assert store.settings.site().settings["time.zone"] == "America/Toronto"


def test_auth_user_follows_the_account(store: Store, packs: Packs) -> None:
    load(store, packs, small())
    load(store, packs, small(extension=[{"tenant": "acme", "number": "101", "account": "101-acme"}]))
    found = store.extensions.find("acme", "101")
    assert found is not None and (found.account, found.auth_user) == ("101-acme", "101-acme")


def test_replace_makes_the_site_equal_to_the_file(store: Store, packs: Packs) -> None:
    load(store, packs, example())
    document = small(device(OTHER, "101"))
    expected = {
        "device": (MAC,), "template": ("acme/T46 sales",), "mapping": ("1.1.1.1",),
    }  # fmt: skip
    rehearsed = load(store, packs, document, replace=True, dry_run=True)
    assert rehearsed.removed == expected
    assert store.devices.get(MAC) is not None
    assert load(store, packs, document, replace=True) == rehearsed
    after = dump(store)
    assert [one["mac"] for one in after["device"]] == [OTHER]
    assert after["extension"][0] == {"tenant": "acme", "number": "101", "secret": "Zz9-101"}
    assert not after.keys() & {"site", "provisioning", "mapping", "template"}


def test_replace_takes_tenants_with_all_they_have(store: Store, packs: Packs) -> None:
    load(store, packs, example())
    result = load(store, packs, {"version": 1}, replace=True)
    assert set(result.removed) == {"device", "template", "extension", "mapping", "tenant"}
    assert dump(store) == {"version": 1}


def test_device_moves_to_another_tenant_with_a_warning(store: Store, packs: Packs) -> None:
    load(store, packs, small(device(MAC, "101")))
    result = load(store, packs, small(device("80-5E-C0-12-34-56", "101", tenant="bolt")))
    assert "device 1 (805ec0123456): moves from tenant acme to tenant bolt" in result.warnings
    assert store.devices.existing([MAC]) == {MAC: "bolt"}


def test_template_turns_to_another_model_with_its_devices(store: Store, packs: Packs) -> None:
    template = {"name": "Desk", "vendor": "yealink", "model": "T46U"}
    load(store, packs, small(device(MAC, template="Desk"), device(OTHER, template="Desk"), template=[template]))
    turned = {**template, "model": "T48U"}
    one = device(MAC, template="Desk", model="T48U")
    assert faults(store, packs, small(one, template=[turned])) == [
        "template Desk: it is for yealink/T46U and used by 805ec0999999, of which the file says nothing"
    ]
    load(store, packs, small(one, device(OTHER), template=[turned]))
    found = store.devices.get(MAC)
    assert found is not None and (found.model, found.template) == ("T48U", "Desk")


def test_tenants_template_beats_the_global_one_of_the_name(store: Store, packs: Packs) -> None:
    made_for = {"name": "Desk", "vendor": "yealink", "model": "T46U"}
    document = small(
        device(MAC, template="Desk"), device(OTHER, template="desk", template_global=True),
        template=[made_for, {**made_for, "tenant": "acme"}],
    )  # fmt: skip
    load(store, packs, document)
    scopes = {one.mac: one.template_tenant for one in store.devices.get_many([MAC, OTHER])}
    assert scopes == {MAC: "acme", OTHER: None}


def test_names_ignore_case_and_keep_their_spelling(store: Store, packs: Packs) -> None:
    load(store, packs, small(device(MAC, "101", tenant="ACME", vendor="Yealink", model="t46u")))
    found = store.devices.get(MAC)
    assert found is not None and (found.tenant, found.vendor, found.model) == ("acme", "yealink", "T46U")
    load(store, packs, {"version": 1, "tenant": [{"name": "Acme"}]})
    assert store.tenants.names() == ["Acme", "bolt"]


def test_gone_extension_keeps_its_line_and_takes_no_other(store: Store, packs: Packs) -> None:
    load(store, packs, small(device(MAC, "101")))
    store.extensions.mark_gone("", "acme", ["102", "103"])
    without = {**small(device(MAC, "101")), "extension": []}
    assert load(store, packs, without).warnings[-1].endswith("extension 101 of tenant acme is gone from the PBX")
    assert faults(store, packs, {**without, "device": [device(MAC), device(OTHER, "101")]}) == [
        "device 2 (805ec0999999), line 1: extension 101 of tenant acme is gone from the PBX"
    ]


def _warned(result: LoadResult) -> list[str]:
    return [one.partition(": ")[2] for one in result.warnings]


def test_warnings_of_devices_name_them_once(store: Store, packs: Packs) -> None:
    lines = [{"number": 1, "extension": "101", "local_sip_port": 5060, "srtp": "required"}]
    one = {**device(MAC), "line": lines, "settings": {"network.stun_host": "stun.example.net", "phone.dnd": True}}
    one["key"] = [{"bank": "dss", "position": 2, "type": "line", "line": 1},
                  {"bank": "dss", "position": 3, "type": "speed-dial", "value": "999"},
                  {"bank": "dss", "position": 4, "type": "ldap"}]  # fmt: skip
    other = {**device(OTHER), "settings": {"phone.dnd": True}}
    result = load(store, packs, small(one, other))
    assert result.warnings == (
        "device 1 (805ec0123456): network.stun_host: a STUN server is not recommended: rport and the PBX handle NAT",
        "device 1 (805ec0123456), line 1: local SIP port 5060 is outside 10000-20000, which are suggested",
        "device 1 (805ec0123456), line 1: srtp = required without transport tls: the media keys can be read on the way",
        "device 1 (805ec0123456) and 1 more: not supported by yealink/T46U: phone.dnd",
        "device 1 (805ec0123456), key 3: type ldap is not known to yealink: its devices cannot be committed",
        "device 1 (805ec0123456): line 1 has more than one key: one line key carries 8 calls",
        "device 1 (805ec0123456), key 2: value: there is no extension 999 in tenant acme",
    )


def test_line_without_a_secret_warns(store: Store, packs: Packs) -> None:
    document = small(device(MAC, "101"))
    del document["extension"][0]["secret"]
    assert _warned(load(store, packs, document)) == ["the extension has no secret: the line cannot register"]


def test_settings_that_do_not_go_together_across_levels(store: Store, packs: Packs) -> None:
    document = small(device(MAC, settings={"network.rtp_port_min": 20000}))
    document["tenant"][0]["settings"] = {"network.rtp_port_max": 15000}
    assert faults(store, packs, document) == [
        "device 1 (805ec0123456): network.rtp_port_min: 20000 is above network.rtp_port_max, 15000"
    ]


def test_refused_values_never_show_a_secret(store: Store, packs: Packs) -> None:
    secret = "hunter2\nhunter2"
    document = deepcopy(example())
    document["extension"][0]["secret"] = secret
    document["template"][0]["settings"]["security.admin_password"] = secret
    document["template"][0]["raw"] = {"account.1.password": secret}
    document["provisioning"] |= {"unprovisioned_pin": "hunter2", "unprovisioned_secret": secret}
    document["source"] = [{"name": "x", "kind": "sql", "location": secret, "tenant": "acme"}]
    found = faults(store, packs, document)
    assert len(found) == 6
    assert not any("hunter2" in fault for fault in found)


def test_stored_devices_count_for_what_the_file_does_not_name(store: Store, packs: Packs) -> None:
    load(store, packs, small())
    store.devices.save(Device(OTHER, "acme", "yealink", "T46U", lines=(Line(1, "101"),)))
    load(store, packs, {"version": 1, "device": [device(MAC, "102")]})
    assert store.devices.count() == 2
