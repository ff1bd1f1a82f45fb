"""The configuration file, the places that hold without one, and who is working."""

from __future__ import annotations

import grp
import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import msgspec

from aps_tui.domain.errors import BadValue
from aps_tui.domain.roles import REFUSED, Refused, Role
from aps_tui.services.resync.settings import ResyncSettings
from aps_tui.services.roles import BadOperators, Identity, Operators, identity
from aps_tui.services.unprov.options import Unprov
from aps_tui.services.watch.settings import WatchSettings
from aps_tui.services.workplace import RETENTION
from aps_tui.vendors.loader import OVERLAY

_WEB = Path("/var/lib/aps-tui-web")
"""Where a web server may look, other than in the database's folder."""


class _Web(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[web]`: what commits write for the web server, and what of it the doctor looks at."""

    htpasswd: str = ""
    certificate: str = ""
    certificate_key: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """config.toml. Paths that are not absolute start at the file's own folder."""

    db: str = ""
    root: str = ""
    group: str = ""
    group_writable: bool = False
    retention: Annotated[int, msgspec.Meta(ge=1)] = RETENTION
    vendors: str = ""
    key_file: str = ""
    files: str = ""
    operators: Operators | None = None
    resync: ResyncSettings = ResyncSettings()
    unprov: Unprov = Unprov()
    watch: WatchSettings = WatchSettings()
    web: _Web = _Web()


@dataclass(frozen=True, slots=True)
class Config:
    """Where everything lies, and what belongs to whom."""

    db: Path
    root: Path
    gid: int | None = None
    """The group of written files; None leaves the process's own."""
    group_writable: bool = False
    """True: the group may work on the database as well (0660)."""
    retention: int = RETENTION
    """Generations kept for undo."""
    overlay: Path = OVERLAY
    """The operator's own vendor packs."""
    htpasswd: Path | None = None
    """The web server's password file; None: beside the database."""
    certificate: Path | None = None
    """The web server's certificate, with its chain, which the doctor looks at; None: that of the printed server."""
    certificate_key: Path | None = None
    own_root: bool = False
    """True: the root is a user's default one, which may be made when it is missing."""
    file: Path | None = None
    """The file that was read; None where there is none."""
    resync: ResyncSettings = field(default_factory=ResyncSettings)
    """How phones are told to fetch; the path in it starts at the root of the file system."""
    unprov: Unprov = field(default_factory=Unprov)
    """How phones are bound by calling."""
    watch: WatchSettings = field(default_factory=WatchSettings)
    """What the watcher listens to."""
    key_file: Path | None = None
    """Holds the key of the secrets in the database, where they are encrypted."""
    said_in: Path | None = None
    """The file that says all of this, or would."""
    files: Path | None = None
    """The one folder in which the console, and commands of all but admins, read and write files; None for any."""
    operators: Operators | None = None
    """Who may do what; None: who may open the database may do everything."""
    named: str = ""
    """Who is working, by --operator."""
    elsewhere: bool = False
    """True: the database or the root is not the file's own."""

    def who(self) -> Identity:
        """Who is working, and what they may do. Raises BadValue, Refused."""
        found = identity(self.operators, self.named)
        if self.elsewhere and found.rights.role < Role.ADMIN:
            raise Refused(f"{REFUSED}another database or root needs the role admin, and yours is {found.rights.words}")
        return found

    def need(self, role: Role, what: str) -> None:
        """Raise Refused unless whoever is working has a role, where there is no database that could say it."""
        rights = self.who().rights
        if rights.role < role:
            raise rights.refusal(what, role)


def read_config(
    file: Path | None = None,
    db: Path | None = None,
    root: Path | None = None,
    *,
    named: str = "",
    env: Mapping[str, str] = os.environ,
    uid: int | None = None,
) -> Config:
    """The configuration in force: what is given here, then what the file says, then the defaults.

    `file`: a file that must exist; None takes the default one where there is one. `named`: who is working, by
    --operator. Raises BadValue naming the file and the place in it.
    """
    defaults = _defaults(env, os.getuid() if uid is None else uid)
    where = file or defaults.file
    said = _read(where, must_exist=file is not None)
    return Config(
        db=db or _path(where, said.db) or defaults.db,
        root=root or _path(where, said.root) or defaults.root,
        gid=_gid(where, said.group),
        group_writable=said.group_writable,
        retention=said.retention,
        overlay=_path(where, said.vendors) or OVERLAY,
        certificate=_path(where, said.web.certificate),
        certificate_key=_path(where, said.web.certificate_key),
        htpasswd=_path(where, said.web.htpasswd) or (None if db or said.db else defaults.htpasswd),
        own_root=defaults.own_root and not root and not said.root,
        file=where.absolute() if where.exists() else None,
        resync=said.resync.beside(where.parent),
        unprov=said.unprov,
        watch=said.watch,
        key_file=_path(where, said.key_file),
        said_in=where.absolute(),
        files=_path(where, said.files),
        operators=said.operators,
        named=named,
        elsewhere=bool(db or root),
    )


@dataclass(frozen=True, slots=True)
class _Defaults:
    file: Path
    db: Path
    root: Path
    htpasswd: Path
    own_root: bool


def _defaults(env: Mapping[str, str], uid: int) -> _Defaults:
    if uid == 0:
        state, file = Path("/var/lib/aps-tui"), Path("/etc/aps-tui/config.toml")
        return _Defaults(file, state / "aps.sqlite3", Path("/tftpboot"), _WEB / "htpasswd", own_root=False)
    home = Path(env.get("HOME") or "~").expanduser()
    state = _xdg(env, "XDG_STATE_HOME", home / ".local/state")
    file = _xdg(env, "XDG_CONFIG_HOME", home / ".config") / "config.toml"
    return _Defaults(file, state / "aps.sqlite3", state / "tftpboot", state / "web" / "htpasswd", own_root=True)


def _xdg(env: Mapping[str, str], name: str, default: Path) -> Path:
    """A folder of the XDG base directories; the specification ignores relative ones."""
    given = Path(env.get(name) or default)
    return (given if given.is_absolute() else default) / "aps-tui"


def _read(file: Path, *, must_exist: bool) -> _File:
    try:
        with file.open("rb") as opened:
            if os.fstat(opened.fileno()).st_mode & stat.S_IWOTH:
                raise BadValue(f"{file}: everybody may write in it: chmod o-w {file}")
            document = tomllib.load(opened)
        said = msgspec.convert(document, _File)
        if said.operators is not None:
            said.operators.check()
        return said
    except (FileNotFoundError, NotADirectoryError):
        if must_exist:
            raise BadValue(f"there is no configuration file {file}") from None
        return _File()
    except OSError as error:
        raise BadValue(f"{file} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError, BadOperators) as error:
        raise BadValue(f"{file}: {error}") from None


def _path(file: Path, said: str) -> Path | None:
    return file.parent / Path(said).expanduser() if said else None


def _gid(file: Path, group: str) -> int | None:
    if not group:
        return None
    try:
        return grp.getgrnam(group).gr_gid
    except KeyError:
        raise BadValue(f"{file}: group: there is no group {group!r} on this machine") from None
