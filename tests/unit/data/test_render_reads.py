"""What rendering reads: whole, ordered, in chunks, of one moment."""

from __future__ import annotations

from pathlib import Path

import pytest

from aps_tui.data import Store
from aps_tui.data import render as reads
from aps_tui.domain.site import AddressMapping, Device, Key, Template, Tenant

MAC, OTHER = "805ec0000001", "805ec0000002"


def test_a_candidate_carries_all_that_is_said_for_the_device(site: Store) -> None:
    first, second = site.render.candidates()
    assert (first.mac, second.mac, first.done) == (MAC, OTHER, -1)
    assert first.lines == [
        (1, "101", "101", "101", "secret-101", "Name 101", "101", "Alice", "pai-from", 12034, "required", "tls", 1, 0),
        (2, "102", "102", "102", "secret-102", "Name 102", "102", "", "from", None, "off", "", 0, 0),
    ]
    assert first.keys == [("dss", 3, "blf", 1, "103", "Carol", "*8"), ("expansion-1", 1, "line", 2, "", "", "")]
    assert first.settings == {
        "audio.codecs": '["opus","pcma"]', "network.lldp": "false", "services.extension": '"101"', "time.dst": "3",
    }  # fmt: skip
    assert first.raw == {"phone_setting.contrast": "6"}
    assert (second.keys, second.settings, second.raw, second.template_id) == ([], {}, {}, None)


def test_levels_carry_their_stamps(site: Store) -> None:
    site.generations.take_epoch()
    site.tenants.save(Tenant("globex", {"a": 1}, {"snom": {"b": "2"}}))
    site.mappings.save(AddressMapping("1.1.1.1", "a", "globex"))
    site.templates.save(Template("Everyone", "yealink", "T46U", keys=(Key("dss", 1, "dnd"),), raw={"x": "y"}))
    tenants = {tenant.name: tenant for tenant in site.render.tenants().values()}
    assert (tenants["acme"].stamp, tenants["globex"].stamp) == (0, 1)
    assert tenants["globex"][3:] == ({"a": "1"}, {"snom": {"b": "2"}}, {"1.1.1.1": "a"})
    templates = {template.name: template for template in site.render.templates().values()}
    assert templates["Everyone"].tenant_id is None
    assert (templates["T46 sales"].stamp, templates["Everyone"].stamp) == (0, 1)
    assert templates["Everyone"].keys == [("dss", 1, "dnd", None, "", "", "")]
    assert templates["Everyone"].raw == {"x": "y"}
    assert (site.render.site().epoch, site.render.site().stamp) == (1, 0)


def test_chunks_make_no_difference(site: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    site.devices.save_many([Device(f"0004f20000{at:02x}", "globex", "snom", "D785") for at in range(5)])
    whole = list(site.render.all())
    monkeypatch.setattr(reads, "CHUNK", 2)
    assert list(site.render.all()) == whole == sorted(site.render.candidates())


def test_what_has_most_in_common_stands_side_by_side(site: Store) -> None:
    models = [("snom", "D785"), ("aastra", "6731i"), ("snom", "D785"), ("aastra", "6730i"), ("aastra", "6731i")]
    site.devices.save_many([Device(f"0004f20000{at:02x}", "globex", *model) for at, model in enumerate(models)])
    model = {candidate.id: (candidate.vendor, candidate.model) for candidate in site.render.all()}
    found = [model[id] for id in site.render.dirty_ids()]
    assert found == sorted(found) and {*models} <= {*found}


def test_a_snapshot_is_one_moment(site: Store, path: Path) -> None:
    with Store.open(path) as other, site.snapshot():
        stream = site.render.candidates()
        other.devices.delete([MAC, OTHER])
        assert [candidate.mac for candidate in stream] == [MAC, OTHER]
        assert site.devices.count() == 2
    assert site.devices.count() == 0


def test_nothing_is_written_in_a_snapshot(site: Store) -> None:
    with site.snapshot(), pytest.raises(Exception, match="may not be written"):
        site.tenants.save(Tenant("x"))
    site.tenants.save(Tenant("x"))


def test_inside_a_transaction_a_snapshot_shows_its_own_writes(site: Store) -> None:
    with site.transaction():
        site.devices.delete([MAC])
        with site.snapshot():
            assert [candidate.mac for candidate in site.render.candidates()] == [OTHER]
