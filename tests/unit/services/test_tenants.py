"""Tenants: made, renamed with all that names them, and removed when nothing uses them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aps_tui.domain.errors import BadValue, Faults
from aps_tui.domain.site import GLOBAL
from aps_tui.services.tenants import add_tenant, goes_with, remove_tenant, rename_tenant, tenant_rows
from aps_tui.services.workplace import Workplace


def test_a_tenant_is_made_once(place: Workplace) -> None:
    assert add_tenant(place, " coop ") == "coop"
    assert [row.name for row in tenant_rows(place)] == ["acme", "bolt", "coop"]
    for bad, why in (
        ("COOP", "already"),
        ("", "needed"),
        (GLOBAL.upper(), "absence"),
        ("x" * 65, "at most"),
        ("a\tb", "line"),
    ):
        with pytest.raises(BadValue, match=why):
            add_tenant(place, bad)


def test_renaming_follows_the_settings_that_name_it(place: Workplace) -> None:
    place.store.provisioning.save(replace(place.store.provisioning.get(), auto_create_tenant="acme"))
    rename_tenant(place, "acme", "Acme Ltd")
    assert place.store.provisioning.get().auto_create_tenant == "Acme Ltd"
    assert tenant_rows(place)[0] == ("Acme Ltd", 3, 0, 4, 0, 0)


def test_a_tenant_in_use_stays(place: Workplace) -> None:
    place.store.provisioning.save(replace(place.store.provisioning.get(), auto_create_tenant="bolt"))
    with pytest.raises(Faults) as refused:
        remove_tenant(place, "bolt")
    assert len(refused.value.faults) == 2 and "3 devices" in refused.value.faults[0]
    assert goes_with(place, "bolt") == ["4 extensions", "1 mapping"]
    add_tenant(place, "coop")
    remove_tenant(place, "coop")
    assert goes_with(place, "coop") == [] and len(tenant_rows(place)) == 2
