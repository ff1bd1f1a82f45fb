"""Builds the small site; importable by child processes that tests kill."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aps_tui.data.store import Store
from aps_tui.domain.site import AddressMapping, Device, Extension, Key, Line, Provisioning, Template, Tenant
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.loader import load_packs

VENDOR = """
name = "Testphone"
mac_prefixes = ["001122"]
[[file]]
path = "{mac}.cfg"
template = "mac.cfg.j2"
format = "flat"
[[file]]
path = "common-{model}.cfg"
template = "common.cfg.j2"
format = "flat"
scope = "model"
[words.key]
none = 0
line = 15
blf = 16
[family.t]
lines = 4
keys = 6
[model]
T1 = { family = "t" }
T2 = { family = "t" }
"""
MAC_CFG = """\
{% for l in lines %}
account.{{ l.n }}.user = {{ l.user }}
account.{{ l.n }}.auth = {{ l.auth_user }}
account.{{ l.n }}.password = {{ l.secret }}
account.{{ l.n }}.label = {{ l.label }}
account.{{ l.n }}.server = {{ server[1].host }}
{% endfor %}
{% for n in unused_lines %}
account.{{ n }}.user =
{% endfor %}
{% for k in bank.dss %}
key.{{ k.n }} = {{ k.type | known("key") }}
{% endfor %}
time.zone = {{ time.zone }}
admin.password = {{ security.admin_password }}
{% for p in raw %}
{{ p.name }} = {{ p.value }}
{% endfor %}
"""
COMMON_CFG = "ntp = {{ time.ntp_1 }}\nversion = 1\n"
MACS = [f"00112200000{n}" for n in range(6)]


def make_pack(folder: Path) -> None:
    """Write the tiny vendor pack."""
    vendor = folder / "testphone"
    vendor.mkdir(parents=True)
    (vendor / "vendor.toml").write_text(VENDOR)
    (vendor / "mac.cfg.j2").write_text(MAC_CFG)
    (vendor / "common.cfg.j2").write_text(COMMON_CFG)


@contextmanager
def open_site(folder: Path) -> Iterator[Workplace]:
    """Open the site in a folder, made on the first call."""
    (folder / "tftpboot").mkdir(exist_ok=True)
    fresh = not (folder / "state" / "aps.sqlite3").exists()
    with Store.open(folder / "state" / "aps.sqlite3", operator="tester") as store:
        place = Workplace(store, folder / "tftpboot", load_packs([folder / "packs"]))
        if fresh:
            _fill(store)
        yield place


def _fill(store: Store) -> None:
    with store.transaction():
        store.provisioning.save(Provisioning(unprovisioned_secret="limited-secret"))
        for tenant in ("acme", "bolt"):
            store.tenants.save(Tenant(tenant, {"server.1.host": "1.1.1.1"}))
        store.mappings.save(AddressMapping("1.1.1.1", "pbx.example.net"))
        store.mappings.save(AddressMapping("1.1.1.1", "bolt.example.net", tenant="bolt"))
        keys = (Key("dss", 2, "blf", 1, "102", "Bob"),)
        store.templates.save(Template("Sales", "testphone", "T1", settings={"time.zone": "Europe/Paris"}, keys=keys))
        extensions = [
            Extension(tenant, str(number), str(number), str(number), f"s3cret-{tenant}-{number}", f"Person {number}")
            for tenant in ("acme", "bolt")
            for number in range(101, 105)
        ]
        store.extensions.save_many(extensions)
        store.devices.save_many(
            [
                *(
                    Device(MACS[n], "acme", "testphone", "T1", "Sales", lines=(Line(1, str(101 + n)),))
                    for n in range(3)
                ),
                *(Device(MACS[n], "bolt", "testphone", "T2", lines=(Line(1, str(98 + n)),)) for n in range(3, 5)),
                Device(MACS[5], "bolt", "testphone", "T2"),
            ]
        )


def contents(root: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}
