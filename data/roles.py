"""Keeps a role: what someone may not write is refused by the database itself, whatever asks for it.

An operator's connections carry temporary triggers, which a commit, a bulk edit, an import and the taking back of an
edit meet alike. A viewer's can write nothing at all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from aps_tui.domain.roles import REFUSED, Rights, Role

if TYPE_CHECKING:
    from aps_tui.data.database import Database

MOST_DETAIL = 300
"""Characters of a refusal that the audit trail keeps."""

_ADMINS = {
    "provisioning": "a provisioning setting",
    "source": "a source of extensions",
    "prefix_rule": "a prefix rule",
}
"""Table to what it holds; admins alone write it."""

_FOREIGN = "({row}.tenant IS NULL OR {row}.tenant NOT IN ({mine}))"
_FOREIGN_OWNER = (
    "EXISTS (SELECT 1 FROM {parent} AS p WHERE p.id = {{row}}.{column} "
    "AND (p.tenant IS NULL OR p.tenant NOT IN ({{mine}})))"
)
"""Where its owner is gone already, a row goes with it."""
_ALL = ("INSERT", "UPDATE", "DELETE")


def _of(parent: str, column: str = "owner") -> str:
    return _FOREIGN_OWNER.format(parent=parent, column=column)


_OWNED: dict[str, tuple[str, str, Sequence[str]]] = {
    "extension": ("an extension", _FOREIGN, _ALL),
    "mapping": ("a mapping", _FOREIGN, _ALL),
    "template": ("a template", _FOREIGN, ("INSERT", "UPDATE OF tenant, name, vendor, model", "DELETE")),
    "template_key": ("a template", _of("template"), _ALL),
    "template_setting": ("a template", _of("template"), _ALL),
    "device": ("a device", _FOREIGN, ("INSERT", "UPDATE OF mac, tenant, vendor, model, template, label", "DELETE")),
    "line": ("a device", _of("device", "device"), _ALL),
    "device_key": ("a device", _of("device"), _ALL),
    "device_setting": ("a device", _of("device"), _ALL),
    "site_setting": ("a setting of the whole site", "1", _ALL),
    "tenant_setting": ("a tenant's setting", "{row}.owner NOT IN ({mine})", _ALL),
    "generation_file": (
        "this file",
        "NOT EXISTS (SELECT 1 FROM device AS d WHERE d.mac = {row}.mac AND d.tenant IN ({mine}))",
        ("INSERT",),
    ),
    "resync": (
        "telling a device",
        "EXISTS (SELECT 1 FROM device AS d WHERE d.mac = {row}.mac AND d.tenant NOT IN ({mine}))",
        ("INSERT", "UPDATE OF at"),
    ),
    "http_login": (
        "a device's HTTP password",
        "EXISTS (SELECT 1 FROM device AS d WHERE d.mac = {row}.mac AND d.tenant NOT IN ({mine}))",
        ("INSERT", "UPDATE OF turn"),
    ),
    "file_window": (
        "a device's window",
        "EXISTS (SELECT 1 FROM device AS d WHERE d.mac = {row}.mac AND d.tenant NOT IN ({mine}))",
        ("UPDATE OF open_until",),
    ),
}
"""Table to what it holds, when a row is not within the tenants `mine`, and by which events it is asked."""

_THEIRS = "another operator's list of new devices"
_LISTS = {
    "import_draft": "{row}.owner IS NOT {me}",
    "import_row": "EXISTS (SELECT 1 FROM import_draft AS d WHERE d.id = {row}.draft AND d.owner IS NOT {me})",
}
"""Table to when a row is of another operator's list on its way; what no list holds any more goes with it."""

_NOTE = """
INSERT INTO audit (at, operator, epoch, kind, name, action, detail)
VALUES (?, ?, (SELECT epoch FROM clock), 'role', ?, 'refuse', ?)
"""


def triggers(rights: Rights, operator: str) -> Iterator[str]:
    """The statements that keep an operator's connection to what is his."""
    for table, what in _ADMINS.items():
        for event in _ALL:
            yield _trigger(table, event, "1", str(rights.refusal(what, Role.ADMIN)))
    tenant = str(rights.refusal("a tenant's name", Role.ADMIN))
    yield _trigger("tenant", "INSERT", "1", tenant)
    yield _trigger("tenant", "DELETE", "1", tenant)
    yield _trigger("tenant", "UPDATE OF name", "NEW.name IS NOT OLD.name", tenant)
    for event in ("UPDATE", "DELETE"):
        yield _trigger("audit", event, "1", str(rights.refusal("the audit trail's past", Role.ADMIN)))
    for table, theirs in _LISTS.items():
        for event in _ALL:
            when = " OR ".join(theirs.format(row=row, me=_text(operator)) for row in _rows_of(event))
            yield _trigger(table, event, when, str(rights.refusal(_THEIRS, Role.ADMIN)))
    if rights.tenants is None:
        return
    mine = f"SELECT id FROM tenant WHERE name IN ({', '.join(map(_text, rights.tenants))})"  # noqa: S608 - quoted
    for table, (what, foreign, events) in _OWNED.items():
        for event in events:
            when = " OR ".join(foreign.format(row=row, mine=mine) for row in _rows_of(event))
            yield _trigger(table, event, when, str(rights.beyond(what)))


def _rows_of(event: str) -> list[str]:
    """By which names a trigger of an event knows a row."""
    return [row for row, word in (("OLD", "INSERT"), ("NEW", "DELETE")) if not event.startswith(word)]


def refuse_others_list(db: Database, draft: int) -> None:
    """Raise Refused, with an audit row, for a list of new devices that an admin alone, or another operator, may see."""
    if db.rights.role is Role.ADMIN:
        return
    db.need(Role.OPERATOR, "a list of new devices")
    owner = db.value("SELECT owner FROM import_draft WHERE id = ?", draft)
    if owner not in (None, db.operator):
        db.refuse(db.rights.refusal(_THEIRS, Role.ADMIN))


def _trigger(table: str, event: str, when: str, said: str) -> str:
    name = f"role_{table}_{event.split()[0].lower()}"
    return (
        f"CREATE TEMP TRIGGER {name} BEFORE {event} ON main.{table} WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, {_text(said)}); END"
    )


def _text(text: str) -> str:
    return "'" + text.replace("\0", "").replace("'", "''") + "'"


def own_macs(db: Database) -> list[str] | None:
    """The devices of the tenants that this operator works on; None where that is all of them."""
    if db.rights.tenants is None:
        return None
    names = ", ".join("?" * len(db.rights.tenants))
    sql = f"SELECT mac FROM device WHERE tenant IN (SELECT id FROM tenant WHERE name IN ({names})) ORDER BY mac"  # noqa: S608
    return [mac for (mac,) in db.rows(sql, *db.rights.tenants)]


def note(db: Database, said: str) -> None:
    """Leave an audit row of a refusal, on a connection of its own; where that may not be written there is none."""
    detail = said.removeprefix(REFUSED)[:MOST_DETAIL]
    with suppress(sqlite3.Error), closing(sqlite3.connect(db.path, timeout=1)) as own, own:
        own.execute(_NOTE, (db.now(), db.operator, db.operator, detail))
