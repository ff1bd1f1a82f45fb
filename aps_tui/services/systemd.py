"""Units for systemd: the learner and the FastAGI server, each with the rights that it needs and no others."""

from __future__ import annotations

import grp
import pwd
import shutil
import sys
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from string import Template

from aps_tui.domain.errors import BadValue
from aps_tui.services.config import Config

_COMMON = """\
; Put it into /etc/systemd/system/$name.service, then:
;   systemctl daemon-reload && systemctl enable --now $name
;   journalctl -u $name -f
[Unit]
Description=$title
After=network-online.target $after
Wants=network-online.target

[Service]
ExecStart=$command
User=$user
Group=$group
$groups
Restart=on-failure
RestartSec=5
UMask=0027
$capabilities
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths=$writable
ProtectHome=$homes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RestrictAddressFamilies=$families
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
"""
_WATCH: Mapping[str, str] = {
    "name": "aps-tui-watch",
    "title": "APS TUI: learns of phones from leases, logs and the wire",
    "after": "",
    "families": "AF_UNIX AF_INET AF_INET6 AF_NETLINK AF_PACKET",
    # Packets of DHCP are read from the wire, and nothing else is done that needs a capability.
    "capabilities": "CapabilityBoundingSet=CAP_NET_RAW\nAmbientCapabilities=CAP_NET_RAW",
}
_AGI: Mapping[str, str] = {
    "name": "aps-tui-agi",
    "title": "APS TUI: phones that show UNPROV are given their extension by a call",
    "after": "asterisk.service",
    "families": "AF_UNIX AF_INET AF_INET6",
    "capabilities": "CapabilityBoundingSet=\nAmbientCapabilities=",
}
_GROUPS: Mapping[str, tuple[str, ...]] = {"watch": ("adm", "_kea"), "agi": ("asterisk",)}
"""Groups that may read logs and Kea's leases, and speak to the running Asterisk: those of them that there are."""
_HOMES = ("/home", "/root", "/run/user")

UNITS = ("watch", "agi")


def unit(config: Config, name: str, command: str = "") -> str:
    """The unit of `watch` or of `agi`, for this site. `command`: the aps-tui to start; else the one that runs now.

    Raises BadValue for a path that a unit cannot carry.
    """
    said = _WATCH if name == "watch" else _AGI
    start = [command or _command(), *_options(config), name]
    if name == "agi":
        start += ["--listen", config.unprov.listen]
    user, group, known = _owner(config)
    groups = _there((*_GROUPS[name], *_group_of_files(config)))
    writable = [config.db.absolute().parent, config.root.absolute()]
    if config.htpasswd is not None:
        writable.append(config.htpasswd.absolute().parent)
    text = Template(_COMMON).substitute(
        said,
        command=" ".join(map(_word, start)),
        user=user,
        group=group,
        groups=f"SupplementaryGroups={' '.join(groups)}",
        writable=" ".join(_word(f"{'' if path.exists() else '-'}{path}") for path in dict.fromkeys(writable)),
        homes="no"
        if any(path.is_relative_to(home) for path in (*writable, Path(start[0])) for home in _HOMES)
        else "yes",
    )
    before = "" if known else _NO_USER.format(user=user, folder=config.db.parent)
    return before + _refused_root(config.root, user, {group, *groups}) + text


_NO_USER = """\
; There is no database yet, so its owner is not known. A user of its own is best:
;   adduser --system --group {user} && install -d -o {user} -g {user} -m 0750 {folder}
; and the root must be his as well, as commits write there.
"""


def _owner(config: Config) -> tuple[str, str, bool]:
    """User and group to run as: those of the database; and whether there is one."""
    try:
        found = config.db.stat()
        return pwd.getpwuid(found.st_uid).pw_name, grp.getgrgid(found.st_gid).gr_name, True
    except (OSError, KeyError):
        return "aps-tui", "aps-tui", False


def _refused_root(root: Path, user: str, groups: Collection[str]) -> str:
    """A comment where that user could not write into the root: without capabilities root is as bound as others."""
    try:
        found = root.stat()
        owner, group = pwd.getpwuid(found.st_uid).pw_name, grp.getgrgid(found.st_gid).gr_name
    except (OSError, KeyError):
        return f"; {root} is not there yet, or nobody's: {user} must be able to write in it.\n"
    if owner == user or (found.st_mode & 0o020 and group in groups):
        return ""
    return f"; {root} belongs to {owner}, and {user} could not write in it: chown {user} {root}\n"


def _there(names: Iterable[str]) -> list[str]:
    return [name for name in dict.fromkeys(names) if _is_group(name)]


def _is_group(name: str) -> bool:
    try:
        grp.getgrnam(name)
    except KeyError:
        return False
    return True


def _group_of_files(config: Config) -> list[str]:
    """The group that written files are given: without CAP_CHOWN a process gives files to groups of its own alone."""
    if config.gid is None:
        return []
    try:
        return [grp.getgrgid(config.gid).gr_name]
    except KeyError:
        return []


def _options(config: Config) -> list[str]:
    file = ["--config", str(config.file)] if config.file else []
    return [*file, "--db", str(config.db.absolute()), "--root", str(config.root.absolute())]


def _command() -> str:
    found = shutil.which("aps-tui") or str(Path(sys.executable).with_name("aps-tui"))
    return found if found.startswith("/") else str(Path(found).absolute())


def _word(text: str) -> str:
    """A word of a unit's line. `%` and `$` begin what systemd fills in. Raises BadValue."""
    if not text.isprintable() or any(char in text for char in "\"'\\"):
        raise BadValue(f"{text!r}: a unit cannot carry quotes, backslashes and control characters in a path")
    escaped = text.replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if " " in escaped or ";" in escaped else escaped
