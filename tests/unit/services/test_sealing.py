"""The key file, and a database that is encrypted, given a new key and decrypted, killed at every step of it."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from aps_tui.data.errors import StoreError
from aps_tui.data.seal import fingerprint_of
from aps_tui.data.store import Store
from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.services.commit import commit
from aps_tui.services.config import Config, read_config
from aps_tui.services.extensions import carry_out, foresee
from aps_tui.services.keyfile import key_of, make_key, new_of, old_of, read_key
from aps_tui.services.opening import open_place, open_store
from aps_tui.services.planning import plan
from aps_tui.services.sealing import init, off, rotate, status
from aps_tui.services.sitefile.dump import dump
from tests.unit.services.small_site import MACS, contents, make_pack, open_site
from tests.unit.services.test_sync import written

SECRETS = (b"s3cret-", b"limited-secret")


def configured(folder: Path) -> Config:
    """The small site with a key file that is not there yet."""
    make_pack(folder / "packs")
    with open_site(folder):
        pass
    (folder / "config.toml").write_text(
        'db = "state/aps.sqlite3"\nroot = "tftpboot"\nvendors = "packs"\nkey_file = "state/secrets.key"\n'
    )
    return read_config(folder / "config.toml")


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The site before `init` and before `rotate`."""
    folders = {what: tmp_path_factory.mktemp(what) / "site" for what in ("init", "rotate")}
    configured(folders["init"])
    shutil.copytree(folders["init"], folders["rotate"])
    encrypted = read_config(folders["rotate"] / "config.toml")
    with open_store(encrypted) as store:
        init(store, encrypted)
    return folders


@pytest.fixture
def config(tmp_path: Path, pristine: dict[str, Path]) -> Config:
    shutil.copytree(pristine["init"], tmp_path / "site")
    return read_config(tmp_path / "site" / "config.toml")


@pytest.fixture
def key_file(config: Config) -> Path:
    assert config.key_file
    return config.key_file


def beside(config: Config) -> bytes:
    """Every byte of the database and of its journals."""
    found = config.db.parent.glob(f"{config.db.name}*")
    return b"".join(one.read_bytes() for one in sorted(found) if one.is_file())


def test_there_and_back(config: Config, key_file: Path) -> None:
    with open_store(config) as store:
        before = dump(store)
        assert status(store, config)._replace(plain=0) == ("", str(key_file), 0, 0, False, False)
        count = init(store, config)
    assert key_file.stat().st_mode & 0o777 == 0o600
    with open_store(config) as store:
        assert dump(store) == before
        assert not any(secret in beside(config) for secret in SECRETS)
        found = status(store, config)
        assert found == (fingerprint_of(read_key(key_file)), str(key_file), count, 0, False, False)
        left = rotate(store, config)
    assert left == old_of(key_file, found.key)
    assert fingerprint_of(read_key(left)) == found.key
    assert not new_of(key_file).exists()
    with open_store(config) as store:
        assert dump(store) == before
        assert store.sealed_with() == fingerprint_of(read_key(key_file)) != found.key
        assert off(store) == count
        with pytest.raises(BadValue, match="not encrypted"):
            off(store)
        with pytest.raises(BadValue, match="secrets init"):
            rotate(store, config)
        assert dump(store) == before
        assert [row.action for row in store.audit.of("secrets", "")] == ["decrypt", "encrypt", "encrypt"]


def test_the_same_files_are_written(tmp_path: Path) -> None:
    """Files are the same with and without a key, and nothing is dirty for being encrypted."""
    trees = []
    for name in ("plain", "sealed"):
        config = configured(tmp_path / name)
        if name == "sealed":
            with open_store(config) as store:
                init(store, config)
        with open_place(config) as place:
            commit(place)
            trees.append({path: data for path, data in contents(place.root).items() if not path.startswith(".aps")})
    assert trees[0] == trees[1] and any(SECRETS[0] in data for data in trees[0].values())
    with open_place(config) as place:
        rotate(place.store, config)
        assert plan(place).changes == []
        extension = place.store.extensions.find("acme", "101")
        assert extension
        place.store.extensions.save(type(extension)("acme", "101", "101", "101", "new-secret", "Person 101"))
        assert [change.mac for change in plan(place).changes] == [MACS[0]]


def test_a_sync_marks_the_phones_whose_secret_changed(config: Config, tmp_path: Path) -> None:
    with open_place(config) as place:
        init(place.store, config)
        commit(place)
        known = place.store.extensions.all("acme")
        rows = [(one.number, "Turn3d-over" if one.number == "102" else one.secret, one.name) for one in known]
        seen = foresee(place, [written(tmp_path, rows)])
        assert seen[0].found
        assert [number for number, what in seen[0].found.changed.items() if "secret rotated" in what] == ["102"]
        carry_out(place, seen)
        assert [change.mac for change in plan(place).changes] == [MACS[1]]
        assert b"Turn3d-over" not in beside(config)


def test_a_rotation_that_is_kept_out_leaves_nothing(config: Config, key_file: Path) -> None:
    with open_store(config) as store:
        init(store, config)
        before = dump(store)
        store.db.pragma("busy_timeout", 1)
        with open_store(config) as other, pytest.raises(StoreError, match="is in use"):
            other.tenants.all()
            rotate(store, config)
        assert not new_of(key_file).exists()
        assert not status(store, config).rotating
        assert dump(store) == before


def test_a_key_that_is_missing_or_another_one(config: Config, key_file: Path, tmp_path: Path) -> None:
    with open_store(config) as store:
        init(store, config)
        key = store.sealed_with()
    before = config.db.read_bytes()
    key_file.rename(tmp_path / "away")
    with pytest.raises(ApsError, match=f"{key}, which should be in {key_file}, and there is none"), open_store(config):
        pass
    make_key(key_file)
    with pytest.raises(ApsError, match=f"which should be in {key_file}, and it holds the key"), open_store(config):
        pass
    with pytest.raises(StoreError, match=r"say key_file in config\.toml"), Store.open(config.db):
        pass
    assert config.db.read_bytes() == before
    (tmp_path / "away").replace(key_file)
    with open_store(config) as store:
        assert store.sealed_with() == key


def test_init_needs_a_file_and_takes_one_that_is_there(config: Config, key_file: Path, tmp_path: Path) -> None:
    key = make_key(key_file)
    with open_store(config) as store:
        init(store, config)
        assert store.sealed_with() == fingerprint_of(key)
        init(store, config)
        assert read_key(key_file) == key
    (tmp_path / "none.toml").write_text("")
    bare = read_config(tmp_path / "none.toml", config.db)
    with open_store(config) as store, pytest.raises(BadValue, match=r"key_file = .* in .*none\.toml"):
        init(store, bare)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda file: file.chmod(0o644), "is open to others: chmod 600"),
        (lambda file: file.chmod(0o660), "is open to others: chmod 600"),
        (lambda file: file.write_text("aps-tui-key-1:AAAA\n"), "holds no whole key"),
        (lambda file: file.write_text("aps-tui-key-1:?\n"), "holds no key"),
        (lambda file: file.write_bytes(b"\xff\x00"), "holds no key"),
        (lambda file: (file.unlink(), file.mkdir()), "cannot be read|not an ordinary file"),
        (lambda file: file.parent.chmod(0o777), "others may write in"),
    ],
)
def test_a_key_file_that_will_not_do(tmp_path: Path, change: Callable[[Path], object], words: str) -> None:
    file = tmp_path / "keys" / "secrets.key"
    file.parent.mkdir()
    key = make_key(file)
    assert read_key(file) == key
    change(file)
    with pytest.raises(ApsError, match=words) as error:
        key_of(file)("0123456789abcdef")
    assert "AAAA" not in str(error.value)


def test_a_link_leads_nowhere_that_others_may_write(tmp_path: Path) -> None:
    good, shared = tmp_path / "good", tmp_path / "shared"
    good.mkdir(mode=0o700)
    shared.mkdir()
    shared.chmod(0o777)
    key = make_key(good / "key")
    (tmp_path / "link").symlink_to("good/key")
    assert read_key(tmp_path / "link") == key
    shutil.copy2(good / "key", shared / "key")
    (tmp_path / "bad").symlink_to(shared / "key")
    (shared / "hop").symlink_to(good / "key")
    (tmp_path / "through").symlink_to(shared / "hop")
    for name in ("bad", "through"):
        with pytest.raises(ApsError, match=f"others may write in {shared}"):
            read_key(tmp_path / name)
    with pytest.raises(ApsError, match="others may write in"):
        make_key(shared / "new")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(ApsError, match="loop"):
        read_key(tmp_path / "loop")


def killed(config: Config, work: Callable[[Store], object], fatal: str) -> bool:
    """Whether work in a process of its own came to where SQLite runs a statement beginning like `fatal`, or to a step
    of that name, and was killed there."""
    child = os.fork()
    if child == 0:
        try:
            with open_store(config) as store:
                store.db.raw().set_trace_callback(lambda sql: _die() if sql.lstrip().startswith(fatal) else None)
                work(store)
        finally:
            os._exit(0)
    status = os.waitpid(child, 0)[1]
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _at(fatal: str) -> Callable[[str], None]:
    return lambda name: _die() if name == fatal else None


STATEMENTS = (
    "PRAGMA locking_mode = EXCLUSIVE", "BEGIN EXCLUSIVE", "DROP TRIGGER", "UPDATE extension", "UPDATE device_setting",
    "INSERT INTO install", "INSERT INTO audit", "VACUUM", "DELETE FROM install WHERE name = 'secrets_remains'",
    "PRAGMA locking_mode = NORMAL", "PRAGMA journal_mode = WAL",
)  # fmt: skip
STEPS = ("key", "encrypt", "keep the old key", "take the new key")


def kills(what: str) -> Iterator[tuple[str, str]]:
    if what == "rotate":
        yield from ((what, one) for one in (*STATEMENTS, *STEPS))
    else:
        yield from ((what, one) for one in ("UPDATE extension", "INSERT INTO audit", "VACUUM", *STEPS[:2]))


@pytest.mark.parametrize(("what", "fatal"), [*kills("init"), *kills("rotate")])
def test_killed_at_any_step(tmp_path: Path, pristine: dict[str, Path], what: str, fatal: str) -> None:
    """The database opens with what lies there, holds every secret, and the work is gone on with."""
    work = {"init": init, "rotate": rotate}[what]
    shutil.copytree(pristine[what], tmp_path / "site")
    config = read_config(tmp_path / "site" / "config.toml")
    key_file = tmp_path / "site" / "state" / "secrets.key"
    with open_store(config) as store:
        before = dump(store)
    first = read_key(key_file) if what == "rotate" else b""
    assert killed(config, lambda store: work(store, config, _at(fatal)), fatal)
    with open_store(config) as store:
        assert dump(store) == before
        assert store.db.pragma("journal_mode") == "wal"
        if store.sealed_with() in ("", fingerprint_of(first)) or status(store, config).rotating:
            work(store, config)
        if store.secrets_remain():
            init(store, config)
        assert dump(store) == before
        assert status(store, config)[3:] == (0, False, False)
    with open_store(config) as store:
        assert store.sealed_with() == fingerprint_of(read_key(key_file)) != fingerprint_of(first)
        assert dump(store) == before
    assert not any(secret in beside(config) for secret in SECRETS)
    if first:
        assert read_key(old_of(key_file, fingerprint_of(first))) == first
