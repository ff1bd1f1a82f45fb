"""Makes the benchmark's site: T46-class phones, two lines each, about 30 KB of configuration."""

from __future__ import annotations

from pathlib import Path

from aps_tui.data.store import Store
from aps_tui.domain.site import AddressMapping, Device, Extension, Key, Line, Provisioning, Template, Tenant, Value
from aps_tui.services.demo import make_demo
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.loader import SHIPPED, load_packs

CHUNK = 5_000

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


def make_mixed(folder: Path, devices: int) -> None:
    """A demo of all vendors: small groups, and many phones with something of their own."""
    make_demo(folder, devices, 1, load_packs([SHIPPED]))


def _extension(n: int) -> Extension:
    number = str(100_000 + n)
    return Extension("acme", number, number, number, f"s3cret-{n:06}", f"Ann Example {n}")


def _device(n: int) -> Device:
    lines = (Line(1, str(100_000 + 2 * n), f"Desk {n}"), Line(2, str(100_001 + 2 * n)))
    return Device(f"805ec0{n:06x}", "acme", "yealink", "T46U", "Desk", lines=lines)


def open_place(folder: Path) -> Workplace:
    """The site, opened; its store stays open until the process ends."""
    store = Store.open(folder / "aps.sqlite3", operator="bench")
    return Workplace(store, folder / "tftpboot", load_packs([SHIPPED]))
