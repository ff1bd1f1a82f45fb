"""An import at once; and what export writes, import reads back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aps_tui.data.store import Store
from aps_tui.domain.errors import BadValue, Faults
from aps_tui.domain.keytypes import CALLER_ID_SOURCES
from aps_tui.domain.site import Device, Extension, Key, Line, Template, Tenant
from aps_tui.services.demo import make_demo
from aps_tui.services.export import export
from aps_tui.services.importing import read
from aps_tui.services.importing.direct import Wanted, run
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.loader import SHIPPED, Packs, load_packs
from tests.unit.services.site_packs import make_site_packs

MACS = [f"805ec000{n:04x}" for n in range(1, 7)]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    """Tenants acme and bolt with extensions 101-110, templates of one name in both scopes."""
    packs = make_site_packs(tmp_path / "packs")
    with Store.open(tmp_path / "aps.sqlite3", operator="tester") as store:
        for tenant in ("acme", "bolt"):
            store.tenants.save(Tenant(tenant))
            store.extensions.save_many(
                [Extension(tenant, str(n), str(n), str(n), "s3cret", f"Name {n}") for n in range(101, 111)]
            )
        store.templates.save(Template("Sales", "yealink", "T46U"))
        store.templates.save(Template("Sales", "yealink", "T46U", "acme"))
        store.templates.save(Template("Big", "yealink", "T48U"))
        yield Workplace(store, tmp_path, packs)


def stored(place: Workplace) -> list[Device]:
    return [replace(device, id=None) for device in place.store.devices.all()]


class TestWanted:
    def test_what_the_list_does_not_say(self, place: Workplace) -> None:
        data = f"mac,model,ext\n{MACS[0]},,\n{MACS[1]},T48U,103\n{MACS[2]},,102\n{MACS[3]},,\n"
        result = run(place, read(data), Wanted("ACME", "yealink/t46u", "", "101..110"))
        assert not result.problems and [one.model for one in stored(place)] == ["T46U", "T48U", "T46U", "T46U"]
        assert [one.lines[0].extension for one in stored(place)] == ["101", "103", "102", "104"]

    def test_a_template_says_its_model(self, place: Workplace) -> None:
        run(place, read("\n".join(MACS[:2])), Wanted("acme", template="sales"))
        assert [(one.template, one.template_tenant, one.model) for one in stored(place)] == [
            ("Sales", "acme", "T46U")
        ] * 2

    def test_a_dry_run_stores_nothing(self, place: Workplace) -> None:
        result = run(place, read("\n".join(MACS)), Wanted("acme", "yealink/T46U", "", "101.."), dry_run=True)
        assert len(result.devices) == 6 and result.devices[5].lines[0].extension == "106" and not stored(place)

    def test_a_problem_stops_it_all(self, place: Workplace) -> None:
        result = run(place, read(f"{MACS[0]} 000413000001"), Wanted("acme", "yealink/T46U"))
        assert result.problems == ("line 1, 000413000001: choose a model",) and not stored(place)
        with pytest.raises(Faults, match="4 short"):
            run(place, read("\n".join(MACS)), Wanted("acme", "yealink/T46U", "", "101..102"))

    @pytest.mark.parametrize(
        ("wanted", "match"),
        [
            (Wanted("nobody"), "no tenant"), (Wanted("acme", "T46U"), "write VENDOR/MODEL"),
            (Wanted("acme", "yealink/T99"), "has no model"), (Wanted("acme", template="None"), "no template"),
            (Wanted("acme", "yealink/T46U", "", "x..y"), "is no series"),
        ],
    )  # fmt: skip
    def test_what_is_not_there(self, place: Workplace, wanted: Wanted, match: str) -> None:
        with pytest.raises(BadValue, match=match):
            run(place, read(MACS[0]), wanted)


def came_back(place: Workplace, devices: list[Device]) -> list[Device]:
    """Store devices, export them, remove them, import what was exported."""
    place.store.devices.save_many(devices)
    text = export(place.store)
    assert "s3cret" not in text
    place.store.devices.delete([device.mac for device in devices])
    result = run(place, read(text.encode()), Wanted())
    assert not result.problems and not result.checked.of("B", "U")
    return stored(place)


def test_everything_but_secrets_comes_back(place: Workplace) -> None:
    lines = (
        Line(1, "101", 'R&D <"Ops"> \'x\' #1 é', "pai-from", 12034, "required", "tls", True), Line(2, "102"),
        Line(16, "103", "Last"),
    )  # fmt: skip
    keys = (Key("dss", 3, "blf", 1, "103", "Carol", "*8"), Key("dss", 4, "speed-dial", 2, "555,1;2|3"))
    device = Device(
        MACS[0], "acme", "yealink", "T46U", "Sales", "acme", "Front desk", lines, keys,
        {"network.lldp": False, "server.codecs": ("pcma", "pcmu"), "time.zone": "Europe/Paris"}, {"lcd.contrast": "6"},
    )  # fmt: skip
    others = [
        replace(device, mac=MACS[1], template_tenant=None, lines=(Line(2, "104"),), keys=(), settings={}, raw={}),
        Device(MACS[2], "bolt", "snom", "D785", lines=(Line(2, "101", "x"),)),
        Device(MACS[3], "bolt", "yealink", "T48U", "Big"),
    ]
    secret = replace(device, settings={**device.settings, "security.admin_password": "s3cret"},
                     raw={**device.raw, "web.password": "s3cret"})  # fmt: skip
    assert came_back(place, [secret, *others]) == [device, *others]


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=20).map(lambda one: one.strip())
NUMBERS = [str(n) for n in range(101, 111)]


@st.composite
def devices(draw: st.DrawFn) -> list[Device]:
    """Up to six devices of acme, no extension twice."""
    free = iter(draw(st.permutations(NUMBERS)))
    found = []
    for mac in MACS[: draw(st.integers(1, 6))]:
        lines = tuple(
            Line(number, next(free), draw(TEXTS), draw(st.sampled_from(CALLER_ID_SOURCES)),
                 draw(st.one_of(st.none(), st.just(10000 + number))))
            for number in sorted(draw(st.sets(st.integers(1, 4), max_size=1)))
        )  # fmt: skip
        keys = tuple(
            Key("dss", position, "speed-dial", None, "555", draw(TEXTS))
            for position in sorted(draw(st.sets(st.integers(1, 10), max_size=3)))
        )
        owner = draw(st.sampled_from(["acme", None]))
        found.append(Device(mac, "acme", "yealink", "T46U", "Sales", owner, draw(TEXTS), lines, keys))
    return found


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(devices())
def test_any_devices_come_back(place: Workplace, some: list[Device]) -> None:
    place.store.devices.delete(MACS)
    assert came_back(place, some) == some


@pytest.fixture(scope="session")
def shipped() -> Packs:
    return load_packs([SHIPPED])


def test_a_site_of_all_vendors_comes_back(tmp_path: Path, shipped: Packs) -> None:
    make_demo(tmp_path / "demo", 300, 1, shipped)
    with Store.open(tmp_path / "demo" / "aps.sqlite3", operator="tester") as store:
        place = Workplace(store, tmp_path, shipped)
        before, text = stored(place), export(store)
        store.devices.delete([device.mac for device in before])
        result = run(place, read(text), Wanted())
        assert not result.problems
        assert stored(place) == before
        again = run(place, read(text), Wanted())
        assert again.done.words == "0 devices added; 300 known already"
