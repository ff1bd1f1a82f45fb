"""The database and the configuration: closed to others, whole, and not where servers serve."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from aps_tui.services import sealing
from aps_tui.services.console import when
from aps_tui.services.doctor.finding import OTHERS, Check, Fix, Said, fault, have, ok, warning
from aps_tui.services.doctor.scene import Scene
from aps_tui.services.lock import lock_path

BACKUP_DAYS = 7
"""Days after which a backup is old, where anything was changed since."""
_BESIDE = ("", "-wal", "-shm", ".archive", ".cache", ".bans")
_LOCKS = ("commit", "watch")


def opened(scene: Scene) -> Iterator[Said]:
    """Whether the database can be opened."""
    path = str(scene.config.db)
    yield ok(path, "opens") if scene.site else fault(path, scene.shut, "the other checks need it")


def private(scene: Scene) -> Iterator[Said]:
    """Who may read the database and what lies beside it."""
    db = scene.config.db
    take = OTHERS if scene.config.group_writable else OTHERS | stat.S_IRWXG
    said = [one for path in _private(db) for one in _open_to(path, take)]
    if scene.site is not None:
        said += _open_to(scene.site.passwords.file, OTHERS)  # its group is the web server's
    if db.parent.stat().st_mode & stat.S_IWOTH:
        fix = Fix("rights", db.parent, stat.S_IWOTH)
        said.append(fault(str(db.parent), "everybody may write in the database's folder", fix.words, fix))
    if db.resolve().is_relative_to(scene.config.root.resolve()):
        said.append(fault(str(db), "it lies below the root, where servers give files away", "keep it elsewhere: --db"))
    yield from said or [ok(str(db), "closed to others, and so is what lies beside it")]


def _private(db: Path) -> Iterator[Path]:
    yield from (db.with_name(db.name + end) for end in _BESIDE)
    yield from (lock_path(db, name) for name in _LOCKS)


def _open_to(path: Path, take: int) -> Iterator[Said]:
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    bits = mode & take
    if stat.S_ISLNK(mode):
        yield warning(str(path), "it is a link: who may read its target was not looked at", "put the file itself there")
    elif bits:
        fix = Fix("rights", path, bits)
        who = "everybody" if bits & OTHERS else "its group"
        say = fault if bits & OTHERS else warning
        yield say(str(path), f"{who} may use it (mode {stat.S_IMODE(mode):o})", fix.words, fix)


def integrity(scene: Scene) -> Iterator[Said]:
    """Whether SQLite finds the database whole."""
    place = scene.place
    damages = place.store.health.damages()
    again = "move it away and restore a backup: aps-tui restore FILE"
    for text in damages:
        yield fault(str(place.store.path), f"it is damaged: {text}", again)
    dangling = {} if damages else place.store.health.dangling()
    for table, count in dangling.items():
        what = f"{have(count, 'reference', ('leads', 'lead'))} to nothing in the table {table}"
        yield fault(str(place.store.path), what, again)
    if not (damages or dangling):
        yield ok(str(place.store.path), "SQLite finds it whole")


def config(scene: Scene) -> Iterator[Said]:
    """Who may write the configuration file, and read the secret that it names."""
    file = scene.config.file
    if file is None:
        yield ok("config.toml", "there is none; the defaults hold")
    else:
        yield from _config(file)
    secret = scene.config.resync.ami_secret_file
    if secret:
        yield from _secret_file(Path(secret))


def _config(file: Path) -> Iterator[Said]:
    said = []
    found, folder = file.stat(), file.parent.stat()
    if found.st_mode & stat.S_IWOTH:
        said.append(fault(str(file), "everybody may write it", f"look at what it says, then chmod o-w {file}"))
    if found.st_uid not in (0, os.geteuid()):
        said.append(
            warning(str(file), "it belongs to another user, who can change where files go", f"chown root {file}")
        )
    if folder.st_mode & stat.S_IWOTH and not folder.st_mode & stat.S_ISVTX:
        said.append(fault(str(file.parent), "everybody may replace the configuration", f"chmod o-w {file.parent}"))
    yield from said or [ok(str(file), "only its owner and group may write it")]


def backup(scene: Scene) -> Iterator[Said]:
    """How old the last backup is that was made here."""
    store, db = scene.place.store, str(scene.config.db)
    last = next((row for row in store.audit.of("database", "", 1)), None)
    mend = "aps-tui backup FILE, by cron too, and carry the file away from this machine"
    if last is None:
        none = "no backup was ever made here"
        yield warning(db, none, mend) if store.devices.count() else ok(db, f"{none}, and there is no device yet")
        return
    days, changes = (scene.now - last.at) / 86_400, store.audit.changes_after(last.id)
    said = f"the last {last.action} was {when(last.at)} ({last.detail})"
    if not changes:
        yield ok(db, f"{said}, and nothing was changed since")
    elif days > BACKUP_DAYS:
        yield warning(db, f"{said}, and {have(changes, 'change', ('came', 'came'))} since", mend)
    else:
        yield ok(db, said)


def secrets(scene: Scene) -> Iterator[Said]:
    """Whether the secrets in the database are encrypted, all of them, and without remains."""
    found = sealing.status(scene.place.store, scene.config)
    if not found.key:
        said = "its secrets are plain text: whoever gets the file, or a backup, has them"
        db = str(scene.config.db)
        yield warning(db, said, "aps-tui secrets init") if found.file else ok(db, said)
        return
    if found.rotating:
        yield warning(found.file, "a rotation was cut short", "aps-tui secrets rotate")
    if found.plain or found.remains:
        said = f"{found.plain:,} secrets are not encrypted" if found.plain else "old text may be left in the file"
        yield warning(str(scene.config.db), said, "aps-tui secrets init")
    if not (found.rotating or found.plain or found.remains):
        yield ok(str(scene.config.db), f"all {found.encrypted:,} secrets are encrypted with the key {found.key}")


def _secret_file(path: Path) -> Iterator[Said]:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        yield fault(
            str(path), f"the secret's file cannot be read: {error.strerror}", "make it: the secret alone, mode 600"
        )
        return
    if mode & OTHERS:
        fix = Fix("rights", path, mode & OTHERS)
        yield fault(str(path), "everybody may read the manager interface's secret", fix.words, fix)
    else:
        yield ok(str(path), "closed to others")


CHECKS = (
    Check("database.open", "the database opens", "Everything that is configured lies in it.", opened),
    Check("database.private", "nobody else may read database, archive or web password file, or write their folder",
          "It holds every SIP password; the archive holds files with them.", private),
    Check("database.integrity", "SQLite finds it whole (all of it is read)",
          "A damaged page is found late: when something in it is needed.", integrity),
    Check("database.backup", "how old the last backup is that was made here",
          "What is lost with this machine is typed anew, phone by phone.", backup),
    Check("database.secrets", "whether its secrets are encrypted, all of them",
          "Whoever gets the file or a backup of it reads what is not.", secrets),
    Check("database.config", "nobody else may write the configuration or read the secret it names",
          "Who writes it says where files go, and to whom they belong.", config),
)  # fmt: skip
