"""Makes a believable sample site: several tenants, every vendor that is loaded, any number of devices.

The same seed, number and packs give the same document, byte for byte. Nothing in it is anyone's.
"""

from __future__ import annotations

import random
import shutil
import string
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from aps_tui.data import Store
from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.domain.mac import parse_mac, with_colons
from aps_tui.domain.pins import check_pin
from aps_tui.services.demo_arrivals import arrive
from aps_tui.services.sitefile import LoadResult, load
from aps_tui.vendors.banks import key_types
from aps_tui.vendors.loader import Packs
from aps_tui.vendors.pack import Facts, Model, Vendor
from aps_tui.vendors.support import unsupported

MOST_DEVICES = 100_000
OPERATOR = "aps-tui demo"
"""Who made a demo, in its audit trail: by this an earlier demo is known again."""

_MODELS = 3
"""Models of each vendor that a demo uses at most."""
_RECEPTIONS = 3
"""Templates of its own that each tenant has."""
_SPARE = 6
"""Extensions of each tenant that no line has."""
_ALPHABET = string.ascii_letters + string.digits


class _Kit(NamedTuple):
    """A hardware model of the demo, with what is asked of it often."""

    vendor: Vendor
    model: Model
    facts: Facts
    prefixes: tuple[str, ...]

    @property
    def name(self) -> str:
        """`Yealink T46U`."""
        return f"{self.vendor.name} {self.model.name}"

    def carries(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Those of some settings that the model's files carry."""
        lacking = set(unsupported(settings, self.vendor, self.model))
        return {id: value for id, value in settings.items() if id not in lacking}

    def can(self, key_type: str) -> bool:
        """Whether the model has DSS keys of a type."""
        return key_type in key_types(self.vendor, self.model, "dss")


def build(devices: int, seed: int, packs: Packs) -> dict[str, Any]:
    """Return the site document of a demo with `devices` devices (0 to 100,000) of all vendors in `packs`.

    Raises BadValue for another number, and where devices are asked for and no vendor is loaded.
    """
    if not 0 <= devices <= MOST_DEVICES:
        raise BadValue(f"a demo has 0 to {MOST_DEVICES} devices, not {devices}")
    site = _Site(devices, random.Random(seed), packs)  # noqa: S311 - the same seed has to give the same site
    if devices and not site.kits:
        raise BadValue("a demo needs a vendor pack, and none could be loaded: see aps-tui vendors")
    return site.document(devices)


def make_demo(into: Path, devices: int, seed: int, packs: Packs, *, fresh: bool = False) -> LoadResult | None:
    """Make a demo in a folder: `aps.sqlite3`, and `tftpboot/`, which is empty.

    A folder that holds an earlier demo is left as it is and None is returned; with `fresh` that demo is
    made again. Raises ApsError for a folder that holds anything else.
    """
    try:
        return _make_demo(into, devices, seed, packs, fresh)
    except OSError as error:
        raise ApsError(f"{error.filename or into}: {error.strerror}: name another folder") from None


def _make_demo(into: Path, devices: int, seed: int, packs: Packs, fresh: bool) -> LoadResult | None:
    database, root = into / "aps.sqlite3", into / "tftpboot"
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        if not _is_demo(database):
            raise ApsError(f"{into} holds something other than a demo: name an empty or a new folder")
        if not fresh:
            root.mkdir(exist_ok=True)
            return None
        _clear(into)
    document = build(devices, seed, packs)
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    root.mkdir(mode=0o750)
    with Store.open(database, operator=OPERATOR) as store:
        made = load(store, packs, document)
        if devices:
            arrive(store, packs)
        return made


def _is_demo(database: Path) -> bool:
    """Whether a database was made by `make_demo`: its first provisioning settings say so."""
    if not database.is_file() or database.is_symlink():
        return False
    try:
        with Store.open(database, create=False, read_only=True) as store:
            trail = store.audit.of("provisioning", "", 100_000)
    except ApsError:
        return False
    return bool(trail) and trail[-1].operator == OPERATOR


def _clear(into: Path) -> None:
    """Remove a demo's database (with its log and archive) and its root, and nothing else."""
    for path in into.iterdir():
        if path.name != "tftpboot" and not path.name.startswith("aps.sqlite3"):
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


@cache
def _names() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("demo_names.toml").read_text(encoding="utf-8"))


class _Site:
    """A demo in the making. What is drawn by chance is drawn in a fixed order."""

    def __init__(self, devices: int, rng: random.Random, packs: Packs) -> None:
        self.rng = rng
        self.names = _names()
        self.kits = list(_kits(packs, rng))
        self.tenants: list[str] = [one["name"] for one in self.names["tenant"][: _tenants(devices)]]
        self.first = 101 if devices <= 500 else 1001 if devices <= 5000 else 10001
        self.extensions: dict[str, list[dict[str, Any]]] = {tenant: [] for tenant in self.tenants}
        self.macs: set[str] = set()

    def document(self, devices: int) -> dict[str, Any]:
        """The whole site. Devices come first: they decide which extensions there are, and keys need those."""
        common = [self._template(number, kit) for number, kit in enumerate(self.kits)]
        receptions = {tenant: self._desks() for tenant in self.tenants}
        made = [self._device(number, receptions) for number in range(devices)]
        for tenant in self.tenants:
            for _ in range(_SPARE):
                self._extension(tenant)
        own = [self._reception(kit, tenant) for tenant in self.tenants for kit in receptions[tenant]]
        return {
            "version": 1,
            "site": {"settings": self._site()},
            "provisioning": self._provisioning(),
            "tenant": [_tenant(one) for one in self.names["tenant"] if one["name"] in self.tenants],
            "extension": [one for tenant in self.tenants for one in self.extensions[tenant]],
            "mapping": [
                {"source": "1.1.1.1", "hostname": "pbx.example.net", "note": "dummy address of the registrar"},
                {"tenant": self.tenants[1], "source": "1.1.1.1", "hostname": f"sip.{self.tenants[1]}.example.net"},
            ],
            "template": [*common, *own],
            "device": made,
        }

    def _secret(self, length: int) -> str:
        return "".join(self.rng.choices(_ALPHABET, k=length))

    def _chance(self, percent: int) -> bool:
        return self.rng.randrange(100) < percent

    def _site(self) -> dict[str, Any]:
        return {
            "general.provisioning_url": "http://1.1.1.1:5555/tftpboot/",
            "general.http_user": "phones",
            "general.http_password": self._secret(16),
            "security.admin_password": self._secret(12),
            "server.1.host": "1.1.1.1",
            "server.voicemail_number": "*97",
            "time.ntp_1": "ntp.example.net",
        }

    def _provisioning(self) -> dict[str, Any]:
        return {
            "sip_server_address": "192.0.2.10",
            "tftp_server_address": "192.0.2.10",
            "server_hostname": "pbx.example.net",
            "whitelist": ["192.0.2.0/24", "198.51.100.0/24"],
            "unprovisioned_pin": self._pin(),
            "unprovisioned_secret": self._secret(20),
        }

    def _pin(self) -> str:
        while True:
            pin = "".join(self.rng.choices(string.digits, k=8))
            try:
                return check_pin(pin)
            except BadValue:
                continue

    def _extension(self, tenant: str) -> dict[str, Any]:
        """One more extension of a tenant."""
        made = self.extensions[tenant]
        number = str(self.first + len(made))
        one: dict[str, Any] = {
            "tenant": tenant,
            "number": number,
            "account": f"{number}-{tenant}",
            "secret": self._secret(20),
            "name": f"{self.rng.choice(self.names['first'])} {self.rng.choice(self.names['last'])}",
        }
        if self._chance(70):
            one["mailbox"] = number
        made.append(one)
        return one

    def _template(self, number: int, kit: _Kit) -> dict[str, Any]:
        """A global template: what all tenants share, with LDAP or paging on some."""
        extra: dict[str, Any] = ({}, self.names["ldap"], self.names["paging"])[number % 3]
        settings = kit.carries({**self.names["template"], **extra})
        if kit.model.generations and number % 2:
            settings["general.firmware"] = kit.model.generations[-1]
        keys = [_key(1, "line", line=1)] if kit.can("line") else []
        if kit.can("speed-dial"):
            keys += [_key(2 + n, "speed-dial", **one) for n, one in enumerate(self.names["outside"])]
        return _filled({**_made_for(kit, kit.name), "settings": settings, "key": _fitting(keys, kit)})

    def _desks(self) -> list[_Kit]:
        """The models for which a tenant has a template of its own: those with keys for colleagues."""
        able = [kit for kit in self.kits if int(kit.facts["keys"]) >= 3 and kit.can("blf") and kit.can("line")]
        return self.rng.sample(able, min(_RECEPTIONS, len(able)))

    def _reception(self, kit: _Kit, tenant: str) -> dict[str, Any]:
        """A tenant's own template: a line key, and the lamps of real colleagues, on a module too where there is one."""
        people = self.extensions[tenant]
        places = [("dss", n) for n in range(2, min(int(kit.facts["keys"]), 9) + 1)]
        settings = kit.carries(self.names["template"])
        module = next(iter(kit.facts["expansion"]), "")
        if module and int(kit.facts["expansion_max"]):
            settings |= {"keys.expansion_type": module, "keys.expansion_count": 1}
            places += [("expansion-1", n) for n in range(1, min(int(kit.facts["expansion"][module]), 10) + 1)]
        watched = self.rng.sample(people, min(len(people), len(places)))
        keys = [_key(1, "line", line=1)]
        for (bank, position), one in zip(places, watched, strict=False):
            keys.append(_key(position, "blf", bank=bank, line=1, value=one["number"], label=one["name"].split()[0]))
        return {**_made_for(kit, f"Reception {kit.model.name}"), "tenant": tenant, "settings": settings, "key": keys}

    def _device(self, number: int, receptions: dict[str, list[_Kit]]) -> dict[str, Any]:
        tenant = self.tenants[min(self.rng.randrange(len(self.tenants) + 1), len(self.tenants) - 1)]
        kit, mac = self._hardware(number)
        device: dict[str, Any] = {"tenant": tenant, "mac": with_colons(mac), **_made_for(kit, "")}
        del device["name"]
        if self._chance(97):
            own = kit in receptions[tenant] and self._chance(50)
            device["template"] = f"Reception {kit.model.name}" if own else kit.name
        if self._chance(6):
            return device  # an unprovisioned one: known, and bound later by PIN and extension
        if self._chance(15):
            device["label"] = self.rng.choice(self.names["rooms"])
        if self._chance(8) and (own_settings := list(kit.carries(self.names["device"]).items())):
            device["settings"] = dict([self.rng.choice(own_settings)])
        count = 2 if int(kit.facts["lines"]) > 1 and self._chance(15) else 1
        device["line"] = [self._line(n, tenant) for n in range(1, count + 1)]
        if self._chance(4) and int(kit.facts["keys"]) > 9 and kit.can("speed-dial"):
            outside = self.rng.choice(self.names["outside"])
            device["key"] = [_key(int(kit.facts["keys"]), "speed-dial", **outside)]
        return device

    def _line(self, number: int, tenant: str) -> dict[str, Any]:
        extension = self._extension(tenant)
        line: dict[str, Any] = {"number": number, "extension": extension["number"]}
        if self._chance(60):
            line["label"] = extension["name"].split()[0]
        if self._chance(10):
            line["caller_id_source"] = "pai-from"
        if self._chance(35):
            line["local_sip_port"] = 10000 + 2 * self.rng.randrange(5000) + number - 1
        return line

    def _hardware(self, number: int) -> tuple[_Kit, str]:
        """The next model in turn, and a free MAC of its vendor's; the model after it where they have run out."""
        for turn in range(len(self.kits)):
            kit = self.kits[(number + turn) % len(self.kits)]
            for _ in range(50):
                prefix = self.rng.choice(kit.prefixes)
                digits = 12 - len(prefix)
                mac = f"{prefix}{self.rng.randrange(16**digits):0{digits}x}"
                if mac not in self.macs and mac.strip("0"):
                    self.macs.add(mac)
                    return kit, mac
        raise BadValue("the loaded vendors have too few MAC addresses for so many devices")


def _tenants(devices: int) -> int:
    return 2 if devices < 50 else 3 if devices < 1000 else 4


def _kits(packs: Packs, rng: random.Random) -> Iterator[_Kit]:
    """A few models of each vendor, the vendors taking turns, so that few devices are of many vendors."""
    chosen: list[list[_Kit]] = []
    for slug in sorted(packs.vendors):
        vendor = packs.vendors[slug]
        prefixes = tuple(prefix for prefix in vendor.mac_prefixes if _is_makers(prefix))
        names = rng.sample(sorted(vendor.models), min(_MODELS, len(vendor.models)))
        models = [vendor.models[name] for name in names] if prefixes else []
        chosen.append([_Kit(vendor, model, model.facts(), prefixes) for model in models])
    for turn in range(_MODELS):
        yield from (kits[turn] for kits in chosen if turn < len(kits))


def _is_makers(prefix: str) -> bool:
    try:
        return bool(parse_mac(prefix.ljust(12, "1")))
    except BadValue:
        return False


def _tenant(one: Mapping[str, str]) -> dict[str, Any]:
    settings = {"time.zone": one["zone"], "phone.language": one["language"], "phone.tone_country": one["country"]}
    return {"name": one["name"], "settings": settings}


def _made_for(kit: _Kit, name: str) -> dict[str, Any]:
    return {"name": name, "vendor": kit.vendor.slug, "model": kit.model.name}


def _key(position: int, type_: str, *, bank: str = "dss", **more: Any) -> dict[str, Any]:
    return {"bank": bank, "position": position, "type": type_, **more}


def _fitting(keys: list[dict[str, Any]], kit: _Kit) -> list[dict[str, Any]]:
    """The DSS keys that the model has."""
    return [key for key in keys if key["position"] <= int(kit.facts["keys"])]


def _filled(table: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in table.items() if value not in ([], {})}
