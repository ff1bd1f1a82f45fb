"""Makes the benchmark's site: T46-class phones, two lines each, about 30 KB of configuration."""

from __future__ import annotations

from pathlib import Path

from aps_tui.data.store import Store
from aps_tui.domain.site import AddressMapping, Device, Extension, Key, Line, Provisioning, Template, Tenant, Value
from aps_tui.services.demo import make_demo
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.loader import SHIPPED, load_packs
from aps_tui.vendors.pack import Vendor

CHUNK = 5_000
_TENANTS = {"north": "America/Toronto", "south": "Europe/Paris", "west": "Asia/Tokyo"}

SETTINGS: dict[str, Value] = {
    "server.1.host": "1.1.1.1",
    "time.zone": "America/Toronto",
    "keys.expansion_count": 3,
    "server.codecs": ("pcmu", "pcma", "g722", "g729"),
    "network.lldp": True,
    "ldap.enabled": True,
    "ldap.host": "1.1.1.1",
    "ldap.base": "dc=example,dc=net",
}


def make_site(folder: Path, devices: int) -> None:
    """A database of `devices` phones and an empty root, in a folder that does not exist yet."""
    folder.mkdir(mode=0o700, parents=True)
    (folder / "tftpboot").mkdir()
    with Store.open(folder / "aps.sqlite3", operator="bench") as store:
        store.provisioning.save(Provisioning(unprovisioned_secret="limited-account"))
        store.tenants.save(Tenant("acme"))
        store.mappings.save(AddressMapping("1.1.1.1", "pbx.example.net"))
        keys = tuple(Key("dss", n, "blf", 1, str(100_000 + n), f"Colleague {n}", "*8") for n in range(2, 28))
        store.templates.save(Template("Desk", "yealink", "T46U", settings=SETTINGS, keys=keys))
        for start in range(0, devices, CHUNK):
            numbers = range(2 * start, 2 * min(start + CHUNK, devices))
            store.extensions.save_many([_extension(n) for n in numbers])
            store.devices.save_many([_device(n) for n in range(start, min(start + CHUNK, devices))])


def make_waiting(folder: Path, devices: int) -> None:
    """A tenant with an extension for each of the phones that are still to come."""
    make_site(folder, 0)
    with Store.open(folder / "aps.sqlite3", operator="bench") as store:
        store.extensions.save_many([_extension(n) for n in range(devices)])


def make_vendors(folder: Path, devices: int) -> None:
    """A model of each vendor for three tenants, each with a mapping and a time zone of its own; a line or two each."""
    make_site(folder, 0)
    models = [(vendor, next(iter(vendor.models))) for vendor in load_packs([SHIPPED]).vendors.values()]
    shared = {id: value for id, value in SETTINGS.items() if id not in ("time.zone", "keys.expansion_count")}
    with Store.open(folder / "aps.sqlite3", operator="bench") as store:
        for tenant, zone in _TENANTS.items():
            store.tenants.save(Tenant(tenant, settings={"time.zone": zone}))
            store.mappings.save(AddressMapping("1.1.1.1", f"sip.{tenant}.example.net", tenant=tenant))
        for vendor, model in models:
            store.templates.save(Template(f"Desk {vendor.slug}", vendor.slug, model, settings=shared))
        phones = [_phone(n, *models[n % len(models)]) for n in range(devices)]
        lines = [(phone.tenant, line.extension) for phone in phones for line in phone.lines]
        store.extensions.save_many([_extension(int(number) - 100_000, tenant) for tenant, number in lines])
        store.devices.save_many(phones)


def make_mixed(folder: Path, devices: int) -> None:
    """A demo of all vendors: small groups, and many phones with something of their own."""
    make_demo(folder, devices, 1, load_packs([SHIPPED]))


def _phone(n: int, vendor: Vendor, model: str) -> Device:
    lines = min(1 + n // 7 % 2, int(vendor.model(model).facts()["lines"]))
    numbers = [str(100_000 + 2 * n + line) for line in range(lines)]
    prefix = min(vendor.mac_prefixes, key=len)
    return Device(
        f"{prefix}{n:0{12 - len(prefix)}x}",
        list(_TENANTS)[n % len(_TENANTS)],
        vendor.slug,
        model,
        f"Desk {vendor.slug}",
        lines=tuple(Line(line, number, f"Desk {number}") for line, number in enumerate(numbers, 1)),
    )


def _extension(n: int, tenant: str = "acme") -> Extension:
    number = str(100_000 + n)
    return Extension(tenant, number, number, number, f"s3cret-{n:06}", f"Ann Example {n}")


def _device(n: int) -> Device:
    lines = (Line(1, str(100_000 + 2 * n), f"Desk {n}"), Line(2, str(100_001 + 2 * n)))
    return Device(f"805ec0{n:06x}", "acme", "yealink", "T46U", "Desk", lines=lines)


def open_place(folder: Path) -> Workplace:
    """The site, opened; its store stays open until the process ends."""
    store = Store.open(folder / "aps.sqlite3", operator="bench")
    return Workplace(store, folder / "tftpboot", load_packs([SHIPPED]))
