"""What can go wrong with the database, each as one clear line without SQL and without values."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from aps_tui.data.lean import DatabaseError, IntegrityError
from aps_tui.domain.errors import ApsError
from aps_tui.domain.roles import REFUSED, Refused


class StoreError(ApsError):
    """The database cannot do what was asked; the text says why and what to do."""


class ChangedMeanwhile(StoreError):
    """Another operator wrote the same object since it was read; nothing was stored."""


class Committed(StoreError):
    """A commit has written the edit already; it was not taken back."""


_TROUBLE = {
    "file is not a database": "is not an APS TUI database",
    "disk image is malformed": "is damaged: move it away and restore a backup",
    "database is locked": "is in use by another process: try again",
    "database table is locked": "is in use by another process: try again",
    "unable to open database file": "cannot be opened: check the folder and its permissions",
    "readonly database": "may not be written here: check its permissions, or leave the read-only mode",
    "database or disk is full": "cannot grow: the disk is full",
    "disk I/O error": "cannot be read or written: the disk reports an error",
}
"""A part of SQLite's message, and how it is said after the name of the database."""

_CONSTRAINTS = {
    "device.mac": "a device with this MAC exists already",
    "device_mac": "a device's MAC is 12 lower-case hex digits",
    "line.extension": "an extension is on one line of one device only",
    "line.local_sip_port": "a local SIP port is used by one line of a device only",
    "line.device, line.number": "a line number is used once on a device",
    "line_port": "a local SIP port is a number from 1 to 65535",
    "line_number": "lines are numbered from 1",
    "extension.tenant, extension.number": "an extension number is used once in a tenant",
    "extension_number": "an extension needs a number",
    "device.tenant": "a device belongs to a tenant; it is never global",
    ".owner, ": "a key or setting is said once at its place",
    "tenant.name": "a tenant of this name exists already",
    "tenant_name": "a tenant needs a name, other than All (Global)",
    "template_name": "a template needs a name",
    "template_scope": "a template of this name exists already in this tenant",
    "mapping_scope": "this address is mapped already in this tenant",
    "mapping_source": "a mapping needs a source address",
    "mapping_hostname": "a mapping needs a host name",
    "key_position": "key positions are numbered from 1",
    "key_line": "a key's line is numbered from 1",
    "port_is_the_lines": "the local SIP port is said on a device's line and nowhere else",
    "setting_kind": "raw parameters name a vendor at the site and tenant levels, and nowhere else",
    "generation.state": "another commit is under way, or was cut short: start again to finish it",
    "prefix_rule.first": "there is a rule for this range already",
    "rule_order": "a rule's range begins with the lower MAC",
    "rule_block": "both ends of a rule's range have the same first six digits",
    "rule_": "the ends of a rule's range are MACs of 12 lower-case hex digits",
    "FOREIGN KEY": "it is still in use, or names something that no longer exists",
}
"""A part of SQLite's message about a broken constraint, and what it means to the operator."""


@contextmanager
def translated(database: str) -> Iterator[None]:
    """Turn peewee's and sqlite3's errors into StoreError; `database` is its path, for the text."""
    try:
        yield
    except (IntegrityError, sqlite3.IntegrityError) as error:
        refuse(str(error))
        raise StoreError(broken(str(error))) from None
    except (DatabaseError, sqlite3.DatabaseError) as error:
        raise StoreError(f"the database {database} {_trouble(str(error))}") from None


def refuse(message: str) -> None:
    """Raise Refused when SQLite's message is that a role does not allow it."""
    if message.startswith(REFUSED):
        raise Refused(message) from None


def broken(message: str) -> str:
    """What SQLite's message about a broken constraint means to the operator."""
    said = next((text for part, text in _CONSTRAINTS.items() if part in message), None)
    if said:
        return said
    if "constraint failed" in message:
        return f"the database refused this as a wrong state ({message})"
    return message  # a RAISE of ours: a clear line already


def _trouble(message: str) -> str:
    return next((text for part, text in _TROUBLE.items() if part in message), f"reports: {message}")
