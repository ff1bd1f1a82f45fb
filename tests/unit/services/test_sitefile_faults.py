"""Every way a site file can be wrong, with the exact words that are said of it."""

# ruff: noqa: E501 - the exact messages are long and read best in one piece

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aps_tui.data import Store
from aps_tui.domain.errors import BadValue, Faults
from aps_tui.services.sitefile import load, read_document
from aps_tui.vendors.loader import Packs
from tests.unit.services.site_packs import EXAMPLE, make_site_packs

D, L, T, K = "device 1 (805ec0123456)", "device 1 (805ec0123456), line 1", "template 1 (T46 sales)", "key 1"

CASES: list[tuple[str, Any, str]] = [
    ("devices", [], "the site file: unknown key 'devices': did you mean device?"),
    ("device", 5, "the site file: device: a list of tables is needed"),
    ("device.0", "x", "device 1: a table is needed here"),
    ("device.0.mac", "80:5e:c0:12:34", "device 1 (80:5e:c0:12:34): '80:5e:c0:12:34' is not a MAC address: exactly 12 hex digits are needed"),
    ("device.0.mac", "01:5e:c0:12:34:56", "device 1 (01:5e:c0:12:34:56): 015ec0123456: a multicast address belongs to no device"),
    ("device.0.tenant", "acne", f"{D}: unknown tenant 'acne': did you mean acme?"),
    ("device.0.tenant", "All (Global)", f"{D}: tenant: a device belongs to one tenant, it is never All (Global)"),
    ("device.0.vendor", "yeelink", f"{D}: unknown vendor 'yeelink': did you mean yealink?"),
    ("device.0.vendor", "x", f"{D}: unknown vendor 'x' (known: snom, yealink)"),
    ("device.0.model", "T46", f"{D}: yealink has no model 'T46': did you mean T46U, T48U?"),
    ("device.0.model", "T48U", f"{D}: template 'T46 sales' is for yealink/T46U, the device is yealink/T48U"),
    ("device.0.template", "T46 sale", f"{D}: unknown template 'T46 sale': did you mean T46 sales?"),
    ("template.0.tenant", "bolt", f"{D}: template 'T46 sales' belongs to tenant bolt"),
    ("device.0.line.0.number", 17, "device 1 (805ec0123456), line 17: T46U has 16 lines"),
    ("device.0.line.0.number", 0, f"{L}: number: a whole number from 1 is needed"),
    ("device.0.line.0.extension", 101, f"{L}: extension: a text in quotes that is not empty is needed"),
    ("device.0.line.0.extension", "999", f"{L}: there is no extension 999 in tenant acme"),
    ("device.0.line.0.local_sip_port", 70000, f"{L}: local_sip_port: a port number from 1 to 65535 is needed"),
    ("device.0.line.0.srtp", "on", f"{L}: srtp: unknown word 'on' (known: off, optional, required)"),
    ("device.0.line.0.transport", "tlss", f"{L}: transport: unknown word 'tlss': did you mean tls?"),
    ("device.0.line.0.caller_id_source", "pai-form", f"{L}: caller_id_source: unknown word 'pai-form': did you mean pai-from?"),
    ("device.0.line.0.label", "a\nb", f"{L}: label: line breaks and control characters cannot be used"),
    ("device.0.line.0.labell", "a", f"{L}: unknown key 'labell': did you mean label?"),
    ("device.0.key.0.bank", "dsss", f"{D}, {K}: bank: unknown word 'dsss': did you mean dss?"),
    ("device.0.key.0.type", "speeddial", f"{D}, {K}: type: unknown word 'speeddial': did you mean speed-dial?"),
    ("device.0.key.0.value", "", f"{D}, {K}: value: a key of type speed-dial does nothing without a value"),
    ("device.0.key.0.position", 11, f"{D}, {K}: position: T46U has no dss key 11, only 10"),
    ("device.0.key.0.bank", "programmable", f"{D}, {K}: position: T46U has no programmable key 3"),
    ("device.0.key.0.bank", "expansion-1", f"{D}, {K}: position: T46U has no expansion-1 key 3: keys.expansion_count is 0, T46U takes at most 3"),
    ("device.0.key.0.line", 17, f"{D}, {K}: line: T46U has 16 lines, there is no line 17"),
    ("device.0.settings.general.firmware", "v99", f"{D}: general.firmware: firmware 'v99' is not known for yealink/T46U (known: v84, v86)"),
    ("device.0.settings.network.ip_mode", "static", f"{D}: network.address: network.ip_mode = static needs it"),
    ("device.0.settings.line.local_sip_port", 5060, f"{D}: line.local_sip_port: the local SIP port belongs to a device's line, not to a template or any other level"),
    ("template.0.settings.network.address", "192.0.2.1", f"{T}: network.address: cannot be set at template level, only at device level"),
    ("template.0.settings.network.lldpp", True, f"{T}: unknown setting 'network.lldpp': did you mean network.lldp?"),
    ("template.0.settings.network.lldp", "perhaps", f"{T}: network.lldp: 'perhaps' is neither on nor off"),
    ("template.0.settings.network", {"lldp": True}, f"{T}: settings: network: write the whole name in quotes, as in \"time.zone\" = …"),
    ("template.0.settings.keys.expansion_count", 4, f"{T}: keys.expansion_count: T46U takes at most 3 modules"),
    ("template.0.settings.keys.expansion_type", "EXP50", f"{T}: keys.expansion_type: T46U takes no module 'EXP50' (known: EXP43)"),
    ("template.0.raw.sip.listen_port", "5062", f"{T}: raw sip.listen_port: this is the local SIP port, which belongs to a device's line: local_sip_port"),
    ("template.0.raw.account.2.odd", "5062", f"{T}: raw account.2.odd: this is the local SIP port, which belongs to a device's line: local_sip_port"),
    ("template.0.raw.a b", "x", f"{T}: raw 'a b' is no name of a parameter in yealink's files"),
    ("template.0.raw.a", 6, f"{T}: raw a: a text in quotes is needed"),
    ("template.0.raw.a", " x", f"{T}: raw a: begins or ends with a blank, which the phone would cut off"),
    ("template.0.key.1.position", 1, f"{T}, key 2: dss key 1 is named twice"),
    ("template.0.name", " ", "template 1 ( ): name: a text that is not empty is needed"),
    ("tenant.0.name", "All (Global)", "tenant 1 (All (Global)): name: All (Global) is the absence of a tenant: say it under [site]"),
    ("extension.0.tenant", "bulb", "extension 1 (101): unknown tenant 'bulb'"),
    ("extension.0.number", 101, "extension 1: number: a text in quotes that is not empty is needed"),
    ("mapping.0.source", "1.1.1", "mapping 1 (1.1.1): source: '1.1.1' is not an IPv4 address such as 1.1.1.1"),
    ("mapping.0.hostname", "pbx:5060", "mapping 1 (1.1.1.1): 1.1.1.1: the replacement is a host name or an IPv4 address, without port or protocol"),
    ("site.settings.server.N.host", "x", "site: server.N.host: write a number from 1 to 2 for N"),
    ("site.settings.services.extension", "101", "site: services.extension: cannot be set at global level, only at device level"),
    ("site.raw", {"yealink": "x"}, "site: raw: a table for each vendor is needed, as in raw = { yealink = { … } }"),
    ("site.raw", {"yealink": {"sip.listen_port": "1"}}, "site, raw yealink: raw sip.listen_port: this is the local SIP port, which belongs to a device's line: local_sip_port"),
    ("provisioning.unprovisioned_pin", "123456", "provisioning: the PIN counts up"),
    ("provisioning.sip_server_address", "pbx", "provisioning: sip_server_address: 'pbx' is not an IP address of the server"),
    ("provisioning.server_hostname", "-x", "provisioning: server_hostname: '-x' is neither an IP address nor a host name"),
    ("provisioning.whitelist", ["10.77.0.1/22"], "provisioning: whitelist: 10.77.0.1/22 is no network: did you mean 10.77.0.0/22?"),
    ("provisioning.whitelist", ["80:5e"], "provisioning: whitelist: '80:5e' is no IP address, network such as 10.77.0.0/22, MAC prefix or MAC"),
    ("provisioning.auto_create_vendors", ["sonm"], "provisioning: auto_create_vendors: unknown vendor 'sonm': did you mean snom?"),
    ("provisioning.auto_create", "yes", "provisioning: auto_create: true or false is needed"),
]  # fmt: skip
"""Where the specification's example is changed, to what, and the one fault that is named then."""


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Packs:
    """Yealink and Snom."""
    return make_site_packs(tmp_path_factory.mktemp("packs"))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """An empty database: nothing is ever stored in it."""
    with Store.open(tmp_path_factory.mktemp("db") / "aps.sqlite3") as opened:
        yield opened


def changed(path: str, value: Any) -> dict[str, Any]:
    """The example with one value put in; after `settings` or `raw` the rest of the path is one name."""
    document = read_document(EXAMPLE.encode())
    document["tenant"].append({"name": "bolt"})
    document["extension"].append({"tenant": "acme", "number": "102", "secret": "x"})
    place: Any = document
    head, table, name = path.partition(".settings.") if ".settings." in path else path.partition(".raw.")
    steps = [*head.split("."), *([table.strip("."), name] if table else [])]
    for step in steps[:-1]:
        place = place[int(step)] if step.isdigit() else place.setdefault(step, {})
    place[int(steps[-1]) if isinstance(place, list) else steps[-1]] = value
    return document


@pytest.mark.parametrize(("path", "value", "fault"), CASES)
def test_fault_is_named(store: Store, packs: Packs, path: str, value: Any, fault: str) -> None:
    with pytest.raises(Faults) as caught:
        load(store, packs, changed(path, value))
    assert fault in caught.value.faults
    assert store.tenants.names() == []


def test_what_is_said_twice(store: Store, packs: Packs) -> None:
    document = read_document(EXAMPLE.encode())
    for kind in ("tenant", "extension", "mapping", "template"):
        document[kind] *= 2
    line = document["device"][0]["line"][0]
    document["device"] *= 2
    document["device"][1] = {**document["device"][0], "mac": "805E.C012.3456", "line": []}
    document["device"][0]["line"] = [line, line, {**line, "number": 2, "local_sip_port": None}]
    with pytest.raises(Faults) as caught:
        load(store, packs, document)
    assert caught.value.faults == (
        "tenant 2 (acme): tenant acme is named twice",
        "extension 2 (101): extension 101 of tenant acme is named twice",
        "mapping 2 (1.1.1.1): 1.1.1.1 is mapped twice for All (Global)",
        "template 2 (T46 sales): template T46 sales of acme is named twice",
        "device 1 (805ec0123456), line 1: line 1 is named twice",
        "device 1 (805ec0123456), line 1: local SIP port 12034 is on line 1 already",
        "device 1 (805ec0123456), line 2: extension 101 of tenant acme is already on line 1",
        "device 2 (805ec0123456): the same MAC as device 1 (805ec0123456): a MAC is one device, in any notation",
    )


READ = [
    (b"a = 1\n[site\n", "the site file, line 2, column 6: Expected ']' at the end of a table declaration"),
    (b"version = 1\nsite = ", "the site file, at its end: Invalid value"),
    (b'{"version": 1,\n "site": }', "the site file, line 2, column 10: Expecting value"),
    (b'{"version": 1, "version": 1}', "the site file: 'version' is said twice in one object"),
    (b"version = 1\n# caf\xe9\n", "the site file, line 2: not UTF-8 text: save the file as UTF-8"),
    (b"", "version: the site file does not say its version: begin it with version = 1"),
    (b"version = 2\n", "version: a site file of version 2 is not known here, only version 1"),
    (b'version = "1"\n', "version: a site file of a version that is no whole number is not known here, only version 1"),
    (b'{"version":1,"x":' + b"[" * 100_000, "the site file: tables or lists are nested too deeply"),
]


@pytest.mark.parametrize(("data", "fault"), READ)
def test_file_that_cannot_be_read(data: bytes, fault: str) -> None:
    with pytest.raises(BadValue) as caught:
        read_document(data)
    assert str(caught.value) == fault


def test_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(BadValue, match=r"none\.toml cannot be read: No such file or directory"):
        read_document(tmp_path / "none.toml")


def test_byte_order_mark_is_no_fault() -> None:
    assert read_document(b"\xef\xbb\xbfversion = 1\n") == {"version": 1}
