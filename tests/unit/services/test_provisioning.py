"""The provisioning settings: what is refused, what is warned of, what is kept from sight."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aps_tui.data.errors import ChangedMeanwhile
from aps_tui.data.store import Store
from aps_tui.domain.autocreate import OPEN_DOOR
from aps_tui.domain.catalogue import MASK
from aps_tui.domain.errors import BadValue
from aps_tui.domain.pins import check_pin
from aps_tui.domain.weak import weakness
from aps_tui.services import network
from aps_tui.services.overview import overview
from aps_tui.services.provisioning import Finding, checks, clear, generate, reveal, rows, save
from aps_tui.services.workplace import Workplace
from tests.unit.services.this_machine import pretend


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch)


def finding(place: Workplace, name: str) -> Finding:
    return next(one for one in checks(place) if one.field == name)


def stamp_of(place: Workplace, name: str) -> str:
    return next(row.stamp for row in rows(place) if row.name == name)


@pytest.mark.parametrize("name", ["sip_server_address", "tftp_server_address"])
def test_an_address_that_is_not_this_machines_is_refused_with_those_it_has(place: Workplace, name: str) -> None:
    with pytest.raises(BadValue, match=r"192\.0\.2\.9 is not an address of this machine; it has 192\.0\.2\.1 \(eth0\)"):
        save(place, name, "192.0.2.9")
    with pytest.raises(BadValue, match="is not an IP address"):
        save(place, name, "pbx")
    save(place, name, " 192.0.2.1 ")
    assert getattr(place.store.provisioning.get(), name) == "192.0.2.1"
    assert finding(place, name)[1:3] == ("ok", "on eth0")


def test_an_address_that_went_away_or_that_no_phone_reaches_is_a_fault(place: Workplace) -> None:
    for address, said in (
        ("192.0.2.9", "is not an address of this machine"),
        ("127.0.0.1", "no phone can reach"),
        ("203.0.113.1", "its interface eth2 is down"),
    ):
        settings = replace(place.store.provisioning.get(), sip_server_address=address)
        place.store.provisioning.save(settings)  # as a site file from elsewhere may do
        found = finding(place, "sip_server_address")
        assert found.state == "fault" and said in found.text and found.mend


def test_tftp_belongs_where_dhcp_runs(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    save(place, "tftp_server_address", "192.0.2.1")
    monkeypatch.setattr(network, "dhcp_interfaces", lambda: {"eth1"})
    assert finding(place, "tftp_server_address")[1:3] == ("warn", "on eth0, but DHCP serves eth1")
    save(place, "tftp_server_address", "198.51.100.1")
    assert finding(place, "tftp_server_address")[1:3] == ("ok", "on eth1, where DHCP runs")


@pytest.mark.parametrize(
    ("name", "state", "said"),
    [
        ("pbx.example.net", "ok", "pbx.example.net -> 192.0.2.1"),
        ("old.example.net", "fault", "old.example.net -> 192.0.2.99: not an address of this machine"),
        ("new.example.net", "fault", "new.example.net has no A record"),
    ],
)
def test_the_host_name_is_stored_and_judged_by_dns(place: Workplace, name: str, state: str, said: str) -> None:
    save(place, "server_hostname", name)
    assert [one.state for one in checks(place, ask_dns=False) if one.field == "server_hostname"] == ["wait"]
    found = finding(place, "server_hostname")
    assert found.state == state and found.text.startswith(said)
    assert state == "ok" or "192.0.2.1 (eth0)" in found.mend


def test_a_real_name_that_no_phone_can_use(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    save(place, "server_hostname", "localhost")
    found = finding(place, "server_hostname")
    assert found[1:3] == ("fault", "localhost -> 127.0.0.1: no phone can reach that")


def test_an_address_is_no_host_name(place: Workplace) -> None:
    for text in ("192.0.2.1", "2001:db8::1", "no name"):
        with pytest.raises(BadValue):
            save(place, "server_hostname", text)


def test_auto_create_needs_a_tenant_and_warns_of_an_open_door(place: Workplace) -> None:
    with pytest.raises(BadValue, match="choose the tenant"):
        save(place, "auto_create", True)
    with pytest.raises(BadValue, match="there is no tenant"):
        save(place, "auto_create_tenant", "nobody")
    save(place, "auto_create_tenant", "ACME")
    assert place.store.provisioning.get().auto_create_tenant == "acme"
    assert save(place, "auto_create", "on") == [OPEN_DOOR]
    found = finding(place, "auto_create")
    assert found.state == "fault" and "EMPTY" in found.text
    assert overview(place)["whitelist"] == "EMPTY: auto-create!"
    with pytest.raises(BadValue, match="choose the tenant"):
        clear(place, "auto_create_tenant")
    place.store.provisioning.save(replace(place.store.provisioning.get(), whitelist=("0.0.0.0/0",)))
    assert finding(place, "auto_create")[1:3] == ("warn", "on, and the whitelist lets every address in")
    place.store.provisioning.save(replace(place.store.provisioning.get(), whitelist=("192.0.2.0/24",)))
    assert finding(place, "auto_create").state == "ok"
    clear(place, "auto_create")
    assert not place.store.provisioning.get().auto_create


def test_vendors_are_known_ones(place: Workplace) -> None:
    with pytest.raises(BadValue, match="unknown vendor sonm"):
        save(place, "auto_create_vendors", ("sonm",))
    save(place, "auto_create_vendors", ("testphone",))
    assert finding(place, "auto_create_vendors")[1:3] == ("ok", "1 vendor")


@pytest.mark.parametrize(
    ("pin", "why"),
    [("12a456", "digits only"), ("12345", "5 digits"), ("111111", "single digit"), ("345678", "counts up"),
     ("159753", "well known")],
)  # fmt: skip
def test_a_trivial_pin_is_refused_with_the_reason_and_without_the_pin(place: Workplace, pin: str, why: str) -> None:
    with pytest.raises(BadValue, match=why) as caught:
        save(place, "unprovisioned_pin", pin)
    assert pin not in str(caught.value)


def test_secrets_are_made_masked_and_revealed_with_a_trace(place: Workplace) -> None:
    pin, secret = generate(place, "unprovisioned_pin"), generate(place, "unprovisioned_secret")
    assert check_pin(pin) == pin and secret.isalnum() and weakness(secret) is None
    said = repr(rows(place)) + repr(checks(place)) + repr(place.store.audit.recent())
    assert pin not in said and secret not in said and MASK in said
    assert reveal(place, "unprovisioned_pin") == pin
    last = place.store.audit.recent(1)[0]
    assert (last.kind, last.action, last.detail) == ("provisioning", "reveal", "unprovisioned_pin")


def test_what_another_console_changed_meanwhile_stays(place: Workplace) -> None:
    seen = stamp_of(place, "unprovisioned_pin")
    with Store.open(place.store.path, operator="bob") as other:
        other.provisioning.save(replace(other.provisioning.get(), unprovisioned_pin="739154"))
    with pytest.raises(ChangedMeanwhile, match="Unprovisioned PIN was changed by bob"):
        save(place, "unprovisioned_pin", "918273", seen)
    save(place, "unprovisioned_pin", "918274", stamp_of(place, "unprovisioned_pin"))
    assert place.store.provisioning.get().unprovisioned_pin == "918274"


def test_http_credentials_are_the_sites(place: Workplace) -> None:
    assert finding(place, "http").state == "warn"
    site = place.store.settings.site()
    settings = {**site.settings, "general.http_user": "phones", "general.http_password": "pssst-pssst"}
    place.store.settings.save_site(replace(site, settings=settings))
    assert finding(place, "http").state == "ok"
    shown = next(row.shown for row in rows(place) if row.name == "http")
    assert shown == f"phones, {MASK}"
