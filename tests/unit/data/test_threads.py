"""Several writers at once: all of their work is there, and a thread without a connection is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from aps_tui.data import Store, StoreError
from aps_tui.domain.site import Device, Tenant

MAC = "805ec0000001"


def _together(*work: Callable[[], None]) -> None:
    threads = [threading.Thread(target=each) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_two_writers_lose_nothing(site: Store) -> None:
    def write(prefix: str) -> None:
        with site.connection():
            for at in range(40):
                site.devices.save(Device(f"{prefix}{at:06x}", "acme", "snom", "D785"))

    _together(lambda: write("0004f2"), lambda: write("000413"))
    assert site.devices.count() == 82
    assert {row.state for row in site.devices.page("snom")} <= {"U", "N"}


def test_one_of_two_editors_wins(site: Store) -> None:
    device = site.devices.get(MAC)
    version = site.devices.version(MAC)
    assert device
    lost: list[str] = []

    def edit() -> None:
        with site.connection():
            try:
                site.devices.save(Device(MAC, "acme", "yealink", "T46U", label="x"), expected_version=version)
            except StoreError as error:
                lost.append(str(error))

    _together(edit, edit)
    assert len(lost) == 1
    assert "was changed by alice" in lost[0]


def test_a_thread_without_a_connection_is_told(site: Store) -> None:
    said: list[str] = []

    def read() -> None:
        try:
            site.devices.count()
        except Exception as error:
            said.append(str(error))

    _together(read)
    assert said and "connection not opened" in said[0]


def test_a_connection_in_a_connection_stays_open(site: Store) -> None:
    with site.connection():
        pass
    assert site.devices.count() == 2


def test_others_work_is_noticed(site: Store, path: Path) -> None:
    before = site.data_version()
    site.tenants.save(Tenant("mine"))
    assert site.data_version() == before
    with Store.open(path) as other:
        other.tenants.save(Tenant("theirs"))
    assert site.data_version() != before


def test_a_nested_transaction_is_taken_back_alone(site: Store) -> None:
    with site.transaction():
        site.tenants.save(Tenant("kept"))
        with pytest.raises(ZeroDivisionError), site.transaction():
            site.tenants.save(Tenant("lost"))
            raise ZeroDivisionError
    assert site.tenants.names() == ["acme", "globex", "kept"]
