"""Dump and load: the same site comes back, as TOML and as JSON, with nothing lost."""

from __future__ import annotations

import tempfile
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aps_tui.data import Store
from aps_tui.data.queue import Source
from aps_tui.domain.site import (
    AddressMapping,
    Device,
    Extension,
    Key,
    Line,
    Provisioning,
    SiteLevel,
    Template,
    Tenant,
    Value,
)
from aps_tui.services.sitefile import dump, load, read_document, to_json, to_toml
from aps_tui.vendors.loader import Packs
from tests.unit.services.site_packs import make_site_packs

SECRETS = ("s3cr3t-\"'\\ž", "Admin-9", "http-9", "739154", "limited-9", "sql-9")


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Packs:
    """Yealink and Snom."""
    return make_site_packs(tmp_path_factory.mktemp("packs"))


def fill(store: Store) -> None:
    """Store something in every field there is."""
    raw = {"yealink": {"a.b": "1", "c": "x = 'y'"}}
    store.settings.save_site(SiteLevel({"server.codecs": ("g722", "pcma"), "general.http_password": SECRETS[2]}, raw))
    store.tenants.save(Tenant("acme", {"time.zone": "Europe/Paris", "network.nat_rport": True}, raw))
    store.tenants.save(Tenant("bölt"))
    store.provisioning.save(
        Provisioning("10.0.0.1", "10.0.0.2", "pbx.example.net", True, "acme", (), ("10.0.0.0/8",), *SECRETS[3:5])
    )
    more = ("vm", "from-acme", "tls", "sdes", False, "pbx", True)
    store.extensions.save_many(
        [
            Extension("acme", "101", "acc", "auth", SECRETS[0], "Zoë 'Z' \"Q\" \\ 日本", *more[:4]),
            Extension("acme", "102", "102", "102"),
            Extension("acme", "99", "99", "99"),
            Extension("bölt", "101", "101", "101", "x"),
        ]
    )
    store.mappings.save(AddressMapping("1.1.1.1", "pbx.example.net", note="dummy"))
    store.mappings.save(AddressMapping("1.1.1.1", "acme.example.net", "acme", enabled=False))
    store.sources.save(Source("pbx", "sql", f"mysql://u:{SECRETS[5]}@db/x", "acme"))
    keys = (Key("dss", 2, "blf", 1, "102", "Bob", "*8"), Key("expansion-1", 20, "line", 2))
    said: dict[str, Value] = {
        "security.admin_password": SECRETS[1],
        "keys.expansion_count": 1,
        "keys.expansion_type": "EXP43",
    }
    store.templates.save(Template("Desk", "yealink", "T46U", None, said, {"a.b": "2"}, keys))
    store.templates.save(Template("Desk", "yealink", "T46U", "acme"))
    lines = (
        Line(1, "101", "Zoë", "pai", 12000, "required", "tls", True),
        Line(3, "102"),
    )
    own = {"services.extension": "101", "server.dial_plan": ""}
    store.devices.save_many(
        [
            Device("805ec0000001", "acme", "yealink", "T46U", "Desk", None, "Lobby", lines, keys[:1], own, {"z": "9"}),
            Device("805ec0000002", "acme", "yealink", "T46U", "Desk", "acme"),
            Device("000413000001", "bölt", "snom", "D785", lines=(Line(2, "101"),)),
        ]
    )
    store.extensions.save(Extension("acme", "101", "acc", "auth", SECRETS[0], "Zoë 'Z' \"Q\" \\ 日本", *more))


def test_everything_comes_back_in_both_notations(tmp_path: Path, packs: Packs) -> None:
    with Store.open(tmp_path / "a.sqlite3") as store:
        fill(store)
        first = dump(store)
        devices = list(store.devices.all())
    for name, text in (("toml", to_toml(first)), ("json", to_json(first))):
        document = read_document(text.encode())
        assert document == first
        with Store.open(tmp_path / f"{name}.sqlite3") as store:
            load(store, packs, document)
            assert dump(store) == first
            assert [repr(one)[:-10] for one in store.devices.all()] == [repr(one)[:-10] for one in devices]
            one = store.extensions.find("acme", "101")
            assert one is not None and (one.gone, one.usable, one.source) == (True, False, "pbx")


def test_loading_a_dump_over_its_site_changes_nothing(tmp_path: Path, packs: Packs) -> None:
    with Store.open(tmp_path / "a.sqlite3") as store:
        fill(store)
        trail = len(store.audit.since(0))
        result = load(store, packs, dump(store), replace=True)
        assert (result.created, result.updated, result.removed) == ({}, {}, {})
        assert len(store.audit.since(0)) == trail


def test_dump_without_secrets_holds_none_and_takes_none_away(tmp_path: Path, packs: Packs) -> None:
    with Store.open(tmp_path / "a.sqlite3") as store:
        fill(store)
        open_ = dump(store)
        text = to_json(dump(store, secrets=False)) + to_toml(dump(store, secrets=False))
        assert not [secret for secret in SECRETS if secret in text]
        assert all(secret in str(open_) or "\\" in secret for secret in SECRETS)
        load(store, packs, dump(store, secrets=False))
        kept = store.extensions.find("acme", "101")
        assert kept is not None and kept.secret == SECRETS[0]
        assert store.provisioning.get().unprovisioned_pin == SECRETS[3]


def test_empty_site(tmp_path: Path) -> None:
    with Store.open(tmp_path / "a.sqlite3") as store:
        assert dump(store) == {"version": 1}
        assert to_toml(dump(store)) == "version = 1\n"


def test_long_tables_become_sections(packs: Packs) -> None:
    long = {f"server.{n}.host": "a-rather-long-host-name.example.net" for n in (1, 2)} | {"time.zone": "Europe/Paris"}
    document = {"version": 1, "template": [{"name": "x", "settings": long, "key": [{"bank": "dss", "position": 1}]}]}
    text = to_toml(document)
    assert "[template.settings]\n" in text
    assert tomllib.loads(text) == document


_TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
_SCALARS = st.one_of(_TEXTS, st.booleans(), st.integers(-(2**40), 2**40), st.lists(_TEXTS, max_size=3))
_TABLES = st.dictionaries(_TEXTS, _SCALARS, max_size=4)
_ELEMENTS = st.dictionaries(_TEXTS, st.one_of(_SCALARS, _TABLES, st.lists(_TABLES, min_size=1, max_size=2)), max_size=4)


@given(st.dictionaries(_TEXTS, st.one_of(_SCALARS, _ELEMENTS, st.lists(_ELEMENTS, min_size=1, max_size=2)), max_size=4))
def test_any_document_is_read_back_from_its_toml(document: dict[str, Any]) -> None:
    assert tomllib.loads(to_toml(document)) == document


_PRINTABLE = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=12)
_NUMBERS = st.lists(st.integers(100, 120).map(str), unique=True, max_size=4)
_PORTS = st.none() | st.integers(10000, 10003)


@st.composite
def sites(draw: st.DrawFn) -> dict[str, Any]:
    """A valid document: extensions with any names, devices that share them out."""
    numbers = draw(_NUMBERS)
    extensions = [
        {"tenant": "acme", "number": number, "gone": draw(st.booleans())}
        | {"secret": draw(_PRINTABLE), "name": draw(_PRINTABLE)}
        for number in numbers
    ]
    devices = []
    for index, number in enumerate(numbers):
        line = {"number": draw(st.integers(1, 16)), "extension": number, "label": draw(_PRINTABLE)}
        port = draw(_PORTS)
        key = {
            "bank": "dss",
            "position": draw(st.integers(1, 10)),
            "type": "blf",
            "value": number,
            "label": draw(_PRINTABLE),
        }
        devices.append({
            "tenant": "acme", "mac": f"805ec000000{index}", "vendor": "yealink", "model": "T46U",
            "line": [line | ({"local_sip_port": port} if port else {})], "key": [key],
            "settings": {"network.lldp": draw(st.booleans()), "phone.ring_tone": draw(_PRINTABLE)},
        })  # fmt: skip
    return {"version": 1, "tenant": [{"name": "acme"}], "extension": extensions, "device": devices}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(document=sites())
def test_dump_of_a_loaded_dump_is_the_same(packs: Packs, document: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with Store.open(Path(folder) / "a.sqlite3") as store:
            load(store, packs, document)
            first = dump(store)
        with Store.open(Path(folder) / "b.sqlite3") as store:
            load(store, packs, read_document(to_toml(first).encode()))
            assert dump(store) == first
