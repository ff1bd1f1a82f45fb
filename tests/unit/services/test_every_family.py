"""One device of every family of every vendor: loaded, committed, and committed again with nothing to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aps_tui.data.store import Store
from aps_tui.services.commit import commit
from aps_tui.services.planning import plan
from aps_tui.services.sitefile import load
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.loader import SHIPPED, Packs, load_packs
from aps_tui.vendors.pack import Model, Vendor

SETTINGS = {
    "server.1.host": "1.1.1.1",
    "time.zone": "Europe/Paris",
    "time.ntp_1": "11.1.1.1",
    "time.ntp_2": "1.1.1.10",
    "ldap.enabled": True,
    "ldap.host": "1.1.1.1",
    "ldap.base": "ou=people,dc=example,dc=net",
    "ldap.password": "p&ss<w>rd",
    "multicast.1.address": "224.5.6.7",
    "multicast.1.port": 10001,
    "services.directory.1.name": "Company",
    "services.directory.1.url": "http://1.1.1.1/directory.xml?a=1&b=2",
}


def families(packs: Packs) -> list[tuple[Vendor, Model]]:
    """The first model of each family."""
    found: dict[tuple[str, str], tuple[Vendor, Model]] = {}
    for vendor in packs.vendors.values():
        for model in vendor.models.values():
            found.setdefault((vendor.slug, model.family), (vendor, model))
    return list(found.values())


def document(chosen: list[tuple[Vendor, Model]]) -> dict[str, Any]:
    """A site with one device of each model: a line, and keys as far as the model has them."""
    devices, extensions = [], []
    for n, (vendor, model) in enumerate(chosen):
        prefix = vendor.mac_prefixes[0]
        number = str(1000 + n)
        extensions.append({"tenant": "acme", "number": number, "secret": f"S&cret<{n}>", "name": f"Zoë & Co {n}"})
        keys = [{"bank": "dss", "position": 2, "type": "blf", "value": "1001", "label": "Bob <1>"}]
        devices.append(
            {
                "tenant": "acme",
                "mac": prefix + f"{n:06x}"[len(prefix) - 6 :] if len(prefix) > 6 else f"{prefix}{n:06x}",
                "vendor": vendor.slug,
                "model": model.name,
                "line": [{"number": 1, "extension": number, "label": f"Réception {n}", "local_sip_port": 12000 + n}],
                "key": keys if int(model.facts()["keys"]) > 1 and "blf" in vendor.words.get("key", {}) else [],
            }
        )
    return {
        "version": 1,
        "site": {"settings": SETTINGS},
        "tenant": [{"name": "acme"}],
        "mapping": [{"source": "1.1.1.1", "hostname": "pbx.example.net"}],
        "extension": extensions,
        "device": devices,
    }


def test_every_family_commits_cleanly(tmp_path: Path) -> None:
    packs = load_packs([SHIPPED])
    chosen = families(packs)
    assert len(packs.vendors) == 14 and len(chosen) >= 40
    (tmp_path / "tftpboot").mkdir()
    with Store.open(tmp_path / "state" / "aps.sqlite3", operator="tester") as store:
        load(store, packs, document(chosen))
        place = Workplace(store, tmp_path / "tftpboot", packs)
        outcome = commit(place)
        assert outcome.found.problems == [] and outcome.conflicts == []
        own = {change.mac for change in outcome.found.changes if change.mac}
        assert len(own) == len(chosen)
        texts = {path.name: path.read_bytes().decode(errors="replace") for path in place.root.iterdir()}
        mapped = [name for name, text in texts.items() if "pbx.example.net" in text]
        assert len(mapped) >= len(chosen)
        for name, text in texts.items():
            rest = text.replace("11.1.1.1", "").replace("1.1.1.10", "")
            assert "1.1.1.1" not in rest, f"the dummy address stands in {name}"
        assert commit(place).generation is None
        assert plan(place, thorough=True).changes == []


def test_breadth() -> None:
    packs = load_packs([SHIPPED])
    assert packs.faults == ()
    assert sum(len(vendor.models) for vendor in packs.vendors.values()) >= 500
