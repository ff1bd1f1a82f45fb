"""Rows as plain tuples, for processes that render without a database: nothing here knows peewee."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from aps_tui.domain.site import Provisioning

LineRow: TypeAlias = tuple[int, str, str, str, str, str, str, str, str, int | None, str, str, int, int]
"""number, extension's number, account, auth_user, secret, extension's name, mailbox, label,
caller_id_source, local_sip_port, srtp, transport, auto_answer (0/1), gone (0/1)."""

KeyRow: TypeAlias = tuple[str, int, str, int | None, str, str, str]
"""bank, position, type, line, value, label, pickup."""


class Candidate(NamedTuple):
    """A device with everything said for it alone. Holds secrets: never print one."""

    id: int
    mac: str
    tenant_id: int
    vendor: str
    model: str
    template_id: int | None
    label: str
    stamp: int
    done: int
    """The epoch of its last commit, -1 for never; compare with the stamps to tell why."""
    lines: list[LineRow]
    keys: list[KeyRow]
    settings: dict[str, str]
    """Setting id to its value as JSON."""
    raw: dict[str, str]
    turn: int = 0
    """How often its HTTP password was changed."""


class TenantLevel(NamedTuple):
    """A tenant as rendering needs it."""

    id: int
    name: str
    stamp: int
    settings: dict[str, str]
    """Setting id to its value as JSON."""
    raw: dict[str, dict[str, str]]
    """Vendor to raw parameters."""
    mappings: dict[str, str]
    """Source address to host name, enabled ones only."""


class TemplateLevel(NamedTuple):
    """A template as rendering needs it."""

    id: int
    name: str
    tenant_id: int | None
    vendor: str
    model: str
    stamp: int
    settings: dict[str, str]
    raw: dict[str, str]
    keys: list[KeyRow]


class SiteData(NamedTuple):
    """What is said for the whole site."""

    epoch: int
    stamp: int
    settings: dict[str, str]
    raw: dict[str, dict[str, str]]
    mappings: dict[str, str]
    provisioning: Provisioning


class DiskFile(NamedTuple):
    """A file as it was right after we wrote it."""

    path: str
    """Relative to the root."""
    mac: str | None
    """None for a shared file."""
    vendor: str
    hash: str
    size: int
    """Bytes."""
    inode: int
    mtime_ns: int
    generation: int
    """The generation that wrote it."""
