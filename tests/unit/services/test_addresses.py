"""Which devices hold an address, and what a mapping would change before it is saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from aps_tui.data.errors import ChangedMeanwhile, StoreError
from aps_tui.domain.errors import BadValue
from aps_tui.domain.site import AddressMapping, Key, SiteLevel, Template, Tenant
from aps_tui.services.addresses import census, where_said
from aps_tui.services.commit import commit
from aps_tui.services.mappings import (
    change_mapping,
    foretold,
    macs_touched,
    mapping_of,
    remove_mapping,
    rows_of,
    switched,
)
from aps_tui.services.planning import plan
from aps_tui.services.workplace import Workplace
from tests.unit.services.small_site import MACS


def of(place: Workplace, tenant: str | None) -> AddressMapping:
    found = place.store.mappings.get("1.1.1.1", tenant)
    assert found is not None
    return found


def said(**changes: str) -> dict[str, str]:
    return {"source": "2.2.2.2", "hostname": "a.test", "tenant": "", "enabled": "yes", "note": "", **changes}


def test_a_tenants_mapping_leaves_the_global_one_the_other_tenants(place: Workplace) -> None:
    counts = census(place)
    assert [(row.mapping.tenant, row.devices) for row in rows_of(place, counts)] == [(None, 3), ("bolt", 3)]
    assert macs_touched(place, counts, of(place, None)) == MACS[:3]
    assert macs_touched(place, counts, of(place, "bolt")) == MACS[3:]
    assert [row.devices for row in rows_of(place, None)] == [None, None]


def test_the_count_is_what_a_plan_then_finds(place: Workplace) -> None:
    commit(place)
    counts, mappings = census(place), place.store.mappings.all()
    for old, new in ((of(place, None), "new.test"), (of(place, "bolt"), "new.test")):
        changed = replace(old, hostname=new)
        others = [one for one in mappings if one.id != old.id]
        change_mapping(place, old, changed)
        assert len(counts.changed(mappings, [*others, changed])) == len(plan(place).changes) == 3
        change_mapping(place, changed, old)


def test_addresses_are_found_at_every_level_and_an_override_counts(place: Workplace) -> None:
    store = place.store
    store.settings.save_site(
        SiteLevel({"time.zone": "8.8.8.8", "time.ntp_1": "9.9.9.9"}, {"testphone": {"x": "http://9.9.9.8:80/"}})
    )
    store.templates.save(Template("Sales", "testphone", "T1", keys=(Key("dss", 2, "blf", 1, "102@9.9.9.7", "Bob"),)))
    first, second = (device for device in store.devices.get_many(MACS[:2]))
    store.devices.save(replace(first, settings={"time.zone": "UTC"}, raw={"y": "9.9.9.6"}))
    store.devices.save(replace(second, keys=(Key("dss", 2, "none"),), label="19.9.9.9 is none"))
    counts = census(place)
    assert counts.shared == {"9.9.9.9"}
    store.provisioning.save(replace(store.provisioning.get(), sip_server_address="9.9.9.5"))
    store.tenants.save(Tenant("bolt", {}))
    held = {address: sum(map(len, by.values())) for address, by in counts.held.items()}
    assert held == {"1.1.1.1": 6, "8.8.8.8": 5, "9.9.9.8": 6, "9.9.9.7": 2, "9.9.9.6": 1}
    assert len(census(place).holders("9.9.9.5", "bolt")) == 3  # the fallback of a registrar that nobody says
    places = {address: [(one.owner, one.what) for one in where_said(place, address, None)[0]] for address in held}
    assert places["9.9.9.8"] == [("the site", "raw testphone x")]
    assert places["9.9.9.7"] == [("template Sales", "dss key 2")]
    assert places["9.9.9.6"] == [(MACS[0], "raw y")]
    assert where_said(place, "9.9.9.6", "bolt") == ([], 0)


def test_a_setting_that_the_model_does_not_carry_counts_for_nothing(place: Workplace) -> None:
    place.store.tenants.save(Tenant("acme", {"server.1.host": "1.1.1.1", "ldap.host": "9.9.9.9"}))
    assert "9.9.9.9" not in census(place).held
    assert [one.what for one in where_said(place, "9.9.9.9", "acme")[0]] == ["ldap.host"]


def test_a_secret_is_masked_where_it_is_said(place: Workplace) -> None:
    place.store.tenants.save(Tenant("acme", {"security.admin_password": "1.1.1.1"}))
    found, count = where_said(place, "1.1.1.1", "acme")
    assert count == 1 and "1.1.1.1" not in found[0].text


def test_what_is_foretold(place: Workplace) -> None:
    mappings, counts = place.store.mappings.all(), census(place)

    def lines(**changes: str) -> str:
        return "\n".join(foretold(mappings, counts, None, mapping_of(said(**changes))))

    assert "No device would change" in lines()
    acme = lines(source="1.1.1.1", tenant="acme")
    assert "3 devices would change" in acme and "Hides the global mapping to pbx.example.net" in acme
    assert "1.1.1.1 is itself mapped" in lines(hostname="1.1.1.1")
    assert "mapped already" in lines(source="1.1.1.1")
    assert "counting" in foretold(mappings, None, None, mapping_of(said()))[0]
    place.store.settings.save_site(SiteLevel({"time.ntp_1": "2.2.2.2"}))
    shared = foretold(mappings, census(place), None, mapping_of(said()))
    assert shared == ["No device would change", "Files that all phones of a model read would change too"]
    assert len(foretold(mappings, census(place), None, mapping_of(said(tenant="acme")))) == 1
    edited = foretold(mappings, counts, of(place, None), replace(of(place, None), hostname="x.test"))
    assert edited == ["3 devices would change at the next commit", "Not for bolt: a mapping of their own hides it"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"source": "1.1.1"}, "not an IPv4"),
        ({"source": "1.1.1.1/32"}, "not an IPv4"),
        ({"hostname": "sip:x"}, "without port"),
        ({"hostname": "a b"}, "2.2.2.2"),
        ({"hostname": "2.2.2.2"}, "itself"),
        ({"note": "x\ny"}, "note"),
    ],
)
def test_what_will_not_do_is_refused(changes: dict[str, str], why: str) -> None:
    with pytest.raises(BadValue, match=why):
        mapping_of(said(**changes))


def test_someone_elses_change_is_never_overwritten(place: Workplace) -> None:
    mine = of(place, None)
    change_mapping(place, mine, replace(mine, hostname="theirs.test"))
    acts: list[Callable[[], object]] = [
        lambda: change_mapping(place, mine, switched(mine)),
        lambda: remove_mapping(place, mine),
    ]
    for act in acts:
        with pytest.raises(ChangedMeanwhile, match="tester"):
            act()
    now = of(place, None)
    assert now.hostname == "theirs.test"
    with pytest.raises(StoreError, match="mapped already"):
        change_mapping(place, now, replace(now, tenant="bolt"))
    change_mapping(place, now, replace(now, source="3.3.3.3", tenant="acme"))
    assert [row.action for row in place.store.audit.of("mapping", "acme/3.3.3.3")] == ["add"]
