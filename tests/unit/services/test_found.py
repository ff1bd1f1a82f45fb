"""A scan's finds on their way into the site: the list they wait in, the registrar, what is added and what waits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from aps_tui.data.settings import Level
from aps_tui.domain.errors import BadValue
from aps_tui.domain.site import Template
from aps_tui.services import bulk, importing
from aps_tui.services.discovery import add_found, add_ready, checked, keep, registrar_of, scan, wanted_of
from aps_tui.services.discovery.service import Result
from aps_tui.services.workplace import Workplace
from tests.unit.services.fake_nmap import answering, host

NEW = [f"0011220000a{n}" for n in range(3)]
MACS = ["00:11:22:00:00:A0", "00:11:22:00:00:A1", "00:11:22:00:00:A2", "00:11:22:00:00:03", "00:90:8F:00:00:01",
        "02:42:AC:00:00:01"]  # fmt: skip


@pytest.fixture
def found(place: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Result:
    """Three new phones, a known one, a stranger's, a virtual machine."""
    answering(tmp_path, monkeypatch, [host(f"192.0.2.{n}", mac) for n, mac in enumerate(MACS, 10)])
    return scan(place, checked("192.0.2.1", "192.0.2.254", "eth0"))


def states(place: Workplace) -> dict[str, str]:
    draft = importing.current(place, "scan")
    assert draft is not None
    return {row.mac or row.said: row.state for row in importing.page(place, draft)}


def test_only_new_ones_of_supported_vendors_wait_for_a_model(place: Workplace, found: Result) -> None:
    draft = keep(place, found, wanted_of(place, "acme"))
    assert states(place) == {
        **dict.fromkeys(NEW, "M"), "001122000003": "K", "00908f000001": "U", "192.0.2.15  02:42:ac:00:00:01": "B",
    }  # fmt: skip
    assert "192.0.2.1 to 192.0.2.254 on eth0" in draft.title
    assert [row.address for row in importing.page(place, draft)][:2] == ["192.0.2.10", "192.0.2.11"]


def test_a_second_scan_adds_to_the_list_and_repeats_nothing(place: Workplace, found: Result) -> None:
    first = keep(place, found, wanted_of(place, "acme"))
    importing.edit(place, first, importing.wanting(place, first), bulk.set_model("testphone", "T1"))
    before = states(place)
    assert keep(place, found, wanted_of(place, "acme")).id == first.id
    assert states(place) == before


def test_what_is_ready_is_added_and_the_rest_waits(place: Workplace, found: Result) -> None:
    draft = keep(place, found, wanted_of(place, "acme"))
    with pytest.raises(BadValue, match="nothing is ready"):
        add_ready(place, draft)
    importing.edit(place, draft, importing.wanting(place, draft)[:1], bulk.set_model("testphone", "T1"))
    assert add_ready(place, draft).macs == (NEW[0],)
    assert [states(place)[mac] for mac in NEW] == ["K", "M", "M"]
    now = importing.current(place, "scan")
    assert now is not None and not now.finished
    importing.edit(place, draft, importing.wanting(place, draft), bulk.set_model("testphone", "T2"))
    assert add_ready(place, draft).macs == (NEW[1], NEW[2])
    now = importing.current(place, "scan")
    assert now is not None and now.finished
    assert place.store.devices.existing(NEW) == dict.fromkeys(NEW, "acme")


def test_a_model_may_be_said_for_all_of_its_vendor(place: Workplace, found: Result) -> None:
    done, waiting = add_found(place, found, wanted_of(place, "ACME", model="testphone/T2"))
    assert done is not None and done.macs == tuple(NEW) and done.known == 1 and waiting == []
    assert {one.model for one in place.store.devices.get_many(NEW)} == {"T2"}
    assert add_found(place, found, wanted_of(place, "acme")) == (None, [])  # now they are known


def test_the_sip_server_is_each_devices_own_unless_it_gets_it_anyway(place: Workplace, found: Result) -> None:
    assert registrar_of(place, "acme") == ("1.1.1.1", "tenant acme")
    add_found(place, found, wanted_of(place, "acme", "1.1.1.1", "testphone/T1"))
    assert [one.settings for one in place.store.devices.get_many(NEW)] == [{}, {}, {}]


def test_a_templates_registrar_wins_over_the_forms(place: Workplace, found: Result) -> None:
    place.store.templates.save(Template("Own", "testphone", "T1", settings={"server.1.host": "192.0.2.9"}))
    draft = keep(place, found, wanted_of(place, "acme", "192.0.2.1"))
    importing.edit(place, draft, importing.wanting(place, draft), bulk.set_model("testphone", "T1"))
    ids = importing.ids(place, draft)
    importing.edit(place, draft, ids[:1], bulk.set_template("Own"))
    importing.edit(place, draft, ids[1:2], bulk.set_template("Sales"))
    add_ready(place, draft)
    own = {"server.1.host": "192.0.2.1"}
    assert {one.mac: one.settings for one in place.store.devices.get_many(NEW)} == {
        NEW[0]: {}, NEW[1]: own, NEW[2]: own,
    }  # fmt: skip


def test_who_says_the_registrar(place: Workplace) -> None:
    place.store.settings.set(Level("tenant", "acme"), "server.1.host", None)
    assert registrar_of(place, "acme") == ("", "")
    place.store.provisioning.save(replace(place.store.provisioning.get(), sip_server_address="192.0.2.1"))
    assert registrar_of(place, "") == ("192.0.2.1", "the provisioning settings")
    place.store.settings.set(Level("site"), "server.1.host", "192.0.2.2")
    assert registrar_of(place, "acme") == ("192.0.2.2", "the site")


@pytest.mark.parametrize(
    ("tenant", "server", "model", "said"),
    [
        ("nobody", "", "", "no tenant 'nobody'"),
        ("", "", "", "choose a tenant"),
        ("acme", "pbx.example", "", "SIP server: 'pbx.example' is no IP address"),
        ("acme", "", "T1", "write VENDOR/MODEL"),
        ("acme", "", "testphone/T9", "T9"),
    ],
)
def test_what_new_devices_are_to_become_is_checked_first(
    place: Workplace, tenant: str, server: str, model: str, said: str
) -> None:
    with pytest.raises(BadValue) as caught:
        wanted_of(place, tenant, server, model)
    assert said in str(caught.value)
