"""The web server's password file (htpasswd), and what stands open for first contact: written whole, or not at all.

A password that we made is hashed by SHA-1: 142 random bits are found no sooner by a quick hash, and a slow one would
tell who there is, as web servers hash for users that they know alone (1.6 ms against 0.35 ms with the least bcrypt).
One that people chose is hashed by bcrypt. Each hash is made once and kept in the database.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from aps_tui.data.http_logins import Access
from aps_tui.domain.errors import ApsError
from aps_tui.domain.http_auth import password_of, user_of
from aps_tui.services.tree import FILE_MODE
from aps_tui.services.workplace import Workplace

MADE, CHOSEN = "sha", "bcrypt"
"""How passwords are hashed: those that we made, and those that people chose."""
COST = 5
"""Of bcrypt, 2 ms. nginx, which has one thread for each core, would serve nobody else while a dearer one is checked."""


class Wanted(NamedTuple):
    """What is to be written. Holds secrets: never print one."""

    passwords: Mapping[str, tuple[str, str]]
    """User to password, and how it is hashed."""
    open: frozenset[str]
    """MACs whose own files stand open for first contact."""
    key: bytes


class Staged:
    """The files of a commit under way: `put` makes them those in force, `drop` leaves all as it was."""

    def __init__(self, place: Workplace, lines: bytes, open: frozenset[str]) -> None:
        self._files = place.passwords
        self._gid = place.gid
        self._open = open
        self._new = self._files.file.with_name(f".{self._files.file.name}.new")
        self._changed = _content(self._files.file) != lines
        with _explained(self._files.file):
            shared = place.store.path.stat().st_mode & 0o020  # a group of operators writes it
            for folder in (self._files.file.parent, self._files.contacts):
                _folder(folder, self._gid, 0o770 if shared else 0o750)
            if self._changed:
                self._write(lines)

    def put(self) -> None:
        """Put everything in its place. What opens comes first, what closes last."""
        wanted = {name for mac in self._open for name in (mac, mac.upper())}
        with _explained(self._files.file):
            there = set(os.listdir(self._files.contacts))
            for name in wanted - there:
                (self._files.contacts / name).touch(FILE_MODE)
            if self._changed:
                self._new.replace(self._files.file)
                _sync(self._files.file.parent)
            for name in there - wanted:
                (self._files.contacts / name).unlink(missing_ok=True)

    def drop(self) -> None:
        """Take away what was staged."""
        with suppress(OSError):
            self._new.unlink(missing_ok=True)

    def _write(self, lines: bytes) -> None:
        self._new.unlink(missing_ok=True)
        handle = os.open(self._new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, FILE_MODE)
        with os.fdopen(handle, "wb") as file:
            if self._gid is not None:
                os.fchown(handle, -1, self._gid)
            os.fchmod(handle, FILE_MODE)
            file.write(lines)
            file.flush()
            os.fsync(handle)


def wanted(place: Workplace) -> Wanted | None:
    """What the database says now; None where HTTP authentication is off. Call it within the commit's snapshot."""
    settings = place.store.provisioning.get()
    if not settings.http_auth:
        return None
    accesses, now = place.store.http_logins.accesses(), place.store.db.now()
    passwords = dict(entry for access in accesses for entry in _entries(settings.http_key, access))
    if settings.first_contact_user and settings.first_contact_password:
        passwords[settings.first_contact_user] = settings.first_contact_password, CHOSEN
    open = frozenset(one.login.mac for one in accesses if not one.lines or one.login.open_until > now)
    return Wanted(passwords, open, bytes.fromhex(settings.http_key))


def stage(place: Workplace, what: Wanted | None) -> Staged | None:
    """Hash what is new and write the files beside those in force. Raises ApsError; then nothing was changed."""
    if what is None:
        return None
    if place.passwords.file.resolve().is_relative_to(place.root.resolve()):
        raise ApsError(f"{place.passwords.file} lies below the root, where it would be served: name another place "
                       "in config.toml, [web] htpasswd")  # fmt: skip
    hashes = _hashed(place, what)
    lines = "".join(f"{user}:{hashes[user]}\n" for user in what.passwords)
    return Staged(place, lines.encode(), what.open)


def write(place: Workplace) -> None:
    """Write the files as the database says now, when they are not so already."""
    place.store.http_logins.settle()
    with place.store.snapshot():
        what = wanted(place)
    staged = stage(place, what)
    if staged is not None:
        staged.put()


def _entries(key: str, access: Access) -> Iterator[tuple[str, tuple[str, str]]]:
    """The users of a device, with their passwords and how these are hashed."""
    mac, turn = access.login.mac, access.login.turn
    own = json.loads(access.password) if access.password else ""
    yield user_of(mac, turn), (own, CHOSEN) if own else (password_of(key, mac, turn), MADE)
    if access.login.old and turn and not own:
        yield user_of(mac, turn - 1), (password_of(key, mac, turn - 1), MADE)


def _hashed(place: Workplace, what: Wanted) -> dict[str, str]:
    """User to hash: those that are known, and new ones, which are kept."""
    known = place.store.http_logins.hashes()
    proofs = {user: _proof(what.key, *said) for user, said in what.passwords.items()}
    fresh = [user for user, proof in proofs.items() if user not in known or known[user][0] != proof]
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as threads:
        hashes = threads.map(lambda user: _hash(*what.passwords[user]), fresh)
        made = {user: (proofs[user], hash) for user, hash in zip(fresh, hashes, strict=True)}
    gone = known.keys() - proofs.keys()
    if made or gone:
        with place.store.transaction():
            place.store.http_logins.keep_hashes(made)
            place.store.http_logins.forget_hashes(gone)
    return {user: (made.get(user) or known[user])[1] for user in proofs}


def _hash(password: str, way: str) -> str:
    """As htpasswd writes it."""
    if way == MADE:
        digest = hashlib.sha1(password.encode()).digest()  # noqa: S324 - of 142 random bits, see above
        return "{SHA}" + base64.b64encode(digest).decode()
    import bcrypt

    made: bytes = bcrypt.hashpw(password.encode(), bcrypt.gensalt(COST))
    return made.decode().replace("$2b$", "$2y$", 1)  # the same, by the name that htpasswd gives it


def _proof(key: bytes, password: str, way: str) -> str:
    """Tells which password a hash is of, and how it was made, to whoever has the key."""
    return hmac.new(key, f"aps-tui htpasswd {way} {password}".encode(), hashlib.sha256).hexdigest()[:24]


def _content(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None


def _folder(folder: Path, gid: int | None, mode: int) -> None:
    """Make a folder that the group may enter, where there is none."""
    if not folder.is_dir():
        folder.mkdir(mode, parents=True)
        if gid is not None:
            os.chown(folder, -1, gid)
        folder.chmod(mode)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _explained(file: Path) -> Iterator[None]:
    """Say what to do where the password file cannot be written."""
    try:
        yield
    except OSError as error:
        raise ApsError(
            f"the web server's password file {file} cannot be written ({error.strerror}): make its folder, "
            "or name another file in config.toml, [web] htpasswd"
        ) from None
