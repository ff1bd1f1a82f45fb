"""Encrypted secrets: every column there and back, nothing of them in the file, and nothing else that changes."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from aps_tui.data import Store, StoreError, secret_places
from aps_tui.data.queue import Source
from aps_tui.data.seal import KEY_BYTES, MARK, KeySeal, fingerprint_of
from aps_tui.data.settings import Level
from aps_tui.domain.site import Extension, Provisioning
from tests.unit.data.conftest import MAC, Clock

KEY, NEW = bytes(range(KEY_BYTES)), bytes(reversed(range(KEY_BYTES)))
PLANTED = "Pl4nted-"
"""What every secret of `planted` begins with."""
ADMIN, HTTP = "security.admin_password", "general.http_password"
LEVELS = (Level("site"), Level("tenant", "acme"), Level("template", "T46 sales", "acme"), Level("device", MAC))


def key_of(fingerprint: str) -> bytes:
    return next(key for key in (KEY, NEW) if fingerprint_of(key) == fingerprint)


def plant(store: Store, mark: str = PLANTED) -> None:
    """A secret in every place that holds one."""
    extension = store.extensions.find("acme", "101")
    assert extension
    store.extensions.save(replace(extension, secret=f"{mark}extension"))
    store.provisioning.save(
        Provisioning(
            unprovisioned_pin="739154",
            unprovisioned_secret=f"{mark}limited",
            server_hostname="pbx",
            http_auth=True,
            first_contact_user="hello",
            first_contact_password=f"{mark}contact",
        )
    )
    store.sources.save(Source("pbx", "sql", f"mysql://aps:{mark}source@10.0.0.1/asterisk", "acme"))
    store.settings.set(Level("device", MAC), HTTP, f"{mark}http")
    for level in LEVELS:
        store.settings.set(level, ADMIN, f"{mark}{level.kind}")
        store.settings.set(level, "time.ntp_1", f"ntp.{level.kind}.example")
        vendor = "yealink" if level.kind in ("site", "tenant") else ""
        store.settings.set_raw(level, vendor, "account.1.password", f"{mark}raw-{level.kind}")


def everything(store: Store) -> list[object]:
    """All that a reader of secrets is given."""
    return [
        store.extensions.all(), store.extensions.by_id(1), store.provisioning.get(), store.sources.all(),
        *(store.settings.get(level) for level in LEVELS), *(store.settings.raw(level) for level in LEVELS),
        store.settings.site(), store.tenants.all(), store.templates.all(), list(store.devices.all()),
        list(store.render.all()), store.render.tenants(), store.render.templates(), store.render.site(),
        sorted(store.render.secrets_and_macs()), store.health.secrets(), store.health.said(ADMIN),
        store.http_logins.accesses(), store.render.said_by_device(HTTP),
        list(store.addresses.devices()),
    ]  # fmt: skip


def stored(path: Path) -> bytes:
    """Every byte of the database and of what lies beside it."""
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*")) if file.is_file())


@pytest.fixture
def planted(site: Store) -> Store:
    plant(site)
    return site


def test_every_secret_comes_back(planted: Store, path: Path) -> None:
    before = everything(planted)
    assert planted.reseal(KEY) == 23
    assert everything(planted) == before
    with Store.open(path, key_of=key_of) as again:
        assert again.sealed_with() == fingerprint_of(KEY)
        assert everything(again) == before
        assert again.secrets() == (23, 0)
    assert planted.reseal(NEW) == 23
    assert everything(planted) == before
    assert planted.reseal(None) == 23
    assert (everything(planted), planted.secrets(), planted.sealed_with()) == (before, (0, 23), "")


def test_no_secret_is_left_in_the_file(planted: Store, path: Path) -> None:
    plant(planted, "Older-")  # what was there before lies in free pages and in the WAL
    plant(planted)
    assert stored(path).count(PLANTED.encode()) > 10
    planted.reseal(KEY)
    assert not planted.secrets_remain()
    assert PLANTED.encode() not in stored(path) and b"Older-" not in stored(path)
    plant(planted, "Newer-")
    with planted.edits.recording("an edit") as edit:
        planted.extensions.save(Extension("acme", "999", "999", "999", "Newer-still"))
    assert "Newer-" in str(everything(planted))
    planted.edits.take_back(edit)
    assert PLANTED.encode() not in stored(path) and b"Newer-" not in stored(path)


def test_what_was_written_before_stays_so(
    planted: Store, commit: Callable[[Store], int], dirty: Callable[[Store], set[str]]
) -> None:
    """Neither encrypting nor saying the same again stamps anything."""
    commit(planted)
    version = planted.devices.version(MAC)
    triggers = planted.db.rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
    for key in (KEY, NEW):
        planted.reseal(key)
        assert (dirty(planted), planted.devices.version(MAC)) == (set(), version)
        plant(planted)
        planted.devices.save_many(list(planted.devices.all()))
        assert dirty(planted) == set()
    planted.reseal(None)
    assert dirty(planted) == set()
    assert planted.db.rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name") == triggers


def test_a_new_secret_marks_its_own_phones(
    planted: Store, commit: Callable[[Store], int], dirty: Callable[[Store], set[str]]
) -> None:
    planted.reseal(KEY)
    commit(planted)
    same, other = planted.extensions.find("acme", "101"), planted.extensions.find("acme", "103")
    assert same and other
    saved = planted.extensions.save_many([same, replace(other, secret="a new one")])
    assert (saved.added, saved.changed, saved.unchanged) == (0, 1, 1)
    assert dirty(planted) == {"805ec0000002"}


def test_an_edit_is_taken_back(planted: Store) -> None:
    planted.reseal(KEY)
    before = everything(planted)
    with planted.edits.recording("all of it") as edit:
        plant(planted, "Other-")
        planted.extensions.save(Extension("acme", "999", "999", "999", "added"))
    planted.edits.take_back(edit)
    assert everything(planted) == before


def test_what_looks_encrypted_is_none(planted: Store) -> None:
    """A plain secret may begin like an encrypted one: which it is, the database says and not the text."""
    extension = planted.extensions.find("acme", "102")
    assert extension
    looks = [f"{MARK}AAAA", MARK, KeySeal(KEY).sealed("extension.secret", "doubly"), "ünï☎", "\udcff"]
    for text in looks[:4]:
        planted.extensions.save(replace(extension, secret=text))
        planted.reseal(KEY)
        assert planted.extensions.find("acme", "102") == replace(extension, secret=text)
        planted.reseal(None)
        assert planted.extensions.find("acme", "102") == replace(extension, secret=text)
    assert KeySeal(KEY).plain("a.b", KeySeal(KEY).sealed("a.b", looks[4])) == looks[4]


def test_a_secret_opens_in_its_own_place_only(planted: Store, path: Path) -> None:
    planted.reseal(KEY)
    moved = "UPDATE device_setting SET value = (SELECT value FROM device_setting WHERE name = ?) WHERE name = ?"
    planted.db.execute_sql(moved, (ADMIN, "account.1.password"))
    with pytest.raises(StoreError, match=r"device_setting\.raw\..*does not belong there") as error:
        list(planted.render.all())
    assert PLANTED not in str(error.value)
    with pytest.raises(StoreError, match="does not belong there"):
        planted.reseal(NEW)
    with Store.open(path, key_of=key_of) as again:
        assert again.sealed_with() == fingerprint_of(KEY)
        assert again.extensions.find("acme", "101") == planted.extensions.find("acme", "101")


def test_another_place_has_another_text() -> None:
    seal = KeySeal(KEY)
    assert seal.sealed("a.b", "same") == seal.sealed("a.b", "same") != seal.sealed("a.c", "same")
    assert seal.sealed("a.b", "") == ""
    for text in (f"{MARK}?", MARK, f"{MARK}AAAA", KeySeal(NEW).sealed("a.b", "x")):
        with pytest.raises(StoreError, match="does not belong there"):
            seal.plain("a.b", text)


def test_a_secret_put_there_by_hand_is_taken_and_encrypted_next(planted: Store) -> None:
    planted.reseal(KEY)
    planted.db.execute_sql("UPDATE extension SET secret = 'by hand' WHERE number = '104'")
    found = planted.extensions.find("acme", "104")
    assert found and found.secret == "by hand"
    assert planted.secrets() == (21, 2)
    planted.reseal(KEY)
    assert planted.secrets() == (23, 0)


def test_without_its_key_nothing_is_written(planted: Store, path: Path) -> None:
    planted.reseal(KEY)
    planted.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match=f"encrypted with the key {fingerprint_of(KEY)}: say key_file"):
        Store.open(path)
    assert path.read_bytes() == before
    planted.db.connect()


def test_who_has_it_open_is_waited_for(planted: Store, path: Path) -> None:
    planted.db.pragma("busy_timeout", 1)
    before = everything(planted)
    with Store.open(path, read_only=True) as other, pytest.raises(StoreError, match="is in use: close every console"):
        other.tenants.all()
        planted.reseal(KEY)
    assert (everything(planted), planted.sealed_with()) == (before, "")
    with Store.open(path) as other:
        other.tenants.all()
        assert planted.db.pragma("journal_mode") == "wal"


def test_threads_read_at_once(planted: Store) -> None:
    planted.reseal(KEY)
    wanted, found = planted.extensions.all(), list[bool]()

    def read() -> None:
        with planted.connection():
            found.extend(planted.extensions.all() == wanted for _ in range(50))

    threads = [Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 200


def test_a_backup_holds_no_plain_secret(planted: Store, tmp_path: Path) -> None:
    planted.reseal(KEY)
    before = everything(planted)
    copy = tmp_path / "copy"
    planted.backup(copy)
    assert PLANTED.encode() not in copy.read_bytes()
    plant(planted, "Other-")
    planted.restore(copy)
    assert everything(planted) == before


def test_a_backup_comes_back_with_its_key_alone(planted: Store, path: Path, tmp_path: Path, clock: Clock) -> None:
    planted.backup(tmp_path / "plain")
    planted.reseal(KEY)
    before = everything(planted)
    planted.backup(tmp_path / "old")
    planted.reseal(NEW)
    for name, words in (("old", "restore it with that key"), ("plain", "are not encrypted, and those of")):
        with pytest.raises(StoreError, match=words):
            planted.restore(tmp_path / name)
    assert everything(planted) == before
    empty = tmp_path / "empty" / "aps.sqlite3"
    with Store.open(empty, now=clock) as other, pytest.raises(StoreError, match="say key_file"):
        other.restore(tmp_path / "old")
    with Store.open(empty, key_of=key_of, now=clock) as other:
        with Store.open(empty) as third, pytest.raises(StoreError, match="is in use"):
            third.tenants.all()
            other.db.pragma("busy_timeout", 1)
            other.restore(tmp_path / "old")
        assert other.tenants.all() == []
        other.restore(tmp_path / "old")
        assert everything(other) == before
        assert other.sealed_with() == fingerprint_of(KEY)
        assert other.db.pragma("journal_mode") == "wal"
        other.extensions.save(Extension("acme", "999", "999", "999", "Later-secret"))
    assert b"Later-secret" not in stored(empty)


def test_a_key_of_the_right_length_is_made_of_nothing_known() -> None:
    assert fingerprint_of(os.urandom(KEY_BYTES)) != fingerprint_of(os.urandom(KEY_BYTES))
    assert KEY.hex()[:8] not in fingerprint_of(KEY)


def test_a_damaged_database_says_so(planted: Store, path: Path) -> None:
    planted.reseal(KEY)
    with sqlite3.connect(path) as other:
        other.execute("UPDATE install SET value = '0000' WHERE name = 'secrets_key'")
    other.close()

    def find(fingerprint: str) -> bytes:
        raise StoreError(f"no key {fingerprint}")

    with pytest.raises(StoreError, match="no key 0000"):
        Store.open(path, key_of=find)


def test_what_was_a_secret_when_it_was_said(planted: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting that another version calls no secret is read, and decrypted with the others."""
    planted.reseal(KEY)
    before = everything(planted)
    fewer = secret_places.secret_names() - {ADMIN}
    monkeypatch.setattr(secret_places, "secret_names", lambda: fewer)
    assert everything(planted) == before
    planted.reseal(None)
    assert everything(planted) == before


def test_an_address_in_a_raw_parameter_is_found(planted: Store) -> None:
    """What a mapping touches is counted among encrypted texts as well."""
    planted.settings.set_raw(LEVELS[-1], "", "proxy.address", "10.9.8.7")
    wanted = [item for item in planted.addresses.own() if "10.9.8.7" in item[2]]
    assert wanted
    planted.reseal(KEY)
    assert [item for item in planted.addresses.own() if "10.9.8.7" in item[2]] == wanted
