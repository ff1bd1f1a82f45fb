"""A small site in a database of its own for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from aps_tui.data import Store
from aps_tui.domain.site import Device, Extension, Key, Line, Template, Tenant

NOW = 1_700_000_000.0
MAC, OTHER = "805ec0000001", "805ec0000002"


class Clock:
    """The time, as the test says it is."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "aps.sqlite3"


@pytest.fixture
def store(path: Path, clock: Clock) -> Iterator[Store]:
    with Store.open(path, operator="alice", now=clock) as opened:
        yield opened


def _extension(tenant: str, number: str) -> Extension:
    return Extension(tenant, number, number, number, f"secret-{number}", f"Name {number}", number)


@pytest.fixture
def device() -> Device:
    """Everything a device can hold, as it comes back from the store."""
    return Device(
        MAC,
        "acme",
        "yealink",
        "T46U",
        "T46 sales",
        "acme",
        "Reception",
        (
            Line(1, "101", "Alice", "pai-from", 12034, "required", "tls", True),
            Line(2, "102"),
        ),
        (Key("dss", 3, "blf", 1, "103", "Carol", "*8"), Key("expansion-1", 1, "line", 2)),
        {"services.extension": "101", "audio.codecs": ("opus", "pcma"), "network.lldp": False, "time.dst": 3},
        {"phone_setting.contrast": "6"},
    )


@pytest.fixture
def site(store: Store, device: Device) -> Store:
    """Tenants acme and globex, extensions 101-104 of each, two templates, two devices of acme."""
    for tenant in ("acme", "globex"):
        store.tenants.save(Tenant(tenant))
        store.extensions.save_many([_extension(tenant, str(number)) for number in range(101, 105)])
    store.templates.save(Template("T46 sales", "yealink", "T46U", "acme", {"network.lldp": True}))
    store.templates.save(Template("Everyone", "yealink", "T46U"))
    store.devices.save_many(
        [device, Device(OTHER, "acme", "snom", "D785", label="100% _wild_ 'quoted'", lines=(Line(1, "103"),))]
    )
    return store


@pytest.fixture
def plain() -> Callable[[Device], Device]:
    """A device without the id that only the database knows."""
    return lambda device: replace(device, id=None)


@pytest.fixture
def commit() -> Callable[[Store], int]:
    """What a commit of everything leaves behind; the epoch it took."""

    def _commit(store: Store) -> int:
        epoch = store.generations.take_epoch()
        store.generations.mark_done([device.mac for device in store.render.all()], epoch)
        return epoch

    return _commit


@pytest.fixture
def dirty() -> Callable[[Store], set[str]]:
    """The MACs that the next commit would render."""
    return lambda store: {candidate.mac for candidate in store.render.candidates()}
